package import Fleet
package import Hypervisor

/// A cell that is one XenServer or XCP-ng pool, driven through its master.
package final class XenHypervisor: Hypervisor {
  package let capabilities = HypervisorCapabilities(
    modes: Set(MigrationMode.allCases), postCopy: false, encryption: true, closesHosts: true, copiesPerHostMax: 3,
    keepsSources: false)

  let cell: CellName
  let declared: [HostName: DesiredHost]
  let writer: WriterIdentity
  private let pool: XenPool
  let calls: any XenCalls
  let jobs: XenJobs
  private let references = XenReferences()
  private let now: @Sendable () -> Timestamp

  /// `links`: the connection and the jobs of the pool, shared by the drivers of one process.
  package init(
    cell: DesiredCell, hosts: [DesiredHost], writer: WriterIdentity, links: XenLinks, now: @escaping @Sendable () -> Timestamp
  ) {
    self.cell = cell.name
    declared = Dictionary(hosts.filter { $0.cell == cell.name }.map { ($0.name, $0) }) { first, _ in first }
    self.writer = writer
    (pool, calls, jobs) = links.link(to: cell)
    self.now = now
  }

  var marks: XenMarks { XenMarks(calls: calls, writer: writer, now: now()) }

  func look(_ deadline: Deadline) -> StepLook { StepLook(calls: calls, declared: declared, references: references, deadline: deadline) }

  func checks(_ deadline: Deadline) -> StepChecks { StepChecks(look: look(deadline), marks: marks) }

  // MARK: looking

  package func observe(deadline: Deadline) async -> CellObservation {
    do throws(XenError) {
      let records = try await PoolRecords.read(calls, deadline)
      await learn(records)
      let marks = marks
      return PoolSurvey(cell: cell, declared: Array(declared.values), records) { marks.isKeptOff(by: $0) }.observation()
    } catch {
      return CellObservation(
        name: cell, hosts: declared.keys.sorted().map { HostObservation(name: $0, reachable: false, unreachableReason: error.words) },
        instances: [])
    }
  }

  /// Where else to ask should the master be lost, and what the objects are called.
  private func learn(_ records: PoolRecords) async {
    var (addresses, members): ([HostName: String], [HostName: XenReferences.Member]) = ([:], [:])
    let known = PoolMembers(declared.values, records)
    for (name, reference) in known.declared.merging(known.undeclared, uniquingKeysWith: { first, _ in first }) {
      guard let record = records.hosts[reference] else { continue }
      members[name] = XenReferences.Member(reference: reference, metrics: record.reference("metrics"), record: record)
      if !record.text("address").isEmpty { addresses[name] = record.text("address") }
    }
    references.learn(
      members, Dictionary(records.guests.map { (InstanceUUID($0.value.uuid), $0.key) }, uniquingKeysWith: { first, _ in first }))
    await pool.learn(addresses)
  }

  /// A storage of a pool has one identity for all its hosts: nothing is to be proved.
  package func proveStorage(deadline: Deadline) async -> [StorageProof] { [] }

  package func presence(of uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async -> [HostName: Presence] {
    do throws(XenError) {
      return try await GuestPresence.read(uuid, hosts, look(deadline))
    } catch {
      return Dictionary(hosts.map { ($0, .unreachable(reason: error.words)) }, uniquingKeysWith: { first, _ in first })
    }
  }

  package func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] {
    try XenSteps.steps(for: move, policy: policy)
  }

  package func words(on moves: [(move: Move, policy: MigrationPolicy)], deadline: Deadline) async -> HypervisorsWord {
    await PlannedMoves(look: look(deadline)).words(on: moves)
  }

  package func check(_ step: Step, deadline: Deadline) async -> [Obstacle] { await check(step, after: [], deadline: deadline) }

  package func check(_ step: Step, after earlier: [Step], deadline: Deadline) async -> [Obstacle] {
    await checks(deadline).obstacles(to: step, after: earlier)
  }

  // MARK: marks

  /// A pool starts no guest of its own accord but by its own HA: what is given back is that one's protection.
  package func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async {
    await closeDoors(after: uuid, deadline)
    guard let found = try? await look(deadline).guest(uuid), let mark = XenMarks.mark(in: found.record), writer.isOurs(mark) else { return }
    _ = try? await HighAvailability(calls: calls, deadline: deadline).giveBack(found)
    await marks.takeOff(.guest(found.reference), deadline, seen: found.record)
  }

  /// Closes hosts of ours that were open for the guest.
  func closeDoors(after guest: InstanceUUID, _ deadline: Deadline) async {
    await jobs.doors.close(after: guest, HostClosing(calls: calls, writer: writer), deadline)
  }

  package func hasTrace(of intent: IntentID, step: Step, deadline: Deadline) async -> Bool? {
    do throws(XenError) {
      guard let guest = try await look(deadline).guest(step.uuid), let mark = XenMarks.mark(in: guest.record) else { return false }
      return writer.isOurs(mark) && mark.intent == intent
    } catch { return nil }
  }

  /// Says so when the task of a running job changed; nothing where the server has no `event.from`.
  package func wakeups() -> AsyncStream<Void> { XenWakeups.stream(of: calls, jobs: jobs) }
}
