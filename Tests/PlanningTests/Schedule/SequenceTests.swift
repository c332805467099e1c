import Planning
import Testing

/// Sequences of tiny problems against every order there is, and carried out with other durations than predicted.
@Suite struct SequenceTests {
  static let blocks = 40
  static let seedsPerBlock = 250
  static let steps = 200_000

  private static func limited(_ problem: PlacementProblem, _ random: inout SeededGenerator) -> PlacementProblem {
    var problem = problem
    func limit(_ random: inout SeededGenerator) -> Int { random.chance(50) ? .max : 1 + random.below(3) }
    problem.limits = MigrationSlots(
      perHost: limit(&random), perHostOutgoing: limit(&random), perHostIncoming: limit(&random), perLink: limit(&random),
      total: limit(&random))
    return problem
  }

  /// Some first moves that were under way when the sequence was asked for.
  private static func running(_ problem: PlacementProblem, _ target: [Int], _ random: inout SeededGenerator) -> [RunningMigration] {
    var use = problem.startUse()
    var running: [RunningMigration] = []
    for item in problem.items.indices where running.count < 2 && random.chance(25) {
      let (classID, from, to) = (problem.items[item].classID, problem.items[item].start, target[item])
      let isGrouped = !problem.classes[classID].groups.isEmpty
      guard from != to, !isGrouped, problem.fits(classID, on: to, use: use), let passage = problem.passage(classID, to: to) else {
        continue
      }
      for (resource, demand) in problem.classes[classID].demand.enumerated() { use[to * problem.resourceCount + resource] += demand }
      for need in passage.arrival { use[to * problem.resourceCount + need.resource] += need.amount }
      running.append(RunningMigration(item: item, from: from, to: to, secondsLeft: 1 + random.below(passage.seconds)))
    }
    return running
  }

