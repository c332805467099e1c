import Fleet
import Manifests
import Testing

/// Bad input, each with all that is said about it, to the letter.
@Suite struct BadManifestTests {
  @Test(
    arguments: [
      BadManifest.syntax, BadManifest.document, BadManifest.key, BadManifest.value, BadManifest.quantity, BadManifest.cell,
      BadManifest.host,
      BadManifest.instance, BadManifest.rule, BadManifest.policy,
    ].joined())
  func isRefusedWith(_ bad: BadManifest) {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/case.yaml", bad.text + "\n")
    let loaded = folder.load()
    #expect(TemporaryFolder.lines(loaded, folder) == bad.said)
    #expect((loaded.fleet == nil) == (loaded.errorCount > 0))
    #expect(loaded.diagnostics.count == loaded.errorCount + loaded.warningCount)
    #expect(loaded.diagnostics.allSatisfy { $0.hint?.isEmpty == false && $0.location != nil })
  }

  @Test func theBaseOfAllCasesIsFine() {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    #expect(folder.lines().isEmpty)
    #expect(folder.load().fleet?.instances.map(\.name) == ["web-1"])
  }

  @Test func allErrorsOfAllFilesComeAtOnce() {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/a.yaml", "apiVersion: reconcile/v1\nkind: Hots\nmetadata: {name: h}\n---\n\t\n")
    folder.write("m/b.yaml", "apiVersion: reconcile/v1\nkind: Host\nmetadata: {name: h1}\nspec: {cell: est, connection: 1}\n")
    folder.write(
      "m/c.yaml", "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: i}\nspec: {uuid: 5, placement: {host: h1}, cell: east}\n")
    #expect(
      folder.lines() == """
        m/a.yaml:2:7: error: unknown kind 'Hots'
          hint: did you mean 'Host'?
        m/a.yaml:5:1: error: a tab where YAML wants spaces
          hint: indent with spaces; the rest of this file was not read
        m/b.yaml:4:14: error: no Cell is named 'est'
          hint: did you mean 'east'?
        m/b.yaml:4:31: error: 'connection' must be text, not a number
          hint: quote it: "1"
        m/c.yaml:4:14: error: 'uuid' must be text, not a number
          hint: quote it: "5"
        m/c.yaml:4:35: error: Host 'h1' is in cell 'est', Instance 'i' in 'east'
          hint: no migration leaves a cell: name a host of 'east'
        """)
  }

  @Test func whatAnUnreadPartMayDeclareIsNotCalledUnknown() {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/cut.yaml", "apiVersion: reconcile/v1\nkind: Host\nmetadata: {name: hv7, labels: {rack: r1}\n")
    folder.write(
      "m/use.yaml",
      """
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: i}
      spec: {cell: east, placement: {anyOf: [hv7, hv8]}}
      ---
      apiVersion: reconcile/v1
      kind: Instance
      metadata: {name: j}
      spec: {cell: east, placement: {hosts: {labels: {rack: r1}}}}
      """)
    #expect(
      folder.lines() == """
        m/cut.yaml:4:1: error: not YAML: did not find expected ',' or '}' while parsing a flow mapping that starts at line 3
          hint: look at this line and the one above it; the rest of this file was not read
        m/use.yaml:4:45: error: no Host is named 'hv8'
          hint: did you mean 'hv1'?
        """)
  }

  @Test func oneFieldsErrorMakesNoOtherErrors() {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write(
      "m/h.yaml", "apiVersion: reconcile/v1\nkind: Host\nmetadata: {name: hx}\nspec: {cell: east, connection: [a], colour: red}\n")
    folder.write("m/i.yaml", "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: i}\nspec: {cell: east, placement: {host: hx}}\n")
    #expect(
      folder.lines() == """
        m/h.yaml:4:32: error: 'connection' must be text, not a list
          hint: for example connection: qemu+tls://hv1.example/system
        m/h.yaml:4:37: error: unknown key 'colour' in spec of a Host
          hint: its keys are cell, connection, migrationAddress, maintenance, capacity, decommissioned
        """)
  }
}
