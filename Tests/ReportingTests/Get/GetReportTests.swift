import Fleet
import Reporting
import Testing

@Suite struct GetReportTests {
  private static let unwrapped = TextStyle(color: false, width: TextStyle.unwrapped, unicode: true)

  /// Every kind in one format.
  private func all(_ format: GetReport.Format, _ style: TextStyle) -> String {
    [
      GetReport.text(GetSamples.hosts, as: format, style: style), GetReport.text(GetSamples.instances, as: format, style: style),
      GetReport.text(GetSamples.moves, as: format, style: style), GetReport.text(GetSamples.rules, as: format, style: style),
      GetReport.text(GetSamples.cells, as: format, style: style), GetReport.text(GetSamples.storages, as: format, style: style),
    ].joined(separator: "\n")
  }

  @Test(arguments: PlanReportTests.looks)
  func tables(look: PlanReportTests.Look) throws { try Golden.expect(all(.text, look.style), "get-\(look.name).txt") }

  @Test func inAPipeNothingIsShortened() throws { try Golden.expect(all(.wide, Self.unwrapped), "get-all-columns.txt") }
  @Test func forPrograms() throws {
    try Golden.expect(all(.csv, Self.unwrapped), "get.csv")
    try Golden.expect(all(.name, Self.unwrapped), "get-names.txt")
    try Golden.expect(all(.json, Self.unwrapped), "get.json")
    try Golden.expect(all(.yaml, Self.unwrapped), "get.yaml")
  }

  @Test func jsonIsReadBack() throws {
    let json = GetReport.text(GetSamples.instances, as: .json, style: .plain)
    #expect(try JSONText.decode(GetList<GetInstance>.self, from: json) == GetSamples.instances)
    #expect(throws: JSONTextError.self) { try JSONText.decode(GetList<GetHost>.self, from: json) }
  }

  @Test func whatIsNotKnownIsNotZero() throws {
    let text = GetReport.text(GetSamples.hosts, as: .csv, style: .plain)
    let rows = text.split(separator: "\n")
    #expect(rows.last == "hv9,west,,,,,,,,")
    #expect(rows[4].hasPrefix("hv4,east,EMPTY,0,0,"), "\(rows[4])")
  }

  @Test func nothingIsAHeaderOrAnEmptyList() throws {
    let none = GetSamples.list([] as [GetCell], observedAt: nil)
    #expect(GetReport.text(none, as: .text, style: .plain) == "")
    #expect(GetReport.text(none, as: .name, style: .plain) == "")
    #expect(GetReport.text(none, as: .csv, style: .plain).split(separator: "\n").count == 1)
    #expect(GetReport.text(none, as: .yaml, style: .plain).contains("\nitems: []\n"))
  }

  @Test(arguments: GetKind.allCases) func bothNumbersName(kind: GetKind) {
    #expect(GetKind(word: kind.rawValue) == kind && GetKind(word: kind.singular.uppercased()) == kind)
    #expect(kind.rawValue == kind.singular + "s" && GetKind(word: kind.singular + "ss") == nil)
  }

  @Test(
    arguments: [
      (["app=web"], ["app": "web"]), (["app=web,tier=1"], ["app": "web", "tier": "1"]),
      (["app=web", "tier=1"], ["app": "web", "tier": "1"]),
      (["a="], ["a": ""]), (["a=b", "a=b"], ["a": "b"]), (["a=b", "a=c"], nil), (["app"], nil), (["app!=web"], nil), (["app==web"], nil),
      (["=web"], nil), (["app=web,"], nil), ([""], nil), (["a=x=y"], ["a": "x=y"]),
    ] as [([String], [String: String]?)])
  func selectorsAreRead(texts: [String], labels: [String: String]?) { #expect(GetSelection.labels(texts) == labels) }

  @Test func selectionKeepsTheOrderAndKnowsItsNames() throws {
    func names(_ selection: GetSelection) throws -> [InstanceName] {
      try selection.of(GetSamples.instances.items, labels: \.labels).map(\.name)
    }
    #expect(try names(GetSelection(names: ["web-1", "db-1"])) == ["db-1", "web-1"])
    #expect(try names(GetSelection(names: ["east/db-2", PlanSamples.uuid(5).rawValue])) == ["db-2", "web-1"])
    #expect(try names(GetSelection(labels: ["app": "db"])) == ["db-1"])
    #expect(try names(GetSelection(cells: ["west"])) == [])
    #expect(throws: GetSelection.Unknown.self) { try names(GetSelection(names: ["db-9"])) }
  }
}
