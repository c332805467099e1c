import Fleet
import Planning
import Testing

/// What has nothing to do with a plan never makes it worse.
@Suite struct UnrelatedGuestsTests {
  static let blocks = 20
  static let seedsPerBlock = 100

  /// Guests on a host that nothing goes to and nothing has to leave, so many that the cell is not searched whole.
  @Test(arguments: 0..<blocks) func guestsElsewhere(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(100_000 + block * Self.seedsPerBlock + offset)
      let input = RandomFleet.make(seed: seed)
      let alone = Oracle(input).levels(of: plan(input))
      let crowded = plan(withCrowd(input))
      guard let reached = Oracle(input).levels(of: crowded), let alone else {
        Issue.record("seed \(seed): a plan that may not be")
        continue
      }
      // Levels 1 to 3; level 4 is not searched to its end in larger cells.
      #expect(reached.prefix(8) == alone.prefix(8), "seed \(seed): \(crowded.proof.status), \(crowded.proof.because)")
      if crowded.proof.status == .minimal { #expect(crowded.proof.lowerBound == alone[7]) }
    }
  }

  /// Another cell, idle or with work of its own.
  @Test(arguments: [false, true]) func cellsElsewhere(isBusy: Bool) {
    for seed in 200_000..<200_200 as Range<UInt64> {
      let input = RandomFleet.make(seed: seed)
      let more = withCell(input, isBusy: isBusy)
      let (alone, beside) = (plan(input), plan(more))
      let moves = { (plan: Plan) in plan.moves.filter { $0.cell == "east" }.map { "\($0.instance) \($0.to) \($0.mode)" }.sorted() }
      #expect(moves(alone) == moves(beside), "seed \(seed)")
      #expect(beside.proof.cells.first { $0.cell == "east" }?.status == alone.proof.status, "seed \(seed)")
    }
  }

  private func withCrowd(_ input: PlanningInput) -> PlanningInput {
    var input = input
    input.desired.hosts.append(DesiredHost(name: "quiet", cell: "east", location: somewhere))
    input.observation.cells[0].hosts.append(
      HostObservation(
        name: "quiet", admission: .closed, memoryBytes: 64 * gib, cpus: 64, cpuModel: "v3", storages: [TinyFleet.shared],
        networks: ["lan"]))
    input.observation.cells[0].hosts.sort { $0.name < $1.name }
    for index in 0..<20 {
      let name = InstanceName("quiet-\(index)")
      input.desired.instances.append(DesiredInstance(name: name, cell: "east", location: somewhere))
      input.observation.cells[0].instances.append(
        InstanceObservation(
          uuid: InstanceUUID("uuid-\(name)"), name: name, host: "quiet", power: .running, memoryMaxBytes: gib, vcpus: 1, networks: ["lan"],
          disks: [DiskObservation(target: "vda", storage: "nfs", virtualBytes: gib, allocatedBytes: gib)]))
    }
    input.observation.cells[0].instances.sort { ($0.uuid, $0.host?.rawValue ?? "") < ($1.uuid, $1.host?.rawValue ?? "") }
    return input
  }

  private func withCell(_ input: PlanningInput, isBusy: Bool) -> PlanningInput {
    var input = input
    input.desired.cells.append(
      DesiredCell(name: "west", connection: .simulated(SimulatedConnection(world: "west.json")), location: somewhere))
    var hosts: [HostObservation] = []
    var guests: [InstanceObservation] = []
    for index in 0..<12 {
      let host = HostName("west-\(index)")
      var desired = DesiredHost(name: host, cell: "west", location: somewhere)
      if isBusy && index == 0 { desired.maintenance = Maintenance(location: somewhere) }
      input.desired.hosts.append(desired)
      hosts.append(
        HostObservation(
          name: host, memoryBytes: 64 * gib, cpus: 64, cpuModel: "v3", storages: [TinyFleet.shared], networks: ["lan"]))
      for guest in 0..<10 {
        let name = InstanceName("west-\(index)-\(guest)")
        input.desired.instances.append(DesiredInstance(name: name, cell: "west", location: somewhere))
        guests.append(
          InstanceObservation(
            uuid: InstanceUUID("uuid-\(name)"), name: name, host: host, power: .running, memoryMaxBytes: 4 * gib, vcpus: 1,
            networks: ["lan"],
            disks: [DiskObservation(target: "vda", storage: "nfs", virtualBytes: gib, allocatedBytes: gib)]))
      }
    }
    input.observation.cells.append(
      CellObservation(name: "west", hosts: hosts.sorted { $0.name < $1.name }, instances: guests.sorted { $0.uuid < $1.uuid }))
    return input
  }
}
