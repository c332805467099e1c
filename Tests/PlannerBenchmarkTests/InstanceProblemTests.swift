import PlannerBenchmark
import Planning
import Testing

@Suite struct InstanceProblemTests {
  private func problem(
    hosts: [String], vms: [String], groups: [String] = [], limits: String = InstanceText.limits, objective: BenchmarkObjective = .moves
  ) throws -> PlacementProblem {
    let text = InstanceText.text(hosts: hosts, vms: vms, groups: groups, limits: limits)
    return InstanceProblem(try InstanceText.read(text), objective: objective).problem
  }

  private struct Rights: Equatable {
    var home: [Int]
    var ends: [Int]
    var stops: [Int]
  }

  private func rights(_ problem: PlacementProblem, _ item: Int) -> Rights {
    let itemClass = problem.classOf(item)
    return Rights(
      home: problem.hostSets[itemClass.home].hosts, ends: problem.hostSets[itemClass.ends].hosts,
      stops: problem.hostSets[itemClass.stops].hosts)
  }

  @Test func resourcesAreVCPUsMemoryAndLocalDisk() throws {
    let problem = try problem(
      hosts: [InstanceText.host1],
      vms: [
        InstanceText.vm("a", on: "h1", vcpu: 3, ram: 2048, disk: 7),
        InstanceText.vm("b", on: "h1", vcpu: 1, ram: 512, disk: 9, storage: "local"),
      ])
    #expect(problem.resourceCount == 3 && problem.capacity == [20, 65536, 500] && problem.base == [0, 0, 0])
    #expect(problem.classOf(0).demand == [3, 2048, 0] && problem.classOf(1).demand == [1, 512, 9])
    #expect(!problem.refusesWhenOver)
    #expect(problem.limits == MigrationSlots(perHost: 2, perLink: 4, total: 8))
  }

  @Test func stateDecidesWhoReceivesAndWhoIsRelieved() throws {
    let problem = try problem(
      hosts: [
        InstanceText.host("u"), InstanceText.host("d", zone: "z1", state: "disabled"),
        InstanceText.host("m", cell: "c1", state: "maintenance"),
        InstanceText.host("u1"),
      ], vms: [InstanceText.vm("a", on: "d"), InstanceText.vm("b", on: "m")])
    #expect(problem.hosts.map(\.receives) == [true, false, false, true])
    #expect(problem.hosts.map(\.isRelieved) == [true, true, false, true])
    #expect(problem.hosts.map(\.cell) == [0, 0, 1, 0])
    #expect(problem.hosts.map(\.zone) == [0, 1, 0, 0])
    #expect(rights(problem, 0) == Rights(home: [0, 1, 3], ends: [0, 3], stops: [0, 3]))
    #expect(rights(problem, 1) == Rights(home: [], ends: [], stops: []))
    #expect(problem.mayStay(0) && !problem.mayStay(1))
  }

