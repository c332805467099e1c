extension BadManifest {
  static let key: [BadManifest] = [
    BadManifest(
      "an unknown key",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cel: east}
      """,
      """
      m/case.yaml:4:8: error: unknown key 'cel' in spec of an Instance
        hint: did you mean 'cell'?
      """),
    BadManifest(
      "an unknown key that is like none",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, colour: red}
      """,
      """
      m/case.yaml:4:20: error: unknown key 'colour' in spec of an Instance
        hint: its keys are cell, uuid, placement, targetStorage, migration
      """),
    BadManifest(
      "an unknown key on top",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spce: {cell: east}
      """,
      """
      m/case.yaml:4:1: error: unknown key 'spce' in the document
        hint: did you mean 'spec'?
      """),
    BadManifest(
      "a key of another level",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, required: true}
      """,
      """
      m/case.yaml:4:20: error: unknown key 'required' in spec of an Instance
        hint: it belongs into 'placement'
      """),
    BadManifest(
      "a duplicate key",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, uuid: 6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10, cell: east}
      """,
      """
      m/case.yaml:4:64: error: duplicate key 'cell'
        hint: it is first given at line 4, column 8; keep one
      """),
    BadManifest(
      "a key of an uneven case",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {Cell: east, connection: 'qemu:///system'}
      """,
      """
      m/case.yaml:4:7: error: 'cell' is missing in spec of a Host
        hint: for example cell: east
      m/case.yaml:4:8: error: unknown key 'Cell' in spec of a Host
        hint: did you mean 'cell'?
      """),
    BadManifest(
      "a key that is a list",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, [a]: b}
      """,
      """
      m/case.yaml:4:20: error: a key of spec of an Instance must be text
        hint: its keys are cell, uuid, placement, targetStorage, migration
      """),
    BadManifest(
      "a key without a value",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: 
        cell:
        uuid: ~
      """,
      """
      m/case.yaml:5:8: error: 'cell' has no value
        hint: give it one or leave the key out; for example cell: east
      m/case.yaml:6:9: error: 'uuid' has no value
        hint: give it one or leave the key out; for example uuid: 6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10
      """),
    BadManifest(
      "a missing key",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {connection: 'qemu:///system'}
      """,
      """
      m/case.yaml:4:7: error: 'cell' is missing in spec of a Host
        hint: for example cell: east
      """),
  ]
}
