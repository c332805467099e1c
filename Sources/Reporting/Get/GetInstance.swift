package import Fleet

/// An instance in a list: declared, or only seen.
package struct GetInstance: GetItem {
  /// As in the metrics; `violating` is off its place, on a host in maintenance, or against a required rule.
  package enum State: String, Sendable, Codable, CaseIterable {
    case inSync, violating, missing, unknown, ambiguous, frozen, moving, busy, backingOff
    /// No manifest names it.
    case unmanaged
  }

  package var name: InstanceName
  package var cell: CellName
  /// Nil: neither declared nor seen.
  package var uuid: InstanceUUID?
  /// Nil: nothing was observed yet.
  package var state: State?
  /// Why it is in that state; nil: there is nothing to say.
  package var why: String?
  /// Where it runs, or is defined; nil: no host shows it.
  package var host: HostName?
  /// Hosts that show it, too.
  package var alsoOn: [HostName]
  package var power: InstanceObservation.Power?
  package var memoryBytes: Int?
  package var vcpus: Int?
  /// `any`, hosts joined by commas, or labels of hosts; nil: no manifest names it.
  package var placement: String?
  /// Never elsewhere, not even displaced by maintenance.
  package var required: Bool
  /// What its manifest consents to.
  package var modes: [MigrationMode]
  package var labels: [String: String]
  /// `path:line`; nil: none.
  package var manifest: String?

  /// `declared` nil: only seen. `copies`: one for each host that shows it, the one that counts first.
  package init(
    _ declared: DesiredInstance?, cell: CellName, name: InstanceName, copies: [InstanceObservation], state: State?, why: String? = nil
  ) {
    self.name = name
    self.cell = cell
    let first = copies.first
    uuid = first?.uuid ?? declared?.uuid
    self.state = state
    self.why = why.flatMap { $0.isEmpty ? nil : $0 }
    host = first?.host
    alsoOn = copies.dropFirst().compactMap(\.host)
    power = first?.power
    memoryBytes = first?.chargedMemoryBytes
    vcpus = first?.vcpus
    placement = declared.map { Self.words($0.placement) }
    required = declared?.required ?? false
    modes = declared.map { DeclarationWords.modes($0.allowedModes) } ?? []
    labels = declared?.labels ?? [:]
    manifest = declared?.location.pathAndLine
  }

  private static func words(_ placement: DesiredPlacement) -> String {
    switch placement {
    case .anywhere: "any"
    case .host(let host): host.rawValue
    case .anyOf(let hosts): hosts.map(\.rawValue).joined(separator: ",")
    case .hosts(let labels): GetValue.pairs(labels)
    }
  }
}

extension GetInstance {
  package static var getKind: GetKind { .instances }
  package var title: String { name.rawValue }
  package var aliases: [String] { ["\(cell)/\(name)", uuid?.rawValue].compactMap { $0 } }
  package var cellNames: [CellName] { [cell] }

  package static var columns: [GetColumn<GetInstance>] {
    [
      GetColumn(header: "NAME") { instance, _ in .word(instance.name.rawValue, .strong) },
      GetColumn(header: "CELL") { instance, _ in .word(instance.cell.rawValue) },
      GetColumn(header: "POWER") { instance, _ in .word(instance.power?.rawValue) },
      GetColumn(header: "HOST") { instance, _ in
        .word((([instance.host].compactMap { $0 }) + instance.alsoOn).map(\.rawValue).joined(separator: ","))
      },
      GetColumn(header: "PLACEMENT") { instance, _ in .word(instance.placement) },
      GetColumn(header: "STATE") { instance, _ in .word(instance.state.map { GetValue.dashed($0.rawValue) }, instance.tone) },
      GetColumn(header: "MEMORY", alignment: .trailing, isWide: true) { instance, _ in .bytes(instance.memoryBytes) },
      GetColumn(header: "VCPUS", alignment: .trailing, isWide: true) { instance, _ in .count(instance.vcpus) },
      GetColumn(header: "REQUIRED", isWide: true) { instance, _ in .yesOrNo(instance.placement.map { _ in instance.required }) },
      GetColumn(header: "MODES", isWide: true) { instance, _ in .word(instance.modes.map(\.rawValue).joined(separator: ",")) },
      GetColumn(header: "UUID", isWide: true) { instance, _ in .word(instance.uuid?.rawValue) },
      GetColumn(header: "LABELS", isWide: true) { instance, _ in .labels(instance.labels) },
      GetColumn(header: "WHY", isWide: true) { instance, _ in .word(instance.why) },
    ]
  }

  private var tone: Tone {
    switch state {
    case .inSync: .good
    case .unmanaged, nil: .plain
    case .moving: .accent
    case .missing, .unknown, .ambiguous, .frozen: .bad
    case .violating, .busy, .backingOff: .warning
    }
  }
}