  /// One right at a time: which of four hosts a VM on the first may end on, and whether it may stay.
  @Test(
    arguments: [
      ("", [0, 1, 2, 3], [0, 1, 2, 3]), (#","labels":["ssd"]"#, [1, 3], [1, 3]), (#","labels":["ssd","gpu"]"#, [3], [3]),
      (#","zones":["z1"]"#, [2, 3], [2, 3]), (#","zones":["z1","z0"],"labels":["gpu"]"#, [3], [3]),
      (#","zones":[]"#, [0, 1, 2, 3], [0, 1, 2, 3]),
      (#","pin":"b""#, [1], [1]), (#","pin":null"#, [0, 1, 2, 3], [0, 1, 2, 3]), (#","cpu":3"#, [0, 1, 2, 3], [2]),
      (#","cpu":9"#, [0, 1, 2, 3], []),
    ])
  func eachRightBindsWhereItShould(more: String, home: [Int], ends: [Int]) throws {
    let hosts = [
      InstanceText.host("a"), InstanceText.host("b", labels: #"["ssd"]"#), InstanceText.host("c", zone: "z1", cpu: 3),
      InstanceText.host("d", zone: "z1", labels: #"["gpu","ssd"]"#),
    ]
    let problem = try problem(hosts: hosts, vms: [InstanceText.vm("v", on: "a", more: more)])
    let stops = more.contains("pin") ? [0, 1, 2, 3] : ends
    #expect(rights(problem, 0) == Rights(home: home, ends: ends, stops: stops))
  }

  /// The checker looks at pool and CPU level where a migration ends, so a misfit at home does not move a VM; but it never comes back.
  @Test func poolsAndCPULevelsBindOnlyArrivals() throws {
    let hosts = [InstanceText.host("a", cpu: 1), InstanceText.host("b", pools: #"["q"]"#), InstanceText.host("c", pools: "[]")]
    let problem = try problem(
      hosts: hosts,
      vms: [
        InstanceText.vm("v", on: "a", pool: #""q""#), InstanceText.vm("w", on: "a", more: #","cpu":2"#),
        InstanceText.vm("x", on: "c", storage: "local", pool: "null"),
      ])
    #expect(rights(problem, 0) == Rights(home: [0, 1, 2], ends: [1], stops: [1]))
    #expect(rights(problem, 1) == Rights(home: [0, 1, 2], ends: [], stops: []))
    #expect(rights(problem, 2) == Rights(home: [0, 1, 2], ends: [0, 1, 2], stops: [0, 1, 2]))
  }

  @Test func aHostThatIsTooSmallForAVMAloneIsNone() throws {
    let hosts = [InstanceText.host("a", ram: 1000), InstanceText.host("b", ram: 3000), InstanceText.host("c", disk: 5)]
    let problem = try problem(
      hosts: hosts,
      vms: [
        InstanceText.vm("small", on: "a", ram: 500), InstanceText.vm("large", on: "a", ram: 2000),
        InstanceText.vm("local", on: "a", ram: 500, disk: 6, storage: "local"), InstanceText.vm("huge", on: "a", ram: 40_000),
      ])
    #expect(rights(problem, 0) == Rights(home: [0, 1, 2], ends: [0, 1, 2], stops: [0, 1, 2]))
    #expect(rights(problem, 1) == Rights(home: [1, 2], ends: [1, 2], stops: [1, 2]))
    #expect(rights(problem, 2) == Rights(home: [0, 1], ends: [0, 1], stops: [0, 1]))
    #expect(rights(problem, 3) == Rights(home: [], ends: [], stops: []))
    #expect(problem.hostSets.count == 4, "each set is there once")
  }

  @Test func aPinInAnotherCellOrOnAClosedHostLeavesNoEnd() throws {
    let hosts = [InstanceText.host("a"), InstanceText.host("b", cell: "c1"), InstanceText.host("c", state: "maintenance")]
    let problem = try problem(
      hosts: hosts,
      vms: [InstanceText.vm("v", on: "a", more: #","pin":"b""#), InstanceText.vm("w", on: "c", more: #","pin":"c""#)])
    #expect(rights(problem, 0) == Rights(home: [], ends: [], stops: [0]))
    #expect(rights(problem, 1) == Rights(home: [], ends: [], stops: [0]))
  }

  @Test func weightAndSecondsFollowTheTable() throws {
    let limits = #"{"host":2,"zone_link":4,"total":8,"mib_s":100}"#
    let vms = [
      InstanceText.vm("live", on: "a", ram: 1025, disk: 10), InstanceText.vm("volume", on: "a", ram: 1024, disk: 10, storage: "volume"),
      InstanceText.vm("block", on: "a", ram: 1024, disk: 10, storage: "local"),
      InstanceText.vm("cold", on: "a", ram: 1024, disk: 10, more: #","live":false"#),
      InstanceText.vm("cold-local", on: "a", ram: 1024, disk: 10, storage: "local", more: #","live":false"#),
    ]
    let hosts = [InstanceText.host("a", pools: #"["p"]"#)]
    let byCost = try problem(hosts: hosts, vms: vms, limits: limits, objective: .cost)
    let passages = vms.indices.map { byCost.classOf($0).passages }
    #expect(passages.allSatisfy { $0.count == 1 })
    #expect(passages.map { $0[0]?.weight } == [102, 151, 341, 2001, 2041])
    #expect(passages.map { $0[0]?.seconds } == [16, 21, 123, 30, 133])
    let byMoves = try problem(hosts: hosts, vms: vms, limits: limits)
    #expect(vms.indices.map { byMoves.classOf($0).passages[0]?.weight } == [1, 1, 1, 1, 1])
  }

  @Test func equalVMsAreOneClass() throws {
    let vms = (0..<6).map { InstanceText.vm("v\($0)", on: $0 < 3 ? "a" : "b", disk: $0) } + [InstanceText.vm("w", on: "a", vcpu: 2)]
    let problem = try problem(hosts: [InstanceText.host("a"), InstanceText.host("b")], vms: vms)
    #expect(problem.classes.count == 2, "the disk of shared storage is on no host")
    #expect(problem.items.map(\.classID) == [0, 0, 0, 0, 0, 0, 1])
    #expect(problem.items.map(\.start) == [0, 0, 0, 1, 1, 1, 0])
  }

  @Test func groupsKeepTheirKindScopeAndHold() throws {
    let hosts = [
      InstanceText.host("a"), InstanceText.host("b", zone: "z1"), InstanceText.host("c", zone: "z2", state: "disabled"),
      InstanceText.host("d", cell: "c1", zone: "z3"),
    ]
    let vms = ["v", "w", "x"].map { InstanceText.vm($0, on: "a") } + [InstanceText.vm("y", on: "d")]
    let groups = [
      #"{"id":"none","kind":"anti","scope":"host","max":1,"vms":[]}"#,
      #"{"id":"apart","kind":"anti","scope":"zone","max":2,"continuous":true,"vms":["x","v"]}"#,
      #"{"id":"close","kind":"affinity","scope":"host","max":1,"continuous":false,"vms":["v","w"]}"#,
      #"{"id":"even","kind":"spread","scope":"zone","max":1,"vms":["w"]}"#,
      #"{"id":"wide","kind":"spread","scope":"zone","max":0,"vms":["w","y"]}"#,
    ]
    let text = InstanceText.text(hosts: hosts, vms: vms, groups: groups)
    let adapted = InstanceProblem(try InstanceText.read(text), objective: .moves)
    let problem = adapted.problem
    #expect(adapted.groupIDs == [1, 2, 3, 4], "a group without members asks nothing")
    #expect(problem.unitMaps == [[0, 1, 2, 3], [0, 1, 2, 3]])
    #expect(
      problem.groups == [
        ItemGroup(kind: .separate(max: 2), unitMap: 1, always: true, members: [0, 2]),
        ItemGroup(kind: .together, unitMap: 0, members: [0, 1]),
        ItemGroup(kind: .spread(maxSkew: 1), unitMap: 1, counted: [0, 1], members: [1]),
        ItemGroup(kind: .spread(maxSkew: 0), unitMap: 1, counted: [0, 1, 3], members: [1, 3]),
      ])
    #expect(vms.indices.map { problem.classOf($0).groups } == [[0, 1], [1, 2, 3], [0], [3]])
  }
}
