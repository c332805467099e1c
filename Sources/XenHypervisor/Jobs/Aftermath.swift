import Fleet
import Hypervisor

/// What is looked at, and mended, once a guest was sent or started: the move is over and has come off whatever is found.
struct Aftermath {
  let driver: XenHypervisor
  let job: XenJob
  let deadline: Deadline

  /// What could not be mended, in words; nil: all is as it was.
  func mend() async throws(XenError) -> String? {
    switch job.step.action {
    case .migrate(let options) where options.mode != .live: try await discs()
    case .start: try await protection()
    default: nil
    }
  }

  /// xapi ejects what it was not told to leave, and says nothing of it.
  private func discs() async throws(XenError) -> String? {
    guard !job.discs.isEmpty else { return nil }
    let still = Set(try await driver.look(deadline).view(of: job.step).disks.map(\.target))
    var lost: [String] = []
    for (target, disc) in job.discs.sorted(by: { $0.key < $1.key }) where !still.contains(target) {
      if await !insert(disc, target) { lost.append(target) }
    }
    guard !lost.isEmpty else { return nil }
    return "the pool ejected what was in \(lost.joined(separator: ", ")) of \(job.step.instance); insert it again (xe vm-cd-insert)"
  }

  private func insert(_ disc: String, _ target: String) async -> Bool {
    guard let guest = try? await driver.look(deadline).guest(job.step.uuid) else { return false }
    for drive in guest.record.references("VBDs") {
      guard let record = try? await driver.look(deadline).record("VBD", drive), record.target == target else { continue }
      guard record.flag("empty") else { return true }
      return (try? await driver.calls.call("VBD.insert", [.text(drive), .text(disc)], deadline: deadline)) != nil
    }
    return false
  }

  /// A shutdown takes the protection of high availability off (`ha_always_run`), and the start is to put it on again.
  private func protection() async throws(XenError) -> String? {
    let view = try await driver.look(deadline).view(of: job.step)
    guard let guest = view.guest, view.pool?.record.flag("ha_enabled") == true, HighAvailability.isToProtect(guest.record),
      !guest.record.flag("ha_always_run")
    else { return nil }
    do throws(XenError) {
      _ = try await driver.calls.call("VM.set_ha_always_run", [.text(guest.reference), .flag(true)], deadline: deadline)
      if try await driver.look(deadline).guest(job.step.uuid)?.record.flag("ha_always_run") == true { return nil }
    } catch {
      guard error.code != nil else { throw error }
    }
    return
      "high availability no longer protects \(job.step.instance); switch it on again (xe vm-param-set uuid=… ha-always-run=true)"
  }
}

/// What a guest's record says of high availability.
enum HighAvailability {
  /// The restart priorities that make the pool start a guest again whatever befell it; older servers count them.
  private static let protecting: Set<String> = ["restart", "0", "1", "2", "3"]

  static func isToProtect(_ guest: XenRecord) -> Bool { protecting.contains(guest.text("ha_restart_priority")) }
}
