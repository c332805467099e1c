package import Fleet

/// What the world tells the execution.
package enum ExecutionEvent: Sendable, Equatable {
  /// Time went by: look at what runs, start what may start.
  case tick
  case checked(OperationID, [Obstacle])
  case began(OperationID, BeginOutcome)
  case progressed(OperationID, JobProgress)
  case sighted(OperationID, Sighting)
  /// Nothing more starts; what runs is watched to its end.
  case stop(StopReason)
}

/// How a call to begin a step ended.
package enum BeginOutcome: Sendable, Equatable {
  case accepted(JobRef)
  /// Nil: it is the fault of what was asked for.
  case refused(String, Blame? = nil)
  case retryLater(String, Blame? = nil)
  case otherWriter(String)
  /// Nothing happened: the guest is not where, or as, it was when the move was planned.
  case overtaken(String)
  case unknown(String)
}

/// Why nothing more starts.
package enum StopReason: Sendable, Equatable {
  case interrupted
  /// The manifests changed under the plan.
  case revisionChanged(String)
  case manifestsInvalid
  /// Another writer's mark was met.
  case otherWriter(String)
  /// A saved plan is carried out exactly or not at all.
  case savedPlanNoLongerHolds(String)
}

/// What the execution wants done, in this order within one answer: journal first.
package enum ExecutionEffect: Sendable, Equatable {
  /// Durable before any effect of the same answer.
  case journal([JournalRecord])
  case check(OperationID, [Step])
  case begin(OperationID, IntentID, Step)
  case poll(OperationID, CellName, JobRef)
  case control(OperationID, CellName, JobRef, JobControl)
  /// Look at both hosts of a step, and for the intent's job unless its end was watched.
  case look(OperationID, IntentID, Step, jobState: JobProgress.State?, LookScope = [])
  /// Take our mark off the instance on these hosts; `home`: where alone it was seen to live.
  case release(CellName, InstanceUUID, [HostName], home: HostName?)
  case remember(ExecutionMemory)
}

/// What a move leaves for later passes to know.
package enum ExecutionMemory: Sendable, Equatable {
  /// It is left alone for a while.
  case failed(InstanceUUID)
  /// Others were at work on it; only where that lasts is it left alone for a while.
  case postponed(InstanceUUID, InstanceName)
  /// The destination is avoided; the instance itself may be moved.
  case avoided(FailedPair)
  case succeeded(InstanceUUID)
  case retired([RetiredDisk])
  case removedRetired(InstanceUUID, HostName, StorageID, target: String, volume: String?)
  /// A kept disk could not be deleted, and why.
  case keptDiskStays(InstanceUUID, HostName, StorageID, target: String, volume: String?, text: String)
  case displaced(InstanceUUID, from: HostName)
  case returned(InstanceUUID)
  case needsHuman(InstanceUUID, BlockedItem)
}
