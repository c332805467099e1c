extension Plan {
  /// Seconds, moves and counts of a plan that is believed: beyond any fleet's, and small enough to be added up.
  private static let countMax = 1 << 40
  private static let entriesMax = 1_000_000

  /// The first number of a plan file that no plan has; nil: all may be one.
  package var numberOutOfRange: String? {
    if moves.count > Self.entriesMax || blocked.count > Self.entriesMax { return "more than \(Self.entriesMax) entries" }
    var found: String?
    func check(_ value: Int, _ path: @autoclosure () -> String, upTo limit: Int = Plan.countMax) {
      if found == nil, !(0...limit).contains(value) { found = "\(path()) is \(value); it must be from 0 to \(limit)" }
    }
    for (index, move) in moves.enumerated() where found == nil {
      check(move.start, "moves[\(index)].start")
      check(move.end, "moves[\(index)].end")
      check(move.bytes, "moves[\(index)].bytes", upTo: FactBounds.totalBytesMax)
      check(move.cost, "moves[\(index)].cost")
      for (number, disk) in move.disks.enumerated() {
        check(disk.bytes, "moves[\(index)].disks[\(number)].bytes", upTo: FactBounds.bytesMax)
      }
    }
    check(inSync, "inSync")
    check(proof.moves, "proof.moves")
    check(proof.lowerBound, "proof.lowerBound")
    check(proof.restarts, "proof.restarts")
    for (name, makespan) in [("proof", proof.makespan)] + proof.cells.map({ ("proof.cells.\($0.cell)", $0.makespan) }) {
      guard let makespan else { continue }
      check(makespan.seconds, "\(name).makespan.seconds")
      check(makespan.atLeastSeconds, "\(name).makespan.atLeastSeconds")
    }
    for cell in proof.cells where found == nil {
      check(cell.moves, "proof.cells.\(cell.cell).moves")
      check(cell.lowerBound, "proof.cells.\(cell.cell).lowerBound")
      let data = cell.certificate.data
      for (name, count) in data.evictions { check(count, "proof.cells.\(cell.cell).certificate.data.evictions.\(name)") }
      if let slots = data.slots {
        check(slots.threshold, "proof.cells.\(cell.cell).certificate.data.slots.threshold", upTo: FactBounds.totalBytesMax)
        check(slots.moves, "proof.cells.\(cell.cell).certificate.data.slots.moves")
      }
      check(data.placementsSearched ?? 0, "proof.cells.\(cell.cell).certificate.data.placementsSearched")
    }
    return found
  }
}
