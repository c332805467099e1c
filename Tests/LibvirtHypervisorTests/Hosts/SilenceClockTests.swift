import Testing

@testable import LibvirtHypervisor

@Suite struct SilenceClockTests {
  @Test func anAnswerEndsTheSilence() {
    var clock = SilenceClock(at: 0)
    for time in stride(from: 250, through: 3000, by: 250) { clock.goesUnanswered(at: time) }
    #expect(clock.silentMilliseconds == 3000)
    clock.answered(at: 3100)
    #expect(clock.silentMilliseconds == 0)
    for time in stride(from: 3350, through: 5100, by: 250) { clock.goesUnanswered(at: time) }
    #expect(clock.silentMilliseconds == 2000)
  }

  @Test func anAnswerMayTakeAWhile() {
    var clock = SilenceClock(at: 0)
    clock.goesUnanswered(at: 250)
    clock.goesUnanswered(at: 500)
    #expect(clock.silentMilliseconds == 0)
    clock.goesUnanswered(at: 501)
    #expect(clock.silentMilliseconds == 501)
  }

  /// This process was stopped for a minute: that says nothing of the host.
  @Test func aGapInOurOwnTimeIsNotTheHosts() {
    var clock = SilenceClock(at: 0)
    clock.goesUnanswered(at: 250)
    clock.goesUnanswered(at: 60_250)
    #expect(clock.silentMilliseconds == 1250)
    clock.goesUnanswered(at: 60_000)
    #expect(clock.silentMilliseconds == 1250, "a clock that steps back adds nothing")
  }
}
