import FoundationEssentials
import Testing

/// Compares text with a file under `Golden/`; `RECORD=1` writes the file instead, to be read as a diff.
enum Golden {
  private static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Golden"

  static func expect(_ text: String, _ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
    let path = "\(folder)/\(name)"
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try Data(text.utf8).write(to: URL(filePath: path))
      return
    }
    let recorded = try #require(
      try? String(contentsOfFile: path, encoding: .utf8), "no golden file \(name): record it with RECORD=1", sourceLocation: sourceLocation)
    #expect(text == recorded, "\(name) differs; RECORD=1 writes it anew, git diff shows how", sourceLocation: sourceLocation)
  }
}
