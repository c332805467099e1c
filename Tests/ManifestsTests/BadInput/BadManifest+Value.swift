extension BadManifest {
  static let value: [BadManifest] = [
    BadManifest(
      "a whole number that is text",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, maxMovesPerPass: many}
      """,
      """
      m/case.yaml:4:46: error: 'maxMovesPerPass' must be a whole number, not text
        hint: for example maxMovesPerPass: 200
      """),
    BadManifest(
      "a whole number in quotes",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, maxMovesPerPass: "200"}
      """,
      """
      m/case.yaml:4:46: error: 'maxMovesPerPass' must be a whole number, not text
        hint: for example maxMovesPerPass: 200
      """),
    BadManifest(
      "a whole number with a fraction",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, maxMovesPerPass: 2.5}
      """,
      """
      m/case.yaml:4:46: error: 'maxMovesPerPass' is 2.5; it must be a whole number in decimal digits
        hint: for example maxMovesPerPass: 200
      """),
    BadManifest(
      "a whole number in hexadecimal",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, maxMovesPerPass: 0x10}
      """,
      """
      m/case.yaml:4:46: error: 'maxMovesPerPass' is 0x10; it must be a whole number in decimal digits
        hint: for example maxMovesPerPass: 200
      """),
    BadManifest(
      "a negative whole number",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, maxMovesPerPass: -1}
      """,
      """
      m/case.yaml:4:46: error: 'maxMovesPerPass' is -1; it must be from 1 to 1000000
        hint: for example maxMovesPerPass: 200
      """),
    BadManifest(
      "a whole number of 0",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, maxMovesPerPass: 0}
      """,
      """
      m/case.yaml:4:46: error: 'maxMovesPerPass' is 0; it must be from 1 to 1000000
        hint: for example maxMovesPerPass: 200
      """),
    BadManifest(
      "a whole number beyond 64 bits",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, maxMovesPerPass: 99999999999999999999}
      """,
      """
      m/case.yaml:4:46: error: 'maxMovesPerPass' is 99999999999999999999; it must be from 1 to 1000000
        hint: for example maxMovesPerPass: 200
      """),
    BadManifest(
      "a number out of range",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {vcpuOvercommit: 0}}
      """,
      """
      m/case.yaml:4:78: error: 'vcpuOvercommit' is 0; it must be from 0.1 to 100.0
        hint: for example vcpuOvercommit: 4.0
      """),
    BadManifest(
      "a number that is not one",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {vcpuOvercommit: .nan}}
      """,
      """
      m/case.yaml:4:78: error: 'vcpuOvercommit' is .nan; it must be from 0.1 to 100.0
        hint: for example vcpuOvercommit: 4.0
      """),
    BadManifest(
      "a number that is text",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {vcpuOvercommit: four}}
      """,
      """
      m/case.yaml:4:78: error: 'vcpuOvercommit' must be a number, not text
        hint: for example vcpuOvercommit: 4.0
      """),
    BadManifest(
      "a flag that is yes",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {relieve: yes}}
      """,
      """
      m/case.yaml:4:71: error: 'relieve' must be true or false, not text
        hint: write true, without quotes
      """),
    BadManifest(
      "a flag in quotes",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {relieve: "true"}}
      """,
      """
      m/case.yaml:4:71: error: 'relieve' must be true or false, not text
        hint: write true, without quotes
      """),
    BadManifest(
      "a flag that is a number",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', capacity: {relieve: 1}}
      """,
      """
      m/case.yaml:4:71: error: 'relieve' must be true or false, not a number
        hint: for example relieve: true
      """),
    BadManifest(
      "a misspelt choice",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, unmanaged: evacuat}
      """,
      """
      m/case.yaml:4:40: error: 'unmanaged' is 'evacuat'; it must be block or evacuate
        hint: did you mean 'evacuate'?
      """),
    BadManifest(
      "an unknown choice",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, unmanaged: delete}
      """,
      """
      m/case.yaml:4:40: error: 'unmanaged' is 'delete'; it must be block or evacuate
        hint: for example unmanaged: evacuate
      """),
    BadManifest(
      "a choice that is a mapping",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, unmanaged: {a: b}}
      """,
      """
      m/case.yaml:4:40: error: 'unmanaged' must be block or evacuate, not a mapping
        hint: for example unmanaged: evacuate
      """),
    BadManifest(
      "a mapping that is a list",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, limits: [8]}
      """,
      """
      m/case.yaml:4:37: error: 'limits' must be a mapping, not a list
        hint: for example limits: {total: 8, perHost: 2}
      """),
    BadManifest(
      "a list that is a text",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, migration: {allow: live}}
      """,
      """
      m/case.yaml:4:39: error: 'allow' must be a list of live, block or cold, not text
        hint: for example allow: [live, block, cold]
      """),
    BadManifest(
      "an unknown word in a list",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, migration: {allow: [live, warm]}}
      """,
      """
      m/case.yaml:4:46: error: 'allow' is 'warm'; it must be live, block or cold
        hint: for example allow: [live, block, cold]
      """),
    BadManifest(
      "a word twice in a list",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, migration: {allow: [live, live]}}
      """,
      """
      m/case.yaml:4:46: error: 'allow' names 'live' twice
        hint: keep one
      """),
    BadManifest(
      "a time that is none",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', maintenance: {enabled: true, until: tomorrow}}
      """,
      """
      m/case.yaml:4:87: error: 'until' is 'tomorrow', which is not a time
        hint: RFC 3339, such as 2026-11-23 or 2026-11-23T18:00:00Z; for example until: 2026-11-23T18:00:00Z
      """),
    BadManifest(
      "a time that does not exist",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', maintenance: {enabled: true, until: 2026-02-30}}
      """,
      """
      m/case.yaml:4:87: error: 'until' is '2026-02-30', which is not a time
        hint: RFC 3339, such as 2026-11-23 or 2026-11-23T18:00:00Z; for example until: 2026-11-23T18:00:00Z
      """),
    BadManifest(
      "a uuid that is none",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, uuid: 6d7c1f0e4f0b4c3e9d550d2f5b1c7a10}
      """,
      """
      m/case.yaml:4:26: error: 'uuid' is '6d7c1f0e4f0b4c3e9d550d2f5b1c7a10', which is not a UUID
        hint: 8-4-4-4-12 hexadecimal digits; for example uuid: 6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10
      """),
    BadManifest(
      "a text that is a number",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', maintenance: {enabled: true, ticket: 1234}}
      """,
      """
      m/case.yaml:4:88: error: 'ticket' must be text, not a number
        hint: quote it: "1234"
      """),
    BadManifest(
      "a text that is empty",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: east, connection: 'qemu://h/system', maintenance: {enabled: true, reason: ''}}
      """,
      """
      m/case.yaml:4:88: error: 'reason' is '', which is not a text of 1 to 4096 bytes
        hint: between 1 and 4096 bytes, no control characters; for example reason: firmware update
      """),
    BadManifest(
      "columns count characters",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {host: hv1, ü: 1}, x: 1}
      """,
      """
      m/case.yaml:4:43: error: unknown key 'ü' in placement
        hint: its keys are host, anyOf, hosts, required
      m/case.yaml:4:50: error: unknown key 'x' in spec of an Instance
        hint: its keys are cell, uuid, placement, targetStorage, migration
      """),
  ]
}
