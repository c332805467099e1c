/// Something that is counted for ever, such as moves by how they ended; what is counted is never pruned.
package struct Tally: Sendable, Hashable, Codable {
  package enum Name: String, Sendable, Codable, CaseIterable {
    case passes, passSeconds, moves, moveSeconds, movePauseSeconds, movePredictionErrors, moveBytes
  }

  package var name: Name
  /// Label to value, such as `cell` to `east`.
  package var labels: [String: String]
  /// The sum of what was counted.
  package var sum: Double
  /// How often something was.
  package var count: Int

  package init(_ name: Name, _ labels: [String: String], sum: Double, count: Int = 1) {
    self.name = name
    self.labels = labels
    self.sum = sum
    self.count = count
  }

  /// What a move that has ended adds; none: it is no move, or has not ended.
  package static func of(_ journal: OperationJournal) -> [Tally] {
    guard let move = journal.move, let took = journal.tookMilliseconds else { return [] }
    let labels = ["cell": move.cell.rawValue, "mode": move.mode.rawValue]
    var tallies = [Tally(.moves, labels.merging(["result": journal.record.state.rawValue]) { first, _ in first }, sum: 1)]
    let bytes = journal.transferredBytes
    if bytes > 0 { tallies.append(Tally(.moveBytes, ["cell": move.cell.rawValue], sum: Double(bytes))) }
    // What was undone or failed half way says nothing of how long moves take.
    guard journal.record.state == .succeeded else { return tallies }
    tallies.append(Tally(.moveSeconds, labels, sum: Double(took) / 1000))
    if let pause = journal.downtimeMilliseconds { tallies.append(Tally(.movePauseSeconds, labels, sum: Double(pause) / 1000)) }
    if let predicted = journal.predictedMilliseconds, predicted > 0 {
      tallies.append(Tally(.movePredictionErrors, labels, sum: abs(Double(took) / Double(predicted) - 1)))
    }
    return tallies
  }

  /// What a pass that has ended adds.
  package static func of(_ pass: PassRecord) -> [Tally] {
    guard let end = pass.endedAt, let exit = pass.exitCode else { return [] }
    return [
      Tally(.passes, ["exit": String(exit)], sum: 1),
      Tally(.passSeconds, [:], sum: Double(max(0, end.milliseconds(since: pass.startedAt))) / 1000),
    ]
  }
}
