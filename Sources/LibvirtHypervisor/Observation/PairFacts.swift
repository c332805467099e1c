import Fleet

/// What two hosts' own facts say about a guest of the one going to the other, known before anything is planned.
struct PairFacts {
  private let survey: CellSurvey

  init(_ survey: CellSurvey) { self.survey = survey }

  func refusals() -> [HostRefusal] {
    let seen = survey.hosts.compactMap { name, result in if case .success(let host) = result { (name, host) } else { nil } }
      .sorted { $0.0 < $1.0 }
    // Most guests ask nothing of a host that others might not have: only where a host itself is at odds is each of them looked at.
    let demanding = Dictionary(uniqueKeysWithValues: seen.map { ($0.0, $0.1.domains.filter(Self.asksForSomething)) })
    var found: [HostRefusal] = []
    for (there, destination) in seen {
      let unknown = survey.offered.unknown[there] ?? []
      for (here, source) in seen where here != there {
        let online = Self.odds(source, here, destination, there)
        let domains = online != nil || !unknown.isEmpty ? source.domains : demanding[here] ?? []
        for domain in domains {
          let always = Self.lacking(domain, destination, there, unknown)
          guard let text = always ?? online else { continue }
          found.append(
            HostRefusal(
              cell: survey.name, instance: InstanceName(domain.description.name), uuid: InstanceUUID(domain.description.uuid), host: there,
              onlineOnly: always == nil, text: text, origin: .facts))
        }
      }
    }
    return found
  }

  private static func asksForSomething(_ domain: HostSurvey.Domain) -> Bool {
    domain.definitions.contains { definition in
      !definition.secrets.isEmpty || definition.interfaces.contains { $0.kind == .direct }
    }
  }

  /// What of a guest's two definitions the destination does not have, which forbids every mode.
  private static func lacking(
    _ domain: HostSurvey.Domain, _ destination: HostSurvey, _ there: HostName, _ unknown: Set<MachineClass>
  ) -> String? {
    for definition in domain.definitions where unknown.contains(MachineClass(definition)) {
      return "\(there) does not know machine type \(definition.machine) (emulator \(definition.emulator ?? "any"))"
    }
    if let secrets = destination.secrets, let lacking = domain.definitions.flatMap(\.secrets).first(where: { !secrets.contains($0) }) {
      return "\(there) has no libvirt secret \(HostBinding.quoted(lacking)), which it needs"
    }
    if let interfaces = destination.interfaces {
      for interface in domain.definitions.flatMap(\.interfaces) where interface.kind == .direct {
        if let device = interface.source, !interfaces.contains(device) { return "\(there) has no network interface \(device)" }
      }
    }
    return nil
  }

  /// What two hosts are to each other, which forbids live and block.
  private static func odds(_ source: HostSurvey, _ here: HostName, _ destination: HostSurvey, _ there: HostName) -> String? {
    if let uuid = source.capabilities.hostUUID, uuid == destination.capabilities.hostUUID {
      return "\(here) and \(there) have one host UUID (\(uuid)), and libvirt migrates nothing between such hosts: "
        + "set host_uuid in libvirtd.conf of one of them"
    }
    if source.hypervisorVersion > destination.hypervisorVersion, destination.hypervisorVersion > 0 {
      let versions = [destination.hypervisorVersion, source.hypervisorVersion].map(text)
      return "\(there) has QEMU \(versions[0]), older than \(versions[1]) on \(here); guests move to the same or a newer one"
    }
    return nil
  }

  private static func text(_ version: Int) -> String { "\(version / 1_000_000).\(version / 1000 % 1000).\(version % 1000)" }
}

extension HostSurvey.Domain {
  /// What it runs with now, and after its next start.
  fileprivate var definitions: [DomainDescription] { [description] + [nextBoot].compactMap { $0 } }
}
