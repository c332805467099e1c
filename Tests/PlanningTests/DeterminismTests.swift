import Fleet
import FoundationEssentials
import Planning
import Testing

/// The same input gives the same bytes, whatever the order things were listed in.
@Suite struct DeterminismTests {
  private func bytes(_ plan: Plan) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return Array(try encoder.encode(plan))
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func samePlanTwice(block: UInt64) throws {
    for seed in block * 4..<block * 4 + 4 {
      let tiny = RandomFleet.make(seed: seed)
      #expect(try bytes(plan(tiny, budget: SearchBudget(), seed: 7)) == bytes(plan(tiny, budget: SearchBudget(), seed: 7)), "seed \(seed)")
      let medium = RandomFleet.medium(seed: seed)
      let budget = SearchBudget(steps: 5000)
      #expect(try bytes(plan(medium, budget: budget, seed: 7)) == bytes(plan(medium, budget: budget, seed: 7)), "seed \(seed)")
    }
  }

  /// Gauges that a plan does not use must not change it, nor the fingerprint.
  @Test func gaugesLeaveTheFingerprint() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    let first = Fingerprint.of(fleet.input.observation.cells[0])
    fleet.change("web") {
      $0.dirtyBytesPerSecond = 5
      $0.workingSetBytes = 6
    }
    fleet.see("hv1") { $0.storages[0].freeBytes = 1 }
    #expect(Fingerprint.of(fleet.input.observation.cells[0]) == first)
    fleet.change("web") { $0.vcpus += 1 }
    #expect(Fingerprint.of(fleet.input.observation.cells[0]) != first)
  }

  /// Every field that planning uses changes the fingerprint.
  @Test func factsChangeTheFingerprint() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("web", on: "hv1")
    let first = Fingerprint.of(fleet.input.observation.cells[0])
    let edits: [(inout TinyFleet) -> Void] = [
      { $0.change("web") { $0.power = .off } }, { $0.change("web") { $0.host = "hv2" } },
      { $0.change("web") { $0.blockers = [.snapshot] } },
      { $0.change("web") { $0.memoryMaxBytes += 1 } }, { $0.change("web") { $0.cpuModel = "v3" } },
      { $0.change("web") { $0.networks = [] } },
      { $0.change("web") { $0.busy = true } }, { $0.change("web") { $0.disks[0].storage = "ssd" } }, { $0.change("web") { $0.disks = [] } },
      { $0.see("hv2") { $0.admission = .closed } }, { $0.see("hv2") { $0.reachable = false } },
      { $0.see("hv2") { $0.storages[0].identity = "x" } },
      { $0.see("hv2") { $0.storages[0].shared = nil } }, { $0.see("hv2") { $0.memoryBytes += 1 } },
      { $0.see("hv2") { $0.cpuModel = "v9" } }, { $0.see("hv2") { $0.offeredCPUModels = ["v2"] } },
      { $0.see("hv2") { ($0.storages[1].shared, $0.storages[1].source) = (nil, "u dir /ssd") } },
      { $0.change("web") { $0.disks[0].volume = "web.qcow2" } },
      { $0.see("hv2") { $0.networks = ["wan"] } },
    ]
    for (index, edit) in edits.enumerated() {
      var changed = fleet
      edit(&changed)
      #expect(Fingerprint.of(changed.input.observation.cells[0]) != first, "edit \(index)")
    }
  }

  @Test func fingerprintIsTheHashOfCanonicalJSON() {
    let cell = CellObservation(name: "a\"b\n", hosts: [HostObservation(name: "h", memoryBytes: 10, cpus: 2, cpuModel: "m")], instances: [])
    let json =
      #"{"name":"a\"b\u000a","hosts":[{"admission":"open","cpuModel":"m","cpus":2,"memoryBytes":10,"name":"h","networks":[],"reachable":true,"storages":[]}],"instances":[]}"#
    #expect(Fingerprint.of(cell) == SHA256.hex(json))
  }
}
