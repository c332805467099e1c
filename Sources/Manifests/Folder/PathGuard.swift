import Glibc

/// Whether a path that a manifest names stays within folders, links followed as far as they are there.
enum PathGuard {
  private static let partsMax = 256

  static func isWithin(_ path: String, _ folders: [String]) -> Bool {
    guard let real = real(path) else { return false }
    return folders.contains { folder in
      guard let root = self.real(folder), real.hasPrefix(root == "/" ? "/" : "\(root)/") else { return false }
      // A part that is hidden belongs to git or to somebody's settings.
      return !real.dropFirst(root.count).split(separator: "/").contains { $0.hasPrefix(".") }
    }
  }

  /// The path without links: of the deepest part that is there, and the rest as it is written; nil: it cannot be said.
  private static func real(_ path: String) -> String? {
    var rest: [Substring] = []
    var existing = path.isEmpty ? "." : path
    for _ in 0..<partsMax {
      var status = stat()
      if let real = realpath(existing, nil) {
        defer { free(real) }
        let folder = String(cString: real)
        return rest.isEmpty ? folder : (folder == "/" ? "" : folder) + "/" + rest.reversed().joined(separator: "/")
      }
      // A link that leads nowhere would be followed by whoever writes there.
      guard errno == ENOENT, lstat(existing, &status) != 0 else { return nil }
      guard let slash = existing.lastIndex(of: "/") else {
        guard existing != "." else { return nil }
        rest.append(existing[...])
        existing = "."
        continue
      }
      let last = existing[existing.index(after: slash)...]
      guard last != ".." else { return nil }
      if !last.isEmpty, last != "." { rest.append(last) }
      existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
    }
    return nil
  }
}
