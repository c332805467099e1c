import Fleet
import Hypervisor

/// Asks every host of the cell whether anything there needs a disk that is to be deleted.
///
/// A storage that two hosts share is one that both may use, and a host that does not answer may have a guest on it.
struct DiskUsers: Sendable {
  /// The disk that is to go, as its host names it.
  struct Disk: Sendable, Equatable {
    var host: HostName
    var path: String
    /// What its pool says of itself.
    var pool: PoolDescription

    /// The same for the same file, wherever its server's folder is mounted; nil: no server is known.
    var networkPath: String? { Self.networkPath(of: path, pool) }

    static func networkPath(of path: String, _ pool: PoolDescription) -> String? {
      guard let identity = pool.networkIdentity, let folder = pool.targetPath, path.hasPrefix(folder + "/") else { return nil }
      return identity + path.dropFirst(folder.count)
    }
  }

  let driver: LibvirtHypervisor
  let deadline: Deadline

  /// Why it must stay; nil: nothing needs it.
  func objection(toRemoving volume: String, from pool: StorageID, on host: HostName) async -> String? {
    let found = await driver.call(host, deadline) { connection throws(LibvirtError) -> Disk? in
      let pool = try connection.pool(pool.rawValue)
      try pool.refresh()
      guard let path = try pool.volume(volume)?.path() else { return nil }
      let xml = try pool.xml()
      return Disk(host: host, path: path, pool: try parsed { try PoolDescription(xml: xml) })
    }
    let disk: Disk
    switch found {
    case .success(nil): return nil
    case .success(let there?): disk = there
    case .failure(let error): return error.message
    }
    let seen = await driver.callAll(driver.declared.keys.sorted(), deadline) { _, connection throws(LibvirtError) in
      try ImageUses.read(connection)
    }
    switch Self.judge(disk, seen) {
    case .stays(let reason): return reason
    case .free: return nil
    case .freeIfDifferent(let hosts): return await firstThatShares(disk, hosts)
    }
  }

  enum Verdict: Sendable, Equatable {
    case free
    case stays(String)
    /// Something on these hosts has an image of the same name: it must be proved to lie on another storage.
    case freeIfDifferent([(HostName, ImageUses.Use)])

    static func == (one: Verdict, other: Verdict) -> Bool {
      switch (one, other) {
      case (.free, .free): true
      case (.stays(let one), .stays(let other)): one == other
      case (.freeIfDifferent(let one), .freeIfDifferent(let other)): one.elementsEqual(other) { $0 == $1 }
      default: false
      }
    }
  }

  static func judge(_ disk: Disk, _ seen: [HostName: Result<ImageUses, LibvirtError>]) -> Verdict {
    let place = "\(disk.path) on \(disk.host)"
    var alike: [(HostName, ImageUses.Use)] = []
    for (host, answer) in seen.sorted(by: { $0.key < $1.key }) {
      switch answer {
      case .failure(let error): return .stays("\(place) stays for now: \(host) cannot be asked whether it uses it: \(error.message)")
      case .success(let images):
        if let reason = images.unread.first {
          return .stays("\(place) stays: something on \(host) that may build on it cannot be read: \(reason)")
        }
        for use in images.uses {
          if host == disk.host, use.path == disk.path { return .stays("\(place) is \(use.by)") }
          if let known = disk.networkPath, images.pools.contains(where: { Disk.networkPath(of: use.path, $0) == known }) {
            return .stays("\(place) is \(use.by) on \(host)")
          }
          if host != disk.host, use.path == disk.path, !alike.contains(where: { $0.0 == host }) { alike.append((host, use)) }
        }
      }
    }
    return alike.isEmpty ? .free : .freeIfDifferent(alike)
  }

  private func firstThatShares(_ disk: Disk, _ users: [(HostName, ImageUses.Use)]) async -> String? {
    for (name, use) in users {
      guard case .success(let here) = driver.host(disk.host), case .success(let there) = driver.host(name) else {
        return "\(disk.path) on \(disk.host) stays: \(name) cannot be asked"
      }
      let text = "\(disk.path) is also \(use.by) on \(name), "
      switch await TokenProof.compare(folder: StorageView.folder(of: disk.path), here, there, deadline) {
      case .different: continue
      case .same: return text + "which shares that storage with \(disk.host)"
      case .notApplicable: return text + "and nothing proves that \(disk.host) has another storage there"
      case .unknown(let reason): return text + "and it could not be proved that \(disk.host) has another storage there: \(reason)"
      }
    }
    return nil
  }
}
