import PlannerBenchmark

/// Small instances as text, to be changed by replacing a part of it.
enum InstanceText {
  static let host1 =
    #"{"id":"h1","cell":"c0","zone":"z0","pcpu":8,"ratio":2.5,"ram":65536,"disk":500,"cpu":2,"pools":["p"],"labels":["ssd"],"state":"up"}"#
  static let host2 =
    #"{"id":"h2","cell":"c0","zone":"z1","pcpu":8,"ratio":1.0,"ram":32768,"disk":500,"cpu":2,"pools":["p"],"state":"maintenance"}"#
  static let vm1 = #"{"id":"v1","host":"h1","vcpu":2,"ram":4096,"disk":40,"storage":"shared","pool":"p"}"#
  static let vm2 = #"{"id":"v2","host":"h2","vcpu":4,"ram":8192,"disk":80,"storage":"local","pool":null,"cpu":1,"live":false}"#
  static let group = #"{"id":"g1","kind":"anti","scope":"host","max":1,"continuous":true,"vms":["v2","v1"]}"#
  static let limits = #"{"host":2,"zone_link":4,"total":8,"mib_s":1100}"#
  static let plain = text()

  static func text(
    hosts: [String] = [host1, host2], vms: [String] = [vm1, vm2], groups: [String] = [group], limits: String = limits
  ) -> String {
    """
    {"format": 1, "name": "small", "family": "F0", "seed": 1, "hosts": [\(hosts.joined(separator: ","))],
    "vms": [\(vms.joined(separator: ","))], "groups": [\(groups.joined(separator: ","))], "limits": \(limits)}
    """
  }

  static func host(
    _ id: String, cell: String = "c0", zone: String = "z0", pcpu: Int = 8, ram: Int = 32768, disk: Int = 500, cpu: Int = 2,
    pools: String = #"["p"]"#, labels: String = "[]", state: String = "up"
  ) -> String {
    """
    {"id":"\(id)","cell":"\(cell)","zone":"\(zone)","pcpu":\(pcpu),"ratio":1.0,"ram":\(ram),"disk":\(disk),"cpu":\(cpu),\
    "pools":\(pools),"labels":\(labels),"state":"\(state)"}
    """
  }

  static func vm(
    _ id: String, on host: String, vcpu: Int = 1, ram: Int = 1024, disk: Int = 10, storage: String = "shared", pool: String = #""p""#,
    more: String = ""
  ) -> String {
    #"{"id":"\#(id)","host":"\#(host)","vcpu":\#(vcpu),"ram":\#(ram),"disk":\#(disk),"storage":"\#(storage)","pool":\#(pool)\#(more)}"#
  }

  static func read(_ text: String) throws(InstanceError) -> BenchmarkInstance {
    try InstanceReader.instance(zeroEnded: Array(text.utf8) + [0])
  }
}
