package import Fleet

/// What the world tells the execution.
package enum ExecutionEvent: Sendable, Equatable {
  /// Time went by: look at what runs, start what may start.
  case tick
  case checked(MoveID, [Obstacle])
  case began(MoveID, BeginOutcome)
  case progressed(MoveID, JobProgress)
  case sighted(MoveID, Sighting)
  /// Nothing more starts; what runs is watched to its end.
  case stop(StopReason)
}

/// How a call to begin a step ended.
package enum BeginOutcome: Sendable, Equatable {
  case accepted(JobRef)
  case refused(String)
  case retryLater(String)
  case otherWriter(String)
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
  case check(MoveID, [Step])
  case begin(MoveID, IntentID, Step)
  case poll(MoveID, CellName, JobRef)
  case control(MoveID, CellName, JobRef, JobControl)
  /// Look at both hosts of a step, and for the intent's job unless its end was watched.
  case look(MoveID, IntentID, Step, jobState: JobProgress.State?)
  /// Take our mark off the instance on these hosts.
  case release(CellName, InstanceUUID, [HostName])
  case remember(ExecutionMemory)
}

/// What a move leaves for later passes to know.
package enum ExecutionMemory: Sendable, Equatable {
  case failed(InstanceUUID)
  case succeeded(InstanceUUID)
  case retired([RetiredDisk])
  case removedRetired(InstanceUUID, HostName, StorageID, target: String)
  case displaced(InstanceUUID, from: HostName)
  case returned(InstanceUUID)
  case needsHuman(InstanceUUID, BlockedItem)
}
