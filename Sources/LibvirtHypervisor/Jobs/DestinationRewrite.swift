import Fleet
import Hypervisor

/// What must read differently in a definition at the destination: where copied disks are, what screens listen on.
struct DestinationRewrite: Sendable, Equatable {
  var disks: [String: String] = [:]
  /// Copied disks whose backing images were folded into the copy.
  var flattened: Set<String> = []
  var graphics: [String: String] = [:]

  var isEmpty: Bool { disks.isEmpty && flattened.isEmpty && graphics.isEmpty }

  init(_ targets: [CopyTarget], of guest: DomainDescription?, pools: [PoolDescription], graphics: [String: String]) {
    self.graphics = graphics
    for target in targets {
      guard let disk = guest?.disks.first(where: { $0.target == target.target }) else { continue }
      if !disk.backingChain.isEmpty { flattened.insert(target.target) }
      guard let folder = pools.first(where: { $0.name == target.pool })?.targetPath else { continue }
      let path = folder + "/" + target.volume
      // A volume of a pool that has the same name there is found by that name.
      if disk.kind == .volume, disk.pool == target.pool, disk.volume == target.volume { continue }
      if disk.path != path { disks[target.target] = path }
    }
  }

  func applied(to xml: String) throws -> String {
    try DomainRewrite.relocating(xml, disks: disks, flattening: flattened, graphicsListen: graphics)
  }
}
