extension BadManifest {
  static let quantity: [BadManifest] = [
    BadManifest(
      "a size without a unit",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 4}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is 4 without a unit
        hint: add one of B, KiB, MiB, GiB, TiB; for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a size in decimal units",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 4GB}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is '4GB', which has an unknown unit 'GB'
        hint: did you mean '4GiB'?
      """),
    BadManifest(
      "a size with a space",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 4 GiB}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is '4 GiB', which has an unknown unit ' GiB'
        hint: did you mean '4GiB'?
      """),
    BadManifest(
      "a negative size",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: -4GiB}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is negative: -4GiB
        hint: for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a fraction of a size",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 1.5GiB}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is '1.5GiB'; only whole numbers are allowed
        hint: use a smaller unit (B, KiB, MiB, GiB, TiB)
      """),
    BadManifest(
      "a size beyond 64 bits",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 99999999999999999999GiB}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is 99999999999999999999GiB; it must be from 0 to 64TiB
        hint: for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a size whose bytes overflow",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 9999999TiB}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is 9999999TiB; it must be from 0 to 64TiB
        hint: for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a size out of range",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 65TiB}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is 65TiB; it must be from 0 to 64TiB
        hint: for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a size that is a word",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: much}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is 'much', which is not a size
        hint: a number and a unit (B, KiB, MiB, GiB, TiB); for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a size that is a list",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: [4GiB]}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' must be a size, not a list
        hint: for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a size that is nothing",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: }}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' has no value
        hint: give it one or leave the key out; for example reservedMemory: 4GiB
      """),
    BadManifest(
      "an unknown unit",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {reservedMemory: 4parsec}}
      """,
      """
      m/case.yaml:4:78: error: 'reservedMemory' is '4parsec', which has an unknown unit 'parsec'
        hint: units are B, KiB, MiB, GiB, TiB; for example reservedMemory: 4GiB
      """),
    BadManifest(
      "a duration without a unit",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {sourceRetention: 24}
      """,
      """
      m/case.yaml:4:25: error: 'sourceRetention' is 24 without a unit
        hint: add one of ms, s, m, h, d; for example sourceRetention: 24h
      """),
    BadManifest(
      "a duration in a long unit",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {sourceRetention: 24hours}
      """,
      """
      m/case.yaml:4:25: error: 'sourceRetention' is '24hours', which has an unknown unit 'hours'
        hint: did you mean '24h'?
      """),
    BadManifest(
      "a negative duration",
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: p}
      spec: {sourceRetention: -1h}
      """,
      """
      m/case.yaml:4:25: error: 'sourceRetention' is negative: -1h
        hint: for example sourceRetention: 24h
      """),
    BadManifest(
      "a rate without a unit",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, networkRate: 1000}
      """,
      """
      m/case.yaml:4:42: error: 'networkRate' is 1000 without a unit
        hint: add one of B/s, kbit/s, KiB/s, Mbit/s, MiB/s, Gbit/s, GiB/s; for example networkRate: 10Gbit/s
      """),
    BadManifest(
      "a rate of 0",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, networkRate: 0Gbit/s}
      """,
      """
      m/case.yaml:4:42: error: 'networkRate' is 0; it must be from 1Mbit/s to 1000Gbit/s
        hint: for example networkRate: 10Gbit/s
      """),
    BadManifest(
      "a rate in common letters",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, networkRate: 10Gbps}
      """,
      """
      m/case.yaml:4:42: error: 'networkRate' is '10Gbps', which has an unknown unit 'Gbps'
        hint: did you mean '10Gbit/s'?
      """),
    BadManifest(
      "a rate out of range",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, networkRate: 2000Gbit/s}
      """,
      """
      m/case.yaml:4:42: error: 'networkRate' is 2000Gbit/s; it must be from 1Mbit/s to 1000Gbit/s
        hint: for example networkRate: 10Gbit/s
      """),
  ]
}
