import CLibvirt
import Glibc

/// An error of libvirt, judged by its domain and code; the message is for people only.
struct LibvirtError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What to do about it.
  enum Remedy: Sendable, Equatable {
    /// Nothing happened and the same call may go through later.
    case retry
    /// It may or may not have happened.
    case observe
    /// Nothing happened and trying again unchanged will not help.
    case giveUp
  }

  var code: Int32
  var domain: Int32
  var message: String
  /// `errno` of a system call that failed on the host; 0: none.
  var systemError: Int32 = 0
  /// Another writer's mark is on the domain: this program's own objection, not libvirt's.
  var isOtherWriter = false
  /// True: the connection it came over is dead, so whether the call had an effect is not known.
  var connectionLost: Bool

  init(code: Int32, domain: Int32, message: String, connectionLost: Bool = false) {
    self.code = code
    self.domain = domain
    self.message = message
    self.connectionLost = connectionLost
  }

  /// The error of the last call on this thread; must be read there, before any other call.
  static func last(on connection: OpaquePointer? = nil) -> LibvirtError {
    guard let error = virGetLastError() else {
      return LibvirtError(code: Int32(VIR_ERR_INTERNAL_ERROR.rawValue), domain: 0, message: "libvirt failed without saying why")
    }
    let message = error.pointee.message.map { text($0) } ?? "error \(error.pointee.code)"
    var found = LibvirtError(code: error.pointee.code, domain: error.pointee.domain, message: message)
    if found.is(VIR_ERR_SYSTEM_ERROR) { found.systemError = error.pointee.int1 }
    if let connection { found.connectionLost = virConnectIsAlive(connection) != 1 }
    return found
  }

  /// Bytes of a message that are read: a host may say anything.
  private static let messageBytesMax = 4096

  private static func text(_ message: UnsafePointer<CChar>) -> String {
    let count = strnlen(message, messageBytesMax)
    return message.withMemoryRebound(to: UInt8.self, capacity: count) {
      String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }

  /// The host did not answer in time; whether the call had an effect is not known.
  static func noAnswer(_ text: String) -> LibvirtError {
    LibvirtError(code: Int32(VIR_ERR_OPERATION_TIMEOUT.rawValue), domain: 0, message: text, connectionLost: true)
  }

  /// What this program itself objects to; nothing happened.
  static func refused(_ text: String, code: virErrorNumber = VIR_ERR_OPERATION_DENIED) -> LibvirtError {
    LibvirtError(code: Int32(code.rawValue), domain: 0, message: text)
  }

  func `is`(_ code: virErrorNumber) -> Bool { self.code == Int32(code.rawValue) }

  /// A file or volume that was to be made is there.
  var isExisting: Bool { `is`(VIR_ERR_STORAGE_VOL_EXIST) || (`is`(VIR_ERR_SYSTEM_ERROR) && systemError == EEXIST) }

  /// A file or folder that was to be looked into is not there.
  var isMissingFile: Bool { `is`(VIR_ERR_SYSTEM_ERROR) && systemError == ENOENT }

  /// The call is not known to this libvirt, its driver, or its hypervisor: an old version.
  var isNotSupported: Bool {
    `is`(VIR_ERR_NO_SUPPORT) || `is`(VIR_ERR_OPERATION_UNSUPPORTED) || `is`(VIR_ERR_ARGUMENT_UNSUPPORTED)
  }

  var remedy: Remedy {
    if connectionLost { return .observe }
    switch virErrorNumber(rawValue: UInt32(bitPattern: code)) {
    // Another job holds the domain; a lock or a monitor that did not come free in time; nothing was begun.
    case VIR_ERR_OPERATION_TIMEOUT, VIR_ERR_RESOURCE_BUSY, VIR_ERR_AGENT_UNRESPONSIVE: return .retry
    case VIR_ERR_NO_CONNECT: return .retry
    // Raised at the end of something that had begun.
    case VIR_ERR_OPERATION_ABORTED, VIR_ERR_OPERATION_FAILED, VIR_ERR_INTERNAL_ERROR, VIR_ERR_SYSTEM_ERROR, VIR_ERR_RPC,
      VIR_ERR_MIGRATE_PERSIST_FAILED, VIR_ERR_MIGRATE_FINISH_OK, VIR_ERR_NO_DOMAIN:
      return .observe
    default: return .giveUp
    }
  }

  var description: String { message }
}
