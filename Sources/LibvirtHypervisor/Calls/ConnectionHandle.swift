import BlockingCalls
import CLibvirt
import Fleet
import Glibc
import Hypervisor
import Synchronization

/// A libvirt connection. One thread at a time calls on it or on what was got from it: see `ConnectionPool`.
///
/// Unchecked: the pointer never changes, it is closed once, at the end, and counting references, all that other threads do, is safe.
final class ConnectionHandle: @unchecked Sendable {
  /// A silent host is given up after interval × count seconds: without this a call to it never returns.
  static let keepAliveSeconds: Int32 = 5
  static let keepAliveMisses: UInt32 = 3

  private static let opened = Atomic(0)

  let pointer: OpaquePointer
  /// Tells it from every other connection of this process, ended ones too.
  let number = opened.add(1, ordering: .relaxed).newValue
  /// Ids of the event callbacks registered on it: each holds the connection open.
  private let callbacks = Mutex<[Int32]>([])

  private let onClose: @Sendable () -> Void

  private init(_ pointer: OpaquePointer, onClose: @escaping @Sendable () -> Void) {
    self.pointer = pointer
    self.onClose = onClose
  }

  /// Connects; blocks for as long as the network lets it. `onClose`: called once, when it is closed or did not come about.
  static func open(_ uri: String, onClose: @escaping @Sendable () -> Void = {}) throws(LibvirtError) -> ConnectionHandle {
    guard LibvirtLibrary.isReady else { throw .refused("libvirt's client library or its event loop did not start") }
    do { try Descriptors.take() } catch {
      onClose()
      throw error
    }
    guard let pointer = virConnectOpenAuth(uri, nil, 0) else {
      // Read before anything else is called.
      let error = LibvirtError.last()
      Descriptors.giveBack()
      onClose()
      throw error
    }
    let connection = ConnectionHandle(pointer, onClose: onClose)
    // A local connection (`qemu:///system` through a driver without RPC) has no need of it: not supported is fine.
    if virConnectSetKeepAlive(pointer, keepAliveSeconds, keepAliveMisses) < 0 {
      let error = LibvirtError.last(on: pointer)
      if error.connectionLost { throw error }
    }
    return connection
  }

  // Closing may wait for the other side.
  deinit {
    let (connection, callbacks, onClose) = (Pointer(pointer), callbacks.withLock { $0 }, onClose)
    @Sendable func close() {
      for callback in callbacks { virConnectDomainEventDeregisterAny(connection.value, callback) }
      virConnectClose(connection.value)
      Descriptors.giveBack()
      onClose()
    }
    if !BlockingThread.start(close) { close() }
  }

  /// Calls `callback`, of the type that `event` wants, with `opaque` as its last argument until the connection ends; false: not supported.
  func listen<Callback>(
    to event: virDomainEventID, _ callback: Callback, _ opaque: UnsafeMutableRawPointer, release: @escaping virFreeCallback
  ) -> Bool {
    let id = virConnectDomainEventRegisterAny(
      pointer, nil, Int32(event.rawValue), unsafeBitCast(callback, to: virConnectDomainEventGenericCallback.self), opaque, release)
    guard id >= 0 else { return false }
    callbacks.withLock { $0.append(id) }
    return true
  }

  var isAlive: Bool { virConnectIsAlive(pointer) == 1 }

  /// Whether the daemon answers; blocks until it does or the connection is given up. `virConnectGetLibVersion` is one of the calls for which
  /// the daemon keeps threads that no guest can hold up (`@priority: high` in its remote_protocol.x).
  func answers() -> Bool {
    var version: CUnsignedLong = 0
    return virConnectGetLibVersion(pointer, &version) == 0 || isAlive
  }

  /// The error of the last call on this thread.
  func lastError() -> LibvirtError { LibvirtError.last(on: pointer) }

  func check(_ status: Int32) throws(LibvirtError) { if status < 0 { throw lastError() } }

