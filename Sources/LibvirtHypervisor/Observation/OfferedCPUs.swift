import CLibvirt
import Fleet
import Hypervisor

/// A machine that guests are defined for, as a host is asked whether it knows it.
struct MachineClass: Hashable, Sendable {
  var emulator: String?
  var architecture: String
  var machine: String
  var type: String

  init(_ domain: DomainDescription) {
    (emulator, architecture, machine, type) = (domain.emulator, domain.architecture, domain.machine, domain.virType)
  }
}

/// What each host says it can run of what the cell's guests are.
struct OfferedMachines: Sendable {
  /// Classes of guest processors, beside the host's own.
  var cpus: [HostName: [String]] = [:]
  /// Machines that a host was asked about and does not know.
  var unknown: [HostName: Set<MachineClass>] = [:]
}

extension LibvirtHypervisor {
  /// Most kinds of machines that hosts are asked about; the others are found out before each step.
  static let machineClassesMax = 64

  /// Which of the cell's classes of guest processors each host says it can run, beside its own, and which machines it does not know.
  ///
  /// Asked once for each class and host (virConnectCompareHypervisorCPU, virConnectGetDomainCapabilities); the processor of emulated guests runs
  /// anywhere.
  func offeredMachines(_ survey: CellSurvey, _ deadline: Deadline) async -> OfferedMachines {
    var classes: [String: DomainDescription] = [:]
    var machines: Set<MachineClass> = []
    for case .success(let host) in survey.hosts.values {
      for domain in host.domains where domain.description.unreadable == nil {
        for definition in [domain.description] + [domain.nextBoot].compactMap({ $0 }) where !definition.machine.isEmpty {
          if machines.count < Self.machineClassesMax { machines.insert(MachineClass(definition)) }
        }
        guard let cpu = domain.description.cpu, !HostSurvey.Domain.isPassedThrough(cpu) else { continue }
        if let cpuClass = domain.cpuClass(on: host.capabilities) { classes[cpuClass] = domain.description }
      }
    }
    guard !classes.isEmpty || !machines.isEmpty else { return OfferedMachines() }
    let (asked, wanted) = (classes, machines)
    let reachable = survey.hosts.compactMap { if case .success = $0.value { $0.key } else { nil } }
    let answers = await callAll(reachable, deadline) { _, connection throws(LibvirtError) in
      var offered: [String] = []
      for (name, domain) in asked.sorted(by: { $0.key < $1.key }) {
        guard let cpu = domain.cpu else { continue }
        let answer = try connection.offersCPU(
          cpu.xml, emulator: domain.emulator, architecture: domain.architecture, machine: domain.machine, type: domain.virType)
        if answer != false { offered.append(name) }
      }
      var unknown: Set<MachineClass> = []
      for machine in wanted where try connection.knows(machine) == false { unknown.insert(machine) }
      return (offered, unknown)
    }
    let told = answers.compactMapValues { try? $0.get() }
    return OfferedMachines(cpus: classes.isEmpty ? [:] : told.mapValues(\.0), unknown: told.mapValues(\.1))
  }
}

extension ConnectionHandle {
  /// Whether the host has that emulator and it knows that machine; nil: it cannot say.
  func knows(_ machine: MachineClass) throws(LibvirtError) -> Bool? {
    do throws(LibvirtError) {
      _ = try domainCapabilities(
        emulator: machine.emulator, architecture: machine.architecture, machine: machine.machine, type: machine.type)
      return true
    } catch {
      if error.connectionLost { throw error }
      // An unknown machine type and an unknown emulator are invalid arguments; anything else says nothing.
      return error.is(VIR_ERR_INVALID_ARG) ? false : nil
    }
  }
}
