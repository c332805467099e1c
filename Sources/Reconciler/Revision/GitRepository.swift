import Glibc
import Manifests

/// The repository that the manifests' folder lies in, found without asking git, which would obey whatever the folder holds.
struct GitRepository: Sendable {
  /// Folders looked at on the way up.
  private static let levelsMax = 256
  private static let pointerBytesMax = 4096

  let git: GitCommand
  /// Where git keeps its index: `.git`, or what a `.git` file points to.
  let indexFolder: String
  /// The manifests' folder below the work tree; empty: it is the work tree.
  let prefix: String

  /// git refuses to commit anything named `.git`, so one that is there was made on this machine. It is taken only if it belongs to us, to
  /// root, or to whoever owns the manifests anyway.
  init?(containing folder: String) {
    guard let real = realpath(folder, nil) else { return nil }
    defer { free(real) }
    let start = String(cString: real)
    var manifests = stat()
    guard stat(start, &manifests) == 0 else { return nil }
    var top = start
    for _ in 0..<Self.levelsMax {
      let candidate = top == "/" ? "/.git" : "\(top)/.git"
      var status = stat()
      if lstat(candidate, &status) == 0 {
        guard [geteuid(), 0, manifests.st_uid].contains(status.st_uid), let index = Self.indexFolder(candidate, status, top) else {
          return nil
        }
        git = GitCommand(gitFolder: candidate, workTree: top)
        indexFolder = index
        prefix = String(start.dropFirst(top == "/" ? 1 : top.count + 1))
        return
      }
      guard top != "/" else { return nil }
      top = String(top[..<(top.lastIndex(of: "/") ?? top.startIndex)])
      if top.isEmpty { top = "/" }
    }
    return nil
  }

  private static func indexFolder(_ candidate: String, _ status: stat, _ top: String) -> String? {
    if status.st_mode & S_IFMT == S_IFDIR { return candidate }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    let descriptor = open(candidate, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: pointerBytesMax)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let line = String(validating: bytes[..<count], as: UTF8.self), line.hasPrefix("gitdir: ") else { return nil }
    let path = line.dropFirst("gitdir: ".count).prefix { $0 != "\n" }
    return path.hasPrefix("/") ? String(path) : "\(top)/\(path)"
  }

  /// True while a git command changes the work tree, as a checkout does.
  var isBusy: Bool {
    var status = stat()
    return lstat("\(indexFolder)/index.lock", &status) == 0
  }

  /// The commit that is checked out; nil: there is none yet.
  func head() async throws(GitSilent) -> String? {
    try await line(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
  }

  /// The newest commit up to `head` that changed the folder.
  func lastChange(_ head: String) async throws(GitSilent) -> String? {
    try await line(["rev-list", "-1", head, "--"] + (prefix.isEmpty ? [] : [prefix]))
  }

  /// What `head` holds of the folder.
  func tree(_ head: String) async throws(GitSilent) -> GitTree? {
    let all = ["ls-tree", "-r", "-z", "--full-tree", head]
    guard let output = try await output(prefix.isEmpty ? all : all + ["--", "\(prefix)/"]) else { return nil }
    return GitTree(listing: output, prefix: prefix)
  }

  private func line(_ arguments: [String]) async throws(GitSilent) -> String? {
    guard let output = try await output(arguments) else { return nil }
    let line = String(decoding: output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return line.isEmpty ? nil : line
  }

  private func output(_ arguments: [String]) async throws(GitSilent) -> [UInt8]? {
    switch await git.ask(arguments) {
    case .output(let bytes): bytes
    case .refused: nil
    case .silent: throw GitSilent(workTree: git.workTree)
    }
  }
}

/// git did not answer in time.
struct GitSilent: Error, CustomStringConvertible {
  var workTree: String
  var description: String {
    "git did not answer about \(workTree) within \(GitCommand.deadlineMilliseconds / 1000) s\n"
      + "  hint: run 'git -C \(workTree) rev-parse HEAD' by hand: a disk that hangs, or a git in PATH that is none?"
  }
}
