extension BadManifest {
  static let document: [BadManifest] = [
    BadManifest(
      "no apiVersion",
      """
      kind: Instance
      metadata: {name: i}
      spec: {cell: east}
      """,
      """
      m/case.yaml:1:1: error: 'apiVersion' is missing in the document
        hint: for example apiVersion: reconcile/v1
      """),
    BadManifest(
      "unknown apiVersion",
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: i}
      data: {}
      """,
      """
      m/case.yaml:1:13: error: unknown apiVersion 'v1'
        hint: this program reads reconcile/v1
      """),
    BadManifest(
      "a later apiVersion",
      """
      apiVersion: reconcile/v2
      kind: Host
      metadata: {name: i}
      spec: {}
      """,
      """
      m/case.yaml:1:13: error: unknown apiVersion 'reconcile/v2'
        hint: this program reads reconcile/v1
      """),
    BadManifest(
      "no kind",
      """
      apiVersion: reconcile/v1
      metadata: {name: i}
      """,
      """
      m/case.yaml:1:1: error: 'kind' is missing in the document
        hint: for example kind: Host
      """),
    BadManifest(
      "a misspelt kind",
      """
      apiVersion: reconcile/v1
      kind: Instanse
      metadata: {name: i}
      """,
      """
      m/case.yaml:2:7: error: unknown kind 'Instanse'
        hint: did you mean 'Instance'?
      """),
    BadManifest(
      "an unknown kind",
      """
      apiVersion: reconcile/v1
      kind: Deployment
      metadata: {name: i}
      """,
      """
      m/case.yaml:2:7: error: unknown kind 'Deployment'
        hint: kinds are Fleet, Cell, Host, Instance, PlacementRule, MigrationPolicy
      """),
    BadManifest(
      "a kind that is no text",
      """
      apiVersion: reconcile/v1
      kind: 7
      metadata: {name: i}
      """,
      """
      m/case.yaml:2:7: error: 'kind' must be text, not a number
        hint: quote it: "7"
      """),
    BadManifest(
      "no metadata",
      """
      apiVersion: reconcile/v1
      kind: Instance
      spec: {cell: east}
      """,
      """
      m/case.yaml:1:1: error: 'metadata' is missing in the document
        hint: for example metadata: {name: hv1}
      """),
    BadManifest(
      "no name",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:11: error: 'name' is missing in metadata
        hint: for example name: hv1
      """),
    BadManifest(
      "no spec",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      """,
      """
      m/case.yaml:1:1: error: 'spec' is missing in the document
        hint: for example spec: {cell: east}
      """),
    BadManifest(
      "an empty name",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: ""}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:18: error: 'name' is '', which is not a name
        hint: 1 to 253 of A-Z a-z 0-9 . _ - and it starts with a letter or digit; for example name: hv1
      """),
    BadManifest(
      "a name that is a number",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: 12}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:18: error: 'name' must be text, not a number
        hint: quote it: "12"
      """),
    BadManifest(
      "a name with a slash",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: a/b}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:18: error: 'name' is 'a/b', which is not a name
        hint: 1 to 253 of A-Z a-z 0-9 . _ - and it starts with a letter or digit; for example name: hv1
      """),
    BadManifest(
      "a name that starts with a dash",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: -a}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:18: error: 'name' is '-a', which is not a name
        hint: 1 to 253 of A-Z a-z 0-9 . _ - and it starts with a letter or digit; for example name: hv1
      """),
    BadManifest(
      "a second Fleet",
      """
      apiVersion: reconcile/v1
      kind: Fleet
      metadata: {name: g}
      """,
      """
      m/case.yaml:3:18: error: a second Fleet 'g'
        hint: the first is at m/base.yaml:3:18; a folder declares one fleet
      """),
    BadManifest(
      "a Fleet with a key in its spec",
      """
      apiVersion: reconcile/v1
      kind: Fleet
      metadata: {name: g}
      spec: {cells: []}
      """,
      """
      m/case.yaml:3:18: error: a second Fleet 'g'
        hint: the first is at m/base.yaml:3:18; a folder declares one fleet
      m/case.yaml:4:8: error: unknown key 'cells' in spec of a Fleet
        hint: it has no keys
      """),
    BadManifest(
      "labels that are a list",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: [a]}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:29: error: 'labels' must be a mapping of texts, not a list
        hint: for example labels: {zone: a, rack: r7}
      """),
    BadManifest(
      "a label that is a number",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: {rack: 7}}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:36: error: 'rack' must be text, not a number
        hint: quote it: "7"
      """),
    BadManifest(
      "a label that is a boolean",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: {ssd: true}}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:35: error: 'ssd' must be text, not true or false
        hint: quote it: "true"
      """),
    BadManifest(
      "a label that is nothing",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: {ssd: }}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:35: error: 'ssd' has no value
        hint: give it one or leave the key out; for example ssd: text
      """),
    BadManifest(
      "a label that is a mapping",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: {ssd: {a: b}}}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:35: error: 'ssd' must be text, not a mapping
        hint: for example ssd: text
      """),
    BadManifest(
      "a duplicate label",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: {a: x, b: y, a: z}}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:42: error: duplicate key 'a'
        hint: it is first given at line 3, column 30; keep one
      """),
    BadManifest(
      "a label key with a space",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: {a b: x}}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:30: error: 'a b' cannot be a key of 'labels'
        hint: 1 to 253 of A-Z a-z 0-9 . _ - / and it starts with a letter or digit; for example labels: {zone: a, rack: r7}
      """),
    BadManifest(
      "a label key that is a list",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i, labels: {[a]: x}}
      spec: {cell: east}
      """,
      """
      m/case.yaml:3:30: error: a key of 'labels' must be text
        hint: for example labels: {zone: a, rack: r7}
      """),
  ]
}
