import Fleet
import Planning

/// Fleets that a random search found a plan wrong for, made small.
extension CaseFleet {
  /// Rules that always hold, over hosts that lack their label.
  static func hostsWithoutLabels() -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("hv2", 64, [.nfs, .ssd(1000), .vol])
    fleet.host("hv3", 64, [.nfs, .ssd(1000), .vol], labels: ["zone": "a"], cpus: 8)
    fleet.host("hv4", 64, [.nfs, .ssd(50), .vol], cpus: 8)
    fleet.host("hv5", 64, [.nfs, .ssd(1000), .vol], labels: ["rack": "r2", "zone": "a"], cpus: 8)
    fleet.guest("vm01", "hv2", 1, [.disk("nfs", 40, 20)], placement: .host("hv3"), labels: ["g2": "app2"])
    fleet.guest("vm02", "hv5", 1, [.disk("nfs", 40, 20)], labels: ["g1": "app1"])
    fleet.guest("vm04", "hv4", 1, [.disk("nfs", 1, 1)], labels: ["g0": "app0", "g2": "app2"])
    fleet.guest("vm12", "hv3", 1, [.disk("nfs", 100, 50)], labels: ["g0": "app0", "g1": "app1"])
    fleet.rule("rule1", .separate(maximum: 1), ["g1": "app1"], across: .label("zone"), hold: .always)
    fleet.rule("rule2", .together, ["g2": "app2"], across: .host, hold: .always)
    return fleet.tiny
  }

  /// Not everybody can leave hv3: one guest stays, and not two.
  static func oneGuestTooMany() -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("hv1", 48, [.nfs, .ssd(1000), .vol])
    fleet.host("hv2", 48, [.nfs, .ssd(100), .vol])
    fleet.host("hv3", 64, [.nfs, .ssd(50), .vol], maintenance: true)
    fleet.guest("vm01", "hv2", 4, [.disk("nfs", 1, 1)])
    fleet.guest("vm02", "hv3", 6, [.disk("nfs", 40, 40)])
    fleet.guest("vm03", "hv3", 4, [.disk("nfs", 20, 20)])
    fleet.guest("vm04", "hv3", 8, [.disk("nfs", 100, 100)])
    fleet.guest("vm05", "hv2", 6, [.disk("nfs", 1, 1)])
    fleet.guest("vm06", "hv1", 8, [.disk("nfs", 1, 1)])
    fleet.guest("vm07", "hv1", 1, [.disk("nfs", 100, 100)])
    fleet.guest("vm08", "hv3", 5, [.disk("nfs", 1, 1)])
    fleet.guest("vm09", "hv1", 8, [.disk("nfs", 100, 50)])
    fleet.guest("vm10", "hv3", 7, [.disk("nfs", 1, 1)])
    fleet.guest("vm11", "hv1", 5, [.disk("nfs", 20, 10)])
    fleet.guest("vm12", "hv1", 9, [.disk("nfs", 1, 1)], overheadMiB: 128)
    fleet.guest("vm13", "hv2", 7, [.disk("nfs", 1, 1)])
    fleet.guest("vm14", "hv3", 1, [.disk("nfs", 1, 1)])
    fleet.guest("vm15", "hv2", 4, [.disk("nfs", 1, 1)], overheadMiB: 128)
    fleet.guest("vm16", "hv2", 5, [.disk("nfs", 1, 1)])
    fleet.guest("vm17", "hv2", 5, [.disk("nfs", 1, 1)])
    fleet.guest("vm18", "hv2", 2, [.disk("nfs", 20, 10)])
    fleet.guest("vm19", "hv2", 5, [.disk("nfs", 1, 1)])
    return fleet.tiny
  }

  /// Everybody can leave hv3 with two who make room, in few of the orders.
  static func fourMovesInOrder() -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("hv1", 16, [.nfs, .ssd(50), .vol])
    fleet.host("hv3", 64, [.nfs, .ssd(200), .vol], maintenance: true)
    fleet.host("hv4", 16, [.nfs, .ssd(50), .vol])
    fleet.host("hv5", 16, [.nfs, .ssd(200)])
    fleet.guest("vm01", "hv3", 2, [.volume("vol", 40, 20)])
    fleet.guest("vm02", "hv4", 4, [.disk("nfs", 1, 1)])
    fleet.guest("vm03", "hv5", 4, [.disk("nfs", 10, 10)])
    fleet.guest("vm09", "hv4", 4, [.disk("nfs", 10, 5)])
    fleet.guest("vm10", "hv1", 2, [.disk("nfs", 10, 10)])
    fleet.guest("vm11", "hv1", 4, [.disk("nfs", 1, 1)])
    fleet.guest("vm12", "hv5", 4, [.disk("nfs", 40, 20)])
    fleet.guest("vm13", "hv5", 4, [.disk("nfs", 20, 20)])
    fleet.guest("vm14", "hv4", 2, [.disk("nfs", 10, 10)], overheadMiB: 128)
    fleet.guest("vm15", "hv1", 4, [.disk("nfs", 10, 10)], overheadMiB: 128)
    fleet.guest("vm16", "hv4", 2, [.disk("nfs", 100, 50)])
    fleet.guest("vm17", "hv3", 2, [.disk("nfs", 100, 50)])
    fleet.guest("vm19", "hv1", 4, [.disk("nfs", 40, 40)])
    fleet.guest("vm20", "hv5", 4, [.disk("nfs", 10, 10)])
    return fleet.tiny
  }

  /// Of two ends with two moves, one has no order.
  static func endWithoutOrder() -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("hv1", 64, [.nfs, .ssd(100), .vol], labels: ["rack": "r0", "zone": "a"])
    fleet.host("hv3", 64, [.nfs, .ssd(100)], labels: ["rack": "r1", "zone": "c"])
    fleet.host("hv5", 16, [.nfs, .ssd(50), .vol], labels: ["rack": "r2", "zone": "b"])
    fleet.host("hv6", 64, [.nfs, .ssd(50), .vol], labels: ["rack": "r2", "zone": "c"], maintenance: true)
    fleet.host("hv7", 64, [.nfs, .ssd(1000)], labels: ["rack": "r3", "zone": "a"])
    fleet.host("hv8", 64, [.nfs, .ssd(50), .vol], labels: ["rack": "r3", "zone": "b"])
    fleet.host("hv9", 64, [.nfs, .ssd(1000), .vol], labels: ["rack": "r4", "zone": "c"])
    fleet.guest("vm02", "hv5", 9, [.disk("nfs", 20, 20)])
    fleet.guest("vm05", "hv7", 1, [.disk("nfs", 10, 5)], labels: ["g0": "app0"])
    fleet.guest("vm07", "hv6", 9, [.disk("nfs", 1, 1)], labels: ["g0": "app0"])
    fleet.guest("vm08", "hv9", 1, [.disk("nfs", 40, 40)], labels: ["g0": "app0"])
    fleet.guest("vm09", "hv3", 1, [.disk("nfs", 20, 10)], labels: ["g0": "app0"])
    fleet.guest("vm15", "hv1", 1, [.disk("nfs", 1, 1)], labels: ["g0": "app0"])
    fleet.rule("rule0", .separate(maximum: 1), ["g0": "app0"], across: .label("rack"), hold: .always)
    return fleet.tiny
  }

  /// vm09 belongs on hv2 and is larger than all room of hv2 and hv3 together, so it stays; one guest of hv1 stays too.
  static func largerThanAllRoom() -> TinyFleet {
    var fleet = CaseFleet()
    fleet.host("hv1", 16, [.nfs, .vol], maintenance: true)
    fleet.host("hv2", 60, [.nfs, .vol])
    fleet.host("hv3", 31, [.nfs, .vol], cpus: 16)
    let disk = Disk.disk("nfs", 10, 10)
    let onOne: DesiredPlacement = .host("hv3")
    fleet.guest("vm01", "hv2", 1, [disk], overheadMiB: 128, placement: onOne)
    fleet.guest("vm02", "hv3", 2, [disk], placement: .host("hv1"))
    fleet.guest("vm03", "hv2", 8, [disk], placement: onOne)
    fleet.guest("vm04", "hv1", 8, [disk], placement: .anyOf(["hv1", "hv2", "hv3"]))
    fleet.guest("vm06", "hv2", 2, [disk])
    fleet.guest("vm07", "hv2", 16, [disk], placement: .anyOf(["hv2", "hv3"]))
    fleet.guest("vm08", "hv2", 4, [disk])
    fleet.guest("vm09", "hv3", 12, [disk], placement: .anyOf(["hv1", "hv2"]))
    fleet.guest("vm10", "hv3", 4, [disk])
    fleet.guest("vm11", "hv1", 1, [disk])
    fleet.guest("vm12", "hv1", 1, [disk], overheadMiB: 128)
    fleet.guest("vm13", "hv2", 16, [disk], placement: .anyOf(["hv1", "hv2", "hv3"]))
    fleet.guest("vm14", "hv1", 1, [disk], overheadMiB: 128)
    fleet.guest("vm15", "hv1", 2, [disk])
    fleet.guest("vm16", "hv1", 1, [disk], placement: onOne)
    fleet.guest("vm17", "hv3", 1, [disk], placement: onOne)
    fleet.guest("vm18", "hv3", 4, [disk], overheadMiB: 128, placement: onOne)
    fleet.guest("vm19", "hv2", 16, [disk], placement: .host("hv1"))
    fleet.guest("vm20", "hv3", 2, [disk], placement: .anyOf(["hv1", "hv3"]))
    for name in ["vm03", "vm12", "vm15"] as [InstanceName] { fleet.tiny.change(name) { $0.power = .off } }
    for name in ["vm16", "vm18", "vm19"] as [InstanceName] { fleet.tiny.declare(name) { $0.required = true } }
    fleet.tiny.change("vm19") { $0.blockers = [.snapshot] }
    return fleet.tiny
  }

  /// x and y change places over hv3, once z has left it: z stands on none of the hosts that they leave or go to, and nobody else may leave.
  static func roomOnTheWay() -> TinyFleet {
    var fleet = TinyFleet(hosts: 5, memoryGiB: 10)
    fleet.see("hv4") { $0.memoryBytes = 8 * gib }
    fleet.see("hv5") { $0.memoryBytes = 64 * gib }
    fleet.add("x", on: "hv1", memoryGiB: 8, placement: .host("hv2"))
    fleet.add("y", on: "hv2", memoryGiB: 8, placement: .host("hv1"))
    fleet.add("z", on: "hv3", memoryGiB: 6)
    fleet.add("w", on: "hv4", memoryGiB: 1)
    fleet.see("hv5") { $0.admission = .closed }
    for index in 0..<16 { fleet.add(InstanceName("quiet-\(index)"), on: "hv5", memoryGiB: 3) }
    fleet.change("w") { $0.blockers = [.snapshot] }
    return fleet
  }

  /// x and y, whose disks are copied, change places, for which z has to step aside and come back: to a host that w or the guest of hv3 goes to
  /// for good, and once these are there z has nowhere to step to.
  static func roomTakenTooEarly() -> TinyFleet {
    var fleet = TinyFleet(hosts: 6, memoryGiB: 24)
    fleet.maintain("hv3")
    let residents: [(InstanceName, HostName, Int)] = [("a", "hv1", 16), ("b", "hv2", 12), ("c", "hv4", 4), ("d", "hv5", 8)]
    for (name, host, memoryGiB) in residents {
      fleet.add(name, on: host, memoryGiB: memoryGiB)
      fleet.change(name) { $0.blockers = [.snapshot] }
    }
    fleet.add("x", on: "hv4", memoryGiB: 5, storage: "ssd", placement: .host("hv2"))
    fleet.add("y", on: "hv2", memoryGiB: 8, storage: "ssd")
    fleet.add("z", on: "hv4", memoryGiB: 8, placement: .host("hv4"))
    fleet.add("w", on: "hv5", memoryGiB: 8, placement: .anyOf(["hv1", "hv5"]))
    fleet.add("leaves", on: "hv3", memoryGiB: 16)
    fleet.see("hv6") { $0.admission = .closed }
    for index in 0..<16 { fleet.add(InstanceName("quiet-\(index)"), on: "hv6", memoryGiB: 1) }
    return fleet
  }
}
