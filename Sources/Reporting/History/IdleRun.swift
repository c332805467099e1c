import Fleet

/// Passes in a row that did nothing and came to the same.
struct IdleRun {
  var newest: PassRecord
  var oldest: PassRecord
  var count: Int

  /// Newest first, as given.
  static func fold(_ passes: [PassRecord]) -> [IdleRun] {
    var runs: [IdleRun] = []
    for pass in passes {
      if let last = runs.last, isIdle(last.oldest), isIdle(pass), isSame(last.oldest, pass) {
        runs[runs.count - 1].oldest = pass
        runs[runs.count - 1].count += 1
      } else {
        runs.append(IdleRun(newest: pass, oldest: pass, count: 1))
      }
    }
    return runs
  }

  private static func isIdle(_ pass: PassRecord) -> Bool {
    pass.endedAt != nil && pass.moves == 0 && pass.failed == 0 && pass.succeeded == 0 && [0, 3].contains(pass.exitCode)
  }

  private static func isSame(_ one: PassRecord, _ other: PassRecord) -> Bool {
    one.revision == other.revision && one.exitCode == other.exitCode && one.dryRun == other.dryRun && one.blocked == other.blocked
      && one.notInSync == other.notInSync && one.inSync == other.inSync && one.summary == other.summary
  }
}
