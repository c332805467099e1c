import Fleet

/// Every case of the enumerations that documents carry. The switches have no default: a case that is added to a type must be added here, and
/// then the schema test asks for it in the schema.
enum Cases {
  static func all<Value>(_ first: Value, _ next: (Value) -> Value?) -> [Value] {
    var all: [Value] = []
    var current: Value? = first
    while let value = current {
      all.append(value)
      current = next(value)
    }
    return all
  }

  static let reasons = all(BlockedItem.Reason.noMode) {
    switch $0 {
    case .noMode: .needsConsent
    case .needsConsent: .noCapacity
    case .noCapacity: .tooLarge
    case .tooLarge: .noHost
    case .noHost: .requiredOnMaintenance
    case .requiredOnMaintenance: .unmanaged
    case .unmanaged: .rule
    case .rule: .deadlock
    case .deadlock: .tooManyMoves
    case .tooManyMoves: .hostLeftManifests
    case .hostLeftManifests: .overCapacity
    case .overCapacity: .keepsFailing
    case .keepsFailing: .crashedDuringMigration
    case .crashedDuringMigration: .lost
    case .lost: .unreachable
    case .unreachable: .planningFailed
    case .planningFailed: .hostNotChanged
    case .hostNotChanged: nil
    }
  }

  static let proofs = all(PlanProof.Status.minimal) {
    switch $0 {
    case .minimal: .bounded
    case .bounded: PlanProof.Status.none
    case .none: nil
    }
  }

  static let certificates = all(Certificate.Kind.empty) {
    switch $0 {
    case .empty: .forcedMoves
    case .forcedMoves: .slots
    case .slots: .prices
    case .prices: .exhaustive
    case .exhaustive: nil
    }
  }

  static let slotResources = all(SlotCount.Resource.vcpus) {
    switch $0 {
    case .vcpus: .memoryBytes
    case .memoryBytes: .poolBytes
    case .poolBytes: nil
    }
  }

  static let diskActions = all(DiskMove.Action.share) {
    switch $0 {
    case .share: .copy
    case .copy: nil
    }
  }

  static let powers = all(InstanceObservation.Power.running) {
    switch $0 {
    case .running: .paused
    case .paused: .off
    case .off: .crashed
    case .crashed: nil
    }
  }

  static let diskKinds = all(DiskObservation.Kind.disk) {
    switch $0 {
    case .disk: .volume
    case .volume: .cdrom
    case .cdrom: .floppy
    case .floppy: .configDrive
    case .configDrive: nil
    }
  }

  static let admissions = all(HostObservation.Admission.open) {
    switch $0 {
    case .open: .closed
    case .closed: .closedByUs
    case .closedByUs: nil
    }
  }

  static let moveStates = all(OperationRecord.State.queued) {
    switch $0 {
    case .queued: .running
    case .running: .succeeded
    case .succeeded: .rolledBack
    case .rolledBack: .failed
    case .failed: .needsHuman
    case .needsHuman: .postponed
    case .postponed: .notNeeded
    case .notNeeded: nil
    }
  }

  static let stepStates = all(StepRecord.State.intended) {
    switch $0 {
    case .intended: .accepted
    case .accepted: .running
    case .running: .done
    case .done: .refused
    case .refused: .failed
    case .failed: .inDoubt
    case .inDoubt: nil
    }
  }

  private static let disk = DiskMove(target: "vda", action: .share, bytes: 1)

  static let steps = all(Step.Action.migrate(MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy()))) {
    switch $0 {
    case .migrate: .shutDown(timeoutMilliseconds: 1, onTimeout: .abort)
    case .shutDown: .copyDisk(disk)
    case .copyDisk: .define()
    case .define: .disable(on: "hv1")
    case .disable: .start(on: "hv1")
    case .start: .undefine(on: "hv1")
    case .undefine: .removeDisk(target: "vda", pool: "fast", on: "hv1")
    case .removeDisk: .resumePostCopy
    case .resumePostCopy: .resume(on: "hv1")
    case .resume: .discardArrival(on: "hv1")
    case .discardArrival: .closeHost("hv1")
    case .closeHost: .openHost("hv1")
    case .openHost: nil
    }
  }
}
