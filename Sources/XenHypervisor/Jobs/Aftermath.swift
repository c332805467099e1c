import Fleet
import Hypervisor

/// What is looked at once a job has ended: it has come off, or has not, whatever is found.
struct Aftermath {
  let driver: XenHypervisor
  let job: XenJob
  let deadline: Deadline

  /// Of a job that is done, what an operator should know, in words; nil: all is as it was. It is tried once.
  func remark() async -> String? {
    switch job.step.action {
    case .migrate(let options) where options.mode != .live: await discs()
    case .start: await protection()
    default: nil
    }
  }

  /// Of a job that failed. A shutdown takes the protection of high availability off before the guest is told, and the guest may run on.
  func remarkOnFailure() async -> String? { if case .shutDown = job.step.action { await protection() } else { nil } }

  /// xapi ejects what it was not told to leave, and says nothing of it. A guest ejects by itself as well: nothing is inserted again.
  private func discs() async -> String? {
    guard !job.discs.isEmpty, let view = try? await driver.look(deadline).view(of: job.step, guestOnly: true) else { return nil }
    let empty = job.discs.subtracting(view.disks.map(\.target)).sorted()
    guard !empty.isEmpty else { return nil }
    let names = empty.joined(separator: ", ")
    return "\(names) of \(job.step.instance) had a disc before the move and \(empty.count == 1 ? "is" : "are") empty by now"
  }

  private func protection() async -> String? {
    let isGivenBack: Bool
    do throws(XenError) {
      guard let guest = try await driver.look(deadline).guest(job.step.uuid) else { return nil }
      isGivenBack = try await HighAvailability(calls: driver.calls, deadline: deadline).giveBack(guest)
    } catch { isGivenBack = false }
    if isGivenBack { return nil }
    return
      "high availability no longer protects \(job.step.instance), as far as can be seen; switch it on again (xe vm-param-set uuid=\(job.step.uuid) ha-always-run=true)"
  }
}

/// The protection of a guest by high availability (`ha_always_run`): a shutdown takes it off, and the start is to put it on again.
struct HighAvailability {
  let calls: any XenCalls
  let deadline: Deadline

  /// True: the guest has the protection that it had when our mark was put on it, or had none, or does not run; false: it could not be given back.
  func giveBack(_ guest: (reference: String, record: XenRecord)) async throws(XenError) -> Bool {
    let isWithout = !guest.record.flag("ha_always_run") && PoolSurvey.power(guest.record) != .off
    guard isWithout, XenMarks.wasProtected(in: guest.record) else { return true }
    do throws(XenError) {
      _ = try await calls.call("VM.set_ha_always_run", [.text(guest.reference), .flag(true)], deadline: deadline)
    } catch {
      guard error.code != nil else { throw error }
      return false
    }
    let answer = try await calls.call("VM.get_record", [.text(guest.reference)], deadline: deadline)
    return XenRecord(answer)?.flag("ha_always_run") == true
  }
}
