import Fleet
import Reporting
import Testing

@Suite struct PlanReportTests {
  static let plain = TextStyle(color: false, width: 100, unicode: true)

  struct Look: Sendable, CustomTestStringConvertible {
    var name: String
    var style: TextStyle
    var testDescription: String { name }
  }

  static let looks = [
    Look(name: "wide", style: TextStyle(color: false, width: 180, unicode: true)),
    Look(name: "100", style: TextStyle(color: false, width: 100, unicode: true)),
    Look(name: "80-ascii", style: TextStyle(color: false, width: 80, unicode: false)),
    Look(name: "60", style: TextStyle(color: false, width: 60, unicode: true)),
    Look(name: "100-color", style: TextStyle(color: true, width: 100, unicode: true)),
  ]

  @Test(arguments: looks)
  func fullPlan(look: Look) throws { try Golden.expect(PlanReport.text(PlanSamples.full, style: look.style), "plan-full-\(look.name).txt") }

  @Test(arguments: looks)
  func longNames(look: Look) throws {
    try Golden.expect(PlanReport.text(PlanSamples.longNames, style: look.style), "plan-long-\(look.name).txt")
  }

  /// Wider than asked for only where a single column of the narrowest layout is.
  @Test(arguments: looks)
  func keepsTheWidth(look: Look) {
    for plan in [PlanSamples.full, PlanSamples.longNames, PlanSamples.many, PlanSamples.hostile] where !look.style.color {
      for line in PlanReport.text(plan, style: look.style).split(separator: "\n") {
        // Only ASCII, arrows and the wide letters of one sample stand in these texts.
        let width = line.reduce(0) { $0 + ($1.unicodeScalars.allSatisfy { (0x3000...0x9fff).contains($0.value) } ? 2 : 1) }
        #expect(width <= look.style.width, "\(line)")
      }
    }
  }

  @Test func inSync() throws {
    #expect(PlanReport.text(PlanSamples.inSync, style: Self.plain).hasPrefix("In sync: 60 instances, nothing to do.\n"))
    try Golden.expect(PlanReport.text(PlanSamples.inSync, style: Self.plain), "plan-in-sync.txt")
    let one = PlanSamples.plan(warnings: ["host hv8 is over its capacity"], inSync: 1)
    try Golden.expect(PlanReport.text(one, style: Self.plain), "plan-in-sync-warning.txt")
  }

  @Test func onlyBlocked() throws {
    let plan = PlanSamples.plan(blocked: [PlanSamples.blocked[0]], because: "nothing that is violated can be mended", inSync: 59)
    try Golden.expect(PlanReport.text(plan, style: Self.plain, context: PlanContext(purpose: .run)), "plan-only-blocked.txt")
  }

  @Test func boundedAndStale() throws {
    let now = PlanSamples.observedAt.adding(milliseconds: 3 * 3_600_000)
    try Golden.expect(PlanReport.text(PlanSamples.bounded, style: Self.plain, context: PlanContext(now: now)), "plan-bounded-stale.txt")
    let fresh = PlanReport.text(PlanSamples.bounded, style: Self.plain, context: PlanContext(now: PlanSamples.observedAt))
    #expect(!fresh.contains("Observed"))
  }

  @Test func aLongPlanSaysWhatItLeavesOut() {
    let text = PlanReport.text(PlanSamples.many, style: Self.plain)
    #expect(text.contains("Moves (700)"))
    #expect(text.contains("and 200 moves more: --output json lists all"))
    #expect(text.contains("m500") && !text.contains("m501"))
    #expect(text.contains("Proof: none - at least 650 moves are needed; whether 700 is the fewest is not proved"))
  }

  /// Where the search ended early, what is proved of each item by itself is not called unproved.
  @Test func whatIsProvedItemByItemIsNotCalledUnproved() {
    func item(_ reason: BlockedItem.Reason, _ text: String = "") -> BlockedItem {
      BlockedItem(instance: "web", host: "hv1", cell: "east", reason: reason, text: text, hint: "")
    }
    func proof(_ blocked: [BlockedItem]) -> Substring? {
      PlanReport.text(PlanSamples.plan(blocked: blocked, status: .none), style: Self.plain).split(separator: "\n")
        .first { $0.hasPrefix("Proof: ") }
    }
    #expect(
      proof([item(.noMode), item(.noCapacity, "it needs 4 GiB; proved: 2 instances need 8 GiB")])
        == "Proof: of each blocked item by itself - see what it says of it.")
    #expect(proof([item(.noMode), item(.noCapacity, "it needs 4 GiB, most room is 1 GiB")])?.hasPrefix("Proof: none - ") == true)
    #expect(proof([item(.planningFailed)])?.hasPrefix("Proof: none - ") == true)
  }

  @Test func namesCannotDriveTheTerminal() {
    let text = PlanReport.text(PlanSamples.hostile, style: Self.plain)
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control && scalar.value != 0x202e, "U+\(String(scalar.value, radix: 16))")
    }
  }

  // MARK: Markdown

  @Test func markdown() throws {
    try Golden.expect(PlanReport.markdown(PlanSamples.full), "plan-full.md")
    try Golden.expect(PlanReport.markdown(PlanSamples.inSync), "plan-in-sync.md")
  }

  @Test func markdownCannotBeBrokenOut() throws {
    let markdown = PlanReport.markdown(PlanSamples.hostile)
    try Golden.expect(markdown, "plan-hostile.md")
    // In code neither GitHub nor GitLab sees a tag or a mention.
    let outside = markdown.split(separator: "\n").map { $0.split(separator: "`", omittingEmptySubsequences: false) }
      .map { parts in parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: " ") }.joined(
        separator: "\n")
    #expect(!outside.contains("<script>") && !outside.contains("@all"), "\(outside)")
    let row = try #require(markdown.split(separator: "\n").first { $0.hasPrefix("| m1") })
    #expect(row.replacing("\\|", with: "").count(where: { $0 == "|" }) == 10)
  }

  @Test func longMarkdownIsFoldedAndFits() {
    var plan = PlanSamples.many
    plan.moves = (1...5000).map {
      PlanSamples.move($0, "vm-\($0)", "hv1", "hv2", reason: PlanSamples.maintenance, start: 0, end: 30, gib: 2)
    }
    plan.blocked = PlanSamples.blocked
    let markdown = PlanReport.markdown(plan)
    #expect(markdown.count < 65_536)
    #expect(markdown.contains("<details><summary>5,000 moves</summary>"))
    #expect(markdown.contains("more: `--output json` lists all"))
    #expect(markdown.contains("needs consent to a reboot"))
    #expect(markdown.count { $0 == "\n" } > 100)
    #expect(
      markdown.split(separator: "<details>").count - 1 == markdown.split(separator: "</details>").count - 1
        || markdown.hasSuffix("</details>\n"))
  }

  // MARK: JSON

  @Test func json() throws {
    let json = PlanReport.json(PlanSamples.full)
    try Golden.expect(json, "plan-full.json")
    #expect(json.hasSuffix("}\n") && !json.hasSuffix("\n\n"))
    var read = try JSONText.decode(Plan.self, from: json)
    #expect(PlanSeal.state(of: read) == .whole)
    read.digest = nil
    #expect(read == PlanSamples.full)
    #expect(PlanSeal.state(of: read) == .missing)
    #expect(PlanReport.json(PlanSamples.full) == json)
  }
}
