import CLibvirt
import Fleet

/// All domains of one host in a constant number of calls, and one for each definition that changed.
struct DomainSurvey {
  private static let groups =
    UInt32(VIR_DOMAIN_STATS_STATE.rawValue) | UInt32(VIR_DOMAIN_STATS_BLOCK.rawValue)

  private let connection: ConnectionHandle
  private let cache: DomainCache

  init(_ connection: ConnectionHandle, _ cache: DomainCache) {
    self.connection = connection
    self.cache = cache
  }

  func take() throws(LibvirtError) -> [HostSurvey.Domain] {
    let generation = cache.generation
    let all = try connection.domains()
    guard !all.isEmpty else { return [] }
    let persistent = try uuids(VIR_CONNECT_LIST_DOMAINS_PERSISTENT)
    let saved = try uuids(VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE)
    let withSnapshots = try uuids(VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT).union(try uuids(VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT))
    let statistics = try allStatistics()
    var found: [HostSurvey.Domain] = []
    for domain in all {
      let uuid = domain.uuid
      guard let values = statistics[uuid], let state = values.number("state.state"), let reason = values.number("state.reason") else {
        continue
      }
      let domainState = DomainState(state: Int32(state), reason: Int32(reason))
      guard let entry = try entry(of: domain, uuid, domainState, values, generation) else { continue }
      found.append(
        HostSurvey.Domain(
          description: entry.description, state: domainState, isPersistent: persistent.contains(uuid), hasManagedSave: saved.contains(uuid),
          hasSnapshots: withSnapshots.contains(uuid), sizes: entry.sizes))
    }
    return found
  }

  private func uuids(_ filter: virConnectListAllDomainsFlags) throws(LibvirtError) -> Set<String> {
    do throws(LibvirtError) { return Set(try connection.domains(UInt32(filter.rawValue)).map(\.uuid)) } catch {
      // Checkpoints are younger than the rest.
      if error.isNotSupported || error.is(VIR_ERR_INVALID_ARG) { return [] }
      throw error
    }
  }

  /// Without waiting for domains that are held by a job.
  private func allStatistics() throws(LibvirtError) -> [String: [String: TypedValue]] {
    let nowait = UInt32(VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT.rawValue)
    do throws(LibvirtError) { return try connection.allDomainStatistics(Self.groups, flags: nowait) } catch {
      guard error.isNotSupported || error.is(VIR_ERR_INVALID_ARG) else { throw error }
      return try connection.allDomainStatistics(Self.groups, flags: 0)
    }
  }

  /// The domain's definition and disk sizes; nil: it went away meanwhile.
  private func entry(
    of domain: DomainHandle, _ uuid: String, _ state: DomainState, _ values: [String: TypedValue], _ generation: Int
  ) throws(LibvirtError) -> DomainCache.Entry? {
    do throws(LibvirtError) {
      var entry: DomainCache.Entry
      if state.isActive, let kept = cache.entry(uuid) {
        entry = kept
      } else {
        let xml = try domain.xml()
        entry = DomainCache.Entry(description: try parsed { try DomainDescription(xml: xml) }, sizes: [:])
      }
      let told = Self.sizes(values)
      for disk in entry.description.disks where disk.hasSource {
        if let size = told[disk.target] {
          entry.sizes[disk.target] = size
        } else if entry.sizes[disk.target] == nil {
          entry.sizes[disk.target] = try sizeAskedFor(disk.target, of: domain)
        }
      }
      if state.isActive { cache.keep(entry, uuid, readAt: generation) }
      return entry
    } catch {
      if error.is(VIR_ERR_NO_DOMAIN) { return nil }
      throw error
    }
  }

  /// For a disk that the statistics leave out: of a domain that is off, or held by a job.
  private func sizeAskedFor(_ target: String, of domain: DomainHandle) throws(LibvirtError) -> DomainHandle.BlockInfo? {
    do throws(LibvirtError) { return try domain.blockInfo(target) } catch {
      // A network disk of a domain that is off, a file that is gone: its size is not known.
      if error.connectionLost { throw error }
      return nil
    }
  }

  private static func sizes(_ values: [String: TypedValue]) -> [String: DomainHandle.BlockInfo] {
    var sizes: [String: DomainHandle.BlockInfo] = [:]
    for index in 0..<(values.number("block.count") ?? 0) {
      guard let target = values.text("block.\(index).name"), let capacity = values.number("block.\(index).capacity") else { continue }
      let allocated = values.number("block.\(index).physical") ?? values.number("block.\(index).allocation") ?? capacity
      sizes[target] = DomainHandle.BlockInfo(capacityBytes: capacity, allocatedBytes: allocated)
    }
    return sizes
  }
}
