import Fleet
import Hypervisor

/// Reads `StepView`s, and single objects of a pool.
struct StepLook {
  typealias Object = (reference: String, record: XenRecord)

  let calls: any XenCalls
  let declared: [HostName: DesiredHost]
  let references: XenReferences
  let deadline: Deadline

  /// `guestOnly`: without the records of hosts, for what was begun and is looked at again.
  func view(of step: Step, guestOnly: Bool = false) async throws(XenError) -> StepView {
    var view = StepView(step: step)
    let members = try await members([step.source, step.destination] + Self.named(step.action))
    view.references = members.mapValues(\.reference)
    let names = guestOnly ? [] : members.keys.filter { !Self.isDestinationEnough(step) || $0 == step.destination }.sorted()
    var questions: [(String, String)] = []
    for name in names {
      guard let member = members[name] else { continue }
      questions.append(("host", member.reference))
      if let metrics = member.metrics { questions.append(("host_metrics", metrics)) }
    }
    // The guest and the hosts at once: each answer takes as long as the way there and back.
    async let guestResult = Self.result { () async throws(XenError) in try await self.guest(step.uuid) }
    async let recordsResult = Self.result { [questions] () async throws(XenError) in try await self.records(questions) }
    async let poolResult = Self.result { () async throws(XenError) in Self.concernsPool(step.action) ? try await self.pool() : nil }
    let (guest, records, pool) = await (guestResult, recordsResult, poolResult)
    (view.guest, view.pool) = (try guest.get(), try pool.get())
    var answers = try records.get()[...]
    for name in names {
      guard let member = members[name], let host = answers.popFirst() else { continue }
      view.hosts[name] = host.map { (member.reference, $0) }
      guard member.metrics != nil, let metrics = answers.popFirst() else { continue }
      view.live[name] = metrics.map { !$0.has("live") || $0.flag("live") } ?? false
    }
    if let guest = view.guest, Self.needsDisks(step) { view.disks = try await disks(of: guest.record) }
    return view
  }

  /// Where a guest is to go decides a live migration; where it comes from is in its own record.
  private static func isDestinationEnough(_ step: Step) -> Bool {
    if case .migrate(let options) = step.action { options.mode == .live } else { false }
  }

  private static func needsDisks(_ step: Step) -> Bool {
    if case .migrate(let options) = step.action, options.mode == .live { return options.disks.contains { $0.action == .copy } }
    return true
  }

  private static func concernsPool(_ action: Step.Action) -> Bool {
    switch action {
    case .closeHost, .openHost: true
    default: false
    }
  }

  private static func named(_ action: Step.Action) -> [HostName] {
    switch action {
    case .closeHost(let host), .openHost(let host), .start(let host): [host]
    default: []
    }
  }

  func disks(of guest: XenRecord) async throws(XenError) -> [StepView.GuestDisk] {
    let attachments = try await records(guest.references("VBDs").map { ("VBD", $0) }).compactMap { attachment in
      attachment.flatMap { seen in seen.flag("empty") ? nil : seen.reference("VDI").map { (seen, $0) } }
    }
    let disks = try await records(attachments.map { ("VDI", $0.1) })
    return zip(attachments, disks).compactMap { attachment, disk in
      disk.map {
        StepView.GuestDisk(
          target: attachment.0.target, isCD: attachment.0.text("type") != "Disk", reference: attachment.1, record: $0)
      }
    }
  }

  private func pool() async throws(XenError) -> Object? {
    let pools = try await calls.call("pool.get_all_records", [], deadline: deadline).map ?? [:]
    return pools.first.flatMap { found in XenRecord(found.value).map { (found.key, $0) } }
  }

  // MARK: hosts

  /// Hosts that the pool has, in one call, however many are asked for.
  func hosts(_ names: [HostName]) async throws(XenError) -> [HostName: Object] {
    let all = try await PoolRecords.read(calls, deadline, classes: ["host"])
    let members = PoolMembers(declared.values, all)
    var found: [HostName: Object] = [:]
    for name in names {
      guard let reference = members[name], let record = all.hosts[reference] else { continue }
      found[name] = (reference, record)
      references.learn(name, XenReferences.Member(reference: reference, metrics: record.reference("metrics"), record: record))
    }
    return found
  }

  /// The same as the last look at the whole pool showed it, where there was one.
  func hostsAsSeen(_ names: [HostName]) async throws(XenError) -> [HostName: Object] {
    let known = names.compactMap { name in
      references.member(name).flatMap { member in member.record.map { (name, (member.reference, $0)) } }
    }
    if known.count == names.count { return Dictionary(known, uniquingKeysWith: { first, _ in first }) }
    return try await hosts(names)
  }

  /// References of hosts; all hosts are read only if one of them is not known.
  func members(_ names: [HostName]) async throws(XenError) -> [HostName: XenReferences.Member] {
    let names = Set(names)
    if names.contains(where: { references.member($0) == nil }) { _ = try await hosts(names.sorted()) }
    return Dictionary(names.compactMap { name in references.member(name).map { (name, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: single objects

  /// nil: the pool has no such guest.
  func guest(_ uuid: InstanceUUID) async throws(XenError) -> Object? {
    if let known = references.guest(uuid), let record = try await record("VM", known), record.uuid == uuid.rawValue {
      return (known, record)
    }
    do throws(XenError) {
      guard let reference = try await calls.call("VM.get_by_uuid", [.text(uuid.rawValue)], deadline: deadline).reference,
        let record = try await record("VM", reference)
      else { return nil }
      references.learn(uuid, reference)
      return (reference, record)
    } catch {
      if error.code == "UUID_INVALID" { return nil }
      throw error
    }
  }

  /// nil: it vanished.
  func record(_ name: String, _ reference: String) async throws(XenError) -> XenRecord? {
    do throws(XenError) {
      return XenRecord(try await calls.call("\(name).get_record", [.text(reference)], deadline: deadline))
    } catch {
      if error.code == "HANDLE_INVALID" { return nil }
      throw error
    }
  }

  /// Class and reference of each; asked for at once, answered in their order.
  func records(_ objects: [(String, String)]) async throws(XenError) -> [XenRecord?] {
    let answers = await withTaskGroup(of: (Int, Result<XenRecord?, XenError>).self) { group in
      for (index, (name, reference)) in objects.enumerated() {
        group.addTask { (index, await Self.result { () async throws(XenError) in try await record(name, reference) }) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var records: [XenRecord?] = []
    for index in objects.indices { records.append(try answers[index]?.get() ?? nil) }
    return records
  }

  static func result<Value: Sendable>(
    _ body: () async throws(XenError) -> Value
  ) async -> Result<Value, XenError> {
    do throws(XenError) { return .success(try await body()) } catch { return .failure(error) }
  }
}
