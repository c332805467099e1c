import Glibc
import Testing

@testable import OwnFiles

/// Links, pipes and other people's files are refused, and what a link points to stays as it is.
@Suite struct OwnFileTests {
  private static let noFile = OwnFile.Problem(reason: "is not a regular file")
  private static let isFolder = OwnFile.Problem(reason: "is a folder, not a file")
  private let folder: String

  init() {
    var template = Array("/tmp/own-files-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { preconditionFailure("no temporary folder") }
    folder = String(cString: made)
  }

  private func make(_ name: String, _ text: String, mode: mode_t = 0o644) -> String {
    let path = "\(folder)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0 && write(descriptor, text, text.utf8.count) == text.utf8.count && fchmod(descriptor, mode) == 0)
    close(descriptor)
    return path
  }

  private func text(_ path: String) -> String {
    var buffer = [UInt8](repeating: 0, count: 1000)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    return String(decoding: buffer[..<max(0, read(descriptor, &buffer, buffer.count))], as: UTF8.self)
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func aLinkIsNeitherOpenedNorEmptiedNorGivenAnotherMode() throws {
    let target = make("victim", "precious", mode: 0o644)
    let link = "\(folder)/reconcile.db.lock"
    precondition(symlink(target, link) == 0)
    #expect(throws: OwnFile.Problem.self) { try OwnFile.open(link, mode: 0o600) }
    #expect(throws: OwnFile.Problem.self) { try OwnFile.openToRead(link) }
    #expect(throws: OwnFile.Problem.self) { try OwnFile.keepFromOthers(link) }
    #expect(throws: OwnFile.Problem.self) { try OwnFile.look(link) }
    #expect(text(target) == "precious" && mode(target) == 0o644)
    let dangling = "\(folder)/dangling"
    precondition(symlink("\(folder)/made-by-following", dangling) == 0)
    #expect(throws: OwnFile.Problem.self) { try OwnFile.open(dangling, mode: 0o600) }
    #expect(access("\(folder)/made-by-following", F_OK) != 0)
  }

  @Test func aFileIsReplacedAndWhatALinkPointsToIsNot() throws {
    let target = make("victim", "precious")
    let link = "\(folder)/plan.json"
    precondition(symlink(target, link) == 0)
    try replace(link, "new")
    #expect(text(link) == "new" && text(target) == "precious")
    try replace(link, "newer")
    #expect(text(link) == "newer")
    var count = 0
    let handle = try #require(opendir(folder))
    while readdir(handle) != nil { count += 1 }
    closedir(handle)
    #expect(count == 4, "nothing is left beside them")
  }

  @Test(.timeLimit(.minutes(10))) func aPipeIsNotWaitedFor() throws {
    let pipe = "\(folder)/world.json"
    precondition(mkfifo(pipe, 0o644) == 0)
    #expect(throws: Self.noFile) { try OwnFile.openToRead(pipe) }
    #expect(throws: Self.noFile) { try OwnFile.look(pipe) }
    #expect(throws: OwnFile.Problem.self) { try OwnFile.open(pipe, mode: 0o600) }
  }

  @Test func aFolderKeepsItsMode() {
    let inner = "\(folder)/reconcile.db-wal"
    precondition(mkdir(inner, 0o755) == 0)
    #expect(throws: Self.isFolder) { try OwnFile.keepFromOthers(inner) }
    #expect(mode(inner) == 0o755)
  }

  @Test(.enabled(if: geteuid() == 0)) func somebodyElsesFileIsReadAndNotWritten() throws {
    let file = make("theirs", "text")
    precondition(chown(file, 65_534, 65_534) == 0)
    #expect(throws: OwnFile.Problem.self) { try OwnFile.open(file, mode: 0o600) }
    #expect(throws: OwnFile.Problem.self) { try OwnFile.keepFromOthers(file) }
    close(try OwnFile.openToRead(file))
  }

  @Test func oursIsMadeOpenedAndKeptFromOthers() throws {
    let path = "\(folder)/new.lock"
    close(try OwnFile.open(path, mode: 0o640))
    close(try OwnFile.open(path, mode: 0o640))
    try OwnFile.keepFromOthers(path)
    #expect(mode(path) & 0o077 == 0)
    #expect(try OwnFile.look("\(folder)/none") == nil)
  }

  private func replace(_ path: String, _ text: String) throws {
    var text = text
    _ = try text.withUTF8 { try OwnFile.replace(path, mode: 0o644, with: UnsafeRawBufferPointer($0)) }
  }
}
