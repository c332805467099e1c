/// A name of one kind of object; the kind is in the type so that a host's name is never passed for an instance's.
package struct Identifier<Kind>: Hashable, Comparable, Sendable, Codable, ExpressibleByStringLiteral, CustomStringConvertible,
  CodingKeyRepresentable
{
  package let rawValue: String

  package init(_ rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }

  package init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  package var description: String { rawValue }
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  package init?<Key: CodingKey>(codingKey: Key) { rawValue = codingKey.stringValue }
  package var codingKey: any CodingKey { NameKey(stringValue: rawValue) }
}

private struct NameKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

package enum CellKind {}
package enum HostKind {}
package enum InstanceKind {}
package enum InstanceUUIDKind {}
package enum PolicyKind {}
package enum RuleKind {}
package enum StorageKind {}
package enum WriterKind {}
package enum IntentKind {}
package enum MoveKind {}
package enum JobKind {}

/// `metadata.name` of a Cell: the border no migration crosses.
package typealias CellName = Identifier<CellKind>
/// `metadata.name` of a Host; unique in the fleet.
package typealias HostName = Identifier<HostKind>
/// `metadata.name` of an Instance (libvirt domain name, Xen name-label); unique in its cell.
package typealias InstanceName = Identifier<InstanceKind>
/// The hypervisor's UUID of an instance, lower case with dashes; the same on every host.
package typealias InstanceUUID = Identifier<InstanceUUIDKind>
/// `metadata.name` of a MigrationPolicy.
package typealias PolicyName = Identifier<PolicyKind>
/// `metadata.name` of a PlacementRule.
package typealias RuleName = Identifier<RuleKind>
/// The name of a storage (libvirt pool, Xen SR) on one host; not an identity across hosts.
package typealias StorageID = Identifier<StorageKind>
/// One database that drives a fleet; made once, when the database is.
package typealias WriterID = Identifier<WriterKind>
/// One journalled step before it runs; the driver's idempotency key.
package typealias IntentID = Identifier<IntentKind>
/// One move in the journal, unique over all passes of a writer.
package typealias OperationID = Identifier<MoveKind>
/// What a driver calls a running job.
package typealias JobRef = Identifier<JobKind>
