package import Fleet

extension SimulatedJob {
  /// The job's statistics at a time; after its end the last ones.
  package func progress(at time: Timestamp) -> JobProgress {
    if let statistics { return statistics }
    var progress = JobProgress(state: state, elapsedMilliseconds: max(0, time.milliseconds(since: begunAt)))
    guard let transfer else { return progress }
    progress.totalBytes = transfer.totalBytes
    progress.processedBytes = transfer.sent(at: time)
    progress.remainingBytes = transfer.remaining(at: time)
    progress.iteration = transfer.iteration(at: time)
    progress.dirtyBytesPerSecond = transfer.dirtyBytesPerSecond * (100 - transfer.throttlePercent) / 100
    progress.bytesPerSecond = transfer.stalled ? 0 : transfer.rate
    progress.throttlePercent = transfer.throttlePercent
    progress.postCopy = transfer.phase == .postCopy
    progress.downtimeMilliseconds =
      transfer.downtimeMilliseconds
      ?? (transfer.rate > 0 ? SimulatedTransfer.milliseconds(for: progress.remainingBytes, at: transfer.rate) : nil)
    return progress
  }

  /// When something about it changes by itself next; nil: never, as things are.
  var nextChange: Timestamp? {
    guard isRunning else { return nil }
    return [timerAt, transfer?.nextChange, nextTrouble?.at].compactMap { $0 }.min()
  }

  /// The trouble that strikes first, if one does at the present rate.
  var nextTrouble: (index: Int, at: Timestamp)? {
    guard isRunning else { return nil }
    return troubles.indices.compactMap { index -> (index: Int, at: Timestamp)? in
      let trouble = troubles[index]
      if trouble.kind == .handOverHang { return nil }  // It waits for the hand-over.
      guard let bytes = trouble.bytes else { return (index, trouble.at) }
      return transfer?.time(ofSending: bytes).map { (index, max($0, trouble.at)) }
    }.min { ($0.at, $0.index) < ($1.at, $1.index) }
  }
}
