import CLibvirt

/// All images that the definitions of one host use, running or not, as they run and as they would start next, with all they build on.
struct ImageUses: Sendable {
  struct Use: Sendable, Equatable {
    /// As the host names it.
    var path: String
    /// In words: `disk vda of web`, `the backing image of /srv/clone.qcow2, disk vda of clone`.
    var by: String
  }

  private(set) var uses: [Use] = []
  /// What could not be looked into, and why: nobody knows what it builds on.
  private(set) var unread: [String] = []
  /// What the host's pools say of their folders.
  let pools: [PoolDescription]

  init(pools: [PoolDescription] = []) { self.pools = pools }

  /// Looks at every definition of the host; blocks.
  static func read(_ connection: ConnectionHandle) throws(LibvirtError) -> ImageUses {
    var found = ImageUses(pools: try connection.activePoolDescriptions())
    let images = HostImages(connection)
    for domain in try connection.domains() {
      do throws(LibvirtError) {
        let isActive = try domain.state().isActive
        // One that runs has its images open, and libvirt has looked into them; one that is off names only the topmost.
        if isActive { found.add(domain, try domain.xml(), images, follows: false) }
        found.add(domain, try domain.xml(VIR_DOMAIN_XML_INACTIVE), images, follows: true)
      } catch {
        // It went away meanwhile, and its definition with it.
        if error.is(VIR_ERR_NO_DOMAIN) { continue }
        if error.connectionLost { throw error }
        found.unread.append("\(domain.name): \(error.message)")
      }
    }
    return found
  }

  private mutating func add(_ domain: DomainHandle, _ xml: String, _ images: HostImages, follows: Bool) {
    do { add(try DomainDescription(xml: xml), images, follows: follows) } catch {
      unread.append("the definition of \(domain.name): \(error)")
    }
  }

  /// `follows`: the images tell what they build on; false: the definition does.
  mutating func add(_ guest: DomainDescription, _ images: some BackingImages, follows: Bool) {
    for disk in guest.disks where disk.hasSource && disk.network == nil {
      let by = "disk \(disk.target) of \(guest.name)"
      guard let reference = VolumeReference(disk) else {
        unread.append("\(by): it is of a kind that this program does not know")
        continue
      }
      let path: String
      switch reference {
      case .path(let text): path = text
      case .volume(let volume, let pool):
        switch images.path(of: volume, in: pool) {
        case .found(let text): path = text
        // The pool has not seen it, so nobody can say where it is.
        case .missing: path = "\(pool)/\(volume)"
        case .unreadable(let reason):
          unread.append("\(by): \(reason)")
          continue
        }
      }
      add(path, by)
      for backing in disk.backingChain { add(backing, "a backing image of \(path), \(by)") }
      // A raw image builds on nothing, whatever it holds.
      if follows, disk.format != "raw" { follow(path, by, images) }
    }
  }

  private mutating func add(_ path: String, _ by: String) {
    let use = Use(path: path, by: by)
    if !uses.contains(use) { uses.append(use) }
  }

  /// How deep images may stand on each other; libvirt itself stops at 200.
  static let chainMax = 200

  private mutating func follow(_ top: String, _ by: String, _ images: some BackingImages) {
    var image = top
    for _ in 0..<Self.chainMax {
      switch images.backing(of: image) {
      case .missing: return
      case .unreadable(let reason):
        unread.append("\(image), \(image == top ? by : "a backing image of \(top), \(by)"): \(reason)")
        return
      case .found(let backing):
        add(backing, "a backing image of \(top), \(by)")
        image = backing
      }
    }
    unread.append("\(top), \(by): its backing images end nowhere")
  }
}

/// Tells on what an image builds.
protocol BackingImages {
  func backing(of path: String) -> ImageLook
  func path(of volume: String, in pool: String) -> ImageLook
}

enum ImageLook: Sendable, Equatable {
  case found(String)
  /// It is not there, or builds on nothing.
  case missing
  case unreadable(String)
}

/// Images of a host, read through its pools, or through one for as long as it takes. Everything blocks.
struct HostImages: BackingImages {
  private let connection: ConnectionHandle

  init(_ connection: ConnectionHandle) { self.connection = connection }

  func backing(of path: String) -> ImageLook {
    guard path.hasPrefix("/") else { return .missing }
    do throws(LibvirtError) {
      if let volume = try connection.volume(path: path) { return try Self.backing(of: volume, path) }
      guard !path.hasPrefix("/dev/") else { return .unreadable("it is a device in no active pool") }
      return try FolderPool.with(StorageView.folder(of: path), on: connection, build: false) { pool throws(LibvirtError) in
        guard let volume = try pool.volume(String(path.split(separator: "/").last ?? "")) else { return .missing }
        return try Self.backing(of: volume, path)
      }
    } catch {
      // Its folder is gone: so is the image.
      if error.isMissingFile { return .missing }
      return .unreadable(error.message)
    }
  }

  static func backing(of volume: VolumeHandle, _ path: String) throws(LibvirtError) -> ImageLook {
    let xml = try volume.xml()
    guard let backing = try parsed({ try VolumeDescription(xml: xml) }).backingPath else { return .missing }
    return .found(backing.hasPrefix("/") || backing.contains(":") ? backing : StorageView.folder(of: path) + "/" + backing)
  }

  func path(of volume: String, in pool: String) -> ImageLook {
    do throws(LibvirtError) {
      return try connection.pool(pool).volume(volume).map { found throws(LibvirtError) in .found(try found.path()) } ?? .missing
    } catch { return .unreadable(error.message) }
  }
}
