import Fleet
import Foundation
import Reporting
import Testing

/// A plan file decides which of the legal moves are made, and nothing of what a move does.
@Suite struct TamperedPlanTests {
  typealias JSON = [String: Any]

  /// A program with the main example fleet, its worlds hurried, and its plan.
  private func planned() throws -> (program: ReconcileProgram, plan: JSON) {
    let program = try ReconcileProgram(copying: "manifests")
    for world in ["east", "west"] {
      let file = program.folder.appending(path: "manifests/world/\(world).json")
      var json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? JSON)
      var clock = try #require(json["clock"] as? JSON)
      clock["speed"] = 600
      json["clock"] = clock
      try JSONSerialization.data(withJSONObject: json).write(to: file)
    }
    _ = try program.run("--dry-run", "--out", "plan.json")
    let plan = try JSONSerialization.jsonObject(with: Data(contentsOf: program.folder.appending(path: "plan.json"))) as? JSON
    return (program, try #require(plan))
  }

  /// Gives every move of an instance to `change`.
  private static func change(_ plan: inout JSON, _ instance: String, _ change: (inout JSON) -> Void) {
    var moves = plan["moves"] as? [JSON] ?? []
    for index in moves.indices where moves[index]["instance"] as? String == instance { change(&moves[index]) }
    plan["moves"] = moves
  }

  private static func disks(_ move: inout JSON, _ change: (inout JSON) -> Void) {
    var disks = move["disks"] as? [JSON] ?? []
    for index in disks.indices { change(&disks[index]) }
    move["disks"] = disks
  }

  private static func copy(_ plan: inout JSON, of instance: String, _ change: (inout JSON) -> Void) {
    var moves = plan["moves"] as? [JSON] ?? []
    guard var move = moves.first(where: { $0["instance"] as? String == instance }) else { return }
    move["id"] = "m\(moves.count + 1)"
    change(&move)
    moves.append(move)
    plan["moves"] = moves
  }

  enum Tampering: String, CaseIterable, Sendable {
    case destinationInMaintenance, unknownDestination, sameHost, otherSource, coldMode, blockMode, liveMode, sharedDisks
    case otherRevision, noHash, noFingerprints, wrongFingerprint, twoIDs, cycle, unknownAfter, negativeStart, hugeEnd, hugeBytes,
      negativeBytes
    case leastDiskBytes, mostDiskBytes, mostCost, mostLowerBound, mostEvictions, mostMakespan, mostInSync, leastInSync
    case useless, unmanaged, otherUUID, hop, falseReason, otherTarget, toPool, fromPool, volume, media, noDisks, twoDisks, otherCell, noCell
    case closesAHost, opensAHost, changesNoHost, otherFleet, otherVersion, otherKind

    // One line a case: a table of what is done to the plan.
    // swift-format-ignore
    func apply(to plan: inout JSON) {
      func ldap(_ key: String, _ value: Any) { TamperedPlanTests.change(&plan, "ldap-1") { $0[key] = value } }
      func disk(_ key: String, _ value: Any) { TamperedPlanTests.change(&plan, "db-2") { TamperedPlanTests.disks(&$0) { $0[key] = value } } }
      func all(_ key: String, _ value: Any) { plan["moves"] = (plan["moves"] as? [JSON])?.map { var move = $0; move[key] = value; return move } }
      func allDisks(_ value: Any) { plan["moves"] = (plan["moves"] as? [JSON])?.map { var move = $0; TamperedPlanTests.disks(&move) { $0["bytes"] = value }; return move } }
      func proof(_ key: String, _ value: Any) { var proof = plan["proof"] as? JSON ?? [:]; proof[key] = value; plan["proof"] = proof }
      func cells(_ body: (inout JSON) -> Void) { var proof = plan["proof"] as? JSON ?? [:]; proof["cells"] = (proof["cells"] as? [JSON])?.map { var cell = $0; body(&cell); return cell }; plan["proof"] = proof }
      func host(_ action: String, _ cell: String, _ host: String) { plan["hostChanges"] = [["action": action, "cell": cell, "host": host, "text": "x"]] }
      switch self {
      case .destinationInMaintenance: ldap("to", "hv3")
      case .unknownDestination: ldap("to", "nohost")
      case .sameHost: ldap("to", "hv5")
      case .otherSource: ldap("from", "hv1")
      case .coldMode: ldap("mode", "cold")
      case .blockMode: ldap("mode", "block")
      case .liveMode: TamperedPlanTests.change(&plan, "db-2") { $0["mode"] = "live" }
      case .sharedDisks: TamperedPlanTests.change(&plan, "db-2") { $0["mode"] = "live"; $0["storage"] = "shared"; TamperedPlanTests.disks(&$0) { $0["action"] = "share" } }
      case .otherRevision: plan["revision"] = "content-0000000000000000"
      case .noHash: plan["manifestsHash"] = nil
      case .noFingerprints: plan["fingerprints"] = JSON()
      case .wrongFingerprint: plan["fingerprints"] = ["east": String(repeating: "0", count: 64)]
      case .twoIDs: all("id", "m1")
      case .cycle: ldap("after", ["m1", "m2"])
      case .unknownAfter: ldap("after", ["m99"])
      case .negativeStart: ldap("start", -5)
      case .hugeEnd: all("end", Int.max)
      case .hugeBytes: all("bytes", Int.max)
      case .negativeBytes: all("bytes", Int.min)
      case .leastDiskBytes: allDisks(Int.min)
      case .mostDiskBytes: allDisks(Int.max)
      case .mostCost: all("cost", Int.max)
      case .mostLowerBound: proof("status", "none"); cells { $0["lowerBound"] = Int.max; $0["status"] = "none" }
      case .mostEvictions: cells { $0["certificate"] = ["kind": "forcedMoves", "data": ["forced": [], "evictions": ["a": Int.max, "b": Int.max]]] }
      case .mostMakespan: proof("makespan", ["atLeastSeconds": Int.min, "seconds": Int.max])
      case .mostInSync: plan["inSync"] = Int.max
      case .leastInSync: plan["inSync"] = Int.min
      case .useless: TamperedPlanTests.copy(&plan, of: "ldap-1") { $0["instance"] = "git-1"; $0["reason"] = ["kind": "makeRoom", "text": "x"] }
      case .unmanaged: TamperedPlanTests.copy(&plan, of: "ldap-1") { $0["instance"] = "legacy"; $0["uuid"] = "00000000-0000-0000-0000-000000000001" }
      case .otherUUID: ldap("uuid", "00000000-0000-0000-0000-000000000001")
      case .hop: ldap("hop", true)
      case .falseReason: ldap("reason", ["kind": "overload", "text": "x"])
      case .otherTarget: disk("target", "vdz")
      case .toPool: disk("toPool", "nfs")
      case .fromPool: disk("fromPool", "nfs")
      case .volume: disk("volume", "../../other-guest.qcow2")
      case .media: disk("media", true)
      case .noDisks: TamperedPlanTests.change(&plan, "db-2") { $0["disks"] = [JSON]() }
      case .twoDisks: TamperedPlanTests.change(&plan, "db-2") { $0["disks"] = ($0["disks"] as? [JSON] ?? []) + ($0["disks"] as? [JSON] ?? []) }
      case .otherCell: ldap("cell", "west")
      case .noCell: ldap("cell", "nocell")
      case .closesAHost: host("close", "east", "hv1")
      case .opensAHost: host("open", "east", "hv3")
      case .changesNoHost: host("close", "nocell", "hv1"); plan["moves"] = [JSON]()
      case .otherFleet: plan["fleet"] = "other"
      case .otherVersion: plan["apiVersion"] = "reconcile/v9"
      case .otherKind: plan["kind"] = "Observation"
      }
    }
  }

