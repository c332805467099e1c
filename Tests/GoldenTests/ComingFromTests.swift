import ArgumentParser
import Foundation
import Testing

@testable import reconcile

/// `docs/coming-from.md`: whatever it says to type is typed here, whatever it says to write is validated.
@Suite struct ComingFromTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var tool: String
    var there: String
    var here: String
    var testDescription: String { "\(tool): \(there)" }

    /// The words of the command line; nil: the row is about something else.
    var command: [String]? {
      guard let line = here.wholeMatch(of: #/`(reconcile[^`]*)`/#)?.1 else { return nil }
      return line.split(separator: " ").dropFirst().map(String.init)
    }
    /// What is written under `spec`, and into a document of which kind.
    var manifest: (spec: Substring, kind: Substring)? { here.wholeMatch(of: #/`spec: \{(.*)\}` of an? ([A-Za-z]+)/#).map { ($0.1, $0.2) } }
    var isNotDone: Bool { here == "**–**" }
  }

  private static let page = (try? String(contentsOf: ReconcileProgram.root.appending(path: "docs/coming-from.md"), encoding: .utf8)) ?? ""

  private static let rows: [Row] = page.components(separatedBy: "\n## ").dropFirst().flatMap { section -> [Row] in
    let lines = section.split(separator: "\n")
    return lines.drop { !$0.hasPrefix("|---") }.dropFirst().map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
      return Row(tool: String(lines[0]), there: cells.count == 5 ? cells[1] : "", here: cells.count == 5 ? cells[2] : String(line))
    }
  }

  @Test func everyToolHasItsTable() {
    let tools = Dictionary(grouping: Self.rows, by: \.tool)
    #expect(Set(tools.keys) == ["virsh", "kubectl", "terraform", "nomad", "Ganeti", "nova"])
    for (tool, rows) in tools {
      #expect(rows.count >= 15 && rows.contains(where: \.isNotDone), "\(tool)")
      #expect(Set(rows.map(\.there)).count == rows.count, "\(tool) has a line twice")
    }
  }

  @Test(arguments: rows) func everyLineIsOfOneKind(row: Row) {
    #expect([row.command != nil, row.manifest != nil, row.isNotDone].count { $0 } == 1, "\(row.here)")
    #expect(!row.there.isEmpty)
  }

  /// Those in the text, too.
  @Test func everyCommandParses() throws {
    let commands = Reconcile.configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases }
    let lines = Self.page.matches(of: #/`reconcile ([^`…]+)`/#).map { $0.1.split(separator: " ").map(String.init) }
    #expect(lines.count > 50)
    for arguments in lines {
      #expect(FirstWord.problem(in: arguments, commands: commands) == nil, "\(arguments)")
      #expect(throws: Never.self, "\(arguments)") { _ = try Reconcile.parseAsRoot(FirstWord.first(arguments, commands)) }
    }
  }

  /// Over the example fleet, in which one guest stays blocked; here nobody can be asked.
  private static func status(of arguments: [String]) -> Int32 {
    if arguments.contains(where: { ["plan", "status", "--yes"].contains($0) }) { return 3 }
    return ["", "apply", "--host", "--instance"].contains(arguments.first ?? "") ? 64 : 0
  }

  @Test func everyCommandRunsOverTheExampleFleet() throws {
    let lines = Set(Self.rows.compactMap(\.command)).filter { $0.first != "watch" }.sorted { $0.lexicographicallyPrecedes($1) }
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    #expect(try program.run("--yes").status == 3)
    #expect(try program.run("plan", "--out", "plan.json").status == 3)
    for arguments in lines {
      let ended = try program.start(arguments).wait()
      #expect(ended.status == Self.status(of: arguments), "\(arguments): \(ended)")
      #expect(
        ended.status == 64 ? ended.errors.contains("nobody can be asked") : ended.output.isEmpty == (arguments.first == "snapshot"),
        "\(ended)")
    }
  }

  private static let fleet = """
    apiVersion: reconcile/v1
    kind: Fleet
    metadata: {name: f}
    ---
    apiVersion: reconcile/v1
    kind: Cell
    metadata: {name: east}
    spec: {hypervisor: libvirt}
    ---
    apiVersion: reconcile/v1
    kind: Host
    metadata: {name: hv1, labels: {zone: a}}
    spec: {cell: east, connection: qemu+tls://hv1.example/system}
    ---
    apiVersion: reconcile/v1
    kind: Host
    metadata: {name: hv2, labels: {zone: b}}
    spec: {cell: east, connection: qemu+tls://hv2.example/system}
    ---
    apiVersion: reconcile/v1
    kind: Instance
    metadata: {name: web-1, labels: {app: web}}
    spec: {cell: east}

    """

  @Test(arguments: rows.filter { $0.manifest != nil }) func everyManifestIsValid(row: Row) throws {
    let (spec, kind) = try #require(row.manifest)
    let needs = [
      "Host": spec.contains("connection:") ? "" : "cell: east, connection: qemu+tls://hv3.example/system, ", "Instance": "cell: east, ",
    ]
    let program = try ReconcileProgram()
    defer { program.remove() }
    try program.write(Self.fleet, to: "manifests/fleet.yaml")
    let document = "apiVersion: reconcile/v1\nkind: \(kind)\nmetadata: {name: new}\nspec: {\(needs[String(kind)] ?? "")\(spec)}\n"
    try program.write(document, to: "manifests/new.yaml")
    let ended = try program.run("validate")
    #expect(ended.status == 0, "\(document)\(ended)")
  }
}
