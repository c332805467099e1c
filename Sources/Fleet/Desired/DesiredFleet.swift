/// All that the manifests declare, checked and with defaults filled in; arrays are sorted by name.
package struct DesiredFleet: Sendable, Equatable, Codable {
  package var name: String
  package var cells: [DesiredCell]
  package var hosts: [DesiredHost]
  package var instances: [DesiredInstance]
  package var rules: [PlacementRule]
  package var policies: [DesiredPolicy]
  package var location: SourceLocation

  package init(
    name: String, cells: [DesiredCell], hosts: [DesiredHost], instances: [DesiredInstance], rules: [PlacementRule] = [],
    policies: [DesiredPolicy] = [], location: SourceLocation
  ) {
    self.name = name
    self.cells = cells
    self.hosts = hosts
    self.instances = instances
    self.rules = rules
    self.policies = policies
    self.location = location
  }
}

/// A declared MigrationPolicy with its name and place.
package struct DesiredPolicy: Sendable, Equatable, Codable {
  package var name: PolicyName
  package var policy: MigrationPolicy
  package var location: SourceLocation

  package init(name: PolicyName, policy: MigrationPolicy, location: SourceLocation) {
    self.name = name
    self.policy = policy
    self.location = location
  }
}

extension DesiredFleet {
  /// The policy that holds for an instance: its own, else its cell's, else the built-in one.
  package func policy(for instance: DesiredInstance) -> MigrationPolicy {
    let name = instance.policy ?? cells.first { $0.name == instance.cell }?.migrationPolicy
    return policies.first { $0.name == name }?.policy ?? MigrationPolicy()
  }
}
