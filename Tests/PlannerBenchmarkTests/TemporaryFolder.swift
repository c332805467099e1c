import Foundation
import LabSupport
import Testing

/// A folder that goes when the value does.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "planner-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Path of a new file.
  func write(_ bytes: [UInt8], _ name: String = "instance.json") throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  /// The bytes as the system's gzip packs them, which shares no code with the reader.
  func packed(_ bytes: [UInt8]) async throws -> [UInt8] {
    let ended = try await Running("gzip", ["-9", "-n", "-f", try write(bytes, "to-pack")]).wait(within: .seconds(60))
    try #require(ended.status == 0, "\(ended)")
    return [UInt8](try Data(contentsOf: url.appending(path: "to-pack.gz")))
  }
}
