import Foundation
import Testing

/// What is different at a terminal: what is drawn anew, the width, and the pager.
@Suite struct TerminalTests {
  private typealias Step = PretendTerminal.Step

  private func withMinimal<Result>(_ body: (ReconcileProgram) throws -> Result) throws -> Result {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    return try body(program)
  }

  // MARK: width and pager

  @Test func aPipeBreaksNoLineAndColumnsDoes() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    func longest(_ columns: String?) throws -> Int {
      let environment = columns.map { ["COLUMNS": $0] } ?? [:]
      return try program.run("plan", environment: environment).output.split(separator: "\n").map(\.count).max() ?? 0
    }
    #expect(try longest("60") <= 60 && longest("100") <= 100)
    #expect(try longest(nil) > 120 && longest("0") > 120 && longest("wide") > 120)
    let rows = try program.run("plan").output.split(separator: "\n").filter { $0.firstMatch(of: #/^  m[0-9]+ +\S+ +\S+ → +\S/#) != nil }
    #expect(rows.count == 11 && rows.allSatisfy { $0.contains("manifests/") }, "each with its reason on its line: \(rows)")
    let names = try program.run("get", "instances", environment: ["COLUMNS": "70"]).output
    #expect(names.split(separator: "\n").allSatisfy { $0.count <= 70 }, "\(names)")
  }

  private static let pagers: [(environment: [String: String], option: String, rows: Int, isPaged: Bool)] = [
    (["RECONCILE_PAGER": "sed s/^/PAGED:/", "PAGER": "false"], "", 10, true), (["PAGER": "sed s/^/PAGED:/"], "", 10, true),
    (["PAGER": "sed s/^/PAGED:/"], "", 400, false), (["PAGER": "sed s/^/PAGED:/"], "--no-pager", 10, false), (["PAGER": ""], "", 10, false),
    (["PAGER": "cat"], "", 10, false), (["PAGER": "no-such-pager-here"], "", 10, false),
  ]

  @Test(arguments: pagers.indices)
  func aLongReportIsPaged(index: Int) throws {
    let pager = Self.pagers[index]
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let ended = try PretendTerminal(program, rows: pager.rows, environment: pager.environment).run("reconcile plan \(pager.option)")
    #expect(ended.status == 3 && ended.text.contains("PAGED:") == pager.isPaged, "\(pager): \(ended)")
    #expect(ended.text.components(separatedBy: "Plan for fleet").count == 2, "\(pager): once, and not lost: \(ended)")
  }

  @Test func aRunIsNeverPagedNorIsAPipe() throws {
    try withMinimal { program in
      let terminal = PretendTerminal(program, rows: 5, environment: ["PAGER": "sed s/^/PAGED:/"])
      #expect(try !terminal.run("reconcile plan | cat").text.contains("PAGED:"))
      let run = try terminal.run("reconcile --yes")
      #expect(run.status == 0 && !run.text.contains("PAGED:") && run.text.contains("2 succeeded."), "\(run)")
    }
  }

  // MARK: whom it waits for

  /// A host that takes the connection and says nothing.
  private static let silence = """
    python3 -c 'import socket, time
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    print(taken.getsockname()[1], flush=True)
    time.sleep(90)' > port 2> /dev/null < /dev/null & silent=$!
    trap 'kill $silent' EXIT
    until [ -s port ]; do sleep 0.05; done
    sed -i "s/PORT/$(cat port)/" manifests/fleet.yaml
    """

  private static let silentFleet = """
    apiVersion: reconcile/v1
    kind: Fleet
    metadata: {name: silence}
    ---
    apiVersion: reconcile/v1
    kind: Cell
    metadata: {name: east}
    spec: {hypervisor: libvirt}
    ---
    apiVersion: reconcile/v1
    kind: Host
    metadata: {name: hv3}
    spec: {cell: east, connection: "qemu+tcp://127.0.0.1:PORT/system"}
    """

  @Test func whoIsWaitedForIsNamed() throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    try program.write(Self.silentFleet, to: "manifests/fleet.yaml")
    let ended = try PretendTerminal(program).run(
      "\(Self.silence)\nreconcile plan",
      [Step(after: "looking at 1 host, waiting for hv3", type: "\u{3}")])
    #expect(ended.text.contains("looking at 1 host, waiting for hv3"), "\(ended)")
    #expect(!ended.text.contains("NOTHING MORE CAME"), "\(ended)")
  }

  @Test func verboseTellsWhoWasAskedAndWhoAnswered() throws {
    try withMinimal { program in
      let plan = try program.run("plan", "-v")
      #expect(try program.run("plan").output == plan.output, "\(plan)")
      for words in ["manifests: manifests, fleet ", "database: state/reconcile.db", "asking node1", "node1 answered after "] {
        #expect(plan.errors.contains(words), "\(words): \(plan.errors)")
      }
      let both = try program.run("plan", "-v", "-q")
      #expect(both.status == 64 && both.errors.contains("--quiet and --verbose cannot both be had"), "\(both)")
      #expect(try program.run("-v", "plan").status == 0)
    }
  }

  // MARK: one writer

  /// What Ctrl-C is answered with stands above the bars, and is not drawn over.
  @Test func messagesStayAboveWhatIsDrawn() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let ended = try PretendTerminal(program, rows: 40, columns: 120).run(
      "reconcile --yes", [Step(after: " running, ", type: "\u{3}")])
    let screen = Screen(rows: 4000, columns: 120).showing(ended.text)
    #expect(screen.contains { $0.contains("stopping: nothing more starts") }, "\(screen.joined(separator: "\n"))")
    #expect(!screen.contains { $0.contains(" running, ") }, "the bars are gone at the end: \(screen.joined(separator: "\n"))")
  }
}

/// A terminal as far as our own escapes go: what is left on it in the end.
private struct Screen {
  let rows: Int
  let columns: Int

  func showing(_ text: String) -> [String] {
    var lines = [[Character]](repeating: [], count: 1)
    var (row, column) = (0, 0)
    var rest = Substring(text)
    while let character = rest.first {
      if let found = rest.prefixMatch(of: /\u{1b}\[(\??[0-9;]*)([A-Za-z])/) {
        rest = rest[found.range.upperBound...]
        let count = Int(found.1) ?? 1
        switch found.2 {
        case "A": row = max(0, row - count)
        case "J":
          lines[row] = Array(lines[row].prefix(column))
          lines.removeSubrange((row + 1)...)
        case "K": lines[row] = Array(lines[row].prefix(column))
        default: break
        }
        continue
      }
      rest = rest.dropFirst()
      switch character {
      case "\r\n": (row, column) = (row + 1, 0)
      case "\n": row += 1
      case "\r": column = 0
      default:
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = character
        column += 1
        if column == columns { (row, column) = (row + 1, 0) }
      }
      while lines.count <= row { lines.append([]) }
    }
    return lines.map { String($0) }
  }
}
