import Fleet
import Testing

/// One host's or guest's nonsense is that one's finding, and no sum over what is left can overflow.
@Suite struct FactBoundsTests {
  private let now = Timestamp(milliseconds: 1_800_000_000_000)

  private func guest(_ name: String, host: HostName = "hv1", memory: Int = 1 << 30, disk: Int = 1 << 30) -> InstanceObservation {
    InstanceObservation(
      uuid: InstanceUUID("uuid-\(name)"), name: InstanceName(name), host: host, power: .running, memoryMaxBytes: memory, vcpus: 1,
      disks: [DiskObservation(target: "vda", storage: "local", virtualBytes: disk, allocatedBytes: disk)])
  }

  private func cell(_ guests: [InstanceObservation], hosts: [HostObservation]? = nil) -> CellObservation {
    CellObservation(name: "east", hosts: hosts ?? [HostObservation(name: "hv1", memoryBytes: 1 << 38, cpus: 8)], instances: guests)
  }

  @Test func whatIsSoundStaysAsItIs() {
    let seen = cell([guest("web"), guest("db", memory: FactBounds.bytesMax, disk: FactBounds.bytesMax)])
    #expect(FactBounds.bounded(seen, at: now) == seen)
  }

  @Test(arguments: [1 << 60, .max, -1, .min])
  func anAbsurdDiskIsItsGuestsFinding(bytes: Int) {
    let seen = FactBounds.bounded(cell([guest("web", disk: bytes), guest("db")]), at: now)
    #expect(seen.instances[0].unreadable?.contains("bytes of disk vda: \(bytes)") == true, "\(seen.instances[0])")
    #expect((0...FactBounds.bytesMax).contains(seen.instances[0].disks[0].virtualBytes))
    #expect(seen.instances[1] == guest("db") && seen.hosts[0].reachable)
  }

  @Test(arguments: [(Int.max, 8), (-1, 8), (1 << 38, .max), (1 << 38, -1)])
  func anAbsurdHostIsNotBelievedInAnything(memory: Int, cpus: Int) {
    let hosts = [
      HostObservation(name: "hv1", memoryBytes: memory, cpus: cpus), HostObservation(name: "hv2", memoryBytes: 1 << 38, cpus: 8),
    ]
    let seen = FactBounds.bounded(cell([guest("web"), guest("db", host: "hv2")], hosts: hosts), at: now)
    #expect(seen.hosts[0].reachable == false && seen.hosts[0].unreachableReason?.contains("which no host has") == true)
    #expect(seen.instances.map(\.name) == ["db"] && seen.hosts[1] == hosts[1])
  }

  @Test func manyLargeGuestsDoNotOverflowTogether() {
    let guests = (0..<1000).map { guest("g\($0)", memory: FactBounds.bytesMax, disk: FactBounds.bytesMax) } + [guest("small")]
    let seen = FactBounds.bounded(cell(guests), at: now)
    let total = seen.instances.reduce(0) { $0 + $1.chargedMemoryBytes + $1.disks[0].virtualBytes + $1.disks[0].allocatedBytes }
    #expect(total <= FactBounds.totalBytesMax)
    #expect(seen.instances.last == guest("small") && seen.instances.contains { $0.unreadable == nil && $0.name != "small" })
    #expect(seen.instances.first { $0.unreadable != nil }?.unreadable?.contains("not believed") == true)
  }

  @Test func aMarkForEverIsItsGuestsFinding() {
    var marked = guest("web")
    marked.mark = WriterMark(fleet: "f", writer: "w", epoch: 1, intent: "i", expires: Timestamp(milliseconds: 253_402_300_799_000))
    #expect(FactBounds.bounded(cell([marked]), at: now).instances[0].unreadable?.contains("a writer's mark until 9999") == true)
    marked.mark?.expires = now.adding(milliseconds: 15 * 60_000)
    #expect(FactBounds.bounded(cell([marked]), at: now).instances[0].unreadable == nil)
  }

  @Test func textsAreBounded() {
    var host = HostObservation(name: "hv1", reachable: false)
    host.unreachableReason = String(repeating: "A", count: 120_000)
    #expect(FactBounds.bounded(cell([], hosts: [host]), at: now).hosts[0].unreachableReason!.utf8.count <= FactBounds.textBytesMax + 3)
    let nameless = guest("")
    #expect(FactBounds.bounded(cell([nameless]), at: now).instances[0].unreadable?.contains("no uuid or no name") == true)
  }

  @Test(arguments: [Int.min, -1, 0, 1, 1 << 62, .max])
  func arithmeticNeverTraps(value: Int) {
    for other in [Int.min, -1, 0, 1, 1 << 62, .max] {
      let (sum, overflow) = value.addingReportingOverflow(other)
      #expect(value.plus(other) == (overflow ? (other < 0 ? .min : .max) : sum))
      let (difference, underflow) = value.subtractingReportingOverflow(other)
      #expect(value.minus(other) == (underflow ? (other < 0 ? .max : .min) : difference))
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: other)
      #expect(value.times(other) == (isTooLarge ? ((value < 0) == (other < 0) ? .max : .min) : product))
    }
    #expect(abs(Int(foreign: value)) <= Int.foreignMax)
  }

  @Test func foreignNumbersOfEveryKind() {
    #expect(Int(foreign: UInt64.max) == Int.foreignMax && Int(foreign: Double.infinity) == Int.foreignMax)
    #expect(Int(foreign: Double.nan) == 0 && Int(foreign: -1e300) == -Int.foreignMax && Int(foreign: 12.9) == 12)
  }
}