  // MARK: the host

  struct NodeInfo {
    var memoryBytes: Int
    var cpus: Int
  }

  func nodeInfo() throws(LibvirtError) -> NodeInfo {
    var info = virNodeInfo()
    try check(virNodeGetInfo(pointer, &info))
    return NodeInfo(memoryBytes: Int(foreign: info.memory).times(1024), cpus: Int(foreign: info.cpus))
  }

  func capabilities() throws(LibvirtError) -> String {
    guard let text = takeText(virConnectGetCapabilities(pointer)) else { throw lastError() }
    return text
  }

  func domainCapabilities(emulator: String?, architecture: String, machine: String, type: String) throws(LibvirtError) -> String {
    guard let text = takeText(virConnectGetDomainCapabilities(pointer, emulator, architecture, machine, type, 0)) else { throw lastError() }
    return text
  }

  /// Whether the host can run a guest with this `<cpu>`; nil: the host cannot say.
  func offersCPU(_ cpu: String, emulator: String?, architecture: String, machine: String, type: String) throws(LibvirtError) -> Bool? {
    let answer = virConnectCompareHypervisorCPU(pointer, emulator, architecture, machine, type, cpu, 0)
    switch virCPUCompareResult(rawValue: answer) {
    case VIR_CPU_COMPARE_IDENTICAL, VIR_CPU_COMPARE_SUPERSET: return true
    case VIR_CPU_COMPARE_INCOMPATIBLE: return false
    default:
      let error = lastError()
      if error.isNotSupported { return nil }
      throw error
    }
  }

  /// The version of the hypervisor, major × 1,000,000 + minor × 1,000 + release.
  func hypervisorVersion() throws(LibvirtError) -> Int {
    var version: CUnsignedLong = 0
    try check(virConnectGetVersion(pointer, &version))
    return Int(foreign: version)
  }

  func hostName() throws(LibvirtError) -> String {
    guard let text = takeText(virConnectGetHostname(pointer)) else { throw lastError() }
    return text
  }

