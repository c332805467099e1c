package import Fleet

/// What is said while hosts are looked at.
package enum LookWords {
  /// Hosts named of those that have not answered yet.
  static let namesShownMax = 5

  /// `looking at 3 hosts, waiting for hv3`; while all are waited for, without names.
  package static func waiting(_ silent: [HostName], of count: Int) -> String {
    let hosts = "looking at \(CountFormat.text(count, "host"))"
    guard silent.count < count || count == 1 else { return hosts }
    return Printable.clean("\(hosts), waiting for \(CountFormat.list(silent.map(\.rawValue), limit: namesShownMax))")
  }

  /// `hv1 answered after 12 ms`. `silentBecause` nil: it answered.
  package static func heard(_ host: HostName, milliseconds: Int, silentBecause reason: String?) -> String {
    let time = DurationFormat.text(milliseconds: milliseconds)
    return Printable.clean(reason.map { "\(host) does not answer, after \(time): \($0)" } ?? "\(host) answered after \(time)")
  }
}
