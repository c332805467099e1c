import Fleet
import Planning

/// A `TinyFleet` in the terms of fleets that a plan was once wrong for.
struct CaseFleet {
  var tiny: TinyFleet

  enum Storage {
    case nfs
    case vol
    /// Local, with so many GiB free.
    case ssd(Int)
  }

  struct Disk {
    var kind = DiskObservation.Kind.disk
    var storage: StorageID?
    var virtualGiB: Int
    var allocatedGiB: Int

    static func disk(_ storage: StorageID?, _ virtual: Int, _ allocated: Int) -> Disk {
      Disk(storage: storage, virtualGiB: virtual, allocatedGiB: allocated)
    }
    static func volume(_ storage: StorageID?, _ virtual: Int, _ allocated: Int) -> Disk {
      Disk(kind: .volume, storage: storage, virtualGiB: virtual, allocatedGiB: allocated)
    }
  }

  init() {
    tiny = TinyFleet(hosts: 1)
    tiny.hosts = []
    tiny.desired.hosts = []
  }

  mutating func host(
    _ name: HostName, _ memoryGiB: Int, _ storages: [Storage], labels: [String: String] = [:], maintenance: Bool = false, cpus: Int = 16,
    cpuModel: String = "A"
  ) {
    tiny.addHost(name, memoryGiB: memoryGiB, cpus: cpus)
    tiny.declare(host: name) { $0.labels = labels }
    tiny.see(name) { host in
      host.cpuModel = cpuModel
      host.networks = ["lan"]
      host.storages = storages.map { storage in
        switch storage {
        case .nfs: StorageObservation(id: "nfs", identity: "nfs://f/vm", shared: true, freeBytes: 1000 * gib)
        case .vol: StorageObservation(id: "vol", identity: "rbd:pool", shared: true, freeBytes: 1000 * gib)
        case .ssd(let free): StorageObservation(id: "ssd", identity: "ssd-\(name)", shared: false, freeBytes: free * gib)
        }
      }
    }
    if maintenance { tiny.maintain(name) }
  }

  mutating func guest(
    _ name: InstanceName, _ host: HostName, _ memoryGiB: Int, _ disks: [Disk], overheadMiB: Int = 0, cpuModel: String? = nil,
    cold: Bool = false, placement: DesiredPlacement = .anywhere, labels: [String: String] = [:]
  ) {
    tiny.add(name, on: host, memoryGiB: memoryGiB, placement: placement, labels: labels)
    tiny.declare(name) { $0.allowedModes.cold = cold }
    tiny.change(name) { guest in
      guest.overheadBytes = overheadMiB << 20
      guest.cpuModel = cpuModel
      guest.disks = disks.map {
        DiskObservation(
          target: "vda", kind: $0.kind, storage: $0.storage, virtualBytes: $0.virtualGiB * gib, allocatedBytes: $0.allocatedGiB * gib)
      }
    }
  }

  mutating func rule(
    _ name: RuleName, _ kind: PlacementRule.Kind, _ selector: [String: String], across: PlacementRule.Across,
    enforcement: PlacementRule.Enforcement = .required, hold: PlacementRule.Hold = .atEnd
  ) {
    tiny.desired.rules.append(
      PlacementRule(
        name: name, kind: kind, selector: selector, across: across, enforcement: enforcement, hold: hold, location: somewhere))
  }
}

extension CaseFleet {
  /// Guests that nothing asks anything of, so that the cell is too large to be searched whole.
  mutating func fill(_ host: HostName, _ count: Int, storage: StorageID = "nfs") {
    for index in 0..<count { guest(InstanceName("filler-\(index)"), host, 1, [.disk(storage, 1, 1)]) }
  }

