import Fleet

/// Which versions the hosts of a pool run, and what follows from it.
struct PoolVersions {
  /// Numbers between dots, such as `8.3.0`; what follows the first other sign does not count.
  struct Version: Comparable, CustomStringConvertible {
    let numbers: [Int]
    let description: String

    init?(_ text: String?) {
      guard let text else { return nil }
      let start = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      numbers = start.split(separator: ".").compactMap { text in Int(text).map { number in Int(foreign: number) } }
      description = String(start)
      if numbers.isEmpty { return nil }
    }

    static func == (left: Version, right: Version) -> Bool { !(left < right) && !(right < left) }
    static func < (left: Version, right: Version) -> Bool {
      for index in 0..<max(left.numbers.count, right.numbers.count) {
        let (one, other) = (
          index < left.numbers.count ? left.numbers[index] : 0, index < right.numbers.count ? right.numbers[index] : 0
        )
        if one != other { return one < other }
      }
      return false
    }
  }

  /// What xapi compares before it migrates.
  static func platform(of host: XenRecord) -> Version? {
    let known = host.map("software_version")
    return Version(known["platform_version"]) ?? Version(known["product_version"])
  }

  /// The first xapi, and the first product with it, in which `VM.pool_migrate` heeds the option `network`.
  private static let heedsNetwork = (xapi: Version("1.297"), product: Version("8.3"))

  static func heedsNetwork(_ host: XenRecord) -> Bool {
    let known = host.map("software_version")
    if let xapi = Version(known["xapi_build"]), let first = heedsNetwork.xapi { return xapi >= first }
    guard let product = Version(known["product_version"]), let first = heedsNetwork.product else { return false }
    return product >= first
  }
}

extension PoolSurvey {
  /// During a rolling upgrade: a pool takes no running guest from a newer host to an older one.
  func versionRefusals(_ instances: [InstanceObservation]) -> [HostRefusal] {
    let versions = Dictionary(
      members.compactMap { name, reference in
        reference.flatMap { records.hosts[$0] }.flatMap(PoolVersions.platform).map { (name, $0) }
      }, uniquingKeysWith: { first, _ in first })
    guard Set(versions.values.map(\.description)).count > 1 else { return [] }
    return instances.flatMap { guest -> [HostRefusal] in
      guard guest.power.isActive, let home = guest.host, let here = versions[home] else { return [] }
      return versions.filter { $0.value < here }.sorted { $0.key < $1.key }.map { host, version in
        HostRefusal(
          cell: cell, instance: guest.name, uuid: guest.uuid, host: host, onlineOnly: true,
          text: "\(host) has an older version (\(version)) than \(home) (\(here)): during an upgrade a pool moves no running guest back",
          origin: .facts)
      }
    }
  }

  /// A declared way that the pool's servers do not take.
  var networkNote: String? {
    let ignoring = members.filter { name, reference in
      migrationAddresses.contains(name) && reference.flatMap { records.hosts[$0] }.map { !PoolVersions.heedsNetwork($0) } == true
    }.map(\.name.rawValue)
    guard let first = ignoring.first else { return nil }
    let more = ignoring.count > 1 ? " and \(ignoring.count - 1) more hosts" : ""
    return
      "migrationAddress of \(first)\(more) holds for moves with disks alone: a server before xapi 1.297 (XCP-ng 8.2 too) sends a live migration over the management network, whatever it is asked; upgrade it, or take the key out"
  }
}
