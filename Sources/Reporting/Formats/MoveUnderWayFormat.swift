package import Fleet

/// A move that another run is carrying out, for people.
package enum MoveUnderWayFormat {
  /// `reconcile watch (pid 12) moves it live from hv1 to hv2, begun 2 min ago, 43 % sent`.
  package static func text(_ move: MoveUnderWay, now: Timestamp) -> String {
    let how =
      switch move.mode {
      case .live: "live"
      case .block: "live with its disks"
      case .cold: "cold"
      case .offline: "while it is off"
      }
    let sent = move.percent.map { ", \($0) % sent" } ?? ""
    return "\(move.by) moves it \(how) from \(move.from) to \(move.to), begun \(DurationFormat.age(of: move.since, at: now))\(sent)"
  }
}
