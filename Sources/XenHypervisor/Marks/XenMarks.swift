import Fleet
import FoundationEssentials
import Hypervisor

/// Leaves and takes off this writer's mark in the `other_config` of a guest that is moved, or of the pool while a host is closed or opened.
struct XenMarks {
  enum Marked {
    case guest(String)
    case pool(String)

    fileprivate var className: String { if case .guest = self { "VM" } else { "pool" } }
    fileprivate var reference: String {
      switch self {
      case .guest(let reference), .pool(let reference): reference
      }
    }
  }

  static let key = "reconcile"
  /// Between writing a mark and reading it back: longer than another writer takes from finding no mark to writing its own.
  static let settleMilliseconds = 100

  let calls: any XenCalls
  let writer: WriterIdentity
  let now: Timestamp

  func isKeptOff(by mark: WriterMark) -> Bool { writer.isKeptOff(by: mark, at: now) }

  /// A mark that cannot be read is somebody's, for ever.
  static func mark(in record: XenRecord) -> WriterMark? {
    guard let text = record.map("other_config")[key] else { return nil }
    return (try? JSONDecoder().decode(WriterMark.self, from: Data(text.utf8)))
      ?? WriterMark(
        fleet: "unknown", writer: "unreadable", epoch: 0, intent: "unreadable", expires: Timestamp(milliseconds: 253_402_300_799_000))
  }

  /// High availability protected the guest when a mark was first put on it; it stays in the mark for as long as one of ours follows another.
  static func wasProtected(in record: XenRecord) -> Bool {
    guard let text = record.map("other_config")[key] else { return false }
    return (try? JSONDecoder().decode(Before.self, from: Data(text.utf8)))?.protected == true
  }

  /// What the guest was like, beside the mark.
  private struct Before: Codable {
    var protected: Bool?
  }

  private struct Written: Encodable {
    let mark: WriterMark
    let before: Before

    func encode(to encoder: any Encoder) throws {
      try mark.encode(to: encoder)
      try before.encode(to: encoder)
    }
  }

  /// Puts our mark on and makes sure that it is ours that stays.
  ///
  /// `isIdle`: nothing may be at work on it, which the record that was read back tells best. `seen`: as it was read just now; nil: it was not.
  func put(
    _ intent: IntentID, on marked: Marked, isIdle: Bool, _ deadline: Deadline, seen known: XenRecord? = nil
  ) async throws(HypervisorError) {
    let mark = writer.mark(for: intent, at: now)
    do throws(XenError) {
      let before = if let known { known } else { try await record(marked, deadline) }
      let old = Self.mark(in: before)
      let wasProtected = before.flag("ha_always_run") || old.map(writer.isOurs) == true && Self.wasProtected(in: before)
      let text = Self.text(mark, Before(protected: wasProtected ? true : nil))
      if let old, isKeptOff(by: old) { throw otherMark(old, before.name) }
      if old != nil { try await remove(marked, deadline) }
      _ = try await calls.call(
        "\(marked.className).add_to_other_config", [.text(marked.reference), .text(Self.key), .text(text)], deadline: deadline)
      if !(old.map(writer.isOurs) ?? false) { try? await Task.sleep(for: .milliseconds(Self.settleMilliseconds)) }
      let after = try await record(marked, deadline)
      guard let seen = Self.mark(in: after) else {
        throw XenError.refused(code: "HANDLE_INVALID", parameters: ["the mark written is not there"])
      }
      if !writer.isOurs(seen) { throw otherMark(seen, after.name) }
      let operations = after.map("current_operations").values.sorted()
      if isIdle, !operations.isEmpty {
        try? await remove(marked, deadline)
        throw XenError.refused(code: "OTHER_OPERATION_IN_PROGRESS", parameters: [after.name] + operations)
      }
    } catch {
      if error.code == XenError.markedCode { throw HypervisorError(.otherWriter, error.markWords) }
      throw error.asHypervisorError(beforeEffect: true)
    }
  }

  private static func text(_ mark: WriterMark, _ before: Before) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let json = try? encoder.encode(Written(mark: mark, before: before)) else { preconditionFailure("texts and numbers are JSON") }
    return String(decoding: json, as: UTF8.self)
  }

  /// Puts the mark's end off once half of its life has passed.
  func renew(on guest: XenRecord, _ reference: String, _ deadline: Deadline) async {
    guard let mark = Self.mark(in: guest), writer.isOurs(mark),
      mark.expires.milliseconds(since: now) < WriterIdentity.markLifetimeMilliseconds / 2
    else { return }
    try? await put(mark.intent, on: .guest(reference), isIdle: false, deadline)
  }

  /// Takes our mark off; another's stays.
  func takeOff(_ marked: Marked, _ deadline: Deadline, seen known: XenRecord? = nil) async {
    var record = known
    if record == nil { record = try? await self.record(marked, deadline) }
    guard let record, let mark = Self.mark(in: record), writer.isOurs(mark) else { return }
    try? await remove(marked, deadline)
  }

  private func otherMark(_ mark: WriterMark, _ name: String) -> XenError {
    .refused(code: XenError.markedCode, parameters: ["\(name) is marked by \(writer.words(on: mark)) until \(mark.expires)"])
  }

  private func remove(_ marked: Marked, _ deadline: Deadline) async throws(XenError) {
    _ = try await calls.call(
      "\(marked.className).remove_from_other_config", [.text(marked.reference), .text(Self.key)], deadline: deadline)
  }

  private func record(_ marked: Marked, _ deadline: Deadline) async throws(XenError) -> XenRecord {
    let answer = try await calls.call("\(marked.className).get_record", [.text(marked.reference)], deadline: deadline)
    guard let record = XenRecord(answer) else { throw .refused(code: "HANDLE_INVALID", parameters: [marked.className, marked.reference]) }
    return record
  }
}

extension XenError {
  fileprivate static let markedCode = "another writer's mark"

  fileprivate var markWords: String {
    guard case .refused(_, let parts) = self else { return "" }
    return parts.first ?? ""
  }
}
