import Manifests
import Reporting

/// Where a watch says what it does: as text for people and journald, or a JSON object a line.
struct WatchLog: Sendable {
  private let json: LogDisplay?
  private let voice = WatchVoice()

  init(format: Configuration.LogFormat) { json = format == .json ? LogDisplay() : nil }

  /// For the next pass.
  func display() async -> any PassDisplay {
    guard let json else { return RunDisplay(format: .text, voice: voice) }
    await json.begin()
    return json
  }

  /// Outside of any pass; an empty text is said as JSON only.
  func say(_ event: LogEvent.Name, _ text: String, level: LogEvent.Level = .info) {
    if json != nil {
      LogDisplay.say(event, text, level: level)
    } else if !text.isEmpty {
      StandardStreams.printError(event == .stopping ? "\n\(Message.note(text))" : Message.block(text), priority: level.priority)
    }
  }
}
