import Fleet
import Manifests
import Testing

/// Every key is read, and into its place.
@Suite struct GoodManifestTests {
  private let folder = TemporaryFolder()
  private let fleet: DesiredFleet

  init() throws {
    folder.write("m/full.yaml", FullManifests.text)
    let loaded = folder.load(ManifestTrust(credentialsFolder: "/run/logins", allowsCredentialPaths: true, folders: [folder.path]))
    #expect(loaded.diagnostics == [])
    fleet = try #require(loaded.fleet)
  }

  private func location(line: Int, column: Int) -> Fleet.SourceLocation {
    Fleet.SourceLocation(path: "\(folder.manifests)/full.yaml", line: line, column: column)
  }

  @Test func fleetAndOrder() {
    #expect(fleet.name == "full")
    #expect(fleet.location == location(line: 1, column: 70))
    #expect(fleet.cells.map(\.name) == ["east", "pool", "pool-ca", "pool-lab", "sim", "sim-path"])
    #expect(fleet.hosts.map(\.name) == ["hv1", "hv2", "hv3", "sim1", "xen1", "xen2"])
    #expect(fleet.instances.map(\.name) == ["a-host", "b-any", "c-labels", "d-nowhere"])
    #expect(fleet.rules.map(\.name) == ["r1", "r2", "r3"])
    #expect(fleet.policies.map(\.name) == ["firm"])
  }

