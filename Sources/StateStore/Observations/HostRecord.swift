package import Fleet

/// A host as observed with the instances it showed: what a row of `host_version` holds.
package struct HostRecord: Sendable, Equatable, Codable {
  /// Nil: only its instances were told, or they are on no host.
  package var host: HostObservation?
  package var instances: [InstanceObservation]

  package init(host: HostObservation?, instances: [InstanceObservation]) {
    self.host = host
    self.instances = instances
  }

  /// The JSON that `JSONEncoder` would write, but for the order of keys; a test compares the two field by field.
  ///
  /// Without gauges the numbers that change all the time and the time of a mark are 0, so that they make no new version.
  package func json(gauges: Bool) -> String {
    var writer = JSONWriter()
    write(to: &writer, gauges: gauges)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  func write(to writer: inout JSONWriter, gauges: Bool) {
    writer.object { writer in
      if let host { writer.field("host") { $0.fields(of: host, gauges: gauges) } }
      writer.field("instances", instances) { writer, instance in writer.object { $0.fields(of: instance, gauges: gauges) } }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func fields(of host: HostObservation, gauges: Bool) {
    field("name", host.name.rawValue)
    field("reachable", host.reachable)
    field("unreachableReason", host.unreachableReason)
    if let isOutside = host.isOutsidePool { field("isOutsidePool", isOutside) }
    if let isUndeclared = host.isUndeclared { field("isUndeclared", isUndeclared) }
    field("admission", host.admission.rawValue)
    if let unmeasured = host.unmeasured { field("unmeasured", unmeasured) }
    field("memoryBytes", host.memoryBytes)
    field("cpus", host.cpus)
    field("cpuModel", host.cpuModel)
    if let models = host.offeredCPUModels { field("offeredCPUModels", models) { $0.element($1) } }
    field("storages", host.storages) { writer, storage in
      writer.object { writer in
        writer.field("id", storage.id.rawValue)
        writer.field("identity", storage.identity)
        writer.field("shared", storage.shared)
        writer.field("source", storage.source)
        if let needsNaming = storage.needsNaming { writer.field("needsNaming", needsNaming) }
        writer.field("freeBytes", gauges ? storage.freeBytes : 0)
      }
    }
    field("networks", host.networks) { $0.element($1) }
    if let machine = host.machineUUID { field("machineUUID", machine) }
  }

  fileprivate mutating func fields(of instance: InstanceObservation, gauges: Bool) {
    field("uuid", instance.uuid.rawValue)
    field("name", instance.name.rawValue)
    field("host", instance.host?.rawValue)
    field("power", instance.power.rawValue)
    field("persistent", instance.persistent)
    field("memoryMaxBytes", instance.memoryMaxBytes)
    if let bytes = instance.hotplugMemoryBytes { field("hotplugMemoryBytes", bytes) }
    field("overheadBytes", instance.overheadBytes)
    field("vcpus", instance.vcpus)
    field("cpuModel", instance.cpuModel)
    field("networks", instance.networks) { $0.element($1) }
    field("disks", instance.disks) { writer, disk in writer.object { $0.fields(of: disk) } }
    if let needs = instance.needs {
      field("needs", needs) { writer, need in
        writer.object { writer in
          writer.field("text", need.text)
          writer.field("storage", need.storage?.rawValue)
          writer.field("backs", need.backs)
          if need.atNextStart == true { writer.field("atNextStart", true) }
        }
      }
    }
    field("blockers", instance.blockers) { $0.element($1.rawValue) }
    field("unreadable", instance.unreadable)
    field("busy", instance.busy)
    if let mark = instance.mark { field("mark") { $0.fields(of: mark, gauges: gauges) } }
    field("dirtyBytesPerSecond", gauges ? instance.dirtyBytesPerSecond : nil)
    field("workingSetBytes", gauges ? instance.workingSetBytes : nil)
  }

  private mutating func fields(of disk: DiskObservation) {
    field("target", disk.target)
    field("kind", disk.kind.rawValue)
    field("readOnly", disk.readOnly)
    field("storage", disk.storage?.rawValue)
    field("volume", disk.volume)
    field("virtualBytes", disk.virtualBytes)
    field("allocatedBytes", disk.allocatedBytes)
    field("missing", disk.missing)
    if let neverCopied = disk.neverCopied { field("neverCopied", neverCopied) }
  }

  private mutating func fields(of mark: WriterMark, gauges: Bool) {
    field("fleet", mark.fleet)
    field("writer", mark.writer.rawValue)
    field("epoch", mark.epoch)
    field("run", mark.run)
    field("machine", mark.machine)
    field("intent", mark.intent.rawValue)
    field("expires", gauges ? mark.expires.description : Timestamp(milliseconds: 0).description)
  }
}
