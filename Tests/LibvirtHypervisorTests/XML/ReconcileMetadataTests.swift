import Fleet
import Testing

@testable import LibvirtHypervisor

@Suite struct ReconcileMetadataTests {
  static let mark = WriterMark(
    fleet: "prod <&'\"> é", writer: "w-1", epoch: 7, intent: "i-9", expires: Timestamp(milliseconds: 1_795_413_600_123))

  @Test func elementForLibvirt() {
    var plain = Self.mark
    plain.fleet = "prod"
    // As virDomainSetMetadata wants it: no prefix, no declaration.
    #expect(
      ReconcileMetadata.markElement(plain, autostart: true)
        == "<mark fleet='prod' writer='w-1' epoch='7' intent='i-9' expires='2026-11-23T06:00:00.123Z' autostart='yes'/>")
    #expect(ReconcileMetadata.disabledElement() == "<disabled/>")
    #expect(
      ReconcileMetadata.key != ReconcileMetadata.disabledKey, "libvirt refuses a prefix twice on one element only, but readers do not")
  }

  @Test(arguments: [true, false]) func thereAndBack(autostart: Bool) throws {
    let expected = ReconcileMetadata.Mark(mark: Self.mark, autostart: autostart)
    #expect(ReconcileMetadata.parseMark(ReconcileMetadata.markElement(Self.mark, autostart: autostart)) == expected)
    #expect(ReconcileMetadata.parseMark(ReconcileMetadata.qualifiedMarkElement(Self.mark, autostart: autostart)) == expected)
  }

  /// What libvirt 9 answered to virDomainGetMetadata.
  @Test func asLibvirtReturnsIt() {
    let text = """
      <mark fleet="prod" writer="w-1" epoch="3" intent="i-17" expires="2026-11-23T06:00:00.000Z" autostart="yes"/>
      """
    #expect(ReconcileMetadata.parseMark(text)?.mark.intent == "i-17")
  }

  static let damaged = [
    "", "mark", "<mark/>", "<mark", "<other fleet='f' writer='w' epoch='1' intent='i' expires='2026-11-23T06:00:00Z'/>",
    "<mark writer='w' epoch='1' intent='i' expires='2026-11-23T06:00:00Z'/>",
    "<mark fleet='' writer='w' epoch='1' intent='i' expires='2026-11-23T06:00:00Z'/>",
    "<mark fleet='f' writer='w' epoch='one' intent='i' expires='2026-11-23T06:00:00Z'/>",
    "<mark fleet='f' writer='w' epoch='-1' intent='i' expires='2026-11-23T06:00:00Z'/>",
    "<mark fleet='f' writer='w' epoch='99999999999999999999' intent='i' expires='2026-11-23T06:00:00Z'/>",
    "<mark fleet='f' writer='w' epoch='1' intent='i' expires='tomorrow'/>",
    "<mark fleet='f' writer='w' epoch='1' intent='i' expires='2026-11-23T06:00:00Z' autostart='perhaps'/>",
    "<x:mark xmlns:x='urn:else' fleet='f' writer='w' epoch='1' intent='i' expires='2026-11-23T06:00:00Z'/>",
    "<mark fleet='\(String(repeating: "f", count: 1025))' writer='w' epoch='1' intent='i' expires='2026-11-23T06:00:00Z'/>",
  ]

  @Test("damaged marks are none", arguments: damaged.indices) func damage(_ index: Int) {
    #expect(ReconcileMetadata.parseMark(Self.damaged[index]) == nil)
  }

  private func domain(_ metadata: String) throws -> DomainDescription {
    try DomainDescription(xml: try Sample.text("lvm-block").replacing("</uuid>", with: "</uuid>\n  <metadata>\(metadata)</metadata>"))
  }

  @Test func aDamagedMarkInADomainIsSaid() throws {
    let ours = "xmlns:reconcile='urn:reconcile:mark:1'"
    let good = ReconcileMetadata.qualifiedMarkElement(Self.mark, autostart: false)
    for text in ["<reconcile:mark \(ours)/>", "<reconcile:other \(ours) fleet='f'>text</reconcile:other>", good + good] {
      let found = try domain(text)
      #expect(found.mark == nil, "\(text)")
      #expect(found.metadataDamaged, "\(text)")
    }
    let foreign = try domain("<mark fleet='f'/><o:mark xmlns:o='urn:other' fleet='f'/>")
    #expect(foreign.mark == nil)
    #expect(foreign.metadataDamaged == false)
    let found = try domain(good)
    #expect(found.mark == Self.mark)
    #expect(found.autostartWanted == false)
  }

  // MARK: in a definition

  @Test("marks come and go", arguments: Sample.inactive) func setAndRemove(_ name: String) throws {
    let text = try Sample.text(name)
    let set = try DomainRewrite.definitionForDestination(text, mark: .set(Self.mark, autostart: true), disabled: true)
    let found = try DomainDescription(xml: set)
    #expect(found.mark == Self.mark)
    #expect(found.autostartWanted)
    #expect(found.disabledMark)
    let removed = try DomainRewrite.definitionForDestination(set, mark: .remove)
    #expect(try DomainDescription(xml: removed).mark == nil)
    #expect(try DomainDescription(xml: removed).disabledMark == false)
    // Nothing else is touched: without ours, and without a <metadata> made for it, the text is what it was.
    let lines = changes(from: try DomainRewrite.definitionForDestination(text, mark: .remove), to: removed)
    #expect(lines == (text.contains("<metadata>") ? [] : ["+<metadata>", "+</metadata>"]))
  }

  @Test func onTheirOwnLines() throws {
    let text = try Sample.text("rbd")
    let set = try DomainRewrite.definitionForDestination(text, mark: .set(Self.mark, autostart: true), disabled: true)
    #expect(
      changes(from: text, to: set) == [
        "+" + ReconcileMetadata.qualifiedMarkElement(Self.mark, autostart: true), "+" + ReconcileMetadata.qualifiedDisabledElement(),
      ])
    #expect(set.contains("\n    <reconcile:mark "))
    let bare = try Sample.text("lvm-block").replacing("</uuid>", with: "</uuid><metadata/>")
    let filled = try DomainRewrite.definitionForDestination(bare, mark: .set(Self.mark, autostart: true))
    #expect(try DomainDescription(xml: filled).mark == Self.mark)
  }

  @Test func theMarkOfAMoveGoesAlongTheDisabledOneDoesNot() throws {
    let text = try DomainRewrite.definitionForDestination(try Sample.text("uefi-nvram"), disabled: true)
    let there = try DomainDescription(xml: try DomainRewrite.definitionForDestination(text))
    #expect(there.mark?.intent == "i-17", "it carries whether the guest starts with its host")
    #expect(there.disabledMark == false)
  }
}
