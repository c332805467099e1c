import Foundation
import LabSupport
import Testing

/// The receiver of `recording_server.py`, on loopback.
struct RecordingServer {
  struct Request: Decodable {
    var path: String
    var headers: [String: String]
    var body: String
  }

  let folder: URL
  let port: Int
  private let running: Running

  init() async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-notify-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "recording_server.py")
    running = try Running("/usr/bin/env", ["python3", script.path, folder.appending(path: "requests").path])
    while !running.output.contains("\n"), running.isRunning { try await Task.sleep(for: .milliseconds(20)) }
    port = try #require(Int(running.output.split(separator: "\n").first ?? ""), "\(running.errors)")
  }

  func requests() throws -> [Request] {
    let lines = (try? String(contentsOf: folder.appending(path: "requests"), encoding: .utf8)) ?? ""
    return try lines.split(separator: "\n").map { try JSONDecoder().decode(Request.self, from: Data($0.utf8)) }
  }

  /// A file with that content, as only its owner may read it; returns its path.
  func file(_ name: String, _ content: String, mode: Int = 0o600) throws -> String {
    let path = folder.appending(path: name).path
    try Data(content.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  func urlFile(_ path: String) throws -> String { try file("url-\(UUID().uuidString)", "http://127.0.0.1:\(port)\(path)\n") }

  func stop() {
    running.kill(SIGKILL)
    try? FileManager.default.removeItem(at: folder)
  }
}
