package import Fleet

/// Instants for people (`2026-11-23 01:02:03 UTC`).
package enum TimeFormat {
  package static func text(_ time: Timestamp) -> String {
    let text = time.description
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + " UTC"
  }
}
