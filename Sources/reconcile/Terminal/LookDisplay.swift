import Fleet
import Glibc
import Reconciler
import Reporting
import Synchronization

/// Tells whom a look at all hosts waits for: on a terminal in one line that goes when they have answered, with `--verbose` in a line a host.
final class LookDisplay: Sendable {
  /// Most looks take less, and are not worth a line.
  static let patience = Duration.milliseconds(500)
  static let pause = Duration.milliseconds(200)

  private struct State {
    var begun: ContinuousClock.Instant
    var waiting: [HostName] = []
    var count = 0
    var ticker: Task<Void, Never>?
    var hasDrawn = false
  }

  private let state = Mutex(State(begun: .now))
  private let draws = isatty(2) == 1 && Terminal.redraws && !Terminal.isQuiet
  private let isVerbose = Terminal.isVerbose

  /// What a pass is given; nil: nobody would see it.
  static var teller: (@Sendable (HostLook) -> Void)? {
    let display = LookDisplay()
    guard display.draws || display.isVerbose else { return nil }
    return { display.tell($0) }
  }

  private func tell(_ look: HostLook) {
    switch look {
    case .begun(let hosts): begin(hosts)
    case .heard(let host, let reason): heard(host, reason)
    case .ended: end()
    }
  }

  private func begin(_ hosts: [HostName]) {
    end()
    if isVerbose { StandardStreams.printDetail("asking \(CountFormat.list(hosts.map(\.rawValue)))") }
    state.withLock { state in
      state = State(begun: .now, waiting: hosts, count: hosts.count)
      guard draws else { return }
      state.ticker = Task { [weak self] in
        try? await Task.sleep(for: Self.patience)
        while !Task.isCancelled {
          self?.draw()
          try? await Task.sleep(for: Self.pause)
        }
      }
    }
  }

  private func heard(_ host: HostName, _ reason: String?) {
    let (isNews, begun) = state.withLock { state in
      let place = state.waiting.firstIndex(of: host)
      if let place { state.waiting.remove(at: place) }
      return (place != nil, state.begun)
    }
    guard isNews, isVerbose else { return }
    StandardStreams.printDetail(
      LookWords.heard(host, milliseconds: Int((ContinuousClock.now - begun) / .milliseconds(1)), silentBecause: reason))
  }

  /// Under the lock, so that nothing is drawn once it has ended.
  private func draw() {
    state.withLock { state in
      guard state.ticker != nil, !state.waiting.isEmpty else { return }
      state.hasDrawn = true
      StandardStreams.keepBelow([line(state)], on: 2)
    }
  }

  /// On one row, whatever the names.
  private func line(_ state: State) -> String {
    let text = LookWords.waiting(state.waiting, of: state.count)
    return ScreenText.cut(text, to: (Terminal.columns(of: 2) ?? 80) - 1, Terminal.style)
  }

  private func end() {
    state.withLock { state in
      state.ticker?.cancel()
      state.ticker = nil
      if state.hasDrawn { StandardStreams.keepBelow([], on: 2) }
      state.hasDrawn = false
    }
  }
}
