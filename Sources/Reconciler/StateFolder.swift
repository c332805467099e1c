import Glibc

/// The folder of the database, kept out of the git repository it may lie in.
enum StateFolder {
  /// Folders above it that are looked at for a repository.
  private static let foldersAboveMax = 64

  /// Writes a `.gitignore` beside a database within a work tree, unless there is one; the root of a work tree is the user's own.
  ///
  /// What cannot be written is no reason not to run.
  static func keepOutOfGit(_ database: String) {
    let (folder, name) = parts(of: database)
    let ignore = "\(folder)/.gitignore"
    guard access(ignore, F_OK) != 0, access("\(folder)/.git", F_OK) != 0, isInWorkTree(folder) else { return }
    let isOnlyOurs = entries(of: folder).allSatisfy { $0.hasPrefix(name) }
    let lines = isOnlyOurs ? "*\n" : "/\(name)\n/\(name)[.-]*\n"
    let descriptor = open(ignore, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { return }
    _ = write(descriptor, lines, lines.utf8.count)
    close(descriptor)
  }

  private static func parts(of path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  private static func isInWorkTree(_ folder: String) -> Bool {
    guard let resolved = realpath(folder, nil) else { return false }
    defer { free(resolved) }
    var above = String(cString: resolved)
    for _ in 0..<foldersAboveMax where above != "/" {
      above = parts(of: above).folder
      if access("\(above)/.git", F_OK) == 0 { return true }
    }
    return false
  }

  private static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { bytes in
        bytes.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
