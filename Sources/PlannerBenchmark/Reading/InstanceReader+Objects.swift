enum HostField: String, CaseIterable { case cell, cpu, disk, id, labels, pcpu, pools, ram, ratio, state, zone }
enum VMField: String, CaseIterable { case cpu, disk, host, id, live, pool, ram, storage, vcpu, labels, zones, pin }
enum GroupField: String, CaseIterable { case continuous, id, kind, max, scope, vms }
enum LimitField: String, CaseIterable { case host, mib_s, total, zone_link }

/// What was read, with names where the instance has indices.
struct ReadInstance {
  var name = ""
  var hosts: [BenchmarkHost] = []
  var hostOffsets: [Int] = []
  var vms: [ReadVM] = []
  var vmOffsets: [Int] = []
  var groups: [ReadGroup] = []
  var groupOffsets: [Int] = []
  var limits = BenchmarkLimits(host: 1, zoneLink: 1, total: 1, mibPerSecond: 1)
}

struct ReadVM {
  var vm: BenchmarkVM
  var host: Name
  var pin: Name?
}

struct ReadGroup {
  var group: BenchmarkGroup
  var vms: [Name]
}

extension InstanceReader {
  mutating func host(_ fields: inout FieldMatcher<HostField>) throws(InstanceError) -> BenchmarkHost {
    let start = json.position
    let none = Name(index: 0)
    var pcpu = 0
    var ratio = 0.0
    var host = BenchmarkHost(
      id: none, cell: none, zone: none, vcpu: 0, ram: 0, disk: 0, cpu: 0, pools: [], labels: [], state: .up)
    try object(&fields) { (reader, field) throws(InstanceError) in
      switch field {
      case .id: host.id = try reader.name()
      case .cell: host.cell = try reader.name()
      case .zone: host.zone = try reader.name()
      case .pcpu: pcpu = try reader.json.integer()
      case .ratio: ratio = try reader.json.fraction(upTo: InstanceLimits.ratioMax)
      case .ram: host.ram = try reader.json.integer()
      case .disk: host.disk = try reader.json.integer()
      case .cpu: host.cpu = try reader.json.integer()
      case .pools: host.pools = try reader.nameList()
      case .labels: host.labels = try reader.nameList()
      case .state: host.state = try reader.word(BenchmarkHost.State.self)
      }
    }
    // The format's own rounding: 0.1 · 10 must be 1, whatever the binary fraction is.
    let vcpu = Double(pcpu) * ratio + 1e-9
    guard vcpu < Double(InstanceLimits.amountMax) else {
      throw InstanceError(path: "ratio", offset: start, problem: "pcpu · ratio is more than \(InstanceLimits.amountMax)")
    }
    host.vcpu = Int(vcpu)
    return host
  }

  mutating func vm(_ fields: inout FieldMatcher<VMField>) throws(InstanceError) -> ReadVM {
    let start = json.position
    let none = Name(index: 0)
    var read = ReadVM(
      vm: BenchmarkVM(
        id: none, host: 0, vcpu: 0, ram: 0, disk: 0, storage: .shared, pool: nil, cpu: 0, isLive: true, pin: nil, labels: [], zones: []),
      host: none)
    try object(&fields) { (reader, field) throws(InstanceError) in
      switch field {
      case .id: read.vm.id = try reader.name()
      case .host: read.host = try reader.name()
      case .vcpu: read.vm.vcpu = try reader.json.integer()
      case .ram: read.vm.ram = try reader.json.integer()
      case .disk: read.vm.disk = try reader.json.integer()
      case .storage: read.vm.storage = try reader.word(BenchmarkVM.Storage.self)
      case .pool: read.vm.pool = try reader.nameOrNull()
      case .cpu: read.vm.cpu = try reader.json.integer()
      case .live: read.vm.isLive = try reader.json.boolean()
      case .pin: read.pin = try reader.nameOrNull()
      case .labels: read.vm.labels = try reader.nameList()
      case .zones: read.vm.zones = try reader.nameList()
      }
    }
    if read.vm.storage != .local, read.vm.pool == nil {
      throw InstanceError(path: "pool", offset: start, problem: "missing, and storage is \(read.vm.storage.rawValue)")
    }
    if read.vm.storage == .local { read.vm.pool = nil }
    return read
  }

  mutating func group(_ fields: inout FieldMatcher<GroupField>) throws(InstanceError) -> ReadGroup {
    let start = json.position
    var read = ReadGroup(
      group: BenchmarkGroup(id: Name(index: 0), kind: .anti, scope: .host, max: 0, isContinuous: false, vms: []), vms: [])
    try object(&fields) { (reader, field) throws(InstanceError) in
      switch field {
      case .id: read.group.id = try reader.name()
      case .kind: read.group.kind = try reader.word(BenchmarkGroup.Kind.self)
      case .scope: read.group.scope = try reader.word(BenchmarkGroup.Scope.self)
      case .max: read.group.max = try reader.json.integer()
      case .continuous: read.group.isContinuous = try reader.json.boolean()
      case .vms:
        try reader.elements("members", max: InstanceLimits.membersMax) { (reader) throws(InstanceError) in
          read.vms.append(try reader.name())
        }
      }
    }
    if read.group.kind == .spread, read.group.scope == .host {
      throw InstanceError(path: "scope", offset: start, problem: "'host', and a spread group is counted by zone")
    }
    return read
  }
}
