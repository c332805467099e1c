import CLibvirt
import Fleet

/// All domains of one host in a constant number of calls, and one for each definition that changed.
struct DomainSurvey {
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
    let states = try self.states()
    let sizes = try diskSizes(of: all.filter { states[$0.uuid]?.answersQuestions == true })
    let images = PooledImages(connection)
    var found: [HostSurvey.Domain] = []
    for domain in all {
      let uuid = domain.uuid
      let isPersistent = persistent.contains(uuid)
      guard let state = states[uuid],
        let entry = try entry(of: domain, uuid, state, sizes[uuid], readsNextBoot: isPersistent, images, generation)
      else { continue }
      found.append(
        HostSurvey.Domain(
          description: entry.description, state: state, isPersistent: isPersistent, hasManagedSave: saved.contains(uuid),
          hasSnapshots: withSnapshots.contains(uuid), sizes: entry.sizes, nextBoot: entry.nextBoot, chains: entry.chains,
          nextBootChains: entry.nextBootChains, missingImages: entry.missingImages))
    }
    return found
  }

  /// What the active domains are, as they are kept from the last look or read anew.
  func activeDescriptions() throws(LibvirtError) -> [DomainDescription] {
    let generation = cache.generation
    var found: [DomainDescription] = []
    for domain in try connection.domains(UInt32(VIR_CONNECT_LIST_DOMAINS_ACTIVE.rawValue)) {
      let uuid = domain.uuid
      if let kept = cache.entry(uuid, on: connection) {
        found.append(kept.description)
      } else if let read = try description(of: domain) {
        cache.keep(DomainCache.Entry(description: read, sizes: [:]), uuid, readAt: generation)
        found.append(read)
      }
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

  /// libvirt knows them itself: no guest's process is asked.
  private func states() throws(LibvirtError) -> [String: DomainState] {
    try connection.allDomainStatistics(UInt32(VIR_DOMAIN_STATS_STATE.rawValue), flags: 0).compactMapValues { values in
      guard let state = values.number("state.state"), let reason = values.number("state.reason") else { return nil }
      return DomainState(state: Int32(clamping: state), reason: Int32(clamping: reason))
    }
  }

  /// By uuid and target. Each guest's process is asked, so those that are known not to answer are left out, and the whole question while an
  /// earlier one hangs.
  private func diskSizes(of domains: [DomainHandle]) throws(LibvirtError) -> [String: [String: DomainHandle.BlockInfo]] {
    guard !domains.isEmpty, cache.mayAskGuests() else { return [:] }
    defer { cache.guestsAnswered() }
    let groups = UInt32(VIR_DOMAIN_STATS_BLOCK.rawValue)
    let nowait = UInt32(VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT.rawValue)
    do throws(LibvirtError) {
      return try connection.statistics(of: domains, groups, flags: nowait).mapValues(Self.sizes)
    } catch {
      if error.is(VIR_ERR_NO_DOMAIN) { return [:] }
      guard error.isNotSupported || error.is(VIR_ERR_INVALID_ARG) else { throw error }
      return try connection.statistics(of: domains, groups, flags: 0).mapValues(Self.sizes)
    }
  }

  /// The domain's definition and disk sizes; nil: it went away meanwhile.
  private func entry(
    of domain: DomainHandle, _ uuid: String, _ state: DomainState, _ told: [String: DomainHandle.BlockInfo]?, readsNextBoot: Bool,
    _ images: PooledImages, _ generation: Int
  ) throws(LibvirtError) -> DomainCache.Entry? {
    var entry: DomainCache.Entry
    if state.isActive, let kept = cache.entry(uuid, on: connection), kept.nextBootReadAt != nil {
      entry = kept
    } else {
      guard let description = try description(of: domain) else { return nil }
      entry = DomainCache.Entry(description: description, sizes: [:])
    }
    if state.isActive {
      if entry.nextBootReadAt.map({ $0.duration(to: .now) > DomainCache.nextBootKept }) != false {
        try readNextBoot(of: domain, isPersistent: readsNextBoot, images, into: &entry)
      }
    } else {
      for disk in entry.description.disks where ImageChain.mayBuild(disk) { entry.chains[disk.target] = images.chain(of: disk) }
    }
    for disk in entry.description.disks where disk.hasSource {
      if let size = told?[disk.target] {
        entry.sizes[disk.target] = size
      } else if entry.sizes[disk.target] == nil {
        entry.sizes[disk.target] = try sizeAskedFor(disk, of: domain, isActive: state.isActive, missing: &entry.missingImages)
      }
    }
    if state.isActive { cache.keep(entry, uuid, readAt: generation) }
    return entry
  }

  /// What the guest would run after its next start: nobody tells when it was edited.
  private func readNextBoot(
    of domain: DomainHandle, isPersistent: Bool, _ images: PooledImages, into entry: inout DomainCache.Entry
  ) throws(LibvirtError) {
    entry.nextBoot = isPersistent ? try description(of: domain, ofNextBoot: true) : nil
    entry.nextBootReadAt = .now
    for disk in entry.description.disks where ImageChain.mayBuild(disk) && !disk.tellsBackingImages {
      entry.chains[disk.target] = images.chain(of: disk)
    }
    for disk in PendingDisks.of(entry.description, nextBoot: entry.nextBoot) where ImageChain.mayBuild(disk) {
      entry.nextBootChains[disk.target] = images.chain(of: disk)
    }
  }

  private func description(of domain: DomainHandle, ofNextBoot: Bool = false) throws(LibvirtError) -> DomainDescription? {
    do throws(LibvirtError) {
      let xml = try ofNextBoot ? domain.xml(VIR_DOMAIN_XML_INACTIVE) : domain.xml()
      // One that cannot be read is that guest's finding: the host and its other guests are seen all the same.
      do { return try DomainDescription(xml: xml) } catch {
        return .unreadable(
          uuid: domain.uuid, name: domain.name, memoryBytes: domain.memoryMaxBytes ?? DomainDescription.memoryBytesMax,
          why: "its definition cannot be read: \(error)")
      }
    } catch {
      if error.is(VIR_ERR_NO_DOMAIN) { return nil }
      throw error
    }
  }

  /// For a disk that the statistics leave out: of a domain that is off, held by a job, or not to be asked.
  private func sizeAskedFor(
    _ disk: DiskDescription, of domain: DomainHandle, isActive: Bool, missing: inout [String: String]
  ) throws(LibvirtError) -> DomainHandle.BlockInfo? {
    do throws(LibvirtError) {
      if !isActive {
        missing[disk.target] = nil
        return try domain.blockInfo(disk.target)
      }
      guard let path = disk.path else { return nil }
      return try connection.volume(path: path)?.size()
    } catch {
      if error.connectionLost { throw error }
      // A network disk of a domain that is off: its size is not known. A file or volume is looked for on this host, and is not to be had.
      if !isActive, disk.network == nil { missing[disk.target] = error.message }
      return nil
    }
  }

  private static func sizes(_ values: [String: TypedValue]) -> [String: DomainHandle.BlockInfo] {
    var sizes: [String: DomainHandle.BlockInfo] = [:]
    // The numbers are a host's: a count of disks that none has is not counted to.
    for index in 0..<min(max(0, values.number("block.count") ?? 0), FactBounds.disksPerGuestMax) {
      guard let target = values.text("block.\(index).name"), let capacity = values.number("block.\(index).capacity") else { continue }
      let allocated = values.number("block.\(index).physical") ?? values.number("block.\(index).allocation") ?? capacity
      sizes[target] = DomainHandle.BlockInfo(capacityBytes: capacity, allocatedBytes: allocated)
    }
    return sizes
  }
}
