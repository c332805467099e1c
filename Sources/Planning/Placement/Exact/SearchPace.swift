/// How often a conflict search starts anew and how much of what it learned it keeps; no answer depends on it.
package struct SearchPace: Sendable {
  /// Conflicts to the first restart, of which every later one is a multiple.
  var restartConflicts: Int
  /// Learned clauses kept at first, and for every reduction more.
  var learnedMax: Int
  var learnedGrowth: Int

  package static let usual = SearchPace(restartConflicts: 100, learnedMax: 4_000, learnedGrowth: 500)
  /// Restarts and forgets all the time, so that small problems put it to the test.
  package static let restless = SearchPace(restartConflicts: 1, learnedMax: 1, learnedGrowth: 1)
}