  @Test func cells() {
    #expect(
      fleet.cells[0]
        == DesiredCell(
          name: "east", labels: ["site": "1"], connection: .libvirt,
          limits: MigrationLimits(total: 9, perHost: 8, perHostIncoming: 3, perHostOutgoing: 4), networkBytesPerSecond: 1_250_000_000,
          maxMovesPerPass: 7, unmanaged: .evacuate, migrationPolicy: "firm", location: fleet.cells[0].location))
    #expect(
      fleet.cells[1].connection
        == .xenapi(
          XenConnection(
            url: "https://pool-master.example", trust: .pin("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            credentials: .named("pool1", path: "/run/logins/pool1"), addresses: ["xen1": "10.0.8.11", "xen2": "fd00::2"])))
    #expect(
      fleet.cells[2].connection
        == .xenapi(
          XenConnection(
            url: "https://ca.example:8443", trust: .caFile(path: "\(folder.path)/ca.pem"), credentials: .file(path: "/etc/xen.credentials"))
        ))
    #expect(
      fleet.cells[3].connection
        == .xenapi(
          XenConnection(url: "http://lab", trust: .insecure, credentials: .environment(variable: "RECONCILE_CREDENTIAL_LAB"))))
    #expect(
      fleet.cells[4].connection
        == .simulated(SimulatedConnection(world: "\(folder.path)/state/sim.json", initial: "\(folder.manifests)/world/sim.json")))
    #expect(fleet.cells[5].connection == .simulated(SimulatedConnection(world: "\(folder.manifests)/world/a.json")))
  }

  /// What is gone for good has no address any more, and is reached by nobody.
  @Test func aDecommissionedHostNeedsNoConnection() throws {
    let folder = TemporaryFolder()
    let text = """
      apiVersion: reconcile/v1
      kind: Fleet
      metadata: {name: f}
      ---
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: c, decommissioned: DECOMMISSIONED}
      """
    folder.write("m/f.yaml", text.replacing("DECOMMISSIONED", with: "true"))
    #expect(folder.load().diagnostics == [])
    folder.write("m/f.yaml", text.replacing("DECOMMISSIONED", with: "false"))
    #expect(folder.load().diagnostics.map(\.message) == ["Host 'h' of a libvirt Cell needs a 'connection'"])
  }

  @Test func hosts() throws {
    let flag = try #require(fleet.hosts[0].maintenance)
    #expect(
      fleet.hosts[0]
        == DesiredHost(
          name: "hv1", labels: ["zone": "a", "rack": ""], cell: "east", connection: "qemu+tls://hv1.example/system",
          migrationAddress: "10.0.9.11",
          maintenance: Maintenance(
            reason: "firmware", ticket: "OPS-1", until: Timestamp(rfc3339: "2026-11-23T18:00:00Z"), location: flag.location),
          capacity: CapacityPolicy(
            vcpuOvercommit: 2.5, memoryOvercommit: 1.25, reservedMemoryBytes: 512 << 20, reservedVcpus: 2, relieve: true),
          decommissioned: true, location: fleet.hosts[0].location))
    #expect(flag.location.line == fleet.hosts[0].location.line + 2)
    #expect(fleet.hosts[1].maintenance == nil)
    #expect(fleet.hosts[2].maintenance?.reason == nil && fleet.hosts[2].maintenance != nil)
    // simulated: none; xenapi: the host's own name unless another is given.
    #expect(fleet.hosts[3...].map(\.connection) == [nil, "xen1", "xen-two"])
    // A pool takes its own domain's memory off by itself.
    #expect(fleet.hosts.map(\.capacity.reservedMemoryBytes) == [512 << 20, 4 << 30, 4 << 30, 4 << 30, 0, 0])
  }

  @Test func instances() {
    let all = fleet.instances
    #expect(
      all[0]
        == DesiredInstance(
          name: "a-host", labels: ["app": "web"], cell: "east", uuid: "6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10", placement: .host("hv2"),
          required: true, targetStorage: ["vda": "fast", "vdb": "big pool"], policy: "firm",
          allowedModes: AllowedModes(live: true, block: false, cold: true), location: all[0].location,
          placementLocation: all[0].placementLocation))
    #expect(all[0].placementLocation == SourceLocation(path: all[0].location.path, line: all[0].location.line + 1, column: 80))
    #expect(all[1].placement == .anyOf(["hv2", "hv1"]))
    #expect(all[1].allowedModes == AllowedModes(live: false, block: false, cold: false))
    #expect(all[2].placement == .hosts(labels: ["zone": "b"]) && !all[2].required)
    #expect(all[3] == DesiredInstance(name: "d-nowhere", cell: "sim", location: all[3].location))
  }

  @Test func rules() {
    let all = fleet.rules
    #expect(
      all[0]
        == PlacementRule(
          name: "r1", kind: .separate(maximum: 2), selector: ["app": "web"], across: .label("zone"), enforcement: .preferred, hold: .always,
          location: all[0].location))
    #expect(all[1] == PlacementRule(name: "r2", kind: .spread(maxSkew: 3), selector: ["app": "web"], location: all[1].location))
    #expect(all[2].kind == .together)
  }

  @Test func policies() {
    var policy = MigrationPolicy()
    policy.downtime = MigrationPolicy.Downtime(maximumMilliseconds: 2000, steps: 5, delayMillisecondsPerGiB: 60_000, curve: .linear)
    policy.completionTimeoutMillisecondsPerGiB = 600_000
    policy.onTimeout = .postCopy
    policy.autoConverge = true
    policy.postCopy = true
    policy.bandwidthBytesPerSecond = 100 << 20
    policy.connections = 4
    policy.compression = true
    policy.encryption = .required
    policy.coldShutdown = MigrationPolicy.ColdShutdown(timeoutMilliseconds: 180_000, onTimeout: .powerOff)
    policy.handover = .fast
    policy.reservesHotplugMemory = true
    policy.sourceRetentionMilliseconds = 7 * 86_400_000
    #expect(fleet.policies[0].policy == policy)
  }

  @Test func anInstanceMayLeaveOutTheOnlyCell() {
    let other = TemporaryFolder()
    other.write("m/base.yaml", BadManifest.base)
    other.write("m/i.yaml", "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: i}\n")
    #expect(other.load().fleet?.instances.map(\.cell) == ["east", "east"])
  }

  @Test func whatIsLeftOutIsTheBuiltInPolicy() {
    let other = TemporaryFolder()
    other.write("m/base.yaml", BadManifest.base)
    #expect(other.load().fleet?.policies.first?.policy == MigrationPolicy())
  }
}
