/// The master programme with its contents: columns by host type, grown by pricing until its prices are best.
struct ColumnMaster {
  /// A content of a host type, as the difference to what stays.
  struct Content {
    var type: Int
    /// Summed weight of the arrivals.
    var weight: Int
    /// Other than 0 only, classes ascending.
    var change: [ColumnModel.Amount]
    /// It fits the host in every resource, unrounded.
    var isReal: Bool
  }

  let model: ColumnModel
  var pricer: ContentPricer
  let scale: PriceScale
  private(set) var contents: [Content] = []
  var simplex: MasterSimplex
  /// Numerator of the best bound so far, over `scale.scale`, and its prices.
  private(set) var bestBound = Int.min
  private(set) var bestPrices: [Int]
  private let forced: [Int]

  /// nil: weights too large for integer prices.
  init?(_ model: ColumnModel) {
    guard let scale = PriceScale(model) else { return nil }
    self.model = model
    self.scale = scale
    pricer = ContentPricer(model)
    forced = model.forced()
    bestPrices = [Int](repeating: 0, count: model.classCount)
    simplex = MasterSimplex(demand: forced, shortCost: scale.shortCost)
    for type in model.types { simplex.addSet(count: type.hosts.count) }
    addStarts()
  }

  /// What stays, or as much of it as fits, is the first content of every type.
  private mutating func addStarts() {
    var least = [Int](repeating: Int.max, count: model.classCount)
    for arrivals in model.arrivals { for arrival in arrivals { least[arrival.sizeClass] = min(least[arrival.sizeClass], arrival.weight) } }
    var isPriced = false
    for (index, type) in model.types.enumerated() {
      if model.fits(type.stay, index) {
        add(type.stay, index)
        continue
      }
      if !isPriced {
        pricer.setPrices(least.map { $0 == .max ? 1 : $0 }, scale: 1)
        isPriced = true
      }
      _ = pricer.best(index)
      addRepaired(pricer.content(index), index)
    }
  }

  // MARK: - Contents

  @discardableResult mutating func add(_ content: [ColumnModel.Amount], _ type: Int) -> Int {
    let change = model.change(content, type)
    let weight = model.weight(change, type)
    contents.append(Content(type: type, weight: weight, change: change, isReal: model.fits(content, type)))
    simplex.addColumn(set: type, cost: Double(weight) / scale.unit, change)
    return contents.count - 1
  }

  /// A content of the rounded problem and, if it does not fit, what is left of it when things are put back until it does.
  private mutating func addRepaired(_ content: [ColumnModel.Amount], _ type: Int) {
    guard !model.fits(content, type) else {
      add(content, type)
      return
    }
    add(model.fitted(content, type, pricer.prices), type)
    add(content, type)
  }

  // MARK: - Pricing

  /// Prices all types: the bound's numerator at these prices; contents that the master lacks are added.
  ///
  /// Cost: a table a profile and a search a type.
  mutating func price(_ prices: [Int]) -> (bound: Int?, added: Int) {
    pricer.setPrices(prices, scale: scale.scale)
    var bound = model.fixedWeight * scale.scale
    var overflows = false
    var added = 0
    for row in prices.indices { bound += prices[row] * forced[row] }
    for type in model.types.indices {
      let gain = pricer.best(type) - pricer.stayValue(type)
      let (product, isOver) = gain.multipliedReportingOverflow(by: model.types[type].hosts.count)
      let (rest, isUnder) = bound.subtractingReportingOverflow(product)
      overflows = overflows || isOver || isUnder
      bound = rest
      let content = pricer.content(type)
      let change = model.change(content, type)
      if reducedCost(change, type) < -MasterSimplex.tolerance * 10 {
        addRepaired(content, type)
        added += 1
      }
    }
    guard !overflows else { return (nil, added) }
    if bound > bestBound {
      bestBound = bound
      bestPrices = prices
    }
    return (bound, added)
  }

  /// Adds real contents that the master lacks at its present prices, for the types that are left; true if there were any.
  mutating func extend(_ isLeft: (Int) -> Bool) -> Bool {
    pricer.setPrices(simplex.duals.map(scale.price), scale: scale.scale)
    var added = false
    for type in model.types.indices where isLeft(type) {
      _ = pricer.best(type)
      var content = pricer.content(type)
      if !model.fits(content, type) { content = model.fitted(content, type, pricer.prices) }
      if reducedCost(model.change(content, type), type) < -MasterSimplex.tolerance * 10 {
        add(content, type)
        added = true
      }
    }
    return added
  }

  private func reducedCost(_ change: [ColumnModel.Amount], _ type: Int) -> Double {
    var cost = Double(model.weight(change, type)) / scale.unit - simplex.priced(simplex.key[type])
    for amount in change { cost -= simplex.duals[amount.sizeClass] * Double(amount.count) }
    return cost
  }

  /// Weight that every plan has at least.
  var bound: Int { bestBound <= 0 ? model.fixedWeight : max(model.fixedWeight, (bestBound - 1) / scale.scale + 1) }

  /// Cost of the master's solution as a weight, what can only move included.
  var cost: Double { simplex.objective * scale.unit + Double(model.fixedWeight) }
}

extension ColumnModel {
  /// A content less what stays, zeros left out.
  func change(_ content: [Amount], _ type: Int) -> [Amount] {
    var change: [Amount] = []
    var stays = types[type].stay[...]
    for amount in content {
      while let first = stays.first, first.sizeClass < amount.sizeClass {
        change.append(Amount(sizeClass: first.sizeClass, count: -first.count))
        stays.removeFirst()
      }
      var count = amount.count
      if let first = stays.first, first.sizeClass == amount.sizeClass {
        count -= first.count
        stays.removeFirst()
      }
      if count != 0 { change.append(Amount(sizeClass: amount.sizeClass, count: count)) }
    }
    for rest in stays { change.append(Amount(sizeClass: rest.sizeClass, count: -rest.count)) }
    return change
  }

  /// The content that a change makes of what stays.
  func content(_ change: [Amount], _ type: Int) -> [Amount] { Self.merged(types[type].stay + change).filter { $0.count > 0 } }

  /// Summed weight of the arrivals.
  func weight(_ change: [Amount], _ type: Int) -> Int {
    change.reduce(0) { sum, amount in
      amount.count <= 0 ? sum : sum + amount.count * (arrival(amount.sizeClass, types[type].profile)?.weight ?? 0)
    }
  }

  /// Takes the least valuable things out until the content fits: arrivals first, then what stays.
  func fitted(_ content: [Amount], _ type: Int, _ prices: [Int]) -> [Amount] {
    var content = content
    while !fits(content, type) {
      let stay = types[type].stay
      func isKept(_ amount: Amount) -> Bool { amount.count <= stay.first { $0.sizeClass == amount.sizeClass }?.count ?? 0 }
      let worst = content.indices.min { a, b in
        (isKept(content[a]) ? 1 : 0, prices[content[a].sizeClass]) < (isKept(content[b]) ? 1 : 0, prices[content[b].sizeClass])
      }
      guard let worst else { return [] }
      content[worst].count -= 1
      if content[worst].count == 0 { content.remove(at: worst) }
    }
    return content
  }
}
