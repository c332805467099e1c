package import Foundation

/// Records of a pool of two hosts, as `pool.py` reads them: shared storage `nfs`, local storages `ssd`, guests of one disk each.
package struct SmallPool {
  package static let memoryBytes = 16 << 30
  package static let diskBytes = 1 << 30

  private var tables: [String: [String: [String: Any]]] = [:]
  private static let null = "OpaqueRef:NULL"

  /// `localType`: type of the local storages.
  package init(hosts: [String] = ["h1", "h2"], localType: String = "ext") {
    add(
      "pool", "pool",
      [
        "name_label": "pool", "master": Self.ref("host", hosts[0]), "ha_enabled": false, "other_config": [:],
        "default_SR": Self.ref("SR", "nfs"),
      ])
    add("network", "lan", ["name_label": "lan", "bridge": "xenbr0", "PIFs": hosts.map { Self.ref("PIF", $0) }, "VIFs": []])
    addStorage("nfs", type: "nfs", shared: true, hosts: hosts)
    for (index, host) in hosts.enumerated() {
      let number = index + 1
      add(
        "host", host,
        [
          "name_label": host, "hostname": host, "address": "192.0.2.\(number)", "enabled": true, "metrics": Self.ref("host_metrics", host),
          "memory_overhead": "100000000", "other_config": [:], "resident_VMs": [], "software_version": ["product_version": "8.2.1"],
          "cpu_info": [
            "cpu_count": "8", "vendor": "GenuineIntel", "features_hvm": "17cbfbff-f7fa3223", "features_pv": "17c9cbf5-f6f83203",
          ],
          "PBDs": [], "PIFs": [Self.ref("PIF", host)],
        ])
      add("host_metrics", host, ["live": true, "memory_total": String(Self.memoryBytes), "memory_free": "0"])
      add(
        "PIF", host,
        [
          "host": Self.ref("host", host), "network": Self.ref("network", "lan"), "management": true, "IP": "192.0.2.\(number)",
          "currently_attached": true, "device": "eth0",
        ])
      addStorage("ssd", as: "ssd-\(host)", type: localType, shared: false, hosts: [host])
      addGuest("dom0-\(host)", uuid: Self.uuid("dom0-\(host)"), on: host, memoryBytes: 1 << 30, storage: nil)
      change("VM", "dom0-\(host)") { $0["is_control_domain"] = true }
    }
  }

  package static func ref(_ table: String, _ name: String) -> String { "OpaqueRef:\(table)-\(name)" }

  private static func uuid(_ text: String) -> String {
    var hash: UInt64 = 1_469_598_103_934_665_603
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    let digits = String(hash, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    return "6f0c2c66-\(padded.prefix(4))-4000-8000-\(padded.suffix(12))"
  }

  private mutating func add(_ table: String, _ name: String, _ fields: [String: Any]) {
    tables[table, default: [:]][Self.ref(table, name)] = fields.merging(["uuid": fields["uuid"] ?? Self.uuid("\(table) \(name)")]) { $1 }
  }

  package mutating func change(_ table: String, _ name: String, _ edit: (inout [String: Any]) -> Void) {
    edit(&tables[table, default: [:]][Self.ref(table, name), default: [:]])
  }

  /// A collection of images, shared by these hosts or on the drive of one.
  package mutating func addLibrary(_ name: String, shared: Bool = true, hosts: [String] = ["h1", "h2"]) {
    addStorage(name, type: shared ? "iso" : "udev", shared: shared, hosts: hosts)
    change("SR", name) { $0["content_type"] = "iso" }
  }

  /// A snapshot of a guest, with one disk; `parent`: the disk that it is of, which may be gone since.
  package mutating func addSnapshot(_ name: String, of guest: String, parent: String?, storage: String) {
    addGuest(name, uuid: Self.uuid("VM \(name)"), on: "h1", memoryBytes: 1 << 30, storage: storage)
    change("VM", name) {
      $0["is_a_snapshot"] = true
      $0["is_a_template"] = true
      $0["snapshot_of"] = Self.ref("VM", guest)
      $0["power_state"] = "Halted"
      $0["resident_on"] = Self.null
    }
    change("VM", guest) { $0["snapshots"] = ($0["snapshots"] as? [String] ?? []) + [Self.ref("VM", name)] }
    change("VDI", name) {
      $0["is_a_snapshot"] = true
      $0["snapshot_of"] = parent.map { Self.ref("VDI", $0) } ?? Self.null
    }
  }

  private mutating func addStorage(_ label: String, as name: String? = nil, type: String, shared: Bool, hosts: [String]) {
    let name = name ?? label
    add(
      "SR", name,
      [
        "name_label": label, "type": type, "shared": shared, "content_type": "user", "physical_size": String(100 << 30),
        "physical_utilisation": "0", "PBDs": hosts.map { Self.ref("PBD", "\(name)-\($0)") }, "VDIs": [],
      ])
    for host in hosts {
      add("PBD", "\(name)-\(host)", ["SR": Self.ref("SR", name), "host": Self.ref("host", host), "currently_attached": true])
    }
  }

  /// `storage`: `nfs`, `ssd-HOST`, or nil for none.
  package mutating func addGuest(_ name: String, uuid: String, on host: String, memoryBytes: Int, storage: String?) {
    add(
      "VM", name,
      [
        "uuid": uuid, "name_label": name, "power_state": "Running", "resident_on": Self.ref("host", host),
        "scheduled_to_be_resident_on": Self.null, "affinity": Self.null, "is_a_template": false, "is_a_snapshot": false,
        "is_control_domain": false, "memory_dynamic_min": String(memoryBytes), "memory_dynamic_max": String(memoryBytes),
        "memory_static_max": String(memoryBytes), "memory_overhead": String(10 << 20), "VCPUs_max": "2", "current_operations": [:],
        "allowed_operations": ["pool_migrate", "migrate_send", "clean_shutdown"], "blocked_operations": [:], "other_config": [:],
        "HVM_boot_policy": "BIOS order", "last_boot_CPU_flags": ["vendor": "GenuineIntel", "features": "17cbfbff-f7fa3223"],
        "VBDs": storage == nil ? [] : [Self.ref("VBD", name)], "VIFs": [Self.ref("VIF", name)],
      ])
    add("VIF", name, ["VM": Self.ref("VM", name), "network": Self.ref("network", "lan"), "device": "0"])
    if let storage { addDisk(name, of: name, device: "xvda", storage: storage) }
  }

  /// `type`: `Disk` or `CD`. `name` is the guest's for its first disk, which its record names already.
  package mutating func addDisk(_ name: String, of guest: String, device: String, type: String = "Disk", storage: String) {
    if name != guest { change("VM", guest) { $0["VBDs"] = ($0["VBDs"] as? [String] ?? []) + [Self.ref("VBD", name)] } }
    add(
      "VBD", name,
      [
        "VM": Self.ref("VM", guest), "VDI": Self.ref("VDI", name), "device": device, "userdevice": "0", "type": type,
        "mode": type == "CD" ? "RO" : "RW", "empty": false, "currently_attached": true,
      ])
    add(
      "VDI", name,
      [
        "SR": Self.ref("SR", storage), "VBDs": [Self.ref("VBD", name)], "virtual_size": String(Self.diskBytes),
        "physical_utilisation": "1000", "name_label": name,
      ])
  }

  /// Writes the records where `XenPeer` can read them.
  package func file() throws -> URL {
    let file = FileManager.default.temporaryDirectory.appending(path: "xen-pool-\(UUID().uuidString).json")
    try JSONSerialization.data(withJSONObject: tables).write(to: file)
    return file
  }
}
