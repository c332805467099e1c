/// For how long a host has been silent, as told by questions and answers; pure.
///
/// Time counts in small steps: while this whole process was stopped it could not have heard an answer, and silence of our own making must
/// not be laid on the host.
struct SilenceClock: Sendable, Equatable {
  /// At most so much counts of the time between two looks at the clock.
  static let stepMillisecondsMax = 1000
  /// An answer may take so long without being called silence.
  static let graceMilliseconds = 500

  private var unansweredMilliseconds = 0
  private var lookedAtMilliseconds: Int

  /// `milliseconds` here and below: a clock that only goes forward.
  init(at milliseconds: Int) { lookedAtMilliseconds = milliseconds }

  /// 0: it answers.
  var silentMilliseconds: Int { unansweredMilliseconds > Self.graceMilliseconds ? unansweredMilliseconds : 0 }

  /// Time went on and a question has no answer yet.
  mutating func goesUnanswered(at milliseconds: Int) {
    unansweredMilliseconds += min(max(0, milliseconds - lookedAtMilliseconds), Self.stepMillisecondsMax)
    lookedAtMilliseconds = milliseconds
  }

  mutating func answered(at milliseconds: Int) {
    unansweredMilliseconds = 0
    lookedAtMilliseconds = milliseconds
  }
}
