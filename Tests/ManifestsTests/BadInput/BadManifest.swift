import Testing

/// A manifest with something wrong and every line that is said about it.
struct BadManifest: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let said: String

  init(_ name: String, _ text: String, _ said: String) {
    self.name = name
    self.text = text
    self.said = said
  }

  var testDescription: String { name }

  /// What the case stands beside, without fault.
  static let base = """
    apiVersion: reconcile/v1
    kind: Fleet
    metadata: {name: base}
    ---
    apiVersion: reconcile/v1
    kind: Cell
    metadata: {name: east}
    spec: {hypervisor: libvirt}
    ---
    apiVersion: reconcile/v1
    kind: Host
    metadata: {name: hv1, labels: {zone: a}}
    spec: {cell: east, connection: qemu+tls://hv1/system}
    ---
    apiVersion: reconcile/v1
    kind: Host
    metadata: {name: hv2, labels: {zone: b}}
    spec: {cell: east, connection: qemu+tls://hv2/system, maintenance: true}
    ---
    apiVersion: reconcile/v1
    kind: Instance
    metadata: {name: web-1, labels: {app: web}}
    spec: {cell: east}
    ---
    apiVersion: reconcile/v1
    kind: MigrationPolicy
    metadata: {name: gentle}

    """
}
