import Dispatch
import Glibc
import Reconciler

/// SIGINT and SIGTERM press the stop switch: once to finish what runs, twice to leave it running. SIGHUP, where it is heeded, asks for something.
final class Signals {
  private let sources: [any DispatchSourceSignal]

  /// `hangUp`: what SIGHUP asks for; nil: it ends the process, as ever.
  init(_ stop: StopSwitch, hangUp: (@Sendable () -> Void)? = nil, first: @escaping @Sendable () -> Void) {
    var sources = [SIGINT, SIGTERM].map { number in
      Self.source(number) {
        let again = stop.isPressed
        stop.press()
        if !again { first() }
      }
    }
    if let hangUp { sources.append(Self.source(SIGHUP, hangUp)) }
    self.sources = sources
  }

  /// Kept alive by whoever holds it; the signal does nothing else any more.
  static func source(_ number: Int32, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler(handler: handler)
    source.resume()
    return source
  }
}
