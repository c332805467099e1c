import Fleet
import Hypervisor

/// Begins one step that was checked and whose guest is marked as ours.
struct StepStart {
  let driver: XenHypervisor
  let view: StepView
  let intent: IntentID
  let reference: JobRef
  let deadline: Deadline

  private var step: Step { view.step }

  func begin() async throws(HypervisorError) {
    switch step.action {
    case .migrate(let options) where options.mode == .live: try await migrateLive(options)
    case .migrate(let options): try await send(options)
    case .shutDown: try await start("Async.VM.clean_shutdown", [])
    case .start(let host): try await start(on: host)
    case .closeHost(let host): try await settle(host, closed: true)
    case .openHost(let host): try await settle(host, closed: false)
    // The pool removes the source of what it copied, and what a broken copy left, by itself.
    case .removeDisk: driver.jobs.update(reference) { $0.end = .done }
    case .copyDisk, .define, .disable, .undefine, .resumePostCopy, .resume, .discardArrival: preconditionFailure("its check refuses it")
    }
  }

  private func member(_ host: HostName) throws(HypervisorError) -> XenValue {
    guard let member = view.hosts[host] else { throw HypervisorError(.retryLater, "the pool has no host \(host)") }
    return .text(member.reference)
  }

  private func migrateLive(_ options: MigrateOptions) async throws(HypervisorError) {
    var settings: [String: XenValue] = ["live": .text("true")]
    if options.policy.compression { settings["compress"] = .text("true") }
    do throws(XenError) {
      if let host = view.destination?.reference,
        let network = try await StreamPath(look: driver.look(deadline)).declaredNetwork(to: step.destination, host)
      {
        settings["network"] = .text(network)
      }
    } catch { throw error.asHypervisorError(beforeEffect: true) }
    try await start("Async.VM.pool_migrate", [try member(step.destination), .map(settings)])
  }

  /// A cold move that is undone ends on its source, which we may have closed ourselves: it is open for as long as the start takes.
  private func start(on host: HostName) async throws(HypervisorError) {
    let place = try member(host)
    try await start("Async.VM.start_on", [place, .flag(false), .flag(false)], opening: host == step.source)
  }

  /// What starts a guest that is off, or sends it, needs its host to be open; one that we closed is open for as long as that takes.
  ///
  /// xapi sends a guest that is off from a host that could start it (`choose_host_for_vm`).
  private func start(_ method: String, _ parameters: [XenValue], opening: Bool) async throws(HypervisorError) {
    guard opening, let source = view.source, HostClosing.isOurs(source.record) else { return try await start(method, parameters) }
    let closing = HostClosing(calls: driver.calls, writer: driver.writer)
    do throws(XenError) { try await driver.jobs.doors.open(source.reference, for: step.uuid, closing, deadline) } catch {
      throw error.asHypervisorError(beforeEffect: true)
    }
    do throws(HypervisorError) { try await start(method, parameters) } catch {
      // A lost answer may have begun it: the end of its job, or of its move, closes the host.
      if error.kind != .unknownOutcome { await driver.closeDoors(after: step.uuid, deadline) }
      throw error
    }
  }

  private func send(_ options: MigrateOptions) async throws(HypervisorError) {
    let send: DiskSend
    do throws(XenError) {
      send = try await DiskSend.prepare(view, options, driver.look(deadline))
    } catch { throw error.asHypervisorError(beforeEffect: true) }
    let discs = Set(view.disks.filter(\.isCD).map(\.target))
    driver.jobs.update(reference) { ($0.tokenSession, $0.discs) = (send.session, discs) }
    do throws(HypervisorError) {
      try await start("Async.VM.migrate_send", Array(send.parameters.dropFirst()), opening: options.mode == .offline)
    } catch {
      // What may have begun needs it still.
      if error.kind != .unknownOutcome { await send.endItsSession(driver.calls, deadline) }
      throw error
    }
  }

  /// The call answers at once with a task; the task ends later.
  private func start(_ method: String, _ parameters: [XenValue]) async throws(HypervisorError) {
    guard let guest = view.guest else { throw HypervisorError(.refusedNothingHappened, "the pool has no guest \(step.instance)") }
    do throws(XenError) {
      let answer = try await driver.calls.call(method, [.text(guest.reference)] + parameters, deadline: deadline)
      guard let task = answer.reference else {
        throw XenError.answerLost(XenTrouble("\(method) was answered without a task", passing: true))
      }
      driver.jobs.update(reference) { $0.task = task }
      // So that it is found again once it has ended. Smaller roles may not; what the guest shows tells then.
      _ = try? await driver.calls.call(
        "task.add_to_other_config", [.text(task), .text(XenMarks.key), .text(reference.rawValue)], deadline: deadline)
    } catch {
      // A refusal in place of a task is from before any effect, whatever its class.
      throw error.asHypervisorError(beforeEffect: error.code != nil)
    }
  }

  private func settle(_ host: HostName, closed: Bool) async throws(HypervisorError) {
    guard let member = view.hosts[host] else { throw HypervisorError(.retryLater, "the pool has no host \(host)") }
    // Two writers must not close and open hosts of one pool against each other. One host at a time: the mark is gone before the next.
    let pool = view.pool.map { XenMarks.Marked.pool($0.reference) }
    if let pool { try await driver.marks.put(intent, on: pool, isIdle: false, deadline) }
    let closing = HostClosing(calls: driver.calls, writer: driver.writer)
    do throws(XenError) {
      if closed { try await closing.close(member.reference, deadline) } else { try await closing.open(member.reference, deadline) }
      let isSettled = try await closing.isSettled(member.reference, closed: closed, deadline)
      driver.jobs.update(reference) { $0.end = isSettled ? .done : .failed("the pool said yes and did not do it") }
    } catch {
      if let pool { await driver.marks.takeOff(pool, deadline) }
      throw error.asHypervisorError(beforeEffect: false)
    }
    if let pool { await driver.marks.takeOff(pool, deadline) }
  }
}
