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
    /// `unchangedSince`: a kept disk that was changed after this time is somebody's by now, and stays.
    case removeDisk(
      target: String, pool: StorageID, volume: String? = nil, on: HostName, unfinished: Bool? = nil, unchangedSince: Timestamp? = nil)
    /// Takes a failed post-copy migration up again.
    case resumePostCopy
    /// Lets a guest run on that a `suspend` of ours paused on `host`; its other copy must not be alive.
    case resume(on: HostName)
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

  package init(mode: MigrationMode, disks: [DiskMove], policy: MigrationPolicy) {
    self.mode = mode
    self.disks = disks
    self.policy = policy
  }
}
