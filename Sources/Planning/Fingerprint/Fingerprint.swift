package import Fleet

/// What planning used of a cell, as one hash: the same fingerprint, the same plan.
package enum Fingerprint {
  /// SHA-256 of canonical JSON (keys in a fixed order, no spaces) of the cell without gauges, times and our own marks.
  ///
  /// Left out: leftovers, free bytes, dirty rate, working set, when a mark expires, why a host did not answer, and what
  /// a hypervisor refuses: it is asked anew for every plan.
  package static func of(_ cell: CellObservation) -> String {
    var writer = CanonicalWriter()
    if let storage = cell.defaultStorage { writer.field("defaultStorageShared", storage.shared) }
    writer.field("name", cell.name.rawValue)
    writer.list("hosts", cell.hosts) { writer, host in write(host, to: &writer) }
    writer.list("instances", cell.instances) { writer, instance in write(instance, to: &writer) }
    return writer.finish()
  }

  private static func write(_ host: HostObservation, to writer: inout CanonicalWriter) {
    writer.field("admission", host.admission.rawValue)
    writer.field("cpuModel", host.cpuModel)
    writer.field("cpus", host.cpus)
    writer.field("memoryBytes", host.memoryBytes)
    writer.field("name", host.name.rawValue)
    writer.strings("networks", host.networks)
    if let isOutside = host.isOutsidePool { writer.field("isOutsidePool", isOutside) }
    if let models = host.offeredCPUModels { writer.strings("offeredCPUModels", models) }
    writer.field("reachable", host.reachable)
    writer.list("storages", host.storages) { writer, storage in
      writer.field("id", storage.id.rawValue)
      writer.field("identity", storage.identity)
      if let shared = storage.shared { writer.field("shared", shared) }
      if let needsNaming = storage.needsNaming { writer.field("needsNaming", needsNaming) }
      if storage.needsProof { writer.field("needsProof", true) }
    }
    if host.unmeasured != nil { writer.field("unmeasured", true) }
  }

  private static func write(_ instance: InstanceObservation, to writer: inout CanonicalWriter) {
    writer.strings("blockers", instance.blockers.map(\.rawValue))
    // A mark of ours makes it busy too, and comes and goes with our own moves; someone else's job does not carry our mark.
    writer.field("busy", instance.busy && instance.mark == nil)
    writer.field("cpuModel", instance.cpuModel)
    writer.list("disks", instance.disks) { writer, disk in
      writer.field("allocatedBytes", disk.allocatedBytes)
      writer.field("kind", disk.kind.rawValue)
      if disk.missing != nil { writer.field("missing", true) }
      writer.field("readOnly", disk.readOnly)
      writer.field("storage", disk.storage?.rawValue)
      writer.field("target", disk.target)
      writer.field("virtualBytes", disk.virtualBytes)
      writer.field("volume", disk.volume)
    }
    writer.field("host", instance.host?.rawValue)
    writer.field("memoryMaxBytes", instance.memoryMaxBytes)
    writer.field("name", instance.name.rawValue)
    if let bytes = instance.hotplugMemoryBytes { writer.field("hotplugMemoryBytes", bytes) }
    if let needs = instance.needs {
      writer.list("needs", needs) { writer, need in
        if need.atNextStart == true { writer.field("atNextStart", true) }
        writer.field("backs", need.backs)
        writer.field("storage", need.storage?.rawValue)
        writer.field("text", need.text)
      }
    }
    writer.strings("networks", instance.networks)
    writer.field("overheadBytes", instance.overheadBytes)
    writer.field("persistent", instance.persistent)
    writer.field("power", instance.power.rawValue)
    if instance.unreadable != nil { writer.field("unreadable", true) }
    writer.field("uuid", instance.uuid.rawValue)
    writer.field("vcpus", instance.vcpus)
  }
}
