import Fleet

/// What manifests declare, in words.
enum DeclarationWords {
  static func placement(_ instance: DesiredInstance) -> String {
    let required = instance.required ? ", never elsewhere" : ""
    switch instance.placement {
    case .anywhere: return "anywhere in cell \(instance.cell)"
    case .host(let host): return "on \(host)\(required)"
    case .anyOf(let hosts): return "on \(CountFormat.list(hosts.map(\.rawValue), conjunction: "or"))\(required)"
    case .hosts(let wanted): return "on a host labelled \(labels(wanted))\(required)"
    }
  }

  static func labels(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }

  /// `at most 1 of app=web on one host`.
  static func rule(_ rule: PlacementRule) -> String {
    let who = rule.selector.isEmpty ? "all instances" : "those with \(labels(rule.selector))"
    let unit =
      switch rule.across {
      case .host: "host"
      case .label(let key): "value of host label \(key)"
      }
    let when = rule.hold == .always ? ", at every instant" : ""
    switch rule.kind {
    case .separate(let maximum): return "at most \(maximum) of \(who) on one \(unit)\(when)"
    case .together: return "\(who) together on one \(unit)\(when)"
    case .spread(let skew): return "\(who) spread over each \(unit), counts at most \(skew) apart\(when)"
    }
  }

  static func modes(_ modes: AllowedModes) -> [MigrationMode] {
    (modes.live ? [.live] : []) + (modes.block ? [.block] : []) + (modes.cold ? [.cold] : [])
  }
}