  @Test func allTamperingsAreRefusedAndNothingMoves() throws {
    let (program, plan) = try planned()
    defer { program.remove() }
    #expect((plan["moves"] as? [JSON])?.count == 11)
    for tampering in Tampering.allCases {
      var tampered = plan
      tampering.apply(to: &tampered)
      try Self.sealed(tampered).write(to: program.folder.appending(path: "tampered.json"))
      let ended = try program.run("--plan", "tampered.json", "--yes")
      #expect(ended.killedBy == nil && (ended.status == 4 || ended.status == 64), "\(tampering): \(ended)")
    }
    let left = try program.run("--dry-run", "--output", "json").output
    let now = try JSONSerialization.jsonObject(with: Data(left.utf8)) as? JSON
    #expect((now?["moves"] as? [JSON])?.count == 11, "nothing was moved and no later run dies")
    let ended = try program.run("--plan", "plan.json", "--yes")
    #expect(ended.status == 3 && ended.output.contains("11 succeeded"), "\(ended)")
  }

  /// With the digest that the program itself would give it; what is no plan any more stays as it is.
  private static func sealed(_ plan: JSON) throws -> Data {
    let data = try JSONSerialization.data(withJSONObject: plan)
    guard let decoded = try? JSONText.decode(Plan.self, from: [UInt8](data)) else { return data }
    return Data(PlanReport.json(decoded).utf8)
  }

  /// Each of these could be carried out, and none of it is what was shown.
  @Test(arguments: ["to", "observedAt", "text", "fewer", "noDigest", "otherDigest"]) func whatWasEditedIsRefused(edit: String) throws {
    var (program, plan) = try planned()
    defer { program.remove() }
    var moves = try #require(plan["moves"] as? [JSON])
    switch edit {
    case "to": Self.change(&plan, "ldap-1") { $0["to"] = $0["to"] as? String == "hv1" ? "hv2" : "hv1" }
    case "observedAt": plan["observedAt"] = "1970-01-01T00:00:00Z"
    case "text": Self.change(&plan, "ldap-1") { $0["reason"] = ["kind": "placement", "text": "as agreed"] }
    case "fewer":
      moves.removeLast()
      plan["moves"] = moves
    case "noDigest": plan["digest"] = nil
    default: plan["digest"] = String(repeating: "0", count: 64)
    }
    try JSONSerialization.data(withJSONObject: plan).write(to: program.folder.appending(path: "plan.json"))
    let ended = try program.run("--plan", "plan.json", "--yes")
    #expect(ended.status == 4, "\(ended)")
    let words = edit == "noDigest" ? "plan.json carries no digest" : "plan.json was edited since it was saved: make it anew"
    #expect("\(ended)".contains(words), "\(ended)")
    let left = try program.run("--dry-run", "--output", "json").output
    let now = try JSONSerialization.jsonObject(with: Data(left.utf8)) as? JSON
    #expect((now?["moves"] as? [JSON])?.count == 11, "nothing was moved")
  }

  /// Another layout of the same plan is the same plan.
  @Test func anotherLayoutIsNoEdit() throws {
    let (program, plan) = try planned()
    defer { program.remove() }
    try JSONSerialization.data(withJSONObject: plan).write(to: program.folder.appending(path: "plan.json"))
    let ended = try program.run("--plan", "plan.json", "--yes")
    #expect(ended.status == 3 && ended.output.contains("11 succeeded"), "\(ended)")
  }
}
