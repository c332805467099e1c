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

  func look(_ deadline: Deadline) -> StepLook { StepLook(calls: calls, declared: declared, deadline: deadline) }

  func checks(_ deadline: Deadline) -> StepChecks { StepChecks(look: look(deadline), marks: marks) }

  // MARK: looking

  package func observe(deadline: Deadline) async -> CellObservation {
    do throws(XenError) {
      let records = try await PoolRecords.read(calls, deadline)
      await learnMembers(records)
      let marks = marks
      return PoolSurvey(cell: cell, declared: Array(declared.values), records) { marks.isKeptOff(by: $0) }.observation()
    } catch {
      return CellObservation(
        name: cell, hosts: declared.keys.sorted().map { HostObservation(name: $0, reachable: false, unreachableReason: error.words) },
        instances: [])
    }
  }

  /// Where else to ask should the master be lost.
  private func learnMembers(_ records: PoolRecords) async {
    var members: [HostName: String] = [:]
    for host in declared.values {
      if let reference = PoolSurvey.reference(of: host, records), let record = records.hosts[reference], !record.text("address").isEmpty {
        members[host.name] = record.text("address")
      }
    }
    await pool.learn(members)
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

  /// A pool starts no guest of its own accord but by its own HA: there is nothing to give back at `home`.
  package func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async {
    guard let found = try? await look(deadline).guest(uuid) else { return }
    await marks.takeOff(.guest(found.reference), deadline)
  }

  package func hasTrace(of intent: IntentID, step: Step, deadline: Deadline) async -> Bool? {
    do throws(XenError) {
      guard let guest = try await look(deadline).guest(step.uuid), let mark = XenMarks.mark(in: guest.record) else { return false }
      return writer.isOurs(mark) && mark.intent == intent
    } catch { return nil }
  }

  /// Says so when a guest, a host or a task of the pool changed; nothing where the server has no `event.from`.
  package func wakeups() -> AsyncStream<Void> { XenWakeups.stream(of: calls, classes: ["vm", "host", "task"]) }
}
