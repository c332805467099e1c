package import Fleet
package import Foundation
import LabSupport

/// A pool played by `Peer/pool.py` on a port of loopback; ends with the last reference to it.
package final class XenPeer: Sendable {
  package static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peer")
  private static let startMilliseconds = 60_000
  /// Tests run at once and would all start one; each start is half a second of work.
  private static let starts = StartGate(atOnce: 3)

  package let url: String
  package let port: Int
  /// Port of a member that is not the master.
  package let memberPort: Int?
  package let pin: String
  package let workFolder: URL
  private let program: LabSupport.Running

  /// `records`: a file of `Peer/records` without its suffix, or a path. `options`: of `pool.py`.
  package init(_ records: String = "two-host-cowley", _ options: [String] = [], tls: Bool = true) async throws {
    workFolder = FileManager.default.temporaryDirectory.appending(path: "xen-peer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: workFolder, withIntermediateDirectories: true)
    let file = records.contains("/") ? records : Self.folder.appending(path: "records/\(records).json").path
    let arguments =
      ["-u", Self.folder.appending(path: "pool.py").path, file, "--port", "0", "--log", workFolder.appending(path: "log").path]
      + (tls ? ["--tls"] : []) + options
    let certificate = tls ? ["--certificate", try await TestCertificate.folder()] : []
    await Self.starts.enter()
    do {
      (program, url, memberPort, pin) = try await Self.start(arguments + certificate, expectsMember: options.contains("--slave-port"))
      await Self.starts.leave()
    } catch {
      await Self.starts.leave()
      throw error
    }
    port = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
    try write("root\nsecret\n", to: "credentials", mode: 0o600)
  }

  private static func start(
    _ arguments: [String], expectsMember: Bool
  ) async throws -> (program: LabSupport.Running, url: String, memberPort: Int?, pin: String) {
    let program = try LabSupport.Running("/usr/bin/python3", arguments)
    var lines: [Substring] = []
    let end = ContinuousClock.now + .milliseconds(startMilliseconds)
    while !lines.contains(where: { $0.hasPrefix(expectsMember ? "slave: " : "replay: ") }) {
      guard program.isRunning, ContinuousClock.now < end else { throw Unstarted(text: program.output + program.errors) }
      try await Task.sleep(for: .milliseconds(20))
      lines = program.output.split(separator: "\n")
    }
    let url = lines.first { $0.hasPrefix("replay: ") }?.split(separator: " ").last.map { String($0.dropLast()) } ?? ""
    let memberPort = lines.first { $0.hasPrefix("slave: ") }.flatMap { Int($0.dropFirst("slave: ".count)) }
    let pin = lines.first { $0.hasPrefix("pin: ") }.map { String($0.dropFirst("pin: ".count)) } ?? ""
    return (program, url, memberPort, pin)
  }

  deinit { try? FileManager.default.removeItem(at: workFolder) }

  package struct Unstarted: Error { package var text: String }

  package var credentialsFile: String { workFolder.appending(path: "credentials").path }

  package func write(_ text: String, to name: String, mode: Int) throws {
    let file = workFolder.appending(path: name)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  /// The pool as a manifest would name it, its key pinned.
  package var connection: XenConnection {
    XenConnection(url: url, trust: .pin(pin), credentials: .file(path: credentialsFile))
  }

  package var cellConnection: CellConnection { .xenapi(connection) }

  /// Ends it at once, as a power cut would.
  package func kill() { program.kill(SIGKILL) }

  /// What was asked and done so far: one JSON object a line.
  package func log() -> [[String: Any]] {
    let text = (try? String(contentsOf: workFolder.appending(path: "log"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
  }

  /// Methods that were called, in order.
  package func asked() -> [String] { log().compactMap { $0["asked"] as? String } }

  /// Connections that were opened so far.
  package func connections() -> Int { log().count { $0["connected"] != nil } }

  /// Bytes of all answers so far.
  package func bytes() -> Int { log().compactMap { $0["bytes"] as? Int }.reduce(0, +) }

  /// Broken rules, such as a host with more than its memory.
  package func violations() -> [String] { log().compactMap { $0["violation"] as? String } }
}
