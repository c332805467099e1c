package import Fleet
import Foundation
import LabSupport

/// A server over TLS that answers as no pool should (`Peer/bad_server.py`); ends with the last reference to it.
package final class BadServer: Sendable {
  package enum Mode: String, Sendable {
    case html, truncated, halfjson, silent, endless, mute
    /// Good, but for the answer to the first login, which is lost.
    case lostlogin
    /// Answers the first question of each connection, obeys the second and breaks off.
    case onceeach
  }

  package let url: String
  package let caFile: String
  private let folder: URL
  private let program: LabSupport.Running

  package init(_ mode: Mode, hasExpired: Bool = false) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "bad-server-\(UUID().uuidString)")
    _ = try await TestCertificate.make(in: folder)
    if hasExpired {
      let certificate = folder.appending(path: "c").path
      let signed = try await LabSupport.Running(
        "/usr/bin/openssl",
        ["x509", "-in", certificate, "-signkey", folder.appending(path: "k").path, "-days", "-1", "-out", certificate + ".expired"]
      ).wait(within: .seconds(60))
      guard signed.status == 0 else { throw XenPeer.Unstarted(text: signed.errors) }
      try Data(contentsOf: URL(filePath: certificate + ".expired")).write(to: URL(filePath: certificate))
    }
    caFile = folder.appending(path: "c").path
    let script = XenPeer.folder.appending(path: "bad_server.py").path
    program = try LabSupport.Running("/usr/bin/python3", ["-u", script, mode.rawValue, folder.path])
    var port: Substring?
    let end = ContinuousClock.now + .seconds(60)
    while port == nil {
      guard program.isRunning, ContinuousClock.now < end else { throw XenPeer.Unstarted(text: program.output + program.errors) }
      try await Task.sleep(for: .milliseconds(20))
      port = program.output.split(separator: "\n").first { $0.hasPrefix("port: ") }?.dropFirst("port: ".count)
    }
    url = "https://127.0.0.1:\(port ?? "")"
    let credentials = folder.appending(path: "credentials")
    try Data("root\nsecret\n".utf8).write(to: credentials)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: credentials.path)
  }

  /// Methods that it was asked for, in order; of `onceeach` alone.
  package func asked() -> [String] {
    program.output.split(separator: "\n").filter { $0.hasPrefix("asked: ") }.map { String($0.dropFirst("asked: ".count)) }
  }

  package func stop() { program.kill(SIGKILL) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Trusting its own certificate as an authority.
  package var connection: XenConnection {
    XenConnection(url: url, trust: .caFile(path: caFile), credentials: .file(path: folder.appending(path: "credentials").path))
  }
}