  func activeNetworks() throws(LibvirtError) -> [String] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = virConnectListAllNetworks(pointer, &list, UInt32(VIR_CONNECT_LIST_NETWORKS_ACTIVE.rawValue))
    try check(count)
    return takeList(list, count) { network in
      defer { virNetworkFree(network) }
      return String(cString: virNetworkGetName(network))
    }
  }

  /// Names of the host's network interfaces, bridges among them, up or not: libvirt calls a bridge without a port that is up inactive, and
  /// an Open vSwitch bridge always.
  func interfaces() throws(LibvirtError) -> [String] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = virConnectListAllInterfaces(pointer, &list, 0)
    try check(count)
    return takeList(list, count) { interface in
      defer { virInterfaceFree(interface) }
      return String(cString: virInterfaceGetName(interface))
    }
  }

  /// The secrets that the host knows, each by its uuid and by what it is used for.
  func secrets() throws(LibvirtError) -> [String] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = virConnectListAllSecrets(pointer, &list, 0)
    try check(count)
    return takeList(list, count) { secret in
      defer { virSecretFree(secret) }
      return [uuidText { virSecretGetUUIDString(secret, $0) }, virSecretGetUsageID(secret).map { String(cString: $0) }].compactMap { $0 }
    }.flatMap { $0 }
  }

  // MARK: storage

  func activePools() throws(LibvirtError) -> [PoolHandle] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = virConnectListAllStoragePools(pointer, &list, UInt32(VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE.rawValue))
    try check(count)
    return takeList(list, count) { PoolHandle(taking: $0, of: self) }
  }

  func pool(_ name: String) throws(LibvirtError) -> PoolHandle {
    guard let found = virStoragePoolLookupByName(pointer, name) else { throw lastError() }
    return PoolHandle(taking: found, of: self)
  }

  /// A pool that lasts until its host's daemon stops or it is destroyed.
  func createTransientPool(_ xml: String, build: Bool) throws(LibvirtError) -> PoolHandle {
    let flags = build ? UInt32(VIR_STORAGE_POOL_CREATE_WITH_BUILD.rawValue) : 0
    guard let made = virStoragePoolCreateXML(pointer, xml, flags) else { throw lastError() }
    return PoolHandle(taking: made, of: self)
  }

  func volume(path: String) throws(LibvirtError) -> VolumeHandle? {
    if let found = virStorageVolLookupByPath(pointer, path) { return VolumeHandle(taking: found, of: self) }
    let error = lastError()
    if error.is(VIR_ERR_NO_STORAGE_VOL) { return nil }
    throw error
  }

  func stream() throws(LibvirtError) -> StreamHandle {
    guard let made = virStreamNew(pointer, 0) else { throw lastError() }
    return StreamHandle(taking: made, of: self)
  }

  // MARK: domains

  func domains(_ filter: UInt32 = 0) throws(LibvirtError) -> [DomainHandle] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = virConnectListAllDomains(pointer, &list, filter)
    try check(count)
    return takeList(list, count) { DomainHandle(taking: $0, of: self) }
  }

  func domain(uuid: String) throws(LibvirtError) -> DomainHandle? {
    try found(virDomainLookupByUUIDString(pointer, uuid))
  }

  func domain(name: String) throws(LibvirtError) -> DomainHandle? {
    try found(virDomainLookupByName(pointer, name))
  }

  private func found(_ domain: OpaquePointer?) throws(LibvirtError) -> DomainHandle? {
    if let domain { return DomainHandle(taking: domain, of: self) }
    let error = lastError()
    if error.is(VIR_ERR_NO_DOMAIN) { return nil }
    throw error
  }

  /// Makes a definition; libvirt would silently replace one of the same name and uuid, so the caller looks first.
  func define(_ xml: String) throws(LibvirtError) -> DomainHandle {
    guard let made = virDomainDefineXMLFlags(pointer, xml, 0) else { throw lastError() }
    return DomainHandle(taking: made, of: self)
  }

  /// Statistics of all domains in one call, by uuid.
  func allDomainStatistics(_ groups: UInt32, flags: UInt32) throws(LibvirtError) -> [String: [String: TypedValue]] {
    var records: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
    let count = virConnectGetAllDomainStats(pointer, groups, &records, flags)
    try check(count)
    return takeStatistics(records, count)
  }

  /// Statistics of these domains in one call, by uuid.
  func statistics(
    of domains: [DomainHandle], _ groups: UInt32, flags: UInt32
  ) throws(LibvirtError) -> [String: [String: TypedValue]] {
    var records: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
    var list = domains.map { Optional($0.pointer) } + [nil]
    let count = virDomainListGetStats(&list, groups, &records, flags)
    try check(count)
    return takeStatistics(records, count)
  }

  private func takeStatistics(
    _ records: UnsafeMutablePointer<virDomainStatsRecordPtr?>?, _ count: Int32
  ) -> [String: [String: TypedValue]] {
    defer { virDomainStatsRecordListFree(records) }
    var found: [String: [String: TypedValue]] = [:]
    for index in 0..<Int(count) {
      guard let record = records?[index]?.pointee else { continue }
      let uuid = uuidText { virDomainGetUUIDString(record.dom, $0) }
      found[uuid] = TypedValue.all(record.params, record.nparams)
    }
    return found
  }

  private func takeList<Item>(
    _ list: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int32, _ take: (OpaquePointer) -> Item
  ) -> [Item] {
    defer { free(list) }
    return (0..<Int(count)).compactMap { list?[$0].map(take) }
  }

  private struct Pointer: @unchecked Sendable {
    let value: OpaquePointer
    init(_ value: OpaquePointer) { self.value = value }
  }
}
