import Foundation
import Testing

/// The disk of the state fills up in the middle of a run.
///
/// A small tmpfs under the state folder, in a mount namespace of its own; the disk has room again before the second run.
@Suite struct FullDiskTests {
  static let canMount: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = ["--mount", "true"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private static let script = """
    mkdir -p state && mount -t tmpfs -o size="$2"k tmpfs state || exit 9
    "$1" --yes > full.out 2> full.err; echo $? > full.status
    mount -o remount,size=64m state
    "$1" status > status.out 2>&1
    "$1" --yes > again.out 2>&1; echo $? > again.status
    cp -r state/simulated worlds
    """

  private func text(_ program: ReconcileProgram, _ name: String) throws -> String {
    try String(contentsOf: program.folder.appending(path: name), encoding: .utf8)
  }

  private func hurry(_ program: ReconcileProgram) throws {
    for world in ["east", "west"] {
      let file = program.folder.appending(path: "manifests/world/\(world).json")
      var json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      var clock = try #require(json["clock"] as? [String: Any])
      clock["speed"] = 600
      json["clock"] = clock
      try JSONSerialization.data(withJSONObject: json).write(to: file)
    }
  }

  /// Sizes at which the first moves are under way when the disk is full.
  @Test(.enabled(if: canMount, "needs root and mount namespaces"), arguments: [490, 530, 630])
  func itStopsSaysWhatRunsAndGoesOnLater(kibibytes: Int) throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    try hurry(program)
    let shell = Process()
    shell.executableURL = URL(filePath: "/usr/bin/unshare")
    shell.arguments = ["--mount", "sh", "-c", Self.script, "sh", ReconcileProgram.executable.path, String(kibibytes)]
    shell.currentDirectoryURL = program.folder
    shell.standardInput = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)

    let (output, errors) = (try text(program, "full.out"), try text(program, "full.err"))
    #expect(try text(program, "full.status") == "4\n", "\(output)\(errors)")
    #expect(errors.contains("the run stopped in its middle, and starts nothing more"), "\(errors)")
    #expect(errors.contains("the disk is full"), "\(errors)")
    let running = errors.split(separator: "\n").compactMap { $0.firstMatch(of: /still running: the \S+ migration of (\S+) from/)?.1 }
    #expect(!running.isEmpty, "\(errors)")
    // Nobody looked at its hosts any more.
    for instance in running { #expect(!(output + errors).contains("\(instance): undone"), "\(instance): \(output)\(errors)") }
    #expect(!errors.contains("as before"), "\(errors)")

    let status = try text(program, "status.out")
    for instance in running { #expect(status.contains(instance), "\(instance) is not in \(status)") }
    let again = try text(program, "again.out")
    #expect(["0\n", "1\n", "3\n"].contains(try text(program, "again.status")), "\(again)")
    try expectEveryGuestOnce(program)
  }

  private func expectEveryGuestOnce(_ program: ReconcileProgram) throws {
    for cell in ["east", "west"] {
      let before = try guests(program.folder.appending(path: "manifests/world/\(cell).json"))
      let world = program.folder.appending(path: "worlds/\(cell).json")
      let after = try guests(world)
      #expect(before == after, "\(cell)")
      let json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: world)) as? [String: Any])
      #expect((json["violations"] as? [String] ?? []) == [])
    }
  }

  /// Uuid of every guest, and on how many hosts it runs.
  private func guests(_ world: URL) throws -> [String: Int] {
    let json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: world)) as? [String: Any])
    var running: [String: Int] = [:]
    for cell in json["cells"] as? [[String: Any]] ?? [] {
      for instance in cell["instances"] as? [[String: Any]] ?? [] {
        let runs = ["running", "postCopyTarget"].contains(instance["power"] as? String ?? "running")
        running[instance["uuid"] as? String ?? "", default: 0] += runs ? 1 : 0
      }
    }
    #expect(!running.isEmpty)
    return running
  }
}
