import LabSupport
import Testing

/// What hangs is worse than what dies: it wakes up and goes on from where it was. Each part, at each moment of a migration.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct HangTests {
  /// The phases of libvirt's migration protocol, as events tell of them.
  enum Moment: String, Sendable {
    /// The destination's QEMU was started, to wait for the guest.
    case prepare
    /// Memory or disks are under way.
    case perform
    /// The source is paused and all is sent: the destination is about to be told to run.
    case handover
    /// The destination has it; the source has not heard of that yet.
    case confirm

    /// Where and by which event it shows; none: once bytes have been sent.
    var event: (host: String, event: String)? {
      switch self {
      case .prepare: ("hv2", "Started")
      case .perform: nil
      case .handover: ("hv1", "Suspended")
      // A guest that arrives paused tells so instead.
      case .confirm: ("hv2", "Resumed|Suspended")
      }
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var mode: String
    var trouble: Trouble
    var moment: Moment
    init(_ mode: String, _ part: Trouble.Part, _ seconds: Int, _ moment: Moment) {
      (self.mode, trouble, self.moment) = (mode, Trouble(part: part, harm: .hang(seconds: seconds)), moment)
    }
    var testDescription: String { "\(mode), \(trouble) at \(moment)" }
    var name: String {
      "hang-\(mode)-\(trouble.part)-\(trouble.harm.seconds ?? 0)-\(moment)".lowercased()
    }
  }

  /// Shorter than any keepalive: nobody may notice more than a delay.
  static let short: [Case] = [
    Case("live", .destinationDaemon, 8, .prepare), Case("live", .sourceQEMU, 8, .perform), Case("block", .destinationQEMU, 8, .perform),
    Case("live", .cable, 8, .handover), Case("live", .sourceDaemon, 8, .confirm),
  ]
  /// Longer than every keepalive: both ends have given the other up when it wakes.
  static let long: [Case] = [Case("live", .destinationDaemon, 36, .confirm), Case("block", .destinationDaemon, 36, .perform)]
  static let more: [Case] = [
    Case("live", .destinationDaemon, 36, .prepare), Case("live", .destinationDaemon, 36, .perform),
    Case("live", .destinationDaemon, 36, .handover), Case("block", .destinationDaemon, 36, .handover),
    Case("block", .destinationDaemon, 36, .confirm), Case("block", .destinationDaemon, 8, .confirm),
    Case("live", .sourceDaemon, 36, .perform), Case("live", .sourceDaemon, 36, .handover),
    Case("live", .sourceDaemon, 36, .confirm), Case("block", .sourceDaemon, 36, .perform),
    Case("live", .bothDaemons, 36, .perform), Case("live", .bothDaemons, 36, .handover),
    Case("live", .bothDaemons, 36, .confirm), Case("live", .bothDaemons, 8, .confirm),
    Case("live", .sourceQEMU, 36, .perform), Case("live", .sourceQEMU, 36, .handover),
    Case("live", .destinationQEMU, 36, .perform), Case("live", .destinationQEMU, 36, .handover),
    Case("live", .destinationQEMU, 36, .confirm), Case("block", .destinationQEMU, 36, .perform),
    Case("live", .cable, 25, .handover), Case("live", .cable, 25, .confirm),
    Case("block", .cable, 25, .confirm), Case("live", .cable, 2, .confirm),
    Case("live", .cable, 8, .confirm), Case("live", .reconcile, 36, .perform),
    Case("live", .reconcile, 8, .confirm),
  ]

  @Test(arguments: short) func forAMoment(_ hang: Case) async throws { try await sequence(hang) }
  @Test(arguments: long) func forLong(_ hang: Case) async throws { try await sequence(hang) }
  @Test(.enabled(if: Lab.isFull, "runs by `make test-lab-full`"), arguments: more)
  func atEachMoment(_ hang: Case) async throws { try await sequence(hang) }

  /// A guest whose destination says nothing any more holds up its own move, not the other's, and is given up in time.
  @Test(arguments: Lab.first(of: ["live", "block"])) func aSilentDestinationHoldsUpNobodyElse(mode: String) async throws {
    let (name, other) = ("mute-\(mode)", "beside-\(mode)")
    let scene = try await SlowMove.scene(name, guest: mode == "live" ? SlowMove.guest : SlowMove.localGuest)
    try await Lab.guest(other, on: "hv3", "--no-start")
    let fleet = scene.fleet
    let both = [
      LabFleet.Instance(name, "{placement: {host: hv2}, migration: {allow: [\(mode)]}}"),
      LabFleet.Instance(other, "{placement: {host: hv1}}"),
    ]
    try fleet.declare(instances: [both[0]])
    let program = try fleet.start("--yes")
    try await Lab.migrationUnderWay(name, from: "hv1")
    try await Lab.must("libvirtd", "hv2", "pause")
    program.kill(9)
    _ = try await program.wait(within: .seconds(10))
    // What recovery waits for is this guest's affair.
    try fleet.declare(instances: both)
    let clock = ContinuousClock()
    let start = clock.now
    let next = try fleet.start("--yes")
    try await Lab.state(other, on: "hv1", is: "shut off", within: .seconds(90))
    let ended = try await next.wait(within: .seconds(150))
    #expect(clock.now - start < .seconds(120), "\(ended)")
    #expect(ended.status != 0, "\(ended)")
    try await Lab.must("libvirtd", "hv2", "resume")
    try await Lab.must("rate", "hv1", "off")
    #expect(try await Judgement.never(name, twiceSince: scene.before, "\(ended)") != nil)
    let settled = try await scene.settled()
    #expect(settled.status == 0, "\(settled)")
    #expect(try await Judgement.never(name, twiceSince: scene.before, "\(settled)") == "hv2")
  }

  private func sequence(_ hang: Case) async throws {
    let name = hang.name
    let scene = try await SlowMove.scene(name, guest: hang.mode == "live" ? SlowMove.guest : SlowMove.localGuest, autostart: true)
    let command = try await hang.trouble.command(against: name, of: scene.fleet)
    var listener: Running?
    if let (host, event) = hang.moment.event { listener = try await Lab.atEvent(event, of: name, on: host, command) }
    let move = try scene.begun()
    if hang.moment == .perform { try await Lab.migrationUnderWay(name, from: "hv1") }
    let over = try listener ?? Running(command[0], Array(command.dropFirst()))
    let ended = try await move.ended()
    let struck = try await over.wait(within: .seconds(150))
    try #require(struck.status == 0, "it was not hit: \(struck) \(ended)")
    try await Lab.must("rate", "hv1", "off")
    let context = "\(ended)\n\(try await move.fleet.journal())"
    let host = try await Judgement.never(name, twiceSince: move.before, context)
    Judgement.truthful(ended, runs: host != nil)
    let settled = try await scene.settled()
    #expect(settled.status == 0, "\(settled) \(context)")
    try await move.expectSurvival(on: "hv2")
    #expect(try await Lab.startsWithHost(name, on: "hv2") == true, "\(settled) \(context)")
  }
}
