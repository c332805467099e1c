import Fleet
import FoundationEssentials
import StateStore
import Testing

/// The own JSON writer says what Foundation's would, so that a field added to `Fleet` cannot be forgotten.
@Suite struct HostRecordTests {
  private static let full = HostRecord(
    host: HostObservation(
      name: "hv1", reachable: false, unreachableReason: "no \"route\"\n\\ \u{1}é", isOutsidePool: true, isUndeclared: true,
      admission: .closed,
      unmeasured: "no size", memoryBytes: -1,
      cpus: .max,
      cpuModel: "EPYC", offeredCPUModels: ["EPYC-v2", "kvm64"],
      storages: [StorageObservation(id: "nfs", identity: "nfs:x", shared: true, source: "u dir /vm", needsNaming: true, freeBytes: 7)],
      networks: ["a", "b"], machineUUID: "m-1"),
    instances: [
      InstanceObservation(
        uuid: "u1", name: "vm1", host: "hv1", power: .paused, persistent: false, memoryMaxBytes: 1, hotplugMemoryBytes: 9, overheadBytes: 2,
        vcpus: .min,
        cpuModel: "m", networks: ["n"],
        disks: [
          DiskObservation(
            target: "vda", kind: .cdrom, readOnly: true, storage: "iso", volume: "d.iso", virtualBytes: 3, allocatedBytes: 4,
            missing: "no such file", neverCopied: true)
        ],
        needs: [HostNeed("backing image /a of disk vda", storage: "local", backs: "vda", atNextStart: true)],
        blockers: [.hostDevice, .snapshot], unreadable: "its definition cannot be read", busy: true,
        mark: WriterMark(fleet: "f", writer: "w", epoch: 5, run: "7f", machine: "ctl1 (boot 1)", intent: "i", expires: .start),
        dirtyBytesPerSecond: 6, workingSetBytes: 8)
    ])

  private static let sparse = HostRecord(
    host: HostObservation(name: "hv2", storages: [StorageObservation(id: "s", shared: nil, freeBytes: 0)]),
    instances: [
      InstanceObservation(
        uuid: "u2", name: "vm2", host: nil, power: .off, memoryMaxBytes: 1, vcpus: 1,
        disks: [DiskObservation(target: "hdc", kind: .cdrom, storage: nil, virtualBytes: 0, allocatedBytes: 0)])
    ])

  @Test(arguments: ["full", "sparse", "empty"])
  func saysWhatFoundationWouldSay(name: String) throws {
    let record = ["full": Self.full, "sparse": Self.sparse, "empty": HostRecord(host: nil, instances: [])][name]!
    #expect(try canonical(record.json(gauges: true)) == foundation(record))
    #expect(try JSONDecoder().decode(HostRecord.self, from: Data(record.json(gauges: true).utf8)) == record)
  }

  /// The comparison above only guards fields that the full record fills in; what a hypervisor refuses is asked anew for every plan, never stored.
  @Test func theFullRecordFillsInEveryOptional() {
    #expect(emptyOptionals(in: Self.full, path: "record") == ["record.host.some.refusals"])
  }

  @Test func gaugesMakeNoDifferenceWithoutThem() {
    var later = Self.full
    later.host?.storages[0].freeBytes = 1
    later.instances[0].dirtyBytesPerSecond = 1
    later.instances[0].workingSetBytes = nil
    later.instances[0].mark?.expires = .start.seconds(9)
    #expect(later.json(gauges: false) == Self.full.json(gauges: false))
    #expect(later.json(gauges: true) != Self.full.json(gauges: true))
    later.instances[0].mark?.epoch = 6
    #expect(later.json(gauges: false) != Self.full.json(gauges: false))
  }

  private func foundation(_ record: HostRecord) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }

  /// The same JSON value in Foundation's own words, whatever keys it has.
  private func canonical(_ json: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(JSONDecoder().decode(AnyJSON.self, from: Data(json.utf8))), as: UTF8.self)
  }

  private func emptyOptionals(in value: Any, path: String) -> [String] {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional && mirror.children.isEmpty { return [path] }
    return mirror.children.enumerated().flatMap { index, child in
      emptyOptionals(in: child.value, path: "\(path).\(child.label ?? String(index))")
    }
  }
}

/// Any JSON value.
private enum AnyJSON: Codable {
  case null, bool(Bool), int(Int), string(String), array([AnyJSON]), object([String: AnyJSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([AnyJSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: AnyJSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
