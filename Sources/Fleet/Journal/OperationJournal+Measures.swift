/// What an operation took, by what was journalled of it.
extension OperationJournal {
  /// From its first record to its end; nil: it has not ended.
  package var tookMilliseconds: Int? { record.state.isFinal ? max(0, record.at.milliseconds(since: queuedAt)) : nil }

  /// Bytes the hypervisor says it moved; 0: not told.
  package var transferredBytes: Int { steps.reduce(0) { $0.plus($1.statistics?.processedBytes ?? 0) } }

  /// How long the guest did not run, told by the hypervisor for live and block moves; for cold ones from the shutdown to the start. Nil: not
  /// told, or it is no move.
  package var downtimeMilliseconds: Int? {
    if move?.mode == .cold {
      guard let down = steps.first(where: { $0.step.isShutDown && $0.state == .done }),
        let up = steps.last(where: { $0.step.name == "start" && $0.state == .done })
      else { return nil }
      return max(0, up.at.milliseconds(since: down.at))
    }
    // While it runs the statistics tell the expected one.
    return steps.last { $0.state.isFinal && $0.statistics?.downtimeMilliseconds != nil }?.statistics?.downtimeMilliseconds
  }

  /// By what was known of the guest, else as planned; nil: it is no move.
  package var predictedMilliseconds: Int? {
    move.map { record.forecast?.totalMilliseconds ?? max(0, $0.end.minus($0.start)).times(1000) }
  }
}
