import Fleet
import Hypervisor

extension LibvirtHypervisor {
  /// Which of the cell's classes of guest processors each host says it can run, beside its own.
  ///
  /// Asked once for each class and host (virConnectCompareHypervisorCPU); emulated guests run anywhere.
  func offeredCPUs(_ survey: CellSurvey, _ deadline: Deadline) async -> [HostName: [String]] {
    var classes: [String: DomainDescription] = [:]
    for case .success(let host) in survey.hosts.values {
      for domain in host.domains {
        guard let cpu = domain.description.cpu, !HostSurvey.Domain.isPassedThrough(cpu) else { continue }
        if let cpuClass = domain.cpuClass(on: host.capabilities) { classes[cpuClass] = domain.description }
      }
    }
    guard !classes.isEmpty else { return [:] }
    let asked = classes
    let reachable = survey.hosts.compactMap { if case .success = $0.value { $0.key } else { nil } }
    let answers = await callAll(reachable, deadline) { _, connection throws(LibvirtError) in
      var offered: [String] = []
      for (name, domain) in asked.sorted(by: { $0.key < $1.key }) {
        guard let cpu = domain.cpu else { continue }
        let answer = try connection.offersCPU(
          cpu.xml, emulator: domain.emulator, architecture: domain.architecture, machine: domain.machine, type: domain.virType)
        if answer != false { offered.append(name) }
      }
      return offered
    }
    return answers.compactMapValues { try? $0.get() }
  }
}
