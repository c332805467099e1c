extension BadManifest {
  static let syntax: [BadManifest] = [
    BadManifest(
      "a tab",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata:
      \tname: h
      """,
      """
      m/case.yaml:4:1: error: a tab where YAML wants spaces
        hint: indent with spaces; the rest of this file was not read
      """),
    BadManifest(
      "an unclosed double quote",
      """
      apiVersion: reconcile/v1
      kind: "Host
      metadata: {name: h}
      """,
      """
      m/case.yaml:2:7: error: a quoted text that is never closed
        hint: close it with the quote it starts with; the rest of this file was not read
      """),
    BadManifest(
      "an unclosed single quote",
      """
      apiVersion: reconcile/v1
      kind: 'Host
      """,
      """
      m/case.yaml:2:7: error: a quoted text that is never closed
        hint: close it with the quote it starts with; the rest of this file was not read
      """),
    BadManifest(
      "an unclosed bracket",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h
      """,
      """
      m/case.yaml:4:1: error: not YAML: did not find expected ',' or '}' while parsing a flow mapping that starts at line 3
        hint: look at this line and the one above it; the rest of this file was not read
      """),
    BadManifest(
      "a key without a colon",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata
      """,
      """
      m/case.yaml:4:1: error: not YAML: could not find expected ':' while scanning a simple key that starts at line 3
        hint: look at this line and the one above it; the rest of this file was not read
      """),
    BadManifest(
      "wrong indentation",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata:
        name: h
       labels: {}
      """,
      """
      m/case.yaml:5:2: error: not YAML: did not find expected key while parsing a block mapping that starts at line 1
        hint: look at this line and the one above it; the rest of this file was not read
      """),
    BadManifest(
      "the documents before the error count",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: nowhere}
      ---
      {
      """,
      """
      m/case.yaml:4:14: error: no Cell is named 'nowhere'
        hint: declare it: kind: Cell, metadata: {name: nowhere}
      m/case.yaml:7:1: error: not YAML: did not find expected node content while parsing a flow node that starts at line 7
        hint: look at this line and the one above it; the rest of this file was not read
      """),
    BadManifest(
      "a control character",
      """
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: \u{1}}
      """,
      """
      m/case.yaml:3:18: error: a control character (U+0001)
        hint: YAML is plain text: remove it; the rest of this file was not read
      """),
    BadManifest(
      "an anchor",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: &x {cell: east}
      """,
      """
      m/case.yaml:4:7: error: anchors are not allowed
        hint: remove the &name; a manifest says what it means in its place
      """),
    BadManifest(
      "an alias",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: &c east, uuid: *c}
      """,
      """
      m/case.yaml:4:14: error: anchors are not allowed
        hint: remove the &name; a manifest says what it means in its place
      m/case.yaml:4:29: error: aliases are not allowed
        hint: write the value out where *name stands
      """),
    BadManifest(
      "a tag",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: !!str east}
      """,
      """
      m/case.yaml:4:14: error: tags are not allowed
        hint: remove the !tag; quote a value to make it text
      """),
    BadManifest(
      "a merge key",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, <<: {uuid: x}}
      """,
      """
      m/case.yaml:4:20: error: unknown key '<<' in spec of an Instance
        hint: merge keys are not allowed: write the keys out
      """),
    BadManifest(
      "a list",
      """
      - a
      - b
      """,
      """
      m/case.yaml:1:1: error: a document must be a mapping, not a list
        hint: it starts with apiVersion: reconcile/v1
      """),
    BadManifest(
      "a text",
      """
      hello
      """,
      """
      m/case.yaml:1:1: error: a document must be a mapping, not text
        hint: it starts with apiVersion: reconcile/v1
      """),
  ]
}
