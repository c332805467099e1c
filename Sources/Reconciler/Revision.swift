import Subprocess

/// What the manifests' folder is at: the git commit that last changed it, or a hash of its content outside git.
package enum Revision {
  /// How much of git's answers is read.
  static let outputBytesMax = 1 << 20

  /// The commit with `-dirty` if the folder differs from it; `content-` and a hash where git does not know the folder.
  package static func of(folder: String, contentHash: String) async -> String {
    let fallback = "content-\(contentHash.prefix(16))"
    guard let commit = await git(["-C", folder, "log", "-1", "--format=%H", "--", "."]), !commit.isEmpty,
      let changes = await git(["-C", folder, "status", "--porcelain", "--", "."])
    else { return fallback }
    return changes.isEmpty ? commit : "\(commit)-dirty"
  }

  private static func git(_ arguments: [String]) async -> String? {
    do {
      let result = try await run(
        .name("git"), arguments: Arguments(arguments),
        environment: .inherit.updating(["GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"]), output: .string(limit: outputBytesMax),
        error: .discarded)
      guard result.terminationStatus.isSuccess else { return nil }
      return result.standardOutput.trimmingSuffix(while: \.isNewline)
    } catch {
      return nil
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    var text = self[...]
    while let last = text.last, predicate(last) { text.removeLast() }
    return String(text)
  }
}
