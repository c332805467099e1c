import CLibvirt
import Fleet
import Testing

@testable import LibvirtHypervisor

@Suite struct MigrationRequestTests {
  private func request(
    _ disks: [DiskMove] = [], isPersistent: Bool = true, encrypted: Bool = false, address: String? = nil,
    _ change: (inout MigrationPolicy) -> Void = { _ in }
  ) -> MigrationRequest {
    var policy = MigrationPolicy()
    change(&policy)
    return MigrationRequest(
      MigrateOptions(mode: .live, disks: disks, policy: policy), isPersistent: isPersistent, encrypted: encrypted,
      destination: MigrationRequest.Side(migrationAddress: address, connectionHost: "hv2"), destinationXML: nil, persistentXML: nil)
  }

  private func flags(_ list: virDomainMigrateFlags...) -> UInt32 { list.reduce(0) { $0 | UInt32($1.rawValue) } }

  @Test func liveIsPeerToPeerAndEndsOnOneHost() {
    #expect(
      request().flags
        == flags(VIR_MIGRATE_LIVE, VIR_MIGRATE_PEER2PEER, VIR_MIGRATE_PERSIST_DEST, VIR_MIGRATE_UNDEFINE_SOURCE, VIR_MIGRATE_ABORT_ON_ERROR)
    )
  }

  @Test func aTransientGuestStaysTransient() {
    #expect(request(isPersistent: false).flags & flags(VIR_MIGRATE_PERSIST_DEST, VIR_MIGRATE_UNDEFINE_SOURCE) == 0)
  }

  /// An empty list of disks would mean all of them, and a shared one would be copied onto itself.
  @Test func disksAreCopiedOnlyIfNamed() {
    let shared = DiskMove(target: "vda", action: .share, bytes: 0)
    let local = DiskMove(target: "vdb", action: .copy, toPool: "ssd", bytes: 1)
    #expect(request([shared]).flags & flags(VIR_MIGRATE_NON_SHARED_DISK) == 0)
    #expect(request([shared]).copiedDisks == [])
    #expect(request([shared, local]).flags & flags(VIR_MIGRATE_NON_SHARED_DISK) != 0)
    #expect(request([shared, local]).copiedDisks == ["vdb"])
  }

  @Test func policyBecomesFlagsAndParameters() {
    #expect(request { $0.autoConverge = true }.flags & flags(VIR_MIGRATE_AUTO_CONVERGE) != 0)
    #expect(request { $0.postCopy = true }.flags & flags(VIR_MIGRATE_POSTCOPY) != 0)
    #expect(request { $0.bandwidthBytesPerSecond = 100 << 20 }.bandwidthMebibytes == 100)
    #expect(request { $0.bandwidthBytesPerSecond = 1 }.bandwidthMebibytes == 1)
    #expect(request().bandwidthMebibytes == nil)
    let parallel = request { $0.connections = 4 }
    #expect(parallel.connections == 4 && parallel.flags & flags(VIR_MIGRATE_PARALLEL) != 0)
    #expect(request { $0.compression = true }.compression == "xbzrle")
  }

  @Test func theMigrationNetworkIsTakenWithItsCertificateName() {
    let plain = request(address: "10.0.9.12")
    #expect(plain.migrateURI == "tcp://10.0.9.12" && plain.listenAddress == "10.0.9.12" && plain.tlsDestination == nil)
    let encrypted = request(encrypted: true, address: "10.0.9.12")
    #expect(encrypted.isEncrypted && encrypted.tlsDestination == "hv2")
    #expect(!encrypted.unencrypted.isEncrypted && encrypted.unencrypted.tlsDestination == nil)
    #expect(request(address: "fd00::12").migrateURI == "tcp://[fd00::12]")
    #expect(request(address: "mig-hv2").listenAddress == nil, "a name says nothing of what to listen on")
  }

  /// Left to itself the destination announces its own name, which a site that enters its hosts by address need not resolve.
  @Test(
    arguments: [
      ("10.77.3.12", "tcp://10.77.3.12"), ("fd00::12", "tcp://[fd00::12]"), ("hv2", nil), ("hv2.example", nil), ("127.0.0.1", nil),
      ("::1", nil), ("10.77.3", nil),
    ] as [(String, String?)])
  func aHostKnownByItsAddressIsSentToThere(host: String, uri: String?) {
    let request = MigrationRequest(
      MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy()), isPersistent: true, encrypted: true,
      destination: MigrationRequest.Side(migrationAddress: nil, connectionHost: host), destinationXML: nil, persistentXML: nil)
    #expect(request.migrateURI == uri && request.tlsDestination == (uri == nil ? nil : host))
    #expect(request.listenAddress == nil, "it may be translated on the way: QEMU listens as its host has it")
  }

  @Test func parametersReachLibvirt() {
    let disk = DiskMove(target: "vdb", action: .copy, toPool: "ssd", bytes: 1)
    let list = request([disk], address: "10.0.9.12") { $0.bandwidthBytesPerSecond = 7 << 20 }.parameters()
    defer { list.free() }
    let values = TypedValue.all(list.pointer, list.count)
    #expect(values.text(VIR_MIGRATE_PARAM_URI) == "tcp://10.0.9.12")
    #expect(values.text(VIR_MIGRATE_PARAM_MIGRATE_DISKS) == "vdb")
    #expect(values.number(VIR_MIGRATE_PARAM_BANDWIDTH) == 7)
  }

  @Test func resumingRepeatsTheFlags() {
    let first = request { $0.postCopy = true }
    #expect(first.resuming.flags == first.flags | flags(VIR_MIGRATE_POSTCOPY_RESUME))
  }
}
