/// Room and needs in whole units, rounded so that everything that fits still fits: what the price knapsacks are tabulated over.
///
/// A need of `d` becomes ⌊d / unit⌋ and room of `c` becomes ⌊c / unit⌋; since sums of floors never exceed the floor of a sum, the rounded problem
/// is a relaxation for every unit, and the same problem where the unit divides all needs.
struct ContentGrid {
  /// Largest table of one profile; no room then reaches the highest value of a packed field.
  static let cellsMax = 32_000
  /// Resources that fit in one packed word.
  static let resourcesMax = 4

  /// By resource; 0: left out.
  private(set) var units: [Int]
  /// Every content that fits the grid fits the host.
  private(set) var isExact = true

  init(_ model: ColumnModel) {
    let rows = model.resourceCount
    units = [Int](repeating: 0, count: rows)
    guard rows > 0 else { return }
    var needs = Set((0..<model.classCount).map { Array(model.demand[$0 * rows..<($0 + 1) * rows]) })
    for arrivals in model.arrivals { for arrival in arrivals { needs.insert(arrival.need) } }
    for need in needs { for resource in 0..<rows { units[resource] = Self.gcd(units[resource], need[resource]) } }
    let rooms = Set(model.types.map(\.room)).filter { !$0.contains { $0 < 0 } }
    dropSlack(needs, rooms)
    limit(rooms)
  }

  private static func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }

  /// Leaves out what can never bind: for each host some other resource is used up first by whatever items.
  private mutating func dropSlack(_ needs: Set<[Int]>, _ rooms: Set<[Int]>) {
    for slack in units.indices.reversed() where units[slack] > 0 {
      let others = units.indices.filter { $0 != slack && units[$0] > 0 }
      let isSlack = rooms.allSatisfy { room in
        others.contains { other in
          needs.allSatisfy { need in
            let used = need[slack].multipliedFullWidth(by: room[other])
            let there = need[other].multipliedFullWidth(by: room[slack])
            return (used.high, used.low) <= (there.high, there.low)
          }
        }
      }
      if isSlack { units[slack] = 0 }
    }
  }

  private mutating func limit(_ rooms: Set<[Int]>) {
    func levels(_ resource: Int) -> Int { units[resource] == 0 ? 1 : 1 + (rooms.map { $0[resource] }.max() ?? 0) / units[resource] }
    while units.count(where: { $0 > 0 }) > Self.resourcesMax {
      guard let least = units.indices.filter({ units[$0] > 0 }).min(by: { levels($0) < levels($1) }) else { return }
      units[least] = 0
      isExact = false
    }
    while true {
      let cells = units.indices.reduce(1) { $0 * min(levels($1), Self.cellsMax + 1) }
      guard cells > Self.cellsMax, let most = units.indices.max(by: { levels($0) < levels($1) }) else { return }
      units[most] *= 2
      isExact = false
    }
  }

  /// In units; resources that are left out are not in it.
  func rounded(_ amounts: [Int]) -> [Int] { units.indices.filter { units[$0] > 0 }.map { amounts[$0] / units[$0] } }
}
