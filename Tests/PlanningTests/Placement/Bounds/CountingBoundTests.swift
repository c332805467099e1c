import Planning
import Testing

/// Counting proofs and proofs that nothing can be done, against every placement of tiny problems.
@Suite struct CountingBoundTests {
  static let blocks = 40
  static let seedsPerBlock = 250

  @Test(arguments: 0..<blocks) func boundsAreNeverAboveTheOptimum(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      guard let least = PlacementOracle(problem).least else { continue }
      let check = BoundCheck(problem)
      let bounds = CountingBounds(problem)
      for proof in [bounds.quick(), bounds.best()] {
        #expect(proof.value <= least, "seed \(seed): \(proof)")
        let proved = check.value(of: proof)
        #expect(proved >= proof.value, "seed \(seed): \(proof)")
        #expect(proved <= least, "seed \(seed): \(proof)")
      }
    }
  }

  @Test(arguments: 0..<blocks) func onlyWhatIsImpossibleIsObstructed(block: Int) {
    var infeasible = 0
    var found = 0
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      let obstructions = InfeasibilityFinder(problem).find()
      let isPossible = PlacementOracle(problem).least != nil
      #expect(obstructions.isEmpty || !isPossible, "seed \(seed): \(obstructions)")
      infeasible += isPossible ? 0 : 1
      found += obstructions.isEmpty ? 0 : 1
    }
    #expect(found * 2 > infeasible, "\(found) of \(infeasible)")
  }

  /// Whatever a proof says, what it is found to prove holds.
  @Test(arguments: 0..<blocks) func changedProofsNeverProveTooMuch(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      guard let least = PlacementOracle(problem).least else { continue }
      let proof = CountingBounds(problem).best()
      let check = BoundCheck(problem)
      var random = SeededGenerator(seed: seed)
      for _ in 0..<10 {
        let changed = Self.changed(proof, problem, &random)
        #expect(check.value(of: changed) <= least, "seed \(seed): \(changed)")
      }
    }
  }

  @Test(arguments: 0..<blocks) func changedObstructionsAreRefusedWherePlansExist(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      guard PlacementOracle(problem).least != nil else { continue }
      let check = ObstructionCheck(problem)
      var random = SeededGenerator(seed: seed)
      for _ in 0..<10 {
        let invented = Self.inventedObstruction(problem, &random)
        #expect(!check.holds(invented), "seed \(seed): \(invented)")
      }
    }
  }

  /// The bounds are worth something: most optima are met by counting alone.
  @Test func boundsAreMostlyTight() {
    var tight = 0
    var all = 0
    for seed in 0..<2_000 as Range<UInt64> {
      let problem = TinyProblem.make(seed: seed)
      guard let least = PlacementOracle(problem).least, least > 0 else { continue }
      all += 1
      tight += CountingBounds(problem).best().value == least ? 1 : 0
    }
    #expect(tight * 2 > all, "\(tight) of \(all)")
  }

  // MARK: - Damage

  private static func changed(_ proof: BoundProof, _ problem: PlacementProblem, _ random: inout SeededGenerator) -> BoundProof {
    var changed = proof
    changed.value += random.below(5)
    if random.chance(30) { changed.parts += proof.parts }
    if random.chance(50) { changed.parts.append(inventedPart(problem, &random)) }
    changed.parts = changed.parts.map { part in random.chance(60) ? part : damaged(part, problem, &random) }
    return changed
  }

  private static func damaged(_ part: BoundPart, _ problem: PlacementProblem, _ random: inout SeededGenerator) -> BoundPart {
    switch part {
    case .forced(var part):
      part.items.append(random.below(problem.items.count + 1))
      part.value *= 2
      return .forced(part)
    case .overload(var part):
      part.host = random.below(problem.hosts.count)
      part.resource = random.below(problem.resourceCount + 1)
      return .overload(part)
    case .slot(var part):
      part.threshold = random.below(6)
      part.priceWeight += random.below(4)
      part.priceSlots = random.below(4)
      return .slot(part)
    case .group(var part):
      part.levels = part.levels.map { $0.map { UnitPrice(unit: $0.unit, price: $0.price + random.below(9) - 4) } }
      if random.chance(30) { part.levels.removeLast(min(1, part.levels.count)) }
      return .group(part)
    }
  }

  private static func inventedPart(_ problem: PlacementProblem, _ random: inout SeededGenerator) -> BoundPart {
    switch random.below(3) {
    case 0:
      let host = random.below(problem.hosts.count)
      let items = problem.items.indices.filter { problem.items[$0].start == host }
      return .overload(OverloadPart(host: host, resource: random.below(problem.resourceCount), items: items, value: 9))
    case 1 where !problem.groups.isEmpty:
      let group = random.below(problem.groups.count)
      let units = Set(problem.unitMaps[problem.groups[group].unitMap]).sorted()
      let levels = (0..<random.below(5)).map { _ in units.map { UnitPrice(unit: $0, price: random.below(40) - 15) } }
      return .group(GroupPart(group: group, levels: levels, value: 9))
    default:
      return .slot(
        SlotPart(
          resource: random.below(problem.resourceCount), threshold: 1 + random.below(6), priceWeight: random.below(30),
          priceSlots: 1 + random.below(4), value: 9))
    }
  }

  private static func inventedObstruction(_ problem: PlacementProblem, _ random: inout SeededGenerator) -> Obstruction {
    let items = problem.items.indices.filter { _ in random.chance(60) }
    let hosts = problem.hosts.indices.filter { _ in random.chance(70) }
    switch random.below(4) {
    case 0: return Obstruction(kind: .noHost, items: [random.below(problem.items.count)], hosts: [])
    case 1:
      return Obstruction(
        kind: .fullOfFixed(resource: random.below(problem.resourceCount)), items: [], hosts: [random.below(problem.hosts.count)])
    case 2 where !problem.groups.isEmpty:
      return Obstruction(kind: .group(random.below(problem.groups.count)), items: items, hosts: hosts)
    default:
      return Obstruction(
        kind: .tooFewSlots(
          resource: random.below(problem.resourceCount), threshold: 1 + random.below(5), needed: random.below(9), offered: random.below(9)),
        items: items, hosts: hosts)
    }
  }

  /// Two that must be apart and have one host between them: who stays there keeps the other off.
  @Test func aGroupIsImpossibleThoughNobodyMovesMuch() {
    var problem = PlacementProblem(resourceCount: 1)
    problem.hosts = [ProblemHost(receives: false), ProblemHost(), ProblemHost(receives: false)]
    problem.capacity = [9, 9, 9]
    problem.base = [0, 0, 0]
    problem.hostSets = [HostSelection([0, 1, 2]), HostSelection([1, 2]), HostSelection([1])]
    problem.unitMaps = [[0, 1, 2]]
    problem.classes = [
      ItemClass(demand: [1], home: 1, ends: 2, stops: 2, passages: [Passage(weight: 1, seconds: 1)], groups: [0])
    ]
    problem.items = (0..<3).map { Item(classID: 0, start: $0) }
    problem.groups = [ItemGroup(kind: .separate(max: 1), unitMap: 0, members: [0, 1, 2])]
    let found = InfeasibilityFinder(problem).find()
    #expect(found.map(\.items) == [[0, 1]])
    #expect(found.map(\.hosts) == [[1]])
  }
}
