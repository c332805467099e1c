import CLibvirt
import Fleet

/// A libvirt domain on one host.
///
/// Unchecked: the pointer never changes, only the thread that has the connection calls, and it is freed once, at the end.
final class DomainHandle: @unchecked Sendable {
  let pointer: OpaquePointer
  let connection: ConnectionHandle

  init(taking pointer: OpaquePointer, of connection: ConnectionHandle) {
    self.pointer = pointer
    self.connection = connection
  }

  deinit { virDomainFree(pointer) }

  var uuid: String { uuidText { virDomainGetUUIDString(pointer, $0) } }
  var name: String { virDomainGetName(pointer).map { String(cString: $0) } ?? "" }

  private func check(_ status: Int32) throws(LibvirtError) { try connection.check(status) }

  // MARK: looking

  func state() throws(LibvirtError) -> DomainState {
    var (state, reason): (Int32, Int32) = (0, 0)
    try check(virDomainGetState(pointer, &state, &reason, 0))
    return DomainState(state: state, reason: reason)
  }

  /// The most memory it may have, as libvirt keeps it beside the definition; nil: not known.
  var memoryMaxBytes: Int? {
    let kibibytes = virDomainGetMaxMemory(pointer)
    return kibibytes == 0 ? nil : Int(foreign: kibibytes).times(1024)
  }

  func isPersistent() throws(LibvirtError) -> Bool { try flag(virDomainIsPersistent(pointer)) }
  func hasManagedSave() throws(LibvirtError) -> Bool { try flag(virDomainHasManagedSaveImage(pointer, 0)) }
  func snapshotCount() throws(LibvirtError) -> Int {
    let count = virDomainSnapshotNum(pointer, 0)
    try check(count)
    return Int(count)
  }

  private func flag(_ answer: Int32) throws(LibvirtError) -> Bool {
    try check(answer)
    return answer == 1
  }

  /// The definition: of what runs, or with `VIR_DOMAIN_XML_INACTIVE` what the next start would run.
  func xml(_ flags: virDomainXMLFlags...) throws(LibvirtError) -> String {
    let all = flags.reduce(UInt32(0)) { $0 | UInt32($1.rawValue) }
    guard let text = takeText(virDomainGetXMLDesc(pointer, all)) else { throw connection.lastError() }
    return text
  }

  struct BlockInfo: Sendable, Equatable {
    /// What the guest sees.
    var capacityBytes: Int
    /// What the host's storage holds of it.
    var allocatedBytes: Int
  }

  func blockInfo(_ disk: String) throws(LibvirtError) -> BlockInfo {
    var info = virDomainBlockInfo()
    try check(virDomainGetBlockInfo(pointer, disk, &info, 0))
    return BlockInfo(capacityBytes: Int(foreign: info.capacity), allocatedBytes: Int(foreign: info.physical))
  }

  func hasBlockJob(_ disk: String) throws(LibvirtError) -> Bool {
    var info = virDomainBlockJobInfo()
    return try flag(virDomainGetBlockJobInfo(pointer, disk, &info, 0))
  }

  // MARK: jobs

  /// Statistics of the job under way, or with `completed` of the last that ended, with its type.
  func jobStatistics(completed: Bool = false) throws(LibvirtError) -> (type: virDomainJobType, values: [String: TypedValue]) {
    var type: Int32 = 0
    var parameters: virTypedParameterPtr?
    var count: Int32 = 0
    let flags =
      completed ? UInt32(VIR_DOMAIN_JOB_STATS_COMPLETED.rawValue) | UInt32(VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED.rawValue) : 0
    try check(virDomainGetJobStats(pointer, &type, &parameters, &count, flags))
    defer { virTypedParamsFree(parameters, count) }
    return (virDomainJobType(rawValue: UInt32(bitPattern: type)), TypedValue.all(parameters, count))
  }

  /// Blocks until the migration has ended.
  func migrate(to uri: String?, _ parameters: TypedParameters, flags: UInt32) throws(LibvirtError) {
    try check(virDomainMigrateToURI3(pointer, uri, parameters.pointer, UInt32(parameters.count), flags))
  }

  func abortJob() throws(LibvirtError) { try check(virDomainAbortJob(pointer)) }
  func setMigrationDowntime(milliseconds: Int) throws(LibvirtError) {
    try check(virDomainMigrateSetMaxDowntime(pointer, UInt64(milliseconds), 0))
  }
  func setMigrationSpeed(mebibytesPerSecond: Int) throws(LibvirtError) {
    try check(virDomainMigrateSetMaxSpeed(pointer, CUnsignedLong(mebibytesPerSecond), 0))
  }
  func startPostCopy() throws(LibvirtError) { try check(virDomainMigrateStartPostCopy(pointer, 0)) }

  // MARK: changing

  func shutDown() throws(LibvirtError) { try check(virDomainShutdown(pointer)) }
  func powerOff() throws(LibvirtError) { try check(virDomainDestroyFlags(pointer, 0)) }
  func start() throws(LibvirtError) { try check(virDomainCreateWithFlags(pointer, 0)) }
  func suspend() throws(LibvirtError) { try check(virDomainSuspend(pointer)) }
  func resume() throws(LibvirtError) { try check(virDomainResume(pointer)) }
  func undefine(_ flags: virDomainUndefineFlagsValues...) throws(LibvirtError) {
    try check(virDomainUndefineFlags(pointer, flags.reduce(UInt32(0)) { $0 | UInt32($1.rawValue) }))
  }

  func startsWithHost() throws(LibvirtError) -> Bool {
    var answer: Int32 = 0
    try check(virDomainGetAutostart(pointer, &answer))
    return answer == 1
  }
  func setStartsWithHost(_ on: Bool) throws(LibvirtError) { try check(virDomainSetAutostart(pointer, on ? 1 : 0)) }

  // MARK: metadata

  /// Our element of this namespace in what runs, or in the definition; nil: there is none.
  func metadata(_ namespace: String, running: Bool) throws(LibvirtError) -> String? {
    let flags = UInt32((running ? VIR_DOMAIN_AFFECT_LIVE : VIR_DOMAIN_AFFECT_CONFIG).rawValue)
    if let text = takeText(virDomainGetMetadata(pointer, Int32(VIR_DOMAIN_METADATA_ELEMENT.rawValue), namespace, flags)) { return text }
    let error = connection.lastError()
    if error.is(VIR_ERR_NO_DOMAIN_METADATA) { return nil }
    throw error
  }

  /// Sets or, with nil, removes our element in what runs and in the definition, as far as the domain has them.
  func setMetadata(_ element: String?, key: String, namespace: String, running: Bool, persistent: Bool) throws(LibvirtError) {
    var flags: UInt32 = 0
    if running { flags |= UInt32(VIR_DOMAIN_AFFECT_LIVE.rawValue) }
    if persistent { flags |= UInt32(VIR_DOMAIN_AFFECT_CONFIG.rawValue) }
    let status = virDomainSetMetadata(pointer, Int32(VIR_DOMAIN_METADATA_ELEMENT.rawValue), element, key, namespace, flags)
    guard status < 0 else { return }
    let error = connection.lastError()
    if element == nil, error.is(VIR_ERR_NO_DOMAIN_METADATA) { return }
    throw error
  }
}
