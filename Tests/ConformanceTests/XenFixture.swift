import Fleet
import Foundation
import Hypervisor
import Synchronization
import Testing
import XenHypervisor
import XenSupport

/// The suite's hosts as a pool of two, played over TLS.
final class XenFixture: HypervisorFixture {
  let cell: CellName = "pool"
  let source: HostName = "h1"
  let destination: HostName = "h2"
  let guest: InstanceName = "web"
  let uuid: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000001"
  let localGuest: InstanceName = "db"
  let localUUID: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000002"
  let localPool: StorageID = "ssd"
  let localDiskBytes = SmallPool.diskBytes
  let diskTarget = "xvda"

  private let peer: XenPeer
  private let links: XenLinks
  private let recorders = Recorders()
  private let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)

  /// `options`: of the pool that is played.
  init(_ options: [String] = []) async throws {
    let recorders = recorders
    links = XenLinks { recorders.recording($0) }
    var pool = SmallPool()
    pool.addGuest("web", uuid: uuid.rawValue, on: "h1", memoryBytes: 1 << 30, storage: "nfs")
    pool.addGuest("db", uuid: localUUID.rawValue, on: "h1", memoryBytes: 1 << 30, storage: "ssd-h1")
    let file = try pool.file()
    peer = try await XenPeer(file.path, ["--seconds-per-gib", "1.5"] + options)
    try FileManager.default.removeItem(at: file)
  }

  /// Every call so far is in the published datamodel, with that many parameters of those types.
  func expectPublishedCalls() { #expect(recorders.faults == []) }

  func driver(_ writer: WriterIdentity) -> any Hypervisor {
    XenHypervisor(
      cell: DesiredCell(name: cell, connection: .xenapi(peer.connection), location: place),
      hosts: [source, destination].map { DesiredHost(name: $0, cell: cell, location: place) }, writer: writer, links: links,
      now: { Timestamp(milliseconds: Int(Date().timeIntervalSince1970 * 1000)) })
  }

  func wait() async { try? await Task.sleep(for: .milliseconds(20)) }

  func wasRebooted(_ uuid: InstanceUUID) async -> Bool {
    let name = uuid == localUUID ? "db" : "web"
    return peer.log().contains {
      $0["call"] as? String == "VM.start_on" && ($0["args"] as? [Any])?.first as? String == SmallPool.ref("VM", name)
    }
  }

  func fingerprint() async throws -> String {
    let calls = XenPool(peer.connection)
    var texts: [String] = []
    for table in ["VM", "VBD", "VDI", "SR", "host", "pool", "task"] {
      guard case .map(let records) = try await calls.call("\(table).get_all_records", [], deadline: HypervisorConformance.deadline) else {
        throw NoRecords(table: table)
      }
      texts += records.keys.sorted().map { "\(table) \($0) \(records[$0].map(Self.words) ?? "")" }
    }
    return texts.joined(separator: "\n")
  }

  private struct NoRecords: Error { var table: String }

  private static func words(_ value: XenValue) -> String {
    switch value {
    case .map(let map): "{" + map.keys.sorted().map { "\($0): \(map[$0].map(words) ?? "")" }.joined(separator: ", ") + "}"
    case .list(let list): "[" + list.map(words).joined(separator: ", ") + "]"
    default: "\(value)"
    }
  }
}

/// One recorder for each connection that a fixture's drivers make.
private final class Recorders: Sendable {
  private let all = Mutex<[XenRecorder]>([])

  func recording(_ calls: any XenCalls) -> any XenCalls {
    let recorder = XenRecorder(calls)
    all.withLock { $0.append(recorder) }
    return recorder
  }

  var faults: [String] { all.withLock { $0.flatMap(\.faults) } }
}
