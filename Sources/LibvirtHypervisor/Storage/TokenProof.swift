import CLibvirt
import Fleet
import Hypervisor

/// Tells whether one folder is the same storage on several hosts, by making a token volume there through each host's pool.
///
/// The same name is made exclusively through every pool at once: where it is there already, somebody else's file system made it. Attribute
/// caches of network file systems cannot hide a file from an exclusive creation, as they can from a listing.
enum TokenProof {
  enum Answer: Sendable, Equatable {
    case same, different
    /// No directory of files: the hypervisor itself looks.
    case notApplicable
    case unknown(String)
  }

  /// What came of making the token through one host's pool.
  enum Attempt: Sendable, Equatable {
    case made, existing
    case failed(String)
  }

  static let namePrefix = "reconcile-token-"

  static func newName() -> String { namePrefix + String(UInt64.random(in: .min ... .max), radix: 16) }

  /// Whether `folder` is one storage on two hosts.
  static func compare(folder: String, _ one: LibvirtHost, _ other: LibvirtHost, _ deadline: Deadline) async -> Answer {
    let pools = await (pool(holding: folder, on: one, deadline), pool(holding: folder, on: other, deadline))
    switch pools {
    case (.success(let here?), .success(let there?)):
      if let identity = here.networkIdentity, identity == there.networkIdentity { return .same }
      guard here.isDirectoryLike, there.isDirectoryLike else { return .notApplicable }
      let name = newName()
      let first = await make(name, here.name, on: one, deadline)
      guard first == .made else { return .unknown("no token could be made on \(one.name)\(first.text)") }
      let second = await make(name, there.name, on: other, deadline)
      await remove(name, here.name, on: one, deadline)
      switch second {
      case .existing:
        await refresh(there.name, on: other, deadline)
        return .same
      case .made:
        await remove(name, there.name, on: other, deadline)
        return .different
      case .failed(let text): return .unknown("no token could be looked for on \(other.name): \(text)")
      }
    case (.failure(let error), _), (_, .failure(let error)): return .unknown(error.message)
    case (.success(nil), _): return .unknown("\(one.name) has no active pool with that target")
    case (_, .success(nil)): return .unknown("\(other.name) has no active pool with that target")
    }
  }

  private static func pool(
    holding folder: String, on host: LibvirtHost, _ deadline: Deadline
  ) async -> Result<PoolDescription?, LibvirtError> {
    await host.call(deadline) { connection throws(LibvirtError) in
      try connection.activePoolDescriptions().first { $0.targetPath == folder }
    }
  }

  static func make(_ name: String, _ pool: String, on host: LibvirtHost, _ deadline: Deadline) async -> Attempt {
    let result = await host.call(deadline) { connection throws(LibvirtError) in
      _ = try NewVolume.create(name, capacityBytes: 4096, format: "raw", in: try connection.pool(pool))
    }
    switch result {
    case .success: return .made
    case .failure(let error): return error.is(VIR_ERR_STORAGE_VOL_EXIST) ? .existing : .failed(error.message)
    }
  }

  static func remove(_ name: String, _ pool: String, on host: LibvirtHost, _ deadline: Deadline) async {
    _ = await host.call(deadline) { connection throws(LibvirtError) in try connection.pool(pool).volume(name)?.delete() }
  }

  /// So that the host does not go on listing a token that is gone.
  static func refresh(_ pool: String, on host: LibvirtHost, _ deadline: Deadline) async {
    _ = await host.call(deadline) { connection throws(LibvirtError) in try connection.pool(pool).refresh() }
  }
}

extension TokenProof.Attempt {
  fileprivate var text: String {
    switch self {
    case .made: ""
    case .existing: ": its name is taken"
    case .failed(let text): ": \(text)"
    }
  }
}