  /// Where there is a way to some end, the sequence to that end is found, with as few moves as there can be.
  @Test(arguments: 0..<blocks) func movesAreAsFewAsThereCanBe(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed).reweighed { _ in 1 }
      let oracle = SequenceOracle(problem)
      guard case .cheapest(let fewest) = oracle.answer else { continue }
      var target = problem.items.map(\.start)
      for move in oracle.moves { target[move.item] = move.host }
      var sequencer = Sequencer(problem, target: target, seed: seed)
      var budget = StepBudget(Self.steps)
      let found = sequencer.run(budget: &budget)
      #expect(found.stuck == nil, "seed \(seed)")
      #expect(found.moves.count == fewest, "seed \(seed)")
    }
  }

  /// Whatever the durations and whatever is under way, no move finds a host too full or a rule broken, and all end where it says.
  @Test(arguments: 0..<blocks) func anyTimingIsSafe(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      var random = SeededGenerator(seed: seed &+ 1 << 40)
      let problem = Self.limited(TinyProblem.make(seed: seed), &random)
      let placement = PlacementOracle(problem)
      guard placement.least != nil else { continue }
      let running = Self.running(problem, placement.target, &random)
      var sequencer = Sequencer(problem, target: placement.target, running: running, seed: seed)
      var budget = StepBudget(Self.steps)
      let found = sequencer.run(budget: &budget)
      for _ in 0..<4 {
        let replay = SequenceReplay(problem, found.moves, &random) { move, random in 1 + random.below(3 * (move.end - move.start)) }
        if found.stuck == nil { #expect(replay.problems.isEmpty, "seed \(seed): \(replay.problems)") }
        #expect(replay.hosts == found.end, "seed \(seed)")
        if found.stuck == nil { #expect(problem.problems(ofTarget: replay.hosts).isEmpty, "seed \(seed)") }
      }
      let hops = found.moves.count - problem.items.indices.count { found.end[$0] != problem.items[$0].start }
      #expect(found.hops == hops, "seed \(seed)")
    }
  }

  /// The same where there are too many placements to search them all.
  @Test(arguments: 0..<blocks) func anyTimingOfLargerSetsIsSafe(block: Int) {
    for offset in 0..<Self.largerSeedsPerBlock {
      let seed = UInt64(block * Self.largerSeedsPerBlock + offset)
      var random = SeededGenerator(seed: seed &+ 4 << 40)
      guard let (problem, found) = Self.larger(seed, &random) else { continue }
      for _ in 0..<2 {
        let replay = SequenceReplay(problem, found.moves, &random) { move, random in 1 + random.below(3 * (move.end - move.start)) }
        if found.stuck == nil { #expect(replay.problems.isEmpty, "seed \(seed): \(replay.problems)") }
        #expect(replay.hosts == found.end, "seed \(seed)")
        if found.stuck == nil { #expect(problem.problems(ofTarget: replay.hosts).isEmpty, "seed \(seed)") }
      }
    }
  }

  private static let solverSteps = 10_000
  private static let largerSeedsPerBlock = 20

  private static func larger(_ seed: UInt64, _ random: inout SeededGenerator) -> (PlacementProblem, SequenceOutcome)? {
    let isRing = random.chance(50)
    var tiny = TinyProblem(hostsMax: 9, itemsMax: 24, tightPercent: 80)
    let problem = limited(isRing ? rings(&random) : tiny.make(seed: seed), &random)
    var budget = StepBudget(solverSteps)
    var solver = PlacementSolver(seed: seed)
    let solved = solver.solve(problem, budget: &budget)
    guard solved.isComplete else { return nil }
    let running = isRing ? [] : running(problem, solved.target, &random)
    var sequencer = Sequencer(problem, target: solved.target, running: running, seed: seed)
    var rest = StepBudget(steps)
    return (problem, sequencer.run(budget: &rest))
  }

  /// Full hosts whose guests change places, and one host with room for one or two of them.
  private static func rings(_ random: inout SeededGenerator) -> PlacementProblem {
    let hostCount = 6 + random.below(5)
    let spare = hostCount - 1
    var problem = PlacementProblem(resourceCount: 1)
    problem.hosts = (0..<hostCount).map { _ in ProblemHost() }
    problem.hostSets = [HostSelection(Array(0..<hostCount))] + (0..<hostCount).map { HostSelection([$0]) }
    problem.base = [Int](repeating: 0, count: hostCount)
    var places: [[Int]] = [[], []]
    for host in 0..<spare {
      for size in 0..<2 { places[size] += [Int](repeating: host, count: 1 + random.below(2)) }
    }
    for size in 0..<2 {
      var ends = places[size]
      for index in ends.indices.reversed() { ends.swapAt(index, random.below(index + 1)) }
      for (start, end) in zip(places[size], ends) {
        problem.classes.append(
          ItemClass(
            demand: [2 + size], home: 1 + end, ends: 1 + end, stops: 0, passages: [Passage(weight: 1, seconds: 1 + random.below(9))]))
        problem.items.append(Item(classID: problem.classes.count - 1, start: start))
      }
    }
    problem.capacity = problem.startUse()
    problem.capacity[spare] = 3 + random.below(4)
    return problem
  }

  /// No order of the same moves is done sooner than the bound says, whether it heeds what the plan waits for or not.
  @Test(arguments: 0..<blocks) func noTimingBeatsTheBound(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      var random = SeededGenerator(seed: seed &+ 2 << 40)
      let problem = Self.limited(TinyProblem.make(seed: seed), &random)
      let placement = PlacementOracle(problem)
      guard placement.least != nil else { continue }
      var sequencer = Sequencer(problem, target: placement.target, seed: seed)
      var budget = StepBudget(Self.steps)
      let found = sequencer.run(budget: &budget)
      guard found.stuck == nil else { continue }
      #expect(found.makespan >= found.makespanBound, "seed \(seed)")
      #expect(found.makespan == found.moves.map(\.end).max() ?? 0, "seed \(seed)")
      for attempt in 0..<6 {
        let replay = SequenceReplay(problem, found.moves, heedsAfter: attempt % 2 == 0, &random) { move, _ in move.end - move.start }
        guard replay.hosts == found.end else { continue }
        #expect(replay.seconds >= found.makespanBound, "seed \(seed)")
      }
    }
  }

  /// What full hosts are said to add is there in every order, and what nothing is said to be able to leave nothing leaves.
  @Test(arguments: 0..<blocks) func fullHostsProveNoMoreThanHolds(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      var random = SeededGenerator(seed: seed &+ 3 << 40)
      let bound = CycleBound(problem)
      let answer = SequenceOracle(problem).answer
      #expect(CycleCheck.problems(of: bound.sets, in: problem).isEmpty, "seed \(seed)")
      if let deadlock = DeadlockedSet.find(problem) {
        #expect(answer == .none || answer == .undecided, "seed \(seed): \(deadlock)")
        #expect(CycleCheck.problems(ofDeadlock: deadlock, in: problem).isEmpty, "seed \(seed)")
      }
      guard case .cheapest(let least) = answer else { continue }
      let forced = Self.forcedWeight(problem)
      #expect(forced + bound.weight(problem) <= least, "seed \(seed): \(bound.sets)")
      for _ in 0..<6 {
        let hosts = problem.hosts.indices.filter { _ in random.chance(50) }
        guard !hosts.isEmpty else { continue }
        if CycleCheck.problems(of: [hosts], in: problem).isEmpty {
          #expect(forced + 1 <= least, "seed \(seed): \(hosts)")
        }
        let items = problem.items.indices.filter { hosts.contains(problem.items[$0].start) && !problem.mayStay($0) }
        guard !items.isEmpty else { continue }
        let claimed = DeadlockedSet(items: items, hosts: hosts, proof: .nothingCanLeave)
        #expect(!CycleCheck.problems(ofDeadlock: claimed, in: problem).isEmpty, "seed \(seed): \(hosts)")
      }
    }
  }

  /// What the properties rest on occurs often enough to be tested.
  @Test func everythingOccurs() {
    var sets = 0
    var deadlocks = 0
    var hops = 0
    var underWay = 0
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed &+ 1 << 40)
      let problem = Self.limited(TinyProblem.make(seed: seed), &random)
      sets += CycleBound(problem).sets.isEmpty ? 0 : 1
      deadlocks += DeadlockedSet.find(problem) == nil ? 0 : 1
      let placement = PlacementOracle(problem)
      guard placement.least != nil else { continue }
      let running = Self.running(problem, placement.target, &random)
      underWay += running.count
      var sequencer = Sequencer(problem, target: placement.target, running: running, seed: seed)
      var budget = StepBudget(Self.steps)
      hops += sequencer.run(budget: &budget).hops
    }
    var largerHops = 0
    var solved = 0
    for seed in 0..<200 as Range<UInt64> {
      var random = SeededGenerator(seed: seed &+ 4 << 40)
      guard let (_, found) = Self.larger(seed, &random) else { continue }
      solved += 1
      largerHops += found.hops
    }
    #expect(solved > 60 && largerHops > 20, "\(solved) \(largerHops)")
    #expect(sets > 20 && deadlocks > 20 && hops > 20 && underWay > 50, "\(sets) \(deadlocks) \(hops) \(underWay)")
  }

  /// Each item that must leave where it starts, by its cheapest move to an end.
  private static func forcedWeight(_ problem: PlacementProblem) -> Int {
    problem.items.indices.reduce(0) { sum, item in
      if problem.mayStay(item) { return sum }
      let classID = problem.items[item].classID
      let ends = problem.hosts.indices.filter { problem.mayEnd(classID, on: $0) && $0 != problem.items[item].start }
      return sum + (ends.compactMap { problem.passage(classID, to: $0)?.weight }.min() ?? 0)
    }
  }
}
