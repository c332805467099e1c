/// What an image builds on, read from the images themselves through the host's pools.
struct ImageChain: Sendable, Equatable {
  /// The nearest first.
  var images: [String] = []
  /// Why it is not known any further; nil: that is all.
  var unread: String?

  /// How deep images may stand on each other; libvirt itself stops at 200.
  private static let imagesMax = 200

  /// Only images whose format has no place for it build on nothing for sure.
  static func mayBuild(_ disk: DiskDescription) -> Bool {
    disk.hasSource && disk.format != "raw" && disk.device != .cdrom && disk.device != .floppy
  }

  static func read(from top: String, _ images: some BackingImages) -> ImageChain {
    var chain = ImageChain()
    var image = top
    for _ in 0..<imagesMax {
      switch images.backing(of: image) {
      case .missing: return chain
      case .unreadable(let reason):
        chain.unread = "\(image): \(reason)"
        return chain
      case .found(let backing):
        chain.images.append(backing)
        image = backing
      }
    }
    chain.unread = "\(top): its backing images end nowhere"
    return chain
  }
}

/// Images as the host's active pools show them: a look, for which no pool is made. Everything blocks.
final class PooledImages: BackingImages {
  private let connection: ConnectionHandle
  /// Folders whose pools have looked again for this look: what was made behind a pool's back is seen by it then.
  private var refreshed: Set<String> = []

  init(_ connection: ConnectionHandle) { self.connection = connection }

  func backing(of path: String) -> ImageLook {
    guard path.hasPrefix("/") else { return .unreadable("it is no file") }
    do throws(LibvirtError) {
      let isNew = refreshed.insert(StorageView.folder(of: path)).inserted
      guard let volume = try VolumeReference.path(path).find(connection, lookingAgain: isNew) else {
        return .unreadable("it is in no active pool")
      }
      return try HostImages.backing(of: volume, path)
    } catch { return .unreadable(error.message) }
  }

  func path(of volume: String, in pool: String) -> ImageLook {
    do throws(LibvirtError) {
      return try connection.pool(pool).volume(volume).map { found throws(LibvirtError) in .found(try found.path()) } ?? .missing
    } catch { return .unreadable(error.message) }
  }

  /// The chain below a disk's own image.
  func chain(of disk: DiskDescription) -> ImageChain {
    guard let reference = VolumeReference(disk) else { return ImageChain(unread: "\(disk.target): it is no file or volume") }
    switch reference {
    case .path(let path): return ImageChain.read(from: path, self)
    case .volume(let name, let pool):
      switch path(of: name, in: pool) {
      case .found(let path): return ImageChain.read(from: path, self)
      case .missing: return ImageChain(unread: "\(name): it is not in pool \(pool)")
      case .unreadable(let reason): return ImageChain(unread: "\(name): \(reason)")
      }
    }
  }
}
