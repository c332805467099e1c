import Execution
import Fleet

/// Which calls to hypervisors wait and which are under way: one a guest, in the order they were asked for, and so many in all.
///
/// One a guest, not one a move: the mark that an ended move takes off its guest must be gone before the guest's next move puts its own on.
struct CallBoard {
  struct Call: Sendable {
    let guest: InstanceUUID
    let effect: ExecutionEffect
  }

  private let callsMax: Int
  private let guests: [OperationID: InstanceUUID]
  private var waiting: [InstanceUUID: [ExecutionEffect]] = [:]
  /// Guests with calls that wait and none under way, longest first.
  private var ready: [InstanceUUID] = []
  private var underWay: Set<InstanceUUID> = []

  init(_ operations: [OperationMachine], callsMax: Int) {
    precondition(callsMax >= 1, "without calls nothing is ever done")
    self.callsMax = callsMax
    guests = Dictionary(operations.map { ($0.id, $0.operation.subject) }, uniquingKeysWith: { first, _ in first })
  }

  var isIdle: Bool { underWay.isEmpty && ready.isEmpty }

  /// True while a call for the move's guest waits or is under way.
  func isBusy(_ move: OperationID) -> Bool {
    let guest = guest(of: move)
    return underWay.contains(guest) || waiting[guest] != nil
  }

  mutating func add(_ effect: ExecutionEffect) {
    let guest = guest(of: effect)
    if !underWay.contains(guest), waiting[guest] == nil { ready.append(guest) }
    waiting[guest, default: []].append(effect)
  }

  /// The calls that may begin now; from here on they are under way.
  mutating func begin() -> [Call] {
    let count = min(ready.count, callsMax - underWay.count)
    guard count > 0 else { return [] }
    let calls = ready.prefix(count).map { guest in
      let effect = waiting[guest]!.removeFirst()
      if waiting[guest]!.isEmpty { waiting[guest] = nil }
      return Call(guest: guest, effect: effect)
    }
    underWay.formUnion(ready.prefix(count))
    ready.removeFirst(count)
    return calls
  }

  mutating func ended(_ guest: InstanceUUID) {
    precondition(underWay.remove(guest) != nil, "only what is under way ends")
    if waiting[guest] != nil { ready.append(guest) }
  }

  private func guest(of effect: ExecutionEffect) -> InstanceUUID {
    switch effect {
    case .check(let move, _), .begin(let move, _, _), .poll(let move, _, _), .control(let move, _, _, _), .look(let move, _, _, _, _):
      guest(of: move)
    case .release(_, let uuid, _, _): uuid
    case .journal, .remember: preconditionFailure("journal and memory are written before any call")
    }
  }

  private func guest(of move: OperationID) -> InstanceUUID {
    guard let guest = guests[move] else { preconditionFailure("only moves of the machine ask for calls") }
    return guest
  }
}
