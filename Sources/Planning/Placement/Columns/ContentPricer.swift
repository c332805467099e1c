/// Finds the best content of every host type for prices of the size classes.
///
/// A content `n` of a host where `stay` may stay is worth Σ price·n - Σ weight·max(0, n - stay), in units of 1 / `scale`. What is taken is tabulated
/// once a profile (`FillerTable`); what is kept is searched by host type, most first, with all of the rest kept beside all of the room as bound.
struct ContentPricer {
  /// Nodes of one search for what to keep; beyond it that host type is tabulated.
  static let nodesMax = 2_000

  struct Kept {
    var sizeClass: Int
    var count: Int
    var offset: Int
    var packed: UInt64
    var size: [Int]
  }

  struct Room {
    /// Cell of the whole room in the table of the profile; -1: only what stays fits.
    var cell: Int
    var packed: UInt64
    var kept: [Kept]
  }

  let model: ColumnModel
  let grid: ContentGrid
  private(set) var prices: [Int]
  private(set) var scale = 1
  private(set) var tables: [FillerTable] = []
  private(set) var rooms: [Room] = []
  /// By profile: worth of arrivals that need nothing.
  private var freeGain: [Int]
  private var free: [[ColumnModel.Amount]]
  private var search = KeptSearch()

  init(_ model: ColumnModel) {
    self.model = model
    grid = ContentGrid(model)
    prices = [Int](repeating: 0, count: model.classCount)
    freeGain = [Int](repeating: 0, count: model.arrivals.count)
    free = model.arrivals.map { _ in [] }
    addTables()
    addRooms()
  }

  private mutating func addTables() {
    var levels = model.arrivals.map { _ in grid.rounded([Int](repeating: 0, count: model.resourceCount)).map { _ in 1 } }
    for type in model.types where !type.room.contains(where: { $0 < 0 }) {
      let room = grid.rounded(type.room)
      for level in room.indices { levels[type.profile][level] = max(levels[type.profile][level], room[level] + 1) }
    }
    tables = model.arrivals.indices.map { profile in
      FillerTable(levels: levels[profile], arrivals: model.arrivals[profile].map { ($0.sizeClass, grid.rounded($0.need)) })
    }
  }

  private mutating func addRooms() {
    let rows = model.resourceCount
    for type in model.types {
      let table = tables[type.profile]
      let isClosed = type.room.contains { $0 < 0 }
      let room = isClosed ? [] : grid.rounded(type.room)
      let kept = type.stay.map { amount in
        let size = grid.rounded(Array(model.demand[amount.sizeClass * rows..<(amount.sizeClass + 1) * rows]))
        return Kept(
          sizeClass: amount.sizeClass, count: amount.count, offset: table.offset(size), packed: FillerTable.packed(size), size: size)
      }
      rooms.append(Room(cell: isClosed ? -1 : table.offset(room), packed: FillerTable.packed(room) | FillerTable.guards, kept: kept))
    }
  }

  /// `prices` by class, in units of 1 / `scale`, none negative.
  mutating func setPrices(_ prices: [Int], scale: Int) {
    self.prices = prices
    self.scale = scale
    for profile in model.arrivals.indices {
      let gains = model.arrivals[profile].map { prices[$0.sizeClass] - $0.weight * scale }
      tables[profile].fill(gains)
      freeGain[profile] = 0
      free[profile] = []
      for (index, entry) in tables[profile].entries.enumerated() where entry.offset == 0 && gains[index] > 0 {
        freeGain[profile] += gains[index] * model.counts[entry.sizeClass]
        free[profile].append(ColumnModel.Amount(sizeClass: entry.sizeClass, count: model.counts[entry.sizeClass]))
      }
    }
  }

  /// What keeping all that may stay is worth.
  func stayValue(_ type: Int) -> Int { rooms[type].kept.reduce(0) { $0 + prices[$1.sizeClass] * $1.count } }

  /// Best worth of a content of the type; `content` then tells it.
  mutating func best(_ type: Int) -> Int {
    let host = model.types[type]
    let room = rooms[type]
    let stayValue = stayValue(type)
    search.start(host.mayStayOver ? stayValue : Int.min, kept: room.kept.map(\.count))
    guard room.cell >= 0 else { return search.best }
    let gain = host.takes ? freeGain[host.profile] : 0
    search.run(room, prices, tables[host.profile], gain, rest: stayValue)
    return search.best
  }

  /// The content that `best` found last, of that type: classes ascending.
  func content(_ type: Int) -> [ColumnModel.Amount] {
    let room = rooms[type]
    let profile = model.types[type].profile
    var found: [ColumnModel.Amount] = []
    for (index, kept) in room.kept.enumerated() where search.kept[index] > 0 {
      found.append(ColumnModel.Amount(sizeClass: kept.sizeClass, count: search.kept[index]))
    }
    if search.cell >= 0 {
      found += tables[profile].content(at: search.cell)
      if model.types[type].takes { found += free[profile] }
    }
    return ColumnModel.merged(found)
  }
}

extension ColumnModel {
  /// One entry a class, ascending.
  static func merged(_ amounts: [Amount]) -> [Amount] {
    var merged: [Amount] = []
    for amount in amounts.sorted(by: { $0.sizeClass < $1.sizeClass }) {
      if merged.last?.sizeClass == amount.sizeClass {
        merged[merged.count - 1].count += amount.count
      } else {
        merged.append(amount)
      }
    }
    return merged
  }

  /// True if a host of the type can hold the content, in every resource and unrounded.
  func fits(_ content: [Amount], _ type: Int) -> Bool {
    let host = types[type]
    if host.mayStayOver, content == host.stay { return true }
    var left = host.room
    var stays = host.stay[...]
    var isWithinStay = true
    for amount in content {
      while let first = stays.first, first.sizeClass < amount.sizeClass { stays.removeFirst() }
      let kept = stays.first?.sizeClass == amount.sizeClass ? min(stays.first?.count ?? 0, amount.count) : 0
      let taken = amount.count - kept
      if taken > 0 { isWithinStay = false }
      let need = taken > 0 ? arrival(amount.sizeClass, host.profile)?.need : []
      guard let need, host.takes || taken == 0 else { return false }
      for resource in left.indices {
        left[resource] -= kept * demand[amount.sizeClass * resourceCount + resource] + (taken > 0 ? taken * need[resource] : 0)
      }
    }
    return isWithinStay && host.mayStayOver || !left.contains { $0 < 0 }
  }

  func arrival(_ sizeClass: Int, _ profile: Int) -> Arrival? {
    var low = 0
    var high = arrivals[profile].count
    while low < high {
      let middle = (low + high) / 2
      if arrivals[profile][middle].sizeClass < sizeClass { low = middle + 1 } else { high = middle }
    }
    return low < arrivals[profile].count && arrivals[profile][low].sizeClass == sizeClass ? arrivals[profile][low] : nil
  }
}
