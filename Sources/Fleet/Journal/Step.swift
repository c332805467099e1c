/// One effect of a move on the hypervisors; what is journalled before it runs.
package struct Step: Sendable, Equatable, Codable {
  package enum Action: Sendable, Equatable, Codable {
    /// Live, block or offline migration by the hypervisor itself, from `source` to `destination`.
    case migrate(MigrateOptions)
    /// Graceful shutdown on `source`.
    case shutDown(timeoutMilliseconds: Int, onTimeout: MigrationPolicy.ShutdownTimeoutAction)
    /// Copies one disk to a new volume in a pool of `destination`.
    case copyDisk(DiskMove)
    /// Defines the instance on `destination`, off, with the disks that the steps before it copied; nil: the driver knows them.
    case define(disks: [DiskMove]? = nil)
    /// Makes the copy on `host` unable to start by itself (autostart off, marked).
    case disable(on: HostName)
    /// Starts the instance on `host`; the other copy must be absent or off and disabled.
    case start(on: HostName)
    /// Removes the definition from `host`, its disks stay.
    case undefine(on: HostName)
    /// Deletes one disk on `host`: the volume of that name or path (a copy has the name of what was copied); nil: the driver knows it.
    /// `unfinished`: a copy that this very move may have made; it goes only if the driver's own sign beside it says so.
    /// `unchangedSince`: a kept disk that was changed after this time is somebody's by now, and stays; `asReadThere`: the time was read on
    /// `host` itself, else it is this machine's.
    case removeDisk(
      target: String, pool: StorageID, volume: String? = nil, on: HostName, unfinished: Bool? = nil, unchangedSince: Timestamp? = nil,
      asReadThere: Bool? = nil)
    /// Takes a failed post-copy migration up again.
    case resumePostCopy
    /// Lets a guest run on that a `suspend` of ours paused on `host`; its other copy must not be alive.
    case resume(on: HostName)
    /// Ends the half of a migration that arrived on `host` paused and never ran, while the guest runs on at its source.
    case discardArrival(on: HostName)
    /// Keeps other tools from placing guests on `host`.
    case closeHost(HostName)
    case openHost(HostName)
  }

  package var action: Action
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var cell: CellName
  package var source: HostName
  package var destination: HostName

  package init(
    _ action: Action, instance: InstanceName, uuid: InstanceUUID, cell: CellName, source: HostName, destination: HostName
  ) {
    self.action = action
    self.instance = instance
    self.uuid = uuid
    self.cell = cell
    self.source = source
    self.destination = destination
  }

  /// Another effect of the same move.
  package func followed(by action: Action) -> Step {
    Step(action, instance: instance, uuid: uuid, cell: cell, source: source, destination: destination)
  }

  /// It makes a guest run: every other copy must be proved not to, on every host that may have one.
  package var makesItRun: Bool {
    switch action {
    case .start, .resume: true
    default: false
    }
  }

  /// A mark of its intent is put on the guest before its effect, so that an intent without one never began.
  package var leavesTrace: Bool {
    switch action {
    case .migrate, .shutDown, .copyDisk, .define, .disable, .start, .undefine: true
    case .removeDisk, .resumePostCopy, .resume, .discardArrival, .closeHost, .openHost: false
    }
  }

  /// A migration of a guest that runs.
  package var isLiveMigration: Bool {
    if case .migrate(let options) = action { options.mode == .live || options.mode == .block } else { false }
  }

  /// It deletes what an earlier move kept; nil of `unfinished` says so.
  package var removesKeptDisk: Bool {
    if case .removeDisk(_, _, _, _, let unfinished, _, _) = action { unfinished != true } else { false }
  }

  /// It moves no guest.
  package var isHousekeeping: Bool {
    switch action {
    case .closeHost, .openHost: true
    default: removesKeptDisk
    }
  }

  package var arrivesPaused: Bool { if case .migrate(let options) = action { options.arrivesPaused == true } else { false } }

  package var isShutDown: Bool { if case .shutDown = action { true } else { false } }

  /// The action's name, as DESIGN and `history` say it.
  package var name: String {
    switch action {
    case .migrate: "migrate"
    case .shutDown: "shutDown"
    case .copyDisk: "copyDisk"
    case .define: "define"
    case .disable: "disable"
    case .start: "start"
    case .undefine: "undefine"
    case .removeDisk: "removeDisk"
    case .resumePostCopy: "resumePostCopy"
    case .resume: "resume"
    case .discardArrival: "discardArrival"
    case .closeHost: "closeHost"
    case .openHost: "openHost"
    }
  }
}

/// What a `migrate` step needs beside the two hosts.
package struct MigrateOptions: Sendable, Equatable, Codable {
  /// live, block or offline; never cold, which is several steps.
  package var mode: MigrationMode
  /// Every disk of the guest that is shared or copied.
  package var disks: [DiskMove]
  package var policy: MigrationPolicy
  /// True: a guest that runs arrives paused, and runs on by a `resume` step once its source is seen gone; nil: the hypervisor lets it run.
  package var arrivesPaused: Bool?

  package init(mode: MigrationMode, disks: [DiskMove], policy: MigrationPolicy, arrivesPaused: Bool? = nil) {
    self.mode = mode
    self.disks = disks
    self.policy = policy
    self.arrivesPaused = arrivesPaused
  }
}
