extension BadManifest {
  static let host: [BadManifest] = [
    BadManifest(
      "an unknown cell",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: eats, connection: 'qemu://h/system'}
      """,
      """
      m/case.yaml:4:14: error: no Cell is named 'eats'
        hint: did you mean 'east'?
      """),
    BadManifest(
      "a libvirt host without a connection",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:18: error: Host 'h' of a libvirt Cell needs a 'connection'
        hint: for example connection: qemu+tls://h.example/system
      """),
    BadManifest(
      "a connection that is no URI",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: hv9.example}
      """,
      """
      m/case.yaml:4:32: error: 'connection' is 'hv9.example', which is not a libvirt URI
        hint: write qemu[+tls|+ssh|+tcp|+libssh|+libssh2]://[user@]HOST[:port]/system
      """),
    BadManifest(
      "a simulated host with a connection",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: w.json}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: c, connection: 'qemu://h/system'}
      """,
      """
      m/case.yaml:9:29: error: a Host of a simulated Cell has no 'connection'
        hint: remove it: the host's name is its key in the world file
      """),
    BadManifest(
      "a connection twice",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu+tls://hv1/system'}
      """,
      """
      m/case.yaml:4:32: error: Host 'h' has the connection of Host 'hv1'
        hint: that one is at m/base.yaml:12:18; a host is declared once
      """),
    BadManifest(
      "a name twice",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: hv1}
      spec: {cell: east, connection: 'qemu://h/system'}
      """,
      """
      m/case.yaml:3:18: error: Host 'hv1' is declared twice
        hint: the first is at m/base.yaml:12:18; remove or rename one
      """),
    BadManifest(
      "a host in two cells",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: w.json}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: hv1}
      spec: {cell: c}
      """,
      """
      m/case.yaml:8:18: error: Host 'hv1' is declared in two cells, 'east' and 'c'
        hint: the first is at m/base.yaml:12:18; remove or rename one
      """),
    BadManifest(
      "an address with a port and a path",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', migrationAddress: tcp://a/b}
      """,
      """
      m/case.yaml:4:69: error: 'migrationAddress' is 'tcp://a/b', which is not a host name or IP address
        hint: without scheme, port and brackets; of digits and dots alone only if it is an IPv4 address; for example migrationAddress: \
      10.0.9.11
      """),
    BadManifest(
      "an address with a port",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', migrationAddress: 10.0.9.11:49152}
      """,
      """
      m/case.yaml:4:69: error: 'migrationAddress' is '10.0.9.11:49152', which is not a host name or IP address
        hint: without scheme, port and brackets; of digits and dots alone only if it is an IPv4 address; for example migrationAddress: \
      10.0.9.11
      """),
    BadManifest(
      "an address with a number above 255",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', migrationAddress: 999.0.0.1}
      """,
      """
      m/case.yaml:4:69: error: 'migrationAddress' is '999.0.0.1', which is not a host name or IP address
        hint: without scheme, port and brackets; of digits and dots alone only if it is an IPv4 address; for example migrationAddress: \
      10.0.9.11
      """),
    BadManifest(
      "an address in brackets",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', migrationAddress: '[fd00::1]'}
      """,
      """
      m/case.yaml:4:69: error: 'migrationAddress' is '[fd00::1]', which is not a host name or IP address
        hint: without scheme, port and brackets; of digits and dots alone only if it is an IPv4 address; for example migrationAddress: \
      10.0.9.11
      """),
    BadManifest(
      "maintenance without enabled",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', maintenance: {reason: x}}
      """,
      """
      m/case.yaml:4:64: error: 'enabled' is missing in maintenance
        hint: for example enabled: true
      """),
    BadManifest(
      "maintenance that is a text",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', maintenance: planned}
      """,
      """
      m/case.yaml:4:64: error: 'maintenance' must be true or false, or a mapping, not text
        hint: for example maintenance: true
      """),
  ]
}
