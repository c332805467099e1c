import Fleet
import GRDB
import Glibc
import StateStore

/// A folder of its own for a test, removed with this value.
final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/state-store-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ScratchError(errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { ScratchFolder.remove(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  static func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    chmod(path, 0o700)
    for name in entries(of: path) {
      let child = "\(path)/\(name)"
      if unlink(child) != 0 { remove(child) }
    }
    rmdir(path)
  }
}

struct ScratchError: Error { var errno: Int32 }

/// Bytes of a file; empty if it is not there.
func bytes(of path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { return [] }
  defer { fclose(file) }
  var contents: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return contents }
    contents += buffer[0..<count]
  }
}

func write(_ bytes: [UInt8], to path: String) throws {
  guard let file = fopen(path, "w") else { throw ScratchError(errno: errno) }
  defer { fclose(file) }
  guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw ScratchError(errno: errno) }
}

func mode(of path: String) -> mode_t {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

/// Runs SQL on a database behind the store's back.
func tamper(_ path: String, _ sql: String) throws {
  try DatabaseQueue(path: path).writeWithoutTransaction { db in try db.execute(sql: sql) }
}

/// The error of a call, or nil if it went through.
func failure<Value>(_ body: () throws(StateStoreError) -> Value) -> StateStoreError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

extension Timestamp {
  static let start = Timestamp(milliseconds: 1_795_395_723_000)
  static let day = 86_400_000
  func days(_ count: Int) -> Timestamp { adding(milliseconds: count * Timestamp.day) }
  func seconds(_ count: Int) -> Timestamp { adding(milliseconds: count * 1000) }
}

enum Sample {
  static func instance(_ number: Int, on host: HostName?, power: InstanceObservation.Power = .running) -> InstanceObservation {
    InstanceObservation(
      uuid: InstanceUUID("00000000-0000-4000-8000-\(100_000_000_000 + number)"), name: InstanceName("vm\(number)"), host: host,
      power: power,
      memoryMaxBytes: 4 << 30, vcpus: 2,
      disks: [DiskObservation(target: "vda", storage: "local", virtualBytes: 20 << 30, allocatedBytes: 8 << 30)])
  }

  /// A cell whose host `hv<i>` holds the instances `placement[i]`.
  static func cell(_ placement: [[Int]], name: CellName = "east", unreachable: Set<HostName> = []) -> CellObservation {
    let hosts = placement.indices.map { HostName("hv\($0)") }
    return CellObservation(
      name: name,
      hosts: hosts.map { host in
        let storages = [StorageObservation(id: "local", shared: false, freeBytes: 1 << 40)]
        return HostObservation(
          name: host, reachable: !unreachable.contains(host), memoryBytes: 64 << 30, cpus: 16, cpuModel: "EPYC", storages: storages,
          networks: ["br0"])
      },
      instances: zip(hosts, placement).filter { !unreachable.contains($0.0) }.flatMap { host, guests in
        guests.map { instance($0, on: host) }
      }
      .sorted { $0.uuid < $1.uuid })
  }

  static func move(
    _ id: OperationID, _ state: OperationRecord.State, instance: InstanceName = "vm1", at: Timestamp = .start, detail: String = ""
  ) -> JournalRecord {
    let move = Move(
      id: "m1", instance: instance, uuid: "u1", cell: "east", from: "hv1", to: "hv2", mode: .live, storage: .shared, disks: [],
      reason: MoveReason(kind: .maintenance, text: "hv1 is in maintenance"), bytes: 4 << 30, cost: 1)
    return .operation(
      OperationRecord(id: id, operation: .move(move), steps: [step], state: state, writer: "w", epoch: 1, at: at, detail: detail))
  }

  static func step(_ intent: IntentID, of move: OperationID, _ state: StepRecord.State, at: Timestamp = .start) -> JournalRecord {
    .step(
      StepRecord(
        intent: intent, operation: move, stepIndex: 0, step: step, source: HostEndpoint(name: "hv1", uri: "test:///1"),
        destination: HostEndpoint(name: "hv2", uri: "test:///2"), writer: "w", epoch: 1, state: state, at: at))
  }

  static let step = Step(
    .migrate(MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy())), instance: "vm1", uuid: "u1", cell: "east", source: "hv1",
    destination: "hv2")
}

extension StateStore {
  /// As the run that holds the lease, which is taken if nobody does.
  func append(_ records: [JournalRecord]) throws(StateStoreError) {
    if try lease() == nil {
      let lock = try lock(holder: "test")
      defer { lock.release() }
      _ = try takeLease(now: Timestamp(milliseconds: 0), lifetimeMilliseconds: 60_000)
    }
    try append(records, epoch: try lease()?.epoch ?? 0)
  }
}
