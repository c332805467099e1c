import Fleet

/// A change of a host as a step, and in words once it was tried.
extension HostChange {
  var step: Step {
    let operation = Operation.hostChange(self)
    return Step(
      action == .close ? .closeHost(host) : .openHost(host), instance: InstanceName(host.rawValue), uuid: operation.subject, cell: cell,
      source: host, destination: host)
  }

  var isDone: String { action == .close ? "closed to new guests" : "open again" }

  /// Until it is done nothing is moved in its cell.
  func blockedItem(why: String) -> BlockedItem {
    BlockedItem(
      host: host, cell: cell, reason: .hostNotChanged, text: "\(host) is not \(isDone), so nothing is moved in cell \(cell): \(why)",
      hint: "let reconcile \(action.rawValue) it, or do it by hand; each pass tries again", manifest: manifest)
  }
}
