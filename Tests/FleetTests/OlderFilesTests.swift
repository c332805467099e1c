import Fleet
import FoundationEssentials
import Testing

/// What an earlier version wrote is still read, and what is not known is not written.
@Suite struct OlderFilesTests {
  private func decoded<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  private func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static let step =
    #"{"action":{"removeDisk":{"on":"hv2","pool":"fast","target":"vda"}},"cell":"east","destination":"hv2","instance":"web","source":"hv1","uuid":"u1"}"#
  private static let move = #"{"action":"copy","bytes":5,"fromPool":"slow","target":"vda","toPool":"fast"}"#
  private static let retired =
    #"{"bytes":5,"cell":"east","deleteAfter":"2026-11-24T00:00:00.000Z","host":"hv1","instance":"web","move":"w1-1","pool":"slow","ran":true,"retiredAt":"2026-11-23T00:00:00.000Z","target":"vda","uuid":"u1"}"#
  private static let cell =
    #"{"hosts":[{"admission":"open","cpuModel":"EPYC","cpus":2,"memoryBytes":1,"name":"hv1","networks":[],"reachable":true,"storages":[{"freeBytes":0,"id":"slow"}]}],"instances":[{"blockers":[],"busy":false,"disks":[{"allocatedBytes":1,"kind":"disk","readOnly":false,"storage":"slow","target":"vda","virtualBytes":2}],"host":"hv1","memoryMaxBytes":1,"name":"web","networks":[],"overheadBytes":0,"persistent":true,"power":"running","uuid":"u1","vcpus":1}],"name":"east"}"#

  @Test func aStepThatNamesNoVolume() throws {
    let step = try decoded(Step.self, Self.step)
    #expect(step.action == .removeDisk(target: "vda", pool: "fast", on: "hv2"))
    #expect(try encoded(step) == Self.step)
    var named = step
    named.action = .removeDisk(target: "vda", pool: "fast", volume: "web.qcow2", on: "hv2")
    #expect(try decoded(Step.self, encoded(named)) == named)
    #expect(try encoded(named).contains(#""volume":"web.qcow2""#))
  }

  /// Host changes and disk removals were journalled as moves once.
  @Test(arguments: [
    (#"{"closeHost":{"_0":"hv1"}}"#, Fleet.Operation.hostChange(HostChange(host: "hv1", cell: "east", action: .close, text: "why"))),
    (#"{"openHost":{"_0":"hv1"}}"#, .hostChange(HostChange(host: "hv1", cell: "east", action: .open, text: "why"))),
    (
      #"{"removeDisk":{"on":"hv2","pool":"fast","target":"vda"}}"#,
      .diskRemoval(DiskRemoval(cell: "east", instance: "web", uuid: "u1", host: "hv2", home: "hv1"))
    ),
    (#"{"disable":{"on":"hv1"}}"#, nil),
  ])
  func aRecordOfWhatWasAMoveOnce(action: String, operation: Fleet.Operation?) throws {
    let move =
      #"{"after":[],"bytes":0,"cell":"east","cost":0,"disks":[],"end":0,"from":"hv1","hop":false,"id":"x","instance":"web","mode":"offline","reason":{"kind":"makeRoom","text":"why"},"start":0,"storage":"local","to":"hv2","uuid":"u1"}"#
    let step = #"{"action":\#(action),"cell":"east","destination":"hv2","instance":"web","source":"hv1","uuid":"u1"}"#
    let json =
      #"{"move":{"_0":{"at":"2026-11-23T00:00:00.000Z","detail":"","epoch":1,"id":"w-1","move":\#(move),"state":"queued","steps":[\#(step)],"writer":"w"}}}"#
    guard case .operation(let record) = try decoded(JournalRecord.self, json) else { throw NoOperation() }
    let expected = if let operation { operation } else { Fleet.Operation.move(try decoded(Move.self, move)) }
    #expect(record.operation == expected)
    guard case .operation(let again) = try decoded(JournalRecord.self, encoded(JournalRecord.operation(record))) else {
      throw NoOperation()
    }
    #expect(again == record)
    #expect(try encoded(JournalRecord.operation(record)).hasPrefix(#"{"move":{"_0":{"at""#), "the key of the table's column stays")
  }

  private struct NoOperation: Error {}

  @Test func aDiskMoveThatNamesNoVolume() throws {
    let move = try decoded(DiskMove.self, Self.move)
    #expect(move.volume == nil)
    #expect(try encoded(move) == Self.move)
  }

  @Test func aRetiredDiskThatNamesNoVolume() throws {
    let disk = try decoded(RetiredDisk.self, Self.retired)
    #expect(disk.volume == nil)
    #expect(try encoded(disk) == Self.retired)
  }

  @Test func anObservationWithoutSourcesVolumesAndLeftovers() throws {
    let cell = try decoded(CellObservation.self, Self.cell)
    #expect(cell.leftovers.isEmpty && cell.hosts[0].offeredCPUModels == nil && !cell.hosts[0].storages[0].needsProof)
    #expect(cell.instances[0].disks[0].volume == nil)
    #expect(try encoded(cell) == Self.cell)
    var full = cell
    full.leftovers = [Leftover(host: "hv1", kind: .nvram, name: "/var/lib/x_VARS.fd", uuid: "u2", text: "UEFI variables of nobody")]
    #expect(try decoded(CellObservation.self, encoded(full)) == full)
  }

  @Test(arguments: [(nil, true), ("EPYC", true), ("v2", true), ("v9", false)] as [(String?, Bool)])
  func aHostRunsWhatItHasAndWhatItOffers(model: String?, runs: Bool) {
    #expect(HostObservation(name: "hv1", cpuModel: "EPYC", offeredCPUModels: ["v2", "v3"]).runs(cpuModel: model) == runs)
  }
}
