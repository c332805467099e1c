import Fleet
import Glibc
import Manifests

/// A folder that lives as long as the test, with a folder `m` of manifests in it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/manifests-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { preconditionFailure("no temporary folder") }
    path = String(cString: made)
    makeFolder("m")
  }

  deinit { TemporaryFolder.remove(path) }

  var manifests: String { "\(path)/m" }

  func makeFolder(_ name: String) { precondition(mkdir("\(path)/\(name)", 0o755) == 0, "\(name) is already there") }

  func write(_ name: String, _ text: String) { write(name, bytes: Array(text.utf8)) }

  func write(_ name: String, bytes: [UInt8]) {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    precondition(descriptor >= 0, "\(name) cannot be written")
    defer { close(descriptor) }
    var written = 0
    bytes.withUnsafeBytes { buffer in
      while written < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        precondition(count > 0, "\(name) cannot be written")
        written += count
      }
    }
  }

  func link(_ name: String, to target: String) { precondition(symlink(target, "\(path)/\(name)") == 0, "\(name) cannot be linked") }

  func load(_ trust: ManifestTrust = ManifestTrust()) -> LoadedManifests { ManifestFolder(path: manifests, trust: trust).load() }

  /// The diagnostics as lines, with the folder's name made `m`.
  static func lines(_ loaded: LoadedManifests, _ folder: TemporaryFolder) -> String {
    loaded.diagnostics.map { $0.description.replacing(folder.manifests, with: "m").replacing(folder.path, with: "t") }.joined(
      separator: "\n")
  }

  func lines() -> String { TemporaryFolder.lines(load(), self) }

  private static func remove(_ path: String) {
    guard let handle = opendir(path) else {
      unlink(path)
      return
    }
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let inner = "\(path)/\(name)"
      var status = stat()
      if lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(inner) } else { unlink(inner) }
    }
    closedir(handle)
    rmdir(path)
  }
}
