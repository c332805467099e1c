import Dispatch
import Glibc
import Reconciler

/// SIGINT and SIGTERM press the stop switch: once to finish what runs, twice to leave it running.
final class Signals {
  private let sources: [any DispatchSourceSignal]

  init(_ stop: StopSwitch, first: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        let again = stop.isPressed
        stop.press()
        if !again { first() }
      }
      source.resume()
      return source
    }
  }
}
