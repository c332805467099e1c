import Fleet

/// Which instances each rule selects, found through the labels that rules ask for instead of rule by instance.
struct RuleMembers {
  private var postings: [String: [String: [Int]]] = [:]
  private var known: [[String: String]: [Int]] = [:]
  private let instances: [DeclaredInstance]

  init(_ declarations: Declarations) {
    instances = declarations.instances
    for declared in declarations.rules {
      for (key, value) in declared.rule.selector { postings[key, default: [:]][value] = [] }
    }
    guard !postings.isEmpty else { return }
    for (position, declared) in instances.enumerated() {
      for (key, value) in declared.instance.labels where postings[key]?[value] != nil { postings[key]?[value]?.append(position) }
    }
  }

  /// Positions of the selected instances in the order of the manifests; none for a selector that could not be read.
  mutating func of(_ rule: PlacementRule) -> [Int] {
    if let members = known[rule.selector] { return members }
    let lists = rule.selector.map { postings[$0.key]?[$0.value] ?? [] }
    let shortest = lists.min { $0.count < $1.count } ?? []
    let members = shortest.filter { rule.selector.selects(instances[$0].instance.labels) }
    known[rule.selector] = members
    return members
  }
}
