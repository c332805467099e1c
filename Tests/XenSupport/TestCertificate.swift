import Foundation
import LabSupport

/// A key and a self-signed certificate for 127.0.0.1 in files `k` and `c`: one for all peers of the process.
enum TestCertificate {
  private static let made = Task {
    try await make(in: FileManager.default.temporaryDirectory.appending(path: "xen-key-\(UUID().uuidString)"))
  }

  static func folder() async throws -> String { try await made.value }

  static func make(in folder: URL) async throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let made = try await LabSupport.Running(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7", "-subj", "/CN=127.0.0.1",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.appending(path: "k").path, "-out", folder.appending(path: "c").path,
      ]
    ).wait(within: .seconds(60))
    guard made.status == 0 else { throw XenPeer.Unstarted(text: made.errors) }
    return folder.path
  }
}

/// Lets only so many through at once.
actor StartGate {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(atOnce: Int) { free = atOnce }

  func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
