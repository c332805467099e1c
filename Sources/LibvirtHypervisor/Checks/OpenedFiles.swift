import CLibvirt
import Fleet

/// Everything a guest opens on its source beside the topmost images of its disks, as both of its definitions and the images tell right before
/// a step.
struct OpenedFiles: Sendable, Equatable {
  /// An image that must be the same one at the destination.
  struct Image: Sendable, Equatable {
    /// In words: `backing image … of disk vda`.
    var what: String
    var reference: VolumeReference
    /// The disk that builds on it, whose copy takes it in while the guest runs.
    var backs: String?
  }

  var needs: [HostNeed] = []
  var images: [Image] = []
  /// Folders shown to the guest.
  var folders: [String] = []
  /// Files of which the same content will do.
  var files: [HostFile] = []

  init() {}

  init(_ domain: HostSurvey.Domain, _ pools: [PoolDescription], _ capabilities: CapabilitiesDescription? = nil) {
    let view = InstanceView(
      domain, "", StorageView(pools), capabilities ?? CapabilitiesDescription.empty, showsInterfaces: false, isKeptOff: { _ in false })
    needs = view.needs
    for disk in domain.description.disks { add(imagesBelow: disk, domain.chains[disk.target]) }
    for disk in PendingDisks.of(domain.description, nextBoot: domain.nextBoot) {
      if let reference = VolumeReference(disk) {
        images.append(Image(what: "\(disk.device) \(disk.target) of its next start", reference: reference))
      }
      add(imagesBelow: disk, domain.nextBootChains[disk.target], isPending: true)
    }
    let definitions = [domain.description] + [domain.nextBoot].compactMap { $0 }
    var (seenFiles, seenFolders): (Set<HostFile>, Set<String>) = ([], [])
    for definition in definitions {
      files += definition.hostFiles.filter { !$0.holdsGuestsBytes && seenFiles.insert($0).inserted }
      folders += definition.filesystems.compactMap(\.source).filter { seenFolders.insert($0).inserted }
    }
  }

  private mutating func add(imagesBelow disk: DiskDescription, _ chain: ImageChain?, isPending: Bool = false) {
    let below = chain.map { $0.images.map(BackingImage.path) } ?? disk.backingImages
    for image in below {
      guard let reference = image.reference else { continue }
      images.append(
        Image(what: "backing image of disk \(disk.target)", reference: reference, backs: isPending ? nil : disk.target))
    }
  }

  /// What nothing can prove the destination to have, unless a copied disk takes it in.
  func unprovable(folding copied: Set<String>) -> [HostNeed] {
    needs.filter { need in
      need.storage == nil && !(need.atNextStart != true && need.backs.map(copied.contains) == true)
    }
  }

  /// The images that the destination must have.
  func images(folding copied: Set<String>) -> [Image] { images.filter { !($0.backs.map(copied.contains) == true) } }
}

extension CapabilitiesDescription {
  static let empty = CapabilitiesDescription(
    hostUUID: nil, cpuArchitecture: nil, cpuModel: nil, cpuVendor: nil, cpuMicrocode: nil, migrationTransports: [], machines: [:])
}
