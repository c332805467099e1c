/// How good the end of a plan is, level by level; less is better (docs/planning.md, "What is best").
struct Score: Equatable, Comparable {
  /// 1a: guests left on hosts in maintenance.
  var left = 0
  /// 1b: hosts in maintenance that still hold a guest.
  var kept = 0
  /// 1c: instances off their placement, required rules broken, hosts to be relieved that are still over.
  var broken = 0
  /// How badly the rules are broken, so that a rule that cannot be kept is kept as well as can be.
  var ruleExcess = 0
  /// How far over capacity the hosts to be relieved are: bytes, a vCPU counting as a GiB.
  var overload = 0
  /// 1d: instances away from their own hosts because those are in maintenance.
  var displaced = 0
  /// 2: reboots of running guests.
  var restarts = 0
  /// 3 and 4: moves and cost, in the order of the objective.
  var third = 0
  var fourth = 0
  /// Ties: preferred rules broken, and how badly.
  var preferredBroken = 0
  var preferredExcess = 0

  /// Level 1 alone.
  var ends: [Int] { [left, kept, broken, ruleExcess, overload, displaced] }
  private var levels: [Int] { ends + [restarts, third, fourth, preferredBroken, preferredExcess] }

  static func < (one: Score, other: Score) -> Bool {
    if one.left != other.left { return one.left < other.left }
    return one.levels.lexicographicallyPrecedes(other.levels)
  }
}
