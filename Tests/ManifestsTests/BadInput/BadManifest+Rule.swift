extension BadManifest {
  static let rule: [BadManifest] = [
    BadManifest(
      "no kind",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {instances: {labels: {app: web}}}
      """,
      """
      m/case.yaml:4:7: error: 'kind' is missing in spec of a PlacementRule
        hint: for example kind: separate
      """),
    BadManifest(
      "an unknown kind",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: apart, instances: {labels: {app: web}}}
      """,
      """
      m/case.yaml:4:14: error: 'kind' is 'apart'; it must be separate, together or spread
        hint: for example kind: separate
      """),
    BadManifest(
      "no instances",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate}
      """,
      """
      m/case.yaml:4:7: error: 'instances' is missing in spec of a PlacementRule
        hint: for example instances: {labels: {app: web}}
      """),
    BadManifest(
      "no labels",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate, instances: {labels: {}}}
      """,
      """
      m/case.yaml:4:44: error: a selector without labels would select everything
        hint: name at least one label, for example labels: {app: web}
      """),
    BadManifest(
      "a maximum of 0",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate, instances: {labels: {app: web}}, maximum: 0}
      """,
      """
      m/case.yaml:4:66: error: 'maximum' is 0; it must be from 1 to 1000000
        hint: for example maximum: 1
      """),
    BadManifest(
      "a skew of 0",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: spread, instances: {labels: {app: web}}, across: zone, maxSkew: 0}
      """,
      """
      m/case.yaml:4:78: error: 'maxSkew' is 0; it must be from 1 to 1000000
        hint: for example maxSkew: 1
      """),
    BadManifest(
      "a maximum of a together rule",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: together, instances: {labels: {app: web}}, maximum: 1}
      """,
      """
      m/case.yaml:4:66: error: 'maximum' has no meaning in a rule of kind together
        hint: it belongs to kind: separate; remove it
      """),
    BadManifest(
      "a skew of a separate rule",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate, instances: {labels: {app: web}}, maxSkew: 1}
      """,
      """
      m/case.yaml:4:66: error: 'maxSkew' has no meaning in a rule of kind separate
        hint: it belongs to kind: spread; remove it
      """),
    BadManifest(
      "a rule that selects nothing",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate, instances: {labels: {app: wbe}}}
      """,
      """
      m/case.yaml:3:18: warning: PlacementRule 'r' selects no instance
        hint: no Instance has the labels {app: wbe}
      """),
    BadManifest(
      "a label that no host has",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate, instances: {labels: {app: web}}, across: zones}
      """,
      """
      m/case.yaml:4:65: error: no Host has a label 'zones'
        hint: did you mean 'zone'?
      """),
    BadManifest(
      "a label that is like none",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate, instances: {labels: {app: web}}, across: datacentre}
      """,
      """
      m/case.yaml:4:65: error: no Host has a label 'datacentre'
        hint: give it to hosts under metadata: labels:, or write across: host
      """),
    BadManifest(
      "a name twice",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: together, instances: {labels: {app: web}}}
      ---
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: together, instances: {labels: {app: web}}}
      """,
      """
      m/case.yaml:8:18: error: PlacementRule 'r' is declared twice
        hint: the first is at m/case.yaml:3:18; remove or rename one
      """),
    BadManifest(
      "together and separate",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d1, labels: {app: db, tier: x}}
      spec: {cell: east}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d2, labels: {app: db, tier: x}}
      spec: {cell: east}
      ---
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: t}
      spec: {kind: together, instances: {labels: {app: db}}}
      ---
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: s}
      spec: {kind: separate, instances: {labels: {tier: x}}}
      """,
      """
      m/case.yaml:18:18: error: PlacementRule 's' contradicts PlacementRule 't': 2 instances must be on one host, at most 1 \
      may be on one host
        hint: the other is at m/case.yaml:13:18; make one of them enforcement: preferred, or select fewer
      """),
    BadManifest(
      "together on a host and separate by zone",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d1, labels: {app: db, tier: x}}
      spec: {cell: east}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d2, labels: {app: db, tier: x}}
      spec: {cell: east}
      ---
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: s}
      spec: {kind: separate, instances: {labels: {app: db}}, across: zone}
      ---
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: t}
      spec: {kind: together, instances: {labels: {app: db}}}
      """,
      """
      m/case.yaml:18:18: error: PlacementRule 't' contradicts PlacementRule 's': 2 instances must be on one host, at most 1 \
      may be on one 'zone'
        hint: the other is at m/case.yaml:13:18; make one of them enforcement: preferred, or select fewer
      """),
    BadManifest(
      "together, and pinned apart",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d1, labels: {app: db, tier: x}}
      spec: {cell: east, placement: {host: hv1}}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d2, labels: {app: db, tier: x}}
      spec: {cell: east, placement: {anyOf: [hv2]}}
      ---
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: t}
      spec: {kind: together, instances: {labels: {app: db}}}
      """,
      """
      m/case.yaml:13:18: warning: PlacementRule 't' wants its instances on one host, their placements pin 'd1' to 'hv1' and \
      'd2' to 'hv2'
        hint: change one of the placements; until then one of rule and placements stays broken
      """),
    BadManifest(
      "separate, and pinned together",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d1, labels: {app: db, tier: x}}
      spec: {cell: east, placement: {host: hv1}}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: d2, labels: {app: db, tier: x}}
      spec: {cell: east, placement: {host: hv1}}
      ---
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: s}
      spec: {kind: separate, instances: {labels: {app: db}}, across: zone}
      """,
      """
      m/case.yaml:13:18: warning: PlacementRule 's' allows 1 on one 'zone', placements pin 2 to 'a', such as 'd1' and 'd2'
        hint: change their placements; until then one of rule and placements stays broken
      """),
    BadManifest(
      "an unknown hold",
      """
      apiVersion: reconcile/v1
      kind: PlacementRule
      metadata: {name: r}
      spec: {kind: separate, instances: {labels: {app: web}}, hold: ever}
      """,
      """
      m/case.yaml:4:63: error: 'hold' is 'ever'; it must be atEnd or always
        hint: for example hold: always
      """),
  ]
}
