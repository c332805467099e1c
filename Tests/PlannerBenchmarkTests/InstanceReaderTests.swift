import PlannerBenchmark
import Testing

@Suite struct InstanceReaderTests {
  @Test func everyFieldIsRead() throws {
    let instance = try InstanceText.read(InstanceText.plain)
    let names = instance.names
    #expect(instance.name == "small")
    #expect(instance.hosts.map { names[$0.id] } == ["h1", "h2"])
    let host = instance.hosts[0]
    #expect([host.vcpu, host.ram, host.disk, host.cpu] == [20, 65536, 500, 2])
    #expect(names[host.cell] == "c0" && names[host.zone] == "z0" && host.state == .up)
    #expect(host.pools.map { names[$0] } == ["p"] && host.labels.map { names[$0] } == ["ssd"])
    #expect(instance.hosts[1].state == .maintenance && instance.hosts[1].labels.isEmpty)
    let (shared, local) = (instance.vms[0], instance.vms[1])
    #expect([shared.host, shared.vcpu, shared.ram, shared.disk, shared.cpu, shared.localDisk] == [0, 2, 4096, 40, 0, 0])
    #expect(shared.storage == .shared && shared.isLive && shared.pin == nil && shared.pool == host.pools[0])
    #expect([local.host, local.localDisk, local.cpu] == [1, 80, 1] && local.storage == .local && !local.isLive && local.pool == nil)
    let group = instance.groups[0]
    #expect(group.kind == .anti && group.scope == .host && group.max == 1 && group.isContinuous && group.vms == [0, 1])
    #expect(instance.limits == BenchmarkLimits(host: 2, zoneLink: 4, total: 8, mibPerSecond: 1100))
  }

  @Test func orderSpaceEscapesAndUnknownFieldsDoNotMatter() throws {
    let vm = """
      { "pin":"h2" , "zones":["z1","z0","z1"],"h\\u006fst":"h\\u0032","note":{"a":[1,-2.5e3,true,false,null,"\\ud83d\\ude00"]},\r
      \t"pool":"é","storage":"volume","disk":1,"ram":2,"vcpu":3,"id":"v\\u00e9"}
      """
    let text = """
      {"vms":[\(vm)],"limits":\(InstanceText.limits),"hosts":[\(InstanceText.host2)],"groups":[],"name":"\\"n\\/\\n","format":1,
      "expect":{"moves":3}}

      """
    let instance = try InstanceText.read(text)
    #expect(instance.name == "\"n/\n")
    let read = instance.vms[0]
    #expect(instance.names[read.id] == "vé" && read.pool.map { instance.names[$0] } == "é")
    #expect(read.host == 0 && read.pin == 0 && Set(read.zones.map { instance.names[$0] }) == ["z0", "z1"] && read.zones.count == 2)
  }

  /// The format rounds pcpu · ratio down after adding 1e-9.
  @Test(arguments: [("2.9", 29), ("0.3", 3), ("1.45", 14), ("0", 0), ("4E0", 40), ("1000", 10_000)])
  func capacityIsRoundedDown(ratio: String, vcpus: Int) throws {
    let host = InstanceText.host1.replacing("\"pcpu\":8,\"ratio\":2.5", with: "\"pcpu\":10,\"ratio\":\(ratio)")
    #expect(try InstanceText.read(InstanceText.text(hosts: [host, InstanceText.host2])).hosts[0].vcpu == vcpus)
  }

  @Test func namesAreToldApartInATableThatGrows() {
    var table = NameTable(capacity: 1)
    let names = (0..<5000).map { "name-\($0 % 2500)" }
    let taken = names.map { table.name(Array($0.utf8)[...]) }
    #expect(table.count == 2500)
    #expect(taken.map { table[$0] } == names)
    #expect(taken.map(\.index) == (0..<5000).map { $0 % 2500 })
  }
}
