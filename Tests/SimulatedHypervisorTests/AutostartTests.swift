import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// What starts with its host, and who says so.
@Suite struct AutostartTests {
  private static func reboot(_ host: HostName, at seconds: Int = 7200) -> SimulatedFault {
    let from = dawn.adding(milliseconds: 1000 * seconds)
    return SimulatedFault(.hostCrash, host: host, from: from, until: from.adding(milliseconds: 60_000))
  }

  @Test func aMarkTakesItOffAndTheReleaseGivesItBack() throws {
    var bench = Bench()
    _ = try bench.begin(migrate(.live))
    #expect(bench.copy("h1")?.autostart == false)
    bench.pass(60_000)
    #expect(bench.copy("h2")?.autostart == false)
    bench.world.release("uuid-web", on: ["h1", "h2"], home: "h2", in: "east", by: bench.caller)
    #expect(bench.copy("h2")?.autostart == true)
    #expect(bench.copy("h2")?.heldAutostart == nil)
  }

  @Test func aGuestThatDidNotStartAloneDoesNotAfterwards() throws {
    var guest = guest()
    guest.autostart = false
    var bench = Bench([guest])
    _ = try bench.run(migrate(.live))
    bench.world.release("uuid-web", on: ["h1", "h2"], home: "h2", in: "east", by: bench.caller)
    #expect(bench.copy("h2")?.autostart == false)
  }

  @Test func aMarkedGuestStaysDownWithItsHost() throws {
    var bench = Bench(faults: [Self.reboot("h1", at: 1)])
    _ = try bench.begin(.shutDown(timeoutMilliseconds: 60_000, onTimeout: .abort))
    bench.pass(120_000)
    #expect(bench.presence("h1") == .off(defined: true, disabled: false, reason: .crashed))
  }

  /// t02, t12: given back to every copy, it doubles the guest at the next reboot.
  @Test(arguments: [["h2"], ["h1", "h2"]] as [[HostName]]) func aLeftoverStartsOnlyIfItWasGivenBackThere(homes: [HostName]) throws {
    var bench = Bench(faults: [Self.reboot("h1")])
    _ = try bench.run(.shutDown(timeoutMilliseconds: 60_000, onTimeout: .abort), intent: "i1")
    _ = try bench.begin(.define(), intent: "i2")
    _ = try bench.begin(.disable(on: "h1"), intent: "i3")
    _ = try bench.begin(.start(on: "h2"), intent: "i4")
    // The leftover is as an operator may have left it.
    bench.world.cells[0].instances[0].disabled = false
    let isGivenBackTwice = homes.count > 1
    for home in homes {
      bench.world.release("uuid-web", on: isGivenBackTwice ? [home] : ["h1", "h2"], home: home, in: "east", by: bench.caller)
    }
    #expect(bench.copy("h1")?.disabled == !isGivenBackTwice)
    bench.pass(7_200_000)
    #expect(bench.presence("h2") == .running)
    #expect((bench.presence("h1") == .running) == isGivenBackTwice)
    #expect(bench.world.violations.isEmpty == !isGivenBackTwice)
  }

  @Test func anotherToolThatLeavesACopyToStartAloneDoublesItByItself() throws {
    var off = guest()
    off.power = .off
    let restore = SimulatedFault(.startsElsewhere, instance: "web", host: "h3", from: dawn.adding(milliseconds: 1000))
    var bench = Bench([off], faults: [restore, Self.reboot("h1")])
    bench.pass(7_300_000)
    #expect(bench.presence("h1") == .running && bench.presence("h3") == .running)
    #expect(bench.world.violations == [])
  }

  @Test func aKeptDiskIsNotDeletedWhileTheGuestIsUnsound() throws {
    var held = guest(disk: "ssd")
    held.power = .paused
    held.pauseReason = .ioError
    var bench = Bench([held])
    bench.world.cells[0].hosts[1].volumes = [SimulatedVolume(pool: "ssd", uuid: "uuid-web", target: "vda", bytes: gib)]
    _ = try bench.run(.removeDisk(target: "vda", pool: "ssd", on: "h2", unchangedSince: dawn))
    #expect(bench.world.violations.map { $0.contains("a whole disk vda of web was deleted on h2") } == [true])
  }
}
