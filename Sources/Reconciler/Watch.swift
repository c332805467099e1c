import Fleet
package import Reporting

/// A pass each interval until signalled, never two at once.
package struct Watch: Sendable {
  /// Asked after each pass.
  package var intervalMilliseconds: @Sendable () -> Int
  /// Nil: until signalled.
  package var passesMax: Int?
  package var clock: any ReconcilerClock
  package var stop: StopSwitch
  /// Asked between passes, and a sign that the watch lives: true begins the next one at once.
  package var isWantedNow: @Sendable () -> Bool
  /// One pass; whatever it cannot do it has reported.
  package var pass: @Sendable () async -> ExitCode

  package init(
    intervalMilliseconds: @escaping @Sendable () -> Int, passesMax: Int? = nil, clock: any ReconcilerClock, stop: StopSwitch,
    isWantedNow: @escaping @Sendable () -> Bool = { false },
    pass: @escaping @Sendable () async -> ExitCode
  ) {
    self.intervalMilliseconds = intervalMilliseconds
    self.passesMax = passesMax
    self.clock = clock
    self.stop = stop
    self.isWantedNow = isWantedNow
    self.pass = pass
  }

  /// How often the stop switch is looked at between passes.
  static let napMilliseconds = 200

  /// The exit code of the last pass.
  package func run() async -> ExitCode {
    var passes = 0
    while true {
      let started = clock.now()
      let exitCode = await pass()
      passes += 1
      if passes == passesMax { return exitCode }
      while clock.now().milliseconds(since: started) < intervalMilliseconds() {
        if stop.isPressed { return exitCode }
        if isWantedNow() { break }
        await clock.sleep(milliseconds: min(Watch.napMilliseconds, intervalMilliseconds()))
      }
      if stop.isPressed { return exitCode }
    }
  }
}
