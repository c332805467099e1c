import Fleet
import Hypervisor

/// Looks at both hosts of a step for what stands in its way; read-only.
struct StepChecks {
  let driver: LibvirtHypervisor
  let deadline: Deadline

  init(_ driver: LibvirtHypervisor, _ deadline: Deadline) {
    self.driver = driver
    self.deadline = deadline
  }

  func obstacles(to step: Step) async -> [Obstacle] {
    switch await view(of: step) {
    case .seen(let view): view.claims + view.obstacles
    case .unseen(let obstacles): obstacles
    }
  }

  /// The facts a step is judged by, or the hosts that did not give theirs.
  func view(of step: Step) async -> StepViewResult {
    guard step.cell == driver.cell else {
      return .unseen([Obstacle(.other, "\(step.instance) belongs to cell \(step.cell), not \(driver.cell)", passing: false)])
    }
    let needed = step.hostsNeeded
    var unseen: [Obstacle] = []
    var view = StepView(step: step, marks: driver.marks)
    view.capacities = driver.declared.mapValues(\.capacity)
    if needed.contains(step.source) {
      switch await driver.call(
        step.source, deadline,
        { connection throws(LibvirtError) in try SourceFacts.read(step.uuid, details: step.needsDetails, connection) })
      {
      case .success(let facts): view.source = facts
      case .failure(let error): unseen.append(Self.unseen(step.source, error, .source))
      }
    }
    guard needed.contains(step.destination), step.destination != step.source else { return unseen.isEmpty ? .seen(view) : .unseen(unseen) }
    let (guest, targets) = (view.source?.description, view.copyTargets)
    let there = await driver.callAll([step.destination], deadline, listening: true) { host, connection throws(LibvirtError) in
      try DestinationFacts.read(step.uuid, details: step.needsDetails, guest, targets, host, connection)
    }
    switch there[step.destination] {
    case .success(let facts): view.destination = facts
    case .failure(let error): unseen.append(Self.unseen(step.destination, error, .destination))
    case nil: preconditionFailure("it was asked")
    }
    guard unseen.isEmpty else { return .unseen(unseen) }
    await readAddresses(into: &view)
    return .seen(view)
  }

  /// Whether the guest's screens listen on an address that only its source has.
  private func readAddresses(into view: inout StepView) async {
    guard case .migrate = view.step.action, view.source?.description?.graphics.isEmpty == false else { return }
    view.addresses = await ScreenAddresses.resolve(
      from: driver.declared[view.step.source], to: driver.declared[view.step.destination], deadline)
  }

  private static func unseen(_ host: HostName, _ error: LibvirtError, _ blame: Blame) -> Obstacle {
    Obstacle(.unreachable, "\(host) does not answer: \(error.message)", passing: true, blame: blame)
  }
}

enum StepViewResult {
  case seen(StepView)
  case unseen([Obstacle])
}

extension Step {
  /// Hosts that must answer for the step to be begun.
  var hostsNeeded: [HostName] {
    switch action {
    case .shutDown: [source]
    case .disable(let host), .removeDisk(_, _, _, let host, _, _, _), .closeHost(let host), .openHost(let host): [host]
    case .migrate, .copyDisk, .define, .start, .undefine, .resumePostCopy, .resume, .discardArrival:
      source == destination ? [source] : [source, destination]
    }
  }
}