  /// `app` leaves `old1`: to `new1` with a reboot, for that has another CPU model, or to `old2` once `web` made room there.
  static func rebootOrTwoMoves(fillers: Int) -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("old1", 10, [.nfs], maintenance: true)
    fleet.host("old2", 10, [.nfs])
    fleet.host("new1", 64, [.nfs], cpuModel: "B")
    fleet.guest("app", "old1", 4, [.disk("nfs", 1, 1)], cpuModel: "A", cold: true)
    fleet.guest("web", "old2", 8, [.disk("nfs", 1, 1)], cold: true)
    fleet.fill("new1", fillers)
    return fleet.tiny
  }

  /// Three that belong together with a fourth, which would come to them once `other` made room: two moves and not three.
  static func together(fillers: Int) -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("h1", 16, [.nfs], cpus: 64)
    fleet.host("h2", 64, [.nfs], cpus: 64)
    fleet.host("h3", 64, [.nfs], cpus: 64)
    for name in ["g1", "g2", "g3"] as [InstanceName] { fleet.guest(name, "h1", 2, [.disk("nfs", 1, 1)], labels: ["app": "x"]) }
    fleet.guest("g4", "h2", 8, [.disk("nfs", 1, 1)], labels: ["app": "x"])
    fleet.guest("other", "h1", 10, [.disk("nfs", 1, 1)])
    fleet.fill("h3", fillers)
    fleet.rule("one", .together, ["app": "x"], across: .host)
    return fleet.tiny
  }

  /// `app` may be copied to `new1` (one dear move) or go to `old2` once `web` left that (two cheap ones).
  static func copyOrTwoMoves(fillers: Int, _ objective: Objective) -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("old1", 10, [.nfs, .vol], maintenance: true)
    fleet.host("old2", 10, [.nfs, .vol])
    fleet.host("new1", 64, [.ssd(1000), .vol], cpus: 64)
    fleet.guest("app", "old1", 4, [.disk("nfs", 500, 500)])
    fleet.guest("web", "old2", 8, [.volume("vol", 500, 500)])
    for index in 0..<fillers { fleet.guest(InstanceName("filler-\(index)"), "new1", 1, [.volume("vol", 1, 1)]) }
    fleet.tiny.declare("app") { $0.targetStorage = ["vda": "ssd"] }
    fleet.tiny.objective = objective
    return fleet.tiny
  }

  /// Two that belong where the other is, with room for one of them only on a third host.
  static func swap(fillers: Int) -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("hv1", 10, [.nfs])
    fleet.host("hv2", 10, [.nfs])
    fleet.host("hv3", 128, [.nfs], cpus: 64)
    fleet.guest("a", "hv1", 8, [.disk("nfs", 1, 1)], placement: .host("hv2"))
    fleet.guest("b", "hv2", 8, [.disk("nfs", 1, 1)], placement: .host("hv1"))
    fleet.fill("hv3", fillers)
    return fleet.tiny
  }

  /// A drain of a zone's only host between two others, evenly spread at every instant.
  static func spreadAtEveryInstant() -> TinyFleet {
    var fleet = CaseFleet()
    fleet.tiny.desired.cells[0].limits = MigrationLimits(total: 2, perHost: 1, perHostIncoming: 1, perHostOutgoing: 1)
    for (host, zone) in [("a1", "a"), ("b1", "b"), ("b2", "b"), ("c1", "c"), ("c2", "c")] as [(HostName, String)] {
      fleet.host(host, 64, host == "c2" ? [.nfs] : [.nfs, .vol], labels: ["zone": zone], maintenance: host == "c1")
    }
    let guests: [(InstanceName, HostName, StorageID)] = [
      ("a-1", "a1", "vol"), ("a-2", "a1", "vol"), ("b-1", "b1", "nfs"), ("b-2", "b1", "vol"),
      ("c-nfs", "c1", "nfs"), ("c-vol", "c1", "vol"),
    ]
    for (name, host, storage) in guests { fleet.guest(name, host, 4, [.disk(storage, 1, 1)], labels: ["app": "x"]) }
    fleet.rule("even", .spread(maxSkew: 1), ["app": "x"], across: .label("zone"), hold: .always)
    return fleet.tiny
  }

  /// A host in maintenance with few large and many small guests, and too little room for all.
  static func scarceRoom(large: Int, small: Int, roomGiB: Int) -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("hv1", 1024, [.nfs], maintenance: true, cpus: 64)
    fleet.host("hv2", roomGiB, [.nfs], cpus: 64)
    for index in 0..<large { fleet.guest(InstanceName("big\(index)"), "hv1", 8, [.disk("nfs", 10, 10)]) }
    for index in 0..<small { fleet.guest(InstanceName("small\(index)"), "hv1", 1, [.disk("nfs", 10, 10)]) }
    return fleet.tiny
  }

  /// Two of three that would rather be apart leave a host; the third is on one of the two others.
  static func preferredApart(others: Int) -> TinyFleet {
    var fleet = CaseFleet()
    for host in ["hv1", "hv2", "hv3", "hv4"] as [HostName] { fleet.host(host, 128, [.nfs], maintenance: host == "hv3", cpus: 64) }
    fleet.guest("web-1", "hv3", 4, [.disk("nfs", 1, 1)], labels: ["app": "web"])
    fleet.guest("web-2", "hv3", 4, [.disk("nfs", 1, 1)], labels: ["app": "web"])
    fleet.guest("web-3", "hv1", 4, [.disk("nfs", 1, 1)], labels: ["app": "web"])
    fleet.fill("hv2", others)
    fleet.rule("apart", .separate(maximum: 1), ["app": "web"], across: .host, enforcement: .preferred)
    return fleet.tiny
  }
}
