import Fleet
import Glibc

/// Finds the manifests of a folder, in the order of their paths.
///
/// Entries whose name starts with a dot are left out, and so are folders that hold a `.reconcile-ignore`, apart from the one the walk starts from.
struct FolderWalk {
  static let ignoreMarker = ".reconcile-ignore"

  private(set) var files: [ManifestFile] = []
  private(set) var diagnostics = DiagnosticList()
  /// False if something could not be looked at.
  private(set) var isComplete = true
  /// The folder as the user gave it, without slashes at the end.
  let root: String
  private var realRoot = ""
  private var entryCount = 0
  private var byteCount = 0
  private var seen: Set<FileIdentity> = []

  private struct FileIdentity: Hashable {
    let device: UInt
    let inode: UInt
  }

  init(_ path: String) {
    root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast(path.reversed().prefix { $0 == "/" }.count)) : path
    guard let real = openRoot() else { return }
    realRoot = real
    walk("", depth: 0)
    files.sort { $0.relativePath.utf8.lexicographicallyPrecedes($1.relativePath.utf8) }
    if byteCount > ManifestLimits.folderBytesMax {
      files = []
      let limit = Quantity.text(ManifestLimits.folderBytesMax, .size)
      refuseRoot("the manifests of '\(root)' have \(byteCount) bytes; at most \(limit) are read", hint: "split the fleet")
    } else if files.isEmpty, diagnostics.errorCount == 0 {
      refuseRoot("the folder '\(root)' holds no manifests", hint: "manifests are files named *.yaml or *.yml")
    }
  }

  /// The folder without symlinks; nil if it is none or cannot be read, which is reported.
  private mutating func openRoot() -> String? {
    var status = stat()
    guard stat(root, &status) == 0, let real = FolderWalk.realPath(root) else {
      let isThere = errno != ENOENT && errno != ENOTDIR
      let message = isThere ? "the folder '\(root)' cannot be read: \(SystemError.text())" : "there is no folder '\(root)'"
      refuseRoot(message, hint: isThere ? "check its owner and mode" : "name the folder of the manifests with --manifests")
      return nil
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      refuseRoot("'\(root)' is not a folder", hint: "name the folder that the file is in")
      return nil
    }
    return real
  }

  private mutating func refuseRoot(_ message: String, hint: String) {
    isComplete = false
    diagnostics.error(message, at: nil, hint: hint)
  }

  private mutating func refuse(_ relativePath: String, _ message: String, hint: String) {
    isComplete = false
    diagnostics.error(message, at: SourceLocation(PathText.join(root, relativePath), .start), hint: hint)
  }

  private mutating func walk(_ folder: String, depth: Int) {
    guard depth <= ManifestLimits.folderDepthMax else {
      return refuse(folder, "folders are nested deeper than \(ManifestLimits.folderDepthMax)", hint: "move the manifests up")
    }
    guard var names = entries(folder) else { return }
    if depth > 0, names.contains(FolderWalk.ignoreMarker) { return }
    names.removeAll { $0.hasPrefix(".") }
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names {
      guard files.count <= ManifestLimits.filesMax else { return }
      look(at: folder.isEmpty ? name : "\(folder)/\(name)", name, depth: depth)
    }
  }

  /// Names in a folder; nil if it cannot be read, which is reported.
  private mutating func entries(_ folder: String) -> [String]? {
    let path = folder.isEmpty ? root : PathText.join(root, folder)
    guard let handle = opendir(path) else {
      refuse(folder, "the folder cannot be read: \(SystemError.text())", hint: "check its owner and mode")
      return nil
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      entryCount += 1
      guard entryCount <= ManifestLimits.folderEntriesMax else {
        refuse(folder, "more than \(ManifestLimits.folderEntriesMax) files and folders", hint: "keep manifests in a folder of their own")
        return nil
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) ?? "" }
      }
      if name.isEmpty { refuse(folder, "a file name that is not UTF-8", hint: "rename it") }
      if name != ".", name != "..", !name.isEmpty { names.append(name) }
    }
    return names
  }

  private mutating func look(at relativePath: String, _ name: String, depth: Int) {
    let path = PathText.join(root, relativePath)
    let isManifest = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    if isLink, stat(path, &status) != 0 {
      if isManifest { refuse(relativePath, "a symlink that leads nowhere", hint: "remove it, or restore the file it points to") }
      return
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    guard isFolder || isManifest else { return }
    if isLink, let real = FolderWalk.realPath(path), real != realRoot, !real.hasPrefix(realRoot == "/" ? "/" : "\(realRoot)/") {
      return refuse(relativePath, "a symlink that leaves the folder", hint: "it points to \(real); copy the file into '\(root)'")
    }
    guard isFolder || status.st_mode & S_IFMT == S_IFREG else {
      return refuse(relativePath, "not a regular file", hint: "a manifest is a file of text")
    }
    guard seen.insert(FileIdentity(device: UInt(status.st_dev), inode: UInt(status.st_ino))).inserted else { return }
    if isFolder { return walk(relativePath, depth: depth + 1) }
    files.append(ManifestFile(relativePath: relativePath, path: path))
    // A file that is too large by itself is refused by itself.
    if status.st_size <= ManifestLimits.fileBytesMax { byteCount += Int(status.st_size) }
    if files.count == ManifestLimits.filesMax + 1 {
      refuse(relativePath, "more than \(ManifestLimits.filesMax) manifests", hint: "put several documents into one file")
    }
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
