import Fleet
import Foundation
import Hypervisor
import LabSupport
import LibvirtHypervisor
import Testing

/// Many calls to every host at once while connections break under them: libvirt's client library must not take the program down.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct ConnectionLossTests {
  /// Each breaks the connections of every host several times; `RECONCILE_CONNECTION_ROUNDS=70` looks longer.
  private static let rounds = ProcessInfo.processInfo.environment["RECONCILE_CONNECTION_ROUNDS"].flatMap(Int.init) ?? 2
  /// Longer than the keepalive lets a silent connection live (15 s).
  private static let silentSeconds = 17
  private static let guests = ["lost-1", "lost-2"]

  @Test func callsFromManyTasksOutliveBrokenConnections() async throws {
    try await Lab.tidy()
    for name in Self.guests { try await Lab.guest(name, on: "hv1") }
    let driver = LabDriver.make("connection-loss")
    let seen = await driver.observe(deadline: Deadline(milliseconds: 10_000))
    let uuids = seen.instances.filter { Self.guests.contains($0.name.rawValue) }.map(\.uuid)
    try #require(uuids.count == Self.guests.count, "\(seen)")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<24 { group.addTask { await Self.ask(driver, uuids, index) } }
      for round in 0..<Self.rounds { try await Self.breakConnections(round) }
      group.cancelAll()
      try await group.waitForAll()
    }
    // Whatever hung has come back or been given up: the hosts are asked again and tell what is true.
    for uuid in uuids {
      try await eventually("\(uuid) is seen running on hv1 alone", within: .seconds(60)) {
        let presence = await driver.presence(of: uuid, on: ["hv1", "hv2", "hv3"], deadline: Deadline(milliseconds: 5000))
        return presence == ["hv1": .running, "hv2": .absent, "hv3": .absent] ? () : nil
      }
    }
  }

  /// Daemons die in the middle of calls; then cables are out and a daemon hangs until both ends have given their connections up.
  private static func breakConnections(_ round: Int) async throws {
    for (index, host) in Lab.hosts.enumerated() {
      try await Task.sleep(for: .milliseconds(200 + (round * 37 + index * 91) % 400))
      try await Lab.must("libvirtd", host, "kill")
      try await Lab.must("libvirtd", host, "start")
    }
    try await Task.sleep(for: .milliseconds(500))
    let hanging = Lab.hosts[round % Lab.hosts.count]
    let cut = Lab.hosts.filter { $0 != hanging }
    for host in cut { try await Lab.must("link", host, "down") }
    // A daemon that was killed as often as this may have ended by itself; healing starts or wakes it.
    _ = try await Lab.run(["libvirtd", hanging, "pause"])
    try await Task.sleep(for: .seconds(silentSeconds))
    try await Lab.must("heal")
    try await Task.sleep(for: .milliseconds(1000))
  }

  private static func ask(_ driver: LibvirtHypervisor, _ uuids: [InstanceUUID], _ index: Int) async {
    var count = index
    while !Task.isCancelled {
      count += 1
      let deadline = Deadline(milliseconds: 500 + count % 4 * 1000)
      if count % 5 == 0 {
        _ = await driver.observe(deadline: deadline)
      } else {
        _ = await driver.presence(of: uuids[count % uuids.count], on: ["hv1", "hv2", "hv3"], deadline: deadline)
      }
      // A host that refuses at once is not asked in a tight loop.
      try? await Task.sleep(for: .milliseconds(5))
    }
  }
}
