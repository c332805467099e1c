/// A declared instance: where it belongs and how it may get there.
package struct DesiredInstance: Sendable, Equatable, Codable {
  package var name: InstanceName
  package var labels: [String: String]
  package var cell: CellName
  /// Lower case; nil: matched by name within the cell.
  package var uuid: InstanceUUID?
  package var placement: DesiredPlacement
  /// True: never elsewhere, not even displaced by maintenance.
  package var required: Bool
  /// Disk target → the pool to copy that local disk to.
  package var targetStorage: [String: StorageID]
  package var policy: PolicyName?
  package var allowedModes: AllowedModes
  package var location: SourceLocation
  /// Where `spec.placement` stands; the instance's own place if it has none.
  package var placementLocation: SourceLocation

  package init(
    name: InstanceName, labels: [String: String] = [:], cell: CellName, uuid: InstanceUUID? = nil, placement: DesiredPlacement = .anywhere,
    required: Bool = false, targetStorage: [String: StorageID] = [:], policy: PolicyName? = nil,
    allowedModes: AllowedModes = AllowedModes(), location: SourceLocation, placementLocation: SourceLocation? = nil
  ) {
    self.name = name
    self.labels = labels
    self.cell = cell
    self.uuid = uuid
    self.placement = placement
    self.required = required
    self.targetStorage = targetStorage
    self.policy = policy
    self.allowedModes = allowedModes
    self.location = location
    self.placementLocation = placementLocation ?? location
  }
}

/// The hosts an instance belongs on.
package enum DesiredPlacement: Sendable, Equatable, Codable {
  case anywhere
  case host(HostName)
  case anyOf([HostName])
  /// Hosts that carry all of these labels.
  case hosts(labels: [String: String])
}

/// The modes an instance's manifest consents to for a running guest; offline moves need no consent.
package struct AllowedModes: Sendable, Hashable, Codable {
  package var live: Bool
  package var block: Bool
  /// Consent to a reboot.
  package var cold: Bool

  package init(live: Bool = true, block: Bool = true, cold: Bool = false) {
    self.live = live
    self.block = block
    self.cold = cold
  }
}

extension DesiredPlacement {
  /// The host is one of those it belongs on.
  package func includes(_ host: DesiredHost) -> Bool {
    switch self {
    case .anywhere: true
    case .host(let name): name == host.name
    case .anyOf(let names): names.contains(host.name)
    case .hosts(let labels): labels.allSatisfy { host.labels[$0.key] == $0.value }
    }
  }
}
