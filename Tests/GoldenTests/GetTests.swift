import Foundation
import Testing

/// `reconcile get` over the example fleet, as people who type kubectl do.
@Suite struct GetTests {
  private func rows(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
  }

  @Test func beforeTheFirstPass() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let hosts = try program.run("get", "hosts")
    #expect(hosts.status == 0 && hosts.errors.contains("nothing was observed yet"), "\(hosts)")
    #expect(rows(hosts.output).contains(["hv1", "east", "-", "-", "-", "-"]), "\(hosts.output)")
    #expect(try program.run("get", "storages", "-q").output == "")
    #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "state/reconcile.db").path), "it only reads")
  }

  @Test func afterARun() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    #expect(try program.run("--yes").status == 3)
    let hosts = try program.run("get", "hosts")
    #expect(hosts.status == 0 && hosts.errors == "" && rows(hosts.output).count == 14, "\(hosts)")
    #expect(rows(hosts.output)[0] == ["NAME", "CELL", "STATE", "GUESTS", "MEMORY-USED", "MEMORY"])
    let one = try program.run("get", "host", "hv1")
    #expect(rows(one.output).count == 2, "\(one)")
    #expect(try program.run("get", "host/hv1").output == one.output)
    #expect(
      try program.run("get", "Instances", "--cell", "west", "-o", "name").output.split(separator: "\n").allSatisfy {
        $0.hasPrefix("instance/")
      })
    let labelled = try program.run("get", "instances", "-l", "app=ldap", "-o", "csv")
    #expect(labelled.status == 0 && labelled.output.hasPrefix("name,cell,power,host,placement,state,memory,"), "\(labelled)")
    #expect(labelled.output.split(separator: "\n").count >= 2, "\(labelled)")
    let moves = try program.run("get", "moves")
    #expect(rows(moves.output).count == 12 && moves.output.contains("succeeded"), "\(moves)")
    for kind in ["hosts", "instances", "moves", "rules", "cells", "storages"] {
      let json = try program.run("get", kind, "-o", "json")
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
      #expect((object?["items"] as? [Any])?.isEmpty == false, "\(kind): \(json)")
      let yaml = try program.run("get", kind, "-o", "yaml").output
      #expect(yaml.hasPrefix("apiVersion: reconcile/v1\n") && yaml.contains("\nitems:\n- "), "\(yaml.prefix(300))")
      let lines = try program.run("get", kind).output.split(separator: "\n").count
      #expect(try program.run("get", kind, "-o", "name").output.split(separator: "\n").count == lines - 1)
    }
    let none = try program.run("get", "instances", "-l", "app=nothing")
    #expect(none.status == 0 && none.output == "" && none.errors.contains("no instances to show"), "\(none)")
  }

  @Test(arguments: [
    (["get"], "Missing expected argument '<kind>'"), (["get", "hots"], "did you mean 'hosts'?"),
    (["get", "vms"], "did you mean 'instances'?"),
    (["get", "things"], "there are hosts, instances, moves, rules, cells and storages"),
    (["get", "hosts", "hv1x"], "the nearest is 'hv1'"),
    (["get", "instance", "nobody-at-all"], "'reconcile get instances' lists what there is"),
    (["get", "hosts", "--cell", "eest"], "the nearest is 'east'"), (["get", "hosts", "-l", "rack"], "write label=value"),
    (["get", "hosts", "-o", "yml"], "The value 'yml' is invalid"),
  ])
  func wrongUseIsNamed(arguments: [String], message: String) throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let ended = try program.start(arguments).wait()
    #expect(ended.status == 64 && ended.output == "" && ended.errors.contains(message), "\(ended)")
  }

  @Test func invalidManifestsAreNamed() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try program.write("apiVersion: reconcile/v1\nkind: Nothing\n", to: "manifests/bad.yaml")
    let ended = try program.run("get", "hosts")
    #expect(ended.status == 65 && ended.output == "" && ended.errors.contains("bad.yaml:2:7: error"), "\(ended)")
  }
}
