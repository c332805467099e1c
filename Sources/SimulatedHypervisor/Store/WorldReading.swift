import Fleet

/// How each part of a world is read; what a text leaves out has its default.
/// Largest quantities a world may name, so that sums over a fleet stay whole numbers.
enum WorldLimits {
  /// 16 TiB of memory, of a host or a guest.
  static let memoryBytes = 0...1 << 44
  /// 1 PiB on a disk, in a pool or over a link.
  static let bytes = 0...1 << 50
  static let processors = 0...65_536
  /// A day.
  static let milliseconds = 0...86_400_000
  static let count = 0...1 << 40
}

extension SimulatedWorld {
  init(reading json: inout JSONScanner) throws(ScanError) {
    var world = SimulatedWorld(cells: [])
    var header: [String: String] = [:]
    var cells: [SimulatedCell]?
    var begun: Int?
    try json.object { json, key throws(ScanError) in
      switch key {
      case "apiVersion", "kind": header[key] = try json.string()
      case "clock": world.clock = try json.decode(SimulatedClock.self)
      case "cells": cells = try json.array { json throws(ScanError) in try SimulatedCell(reading: &json) }
      case "jobs": world.jobs = try json.decode([SimulatedJob].self)
      case "faults": world.faults = try json.decode([SimulatedFault].self)
      case "pending": world.pending = try json.decode([SimulatedPending].self)
      case "violations": world.violations = try json.decode([String].self)
      case "jobsBegun": begun = try json.integer(WorldLimits.count)
      default: try json.skip()
      }
    }
    for (key, wanted) in [("apiVersion", SimulatedWorld.apiVersion), ("kind", SimulatedWorld.kind)] {
      guard let found = header[key] else { throw ScanError(place: key, text: "is missing") }
      guard found == wanted else { throw ScanError(place: key, text: "expected \"\(wanted)\", found \"\(found)\"") }
    }
    world.cells = try required(cells, "cells")
    world.jobsBegun = begun ?? world.jobs.count
    self = world
  }
}

/// A value that must have been there.
private func required<Value>(_ value: Value?, _ key: String) throws(ScanError) -> Value {
  guard let value else { throw ScanError(place: key, text: "is missing") }
  return value
}

extension SimulatedCell {
  init(reading json: inout JSONScanner) throws(ScanError) {
    var name: String?
    var hosts: [SimulatedHost]?
    var cell = SimulatedCell(name: "", hosts: [])
    try json.object { json, key throws(ScanError) in
      switch key {
      case "name": name = try json.string()
      case "linkBytesPerSecond": cell.linkBytesPerSecond = try json.integer(1...WorldLimits.bytes.upperBound)
      case "hosts": hosts = try json.array { json throws(ScanError) in try SimulatedHost(reading: &json) }
      case "instances": cell.instances = try json.array { json throws(ScanError) in try SimulatedInstance(reading: &json) }
      default: try json.skip()
      }
    }
    cell.name = CellName(try required(name, "name"))
    cell.hosts = try required(hosts, "hosts")
    self = cell
  }
}

extension SimulatedHost {
  init(reading json: inout JSONScanner) throws(ScanError) {
    var name: String?
    var memory: Int?
    var host = SimulatedHost(name: "", memoryBytes: 0)
    try json.object { json, key throws(ScanError) in
      if try json.null() { return }
      switch key {
      case "name": name = try json.string()
      case "reachable": host.reachable = try json.flag()
      case "unreachableReason": host.unreachableReason = try json.string()
      case "admission": host.admission = try json.choice(HostObservation.Admission.self)
      case "memoryBytes": memory = try json.integer(WorldLimits.memoryBytes)
      case "cpus": host.cpus = try json.integer(WorldLimits.processors)
      case "cpuModel": host.cpuModel = try json.string()
      case "offeredCPUModels": host.offeredCPUModels = try json.array { json throws(ScanError) in try json.string() }
      case "storages": host.storages = try json.array { json throws(ScanError) in try StorageObservation(reading: &json) }
      case "networks": host.networks = try json.array { json throws(ScanError) in try json.string() }
      case "machineUUID": host.machineUUID = try json.string()
      case "realIdentities": host.realIdentities = try json.decode([String: String].self)
      case "volumes": host.volumes = try json.decode([SimulatedVolume].self)
      default: try json.skip()
      }
    }
    host.name = HostName(try required(name, "name"))
    host.memoryBytes = try required(memory, "memoryBytes")
    self = host
  }
}

extension StorageObservation {
  init(reading json: inout JSONScanner) throws(ScanError) {
    var id: String?
    var free: Int?
    var storage = StorageObservation(id: "", shared: nil, freeBytes: 0)
    try json.object { json, key throws(ScanError) in
      if try json.null() { return }
      switch key {
      case "id": id = try json.string()
      case "identity": storage.identity = try json.string()
      case "shared": storage.shared = try json.flag()
      case "source": storage.source = try json.string()
      case "freeBytes": free = try json.integer(WorldLimits.bytes)
      default: try json.skip()
      }
    }
    storage.id = StorageID(try required(id, "id"))
    storage.freeBytes = try required(free, "freeBytes")
    self = storage
  }
}

extension DiskObservation {
  init(reading json: inout JSONScanner) throws(ScanError) {
    var target: String?
    var readOnly: Bool?
    var allocated: Int?
    var disk = DiskObservation(target: "", storage: nil, virtualBytes: 0, allocatedBytes: 0)
    try json.object { json, key throws(ScanError) in
      if try json.null() { return }
      switch key {
      case "target": target = try json.string()
      case "kind": disk.kind = try json.choice(Kind.self)
      case "readOnly": readOnly = try json.flag()
      case "storage": disk.storage = StorageID(try json.string())
      case "volume": disk.volume = try json.string()
      case "virtualBytes": disk.virtualBytes = try json.integer(WorldLimits.bytes)
      case "allocatedBytes": allocated = try json.integer(WorldLimits.bytes)
      default: try json.skip()
      }
    }
    disk.target = try required(target, "target")
    disk.readOnly = readOnly ?? (disk.kind == .cdrom || disk.kind == .configDrive)
    disk.allocatedBytes = allocated ?? disk.virtualBytes
    self = disk
  }
}
