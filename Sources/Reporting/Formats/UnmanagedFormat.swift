package import Fleet

/// Guests that no manifest names, for people.
package enum UnmanagedFormat {
  package static func text(_ guests: GuestsInNoManifest) -> String {
    let names = guests.names.map(\.rawValue)
    let list =
      guests.count > names.count
      ? names.joined(separator: ", ") + " and \(CountFormat.number(guests.count - names.count)) more" : CountFormat.list(names)
    return "In no manifest, and left alone: \(CountFormat.text(guests.count, "guest")) (\(list))."
  }
}
