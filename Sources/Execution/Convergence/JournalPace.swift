/// How often the progress of one step is journalled: at first every 30 s, then each time a tenth of its age has passed.
///
/// So the journal is never more than a tenth behind, and grows with the logarithm of time only: 10 records in 5 minutes, about 45 in two
/// hours, 70 in a day.
package struct JournalPace: Sendable, Equatable {
  package static let millisecondsMin = 30_000
  package static let agePart = 10
  private var lastMilliseconds = 0

  package init() {}

  /// True if a step of that age is to be journalled now; it is then taken to be.
  package mutating func isDue(ageMilliseconds: Int) -> Bool {
    let pause = max(JournalPace.millisecondsMin, ageMilliseconds / JournalPace.agePart)
    guard ageMilliseconds - lastMilliseconds >= pause else { return false }
    lastMilliseconds = ageMilliseconds
    return true
  }
}
