import Glibc
import Manifests

/// What a commit holds of the manifests' folder, to be compared with what was read of it.
struct GitTree: Sendable {
  private static let link = "120000"

  /// By path below the folder.
  private var entries: [String: (isLink: Bool, id: String)] = [:]

  /// `listing`: as `git ls-tree -r -z --full-tree` writes it: `mode SP type SP id TAB path NUL`.
  init?(listing: [UInt8], prefix: String) {
    for record in listing.split(separator: 0) {
      guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
      let fields = record[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 3 else { return nil }
      guard fields[1] == "blob", let path = String(validating: record[(tab + 1)...], as: UTF8.self) else { continue }
      let below = prefix.isEmpty ? path : String(path.dropFirst(prefix.count + 1))
      entries[below] = (fields[0] == Self.link, fields[2])
    }
  }

  /// True if what was read is, file for file and byte for byte, what a reader of the whole commit would have read.
  func isWhatWasRead(_ files: [ReadManifest], of folder: String) -> Bool {
    let read = Set(files.map(\.relativePath))
    for file in files where !holds(file, in: folder) { return false }
    var realPaths: Set<String>?
    for (path, entry) in entries where isManifest(path) && !read.contains(path) {
      // A file that was read under the name of a link to it is not read twice.
      if realPaths == nil { realPaths = Set(files.compactMap { Self.realPath("\(folder)/\($0.relativePath)") }) }
      guard let real = Self.realPath("\(folder)/\(path)"), realPaths?.contains(real) == true else { return false }
      if entry.isLink, !linkIsAsCommitted(path, entry.id, folder) { return false }
    }
    return true
  }

  private func holds(_ file: ReadManifest, in folder: String) -> Bool {
    if isIgnored(file.relativePath) { return false }
    if let entry = entries[file.relativePath], !entry.isLink { return entry.id == file.blobID }
    // Reached through a link: that link, and what it leads to, must be as committed.
    let parts = file.relativePath.split(separator: "/")
    let prefixes = parts.indices.map { parts[...$0].joined(separator: "/") }
    guard let link = prefixes.first(where: { entries[$0]?.isLink == true }), let id = entries[link]?.id,
      linkIsAsCommitted(link, id, folder), let root = Self.realPath(folder), let real = Self.realPath("\(folder)/\(file.relativePath)"),
      real.hasPrefix("\(root)/"), let target = entries[String(real.dropFirst(root.count + 1))], !target.isLink
    else { return false }
    return target.id == file.blobID
  }

  /// A file that a walk of the committed folder would read (see `FolderWalk`).
  private func isManifest(_ path: String) -> Bool {
    (path.hasSuffix(".yaml") || path.hasSuffix(".yml")) && !path.split(separator: "/").contains { $0.hasPrefix(".") } && !isIgnored(path)
  }

  private func isIgnored(_ path: String) -> Bool {
    let parts = path.split(separator: "/").dropLast()
    return parts.indices.contains { entries[parts[...$0].joined(separator: "/") + "/.reconcile-ignore"] != nil }
  }

  private func linkIsAsCommitted(_ path: String, _ id: String, _ folder: String) -> Bool {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { bytes in
      readlink("\(folder)/\(path)", bytes.bindMemory(to: CChar.self).baseAddress!, bytes.count)
    }
    return count > 0 && BlobID.of(Array(buffer[..<count]), BlobID.algorithm(of: id)) == id
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
