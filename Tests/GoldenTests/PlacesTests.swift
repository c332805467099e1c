import Foundation
import Testing

/// What the built program says of hosts that a guest may not, or had better not, go to.
@Suite struct PlacesTests {
  private func flat(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  /// Case 18: a small guest whose memory may grow beyond every host is charged what it uses, unless its policy says otherwise.
  @Test func memoryThatMayBePluggedInIsReservedWhereThePolicySaysSo() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("snapshot", "-o", "seen.json").status == 0)
    let seen = program.folder.appending(path: "seen.json")
    var text = try String(contentsOf: seen, encoding: .utf8)
    let name = try #require(text.range(of: #""name": "web-2""#) ?? text.range(of: #""name":"web-2""#))
    text.replaceSubrange(name, with: #""name":"web-2","hotplugMemoryBytes":274877906944"#)
    try Data(text.utf8).write(to: seen)
    let charged = try program.run("--dry-run", "--snapshot", "seen.json")
    #expect(charged.status == 0 && charged.output.contains("web-2"), "\(charged)")
    try program.write(
      """
      apiVersion: reconcile/v1
      kind: MigrationPolicy
      metadata: {name: grows}
      spec: {reserveHotplugMemory: true}
      """, to: "manifests/policy.yaml")
    let instances = program.folder.appending(path: "manifests/instances.yaml")
    let declared = try String(contentsOf: instances, encoding: .utf8).replacing(
      "metadata: {name: web-2, labels: {app: web}}",
      with: "metadata: {name: web-2, labels: {app: web}}\nspec: {migration: {policy: grows}}")
    try Data(declared.utf8).write(to: instances)
    let reserved = try program.run("--dry-run", "--snapshot", "seen.json")
    #expect(reserved.status == 3, "\(reserved)")
    #expect(flat(reserved.output).contains("it needs 256.1 GiB"), "\(reserved.output)")
  }

  /// Case b3: what refused once is avoided, and who asks is told why.
  @Test func explainTellsWhichHostIsAvoidedAndWhy() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let initial = program.folder.appending(path: "manifests/world/minimal.json")
    let fault = #""faults": [{"kind": "refuse", "instance": "web-2", "step": "migrate", "times": 1}]"#
    let world = try String(contentsOf: initial, encoding: .utf8).replacing(#""faults": []"#, with: fault)
    try Data(world.utf8).write(to: initial)
    let first = try program.run("--yes")
    #expect(first.status == 1, "\(first)")
    let explained = flat(try program.run("explain", "web-2").output)
    let host = explained.contains("its move to node1 failed at") ? "node1" : "node3"
    #expect(explained.contains("\(host): not possible: its move to \(host) failed at"), "\(explained)")
    let next = try program.run("--yes")
    #expect(next.status == 0 && flat(next.output).contains("web-2 is not planned to \(host): its move to \(host) failed at"), "\(next)")
    let after = flat(try program.run("explain", "web-2").output)
    #expect(!after.contains("failed at"), "success forgets: \(after)")
  }
}
