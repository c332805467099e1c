extension BadManifest {
  static let instance: [BadManifest] = [
    BadManifest(
      "an unknown cell",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: eest}
      """,
      """
      m/case.yaml:4:14: error: no Cell is named 'eest'
        hint: did you mean 'east'?
      """),
    BadManifest(
      "no cell in a fleet of two",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: w.json}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {}
      """,
      """
      m/case.yaml:8:18: error: Instance 'i' names no 'cell', and the fleet has 2 cells
        hint: add cell: east under spec
      """),
    BadManifest(
      "an unknown policy",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, migration: {policy: rough}}
      """,
      """
      m/case.yaml:4:40: error: no MigrationPolicy is named 'rough'
        hint: declare it: kind: MigrationPolicy, metadata: {name: rough}
      """),
    BadManifest(
      "an unknown host",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {host: hv3}}
      """,
      """
      m/case.yaml:4:38: error: no Host is named 'hv3'
        hint: did you mean 'hv1'?
      """),
    BadManifest(
      "an unknown host like none",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {host: thunderbird}}
      """,
      """
      m/case.yaml:4:38: error: no Host is named 'thunderbird'
        hint: declare it: kind: Host, metadata: {name: thunderbird}
      """),
    BadManifest(
      "a host of another cell",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: w.json}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: hc}
      spec: {cell: c}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {host: hc}}
      """,
      """
      m/case.yaml:14:38: error: Host 'hc' is in cell 'c', Instance 'i' in 'east'
        hint: no migration leaves a cell: name a host of 'east'
      """),
    BadManifest(
      "an empty anyOf",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {anyOf: []}}
      """,
      """
      m/case.yaml:4:39: error: 'anyOf' is empty
        hint: name the hosts; leave 'placement' out for anywhere in the cell
      """),
    BadManifest(
      "an unknown host in anyOf",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {anyOf: [hv1, hv22]}}
      """,
      """
      m/case.yaml:4:45: error: no Host is named 'hv22'
        hint: did you mean 'hv2'?
      """),
    BadManifest(
      "a number in anyOf",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {anyOf: [hv1, 2]}}
      """,
      """
      m/case.yaml:4:45: error: 'anyOf' must be text, not a number
        hint: quote it: "2"
      """),
    BadManifest(
      "a host twice in anyOf",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {anyOf: [hv1, hv2, hv1]}}
      """,
      """
      m/case.yaml:4:50: warning: 'anyOf' names Host 'hv1' twice
        hint: keep one
      """),
    BadManifest(
      "labels that no host has",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {hosts: {labels: {zone: q}}}}
      """,
      """
      m/case.yaml:4:31: error: no Host of cell 'east' has the labels {zone: q}
        hint: give them to a host under metadata: labels:, or select others
      """),
    BadManifest(
      "labels that only another cell's host has",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: w.json}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: hc, labels: {zone: q}}
      spec: {cell: c}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {hosts: {labels: {zone: q}}}}
      """,
      """
      m/case.yaml:14:31: error: no Host of cell 'east' has the labels {zone: q}
        hint: Host 'hc' of cell 'c' has them; no migration leaves a cell
      """),
    BadManifest(
      "no labels",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {hosts: {labels: {}}}}
      """,
      """
      m/case.yaml:4:48: error: a selector without labels would select everything
        hint: name at least one label, for example labels: {app: web}
      """),
    BadManifest(
      "labels on the wrong level",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {hosts: {zone: a}}}
      """,
      """
      m/case.yaml:4:39: error: 'labels' is missing in the selector
        hint: for example labels: {app: web}
      m/case.yaml:4:40: error: unknown key 'zone' in the selector
        hint: its keys are labels
      """),
    BadManifest(
      "two ways of placement",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {host: hv1, anyOf: [hv1]}}
      """,
      """
      m/case.yaml:4:50: error: 'placement' names 'host' and 'anyOf'
        hint: keep one of them
      """),
    BadManifest(
      "no way of placement",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {}}
      """,
      """
      m/case.yaml:4:31: error: 'placement' names no place
        hint: add host, anyOf or hosts, for example placement: {host: hv1}
      """),
    BadManifest(
      "required without a place",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {required: true}}
      """,
      """
      m/case.yaml:4:42: error: 'required' without a place
        hint: add host, anyOf or hosts, for example placement: {host: hv1}
      """),
    BadManifest(
      "placement that is a text",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: hv1}
      """,
      """
      m/case.yaml:4:31: error: 'placement' must be a mapping, not text
        hint: for example placement: {host: hv1}
      """),
    BadManifest(
      "required on a host in maintenance",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {host: hv2, required: true}}
      """,
      """
      m/case.yaml:4:31: warning: Instance 'i' is required on Host 'hv2', which is in maintenance
        hint: it stays there and the host is not emptied; remove required: true, or the maintenance at m/base.yaml:18:68
      """),
    BadManifest(
      "required on hosts in maintenance",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {hosts: {labels: {zone: b}}, required: true}}
      """,
      """
      m/case.yaml:4:31: warning: Instance 'i' is required on Host 'hv2', which is in maintenance
        hint: it stays there and the host is not emptied; remove required: true, or the maintenance at m/base.yaml:18:68
      """),
    BadManifest(
      "a name twice",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: web-1}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:18: error: Instance 'web-1' is declared twice
        hint: the first is at m/base.yaml:22:18; remove or rename one
      """),
    BadManifest(
      "a uuid twice",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: a}
      spec: {cell: east, uuid: 6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: b}
      spec: {cell: east, uuid: 6D7C1F0E-4F0B-4C3E-9D55-0D2F5B1C7A10}
      """,
      """
      m/case.yaml:9:26: error: Instance 'b' has the uuid of Instance 'a'
        hint: that one is at m/case.yaml:3:18; a guest is declared once
      """),
    BadManifest(
      "storage that is a list",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, targetStorage: [fast]}
      """,
      """
      m/case.yaml:4:35: error: 'targetStorage' must be a mapping of texts, not a list
        hint: for example targetStorage: {vda: fast}
      """),
    BadManifest(
      "storage that is a number",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, targetStorage: {vda: 7}}
      """,
      """
      m/case.yaml:4:41: error: 'vda' must be text, not a number
        hint: quote it: "7"
      """),
  ]
}
