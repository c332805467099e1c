import Fleet
import Hypervisor
import LabSupport
import LibvirtHypervisor
import Testing

/// What the driver tells of a destination while it migrates there: whether its daemon still answers, and at once that the job has ended.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct DestinationWatchTests {
  private static let deadline = Deadline(milliseconds: 20_000)

  @Test func aDaemonThatHangsIsSilentAndOneThatWakesIsNot() async throws {
    try await Lab.tidy()
    try await Lab.guest("watched", on: "hv1", "--mem", "64", "--ws", "8000", "--dirty", "400")
    let driver = LabDriver.make("destination-watch")
    let seen = await driver.observe(deadline: Self.deadline)
    let uuid = try #require(seen.instances.first { $0.name == "watched" }?.uuid)
    // With all its memory written again and again over this link it never converges.
    try await Lab.must("rate", "hv1", "24mbit")
    let step = Step(
      .migrate(MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy())), instance: "watched", uuid: uuid, cell: "lab",
      source: "hv1", destination: "hv2")
    var ends = driver.wakeups().makeAsyncIterator()
    let job = try await driver.begin(step, intent: "destination-watch/0/1", deadline: Self.deadline)
    try await Lab.migrationUnderWay("watched", from: "hv1")
    // A link that the stream itself fills is no silence.
    var worst = 0
    for _ in 0..<20 {
      worst = max(worst, try #require(await driver.progress(of: job, deadline: Self.deadline).destinationSilentMilliseconds))
      try await Task.sleep(for: .milliseconds(250))
    }
    #expect(worst < 2000, "silent for \(worst) ms while it answered")

    try await Lab.must("libvirtd", "hv2", "pause")
    let paused = ContinuousClock.now
    try await eventually("a silence of 3 s", within: .seconds(12)) {
      let silent = await driver.progress(of: job, deadline: Self.deadline).destinationSilentMilliseconds ?? 0
      return silent >= 3000 ? () : nil
    }
    let noticed = ContinuousClock.now - paused
    #expect(noticed > .milliseconds(2000) && noticed < .seconds(8), "3 s of silence were told after \(noticed)")
    try await Lab.must("libvirtd", "hv2", "resume")
    try await eventually("it answers again", within: .seconds(10)) {
      await driver.progress(of: job, deadline: Self.deadline).destinationSilentMilliseconds == 0 ? () : nil
    }

    try await driver.control(job, .abort, deadline: Self.deadline)
    let begun = ContinuousClock.now
    #expect(await ends.next() != nil)
    let progress = await driver.progress(of: job, deadline: Self.deadline)
    #expect(progress.state != .running, "who was woken finds the job ended, \(ContinuousClock.now - begun) after the abort: \(progress)")
    #expect(progress.destinationSilentMilliseconds == nil)
    try await Lab.must("rate", "hv1", "off")
    #expect(await driver.presence(of: uuid, on: ["hv1"], deadline: Self.deadline) == ["hv1": .running])
  }
}

/// Its user pauses the guest in the middle of its migration: to libvirt that ends the migration the sooner, and the guest goes on at its
/// destination (`virsh migrate --timeout-suspend` rests on it). A safe hand-over does the same.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct PauseInTheMiddleTests {
  @Test(arguments: ["safe", "fast"]) func itGoesOnAtItsDestination(handover: String) async throws {
    let move = try await SlowMove("paused-\(handover)", policy: "{handover: \(handover)}")
    try await Lab.migrationUnderWay(move.name, from: "hv1")
    try await Lab.does("hv1", "suspend", move.name)
    let ended = try await move.ended()
    #expect(ended.status == 0, "\(ended)")
    try await move.expectSurvival(on: "hv2")
  }
}
