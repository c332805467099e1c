import Fleet
import Hypervisor
import StateStore

/// Has the drivers prove which storages are one, in runs that may change things; looks only are given what is stored.
///
/// One round of tokens serves a whole run: what is looked at again later in it is given the same proofs.
struct StorageProver: Sendable {
  /// How long the tokens of one cell may take.
  static let deadline = Deadline(milliseconds: 60_000)
  /// A run within this time of the last proofs uses those, so that `watch` does not write tokens all the time.
  static let renewAfterMilliseconds = 10 * 60_000

  let hypervisors: [CellName: any Hypervisor]
  let clock: any ReconcilerClock
  /// `probe`: new tokens, however young the stored proofs are.
  var renewsAlways = false
  private var proofs: [CellName: [StorageProof]] = [:]

  init(hypervisors: [CellName: any Hypervisor], clock: any ReconcilerClock, renewsAlways: Bool = false) {
    self.hypervisors = hypervisors
    self.clock = clock
    self.renewsAlways = renewsAlways
  }

  /// The observation with what is proved of its storages; makes tokens where that is needed, and stores what they showed.
  mutating func proved(_ seen: Observation, _ keeper: StateKeeper) async throws -> Observation {
    let needing = seen.cells.filter { proofs[$0.name] == nil && $0.hosts.contains { $0.storages.contains(where: \.needsProof) } }
    if !needing.isEmpty { try await prove(needing, keeper) }
    let now = clock.now()
    var seen = seen
    seen.cells = seen.cells.map { StorageProofs.applied(to: $0, proofs[$0.name] ?? [], now: now) }
    return seen
  }

  private mutating func prove(_ cells: [CellObservation], _ keeper: StateKeeper) async throws {
    let now = clock.now()
    let stored = try await keeper.call { try $0.storageProofs() }
    let young = renewsAlways ? [] : stored.filter { now.milliseconds(since: $0.provedAt) <= Self.renewAfterMilliseconds }
    var asked: [CellName] = []
    for cell in cells {
      let applied = StorageProofs.applied(to: cell, young, now: now)
      if applied.hosts.contains(where: { $0.storages.contains(where: \.needsProof) }) {
        asked.append(cell.name)
      } else {
        proofs[cell.name] = young.filter { $0.cell == cell.name }
      }
    }
    guard !asked.isEmpty else { return }
    let found = await tokens(asked)
    // Only proofs made together may be compared, and one clock says so.
    let madeAt = clock.now()
    for cell in asked { proofs[cell] = [] }
    for (cell, made) in found {
      proofs[cell] = made.filter { $0.cell == cell }.map { proof in
        var proof = proof
        proof.provedAt = madeAt
        return proof
      }
    }
    let new = asked.flatMap { proofs[$0] ?? [] }
    try await keeper.call { try $0.saveStorageProofs(new, now: madeAt) }
  }

  private func tokens(_ cells: [CellName]) async -> [CellName: [StorageProof]] {
    let hypervisors = hypervisors
    return await withTaskGroup(of: (CellName, [StorageProof]).self) { group in
      for cell in cells {
        guard let hypervisor = hypervisors[cell] else { continue }
        group.addTask { (cell, await hypervisor.proveStorage(deadline: Self.deadline)) }
      }
      var found: [CellName: [StorageProof]] = [:]
      for await (cell, proofs) in group { found[cell] = proofs }
      return found
    }
  }
}
