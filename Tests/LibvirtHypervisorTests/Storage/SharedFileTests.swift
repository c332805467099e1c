import Fleet
import Testing

@testable import LibvirtHypervisor

/// Whether the file at a path is the one QEMU has open, and the same on both hosts.
@Suite struct SharedFileTests {
  private static let start = 1_795_812_414_934

  private static func look(
    _ changedAt: Int = 0, length: Int = 24 << 20, allocated: Int = 20 << 20
  ) -> SharedFile.Look {
    SharedFile.Look(lengthBytes: length, allocatedBytes: allocated, changedAt: Timestamp(milliseconds: start + changedAt))
  }
  private static func open(writes: Int = 0, allocated: Int = 20 << 20, capacity: Int = 24 << 20) -> SharedFile.Open {
    SharedFile.Open(capacityBytes: capacity, allocatedBytes: allocated, writes: writes)
  }
  private static func file(
    _ before: SharedFile.Look = look(), _ openBefore: SharedFile.Open = open(), there: SharedFile.Look = look(),
    _ openAfter: SharedFile.Open = open(), _ after: SharedFile.Look = look(), isRaw: Bool = true
  ) -> SharedFile {
    SharedFile(
      target: "vda", path: "/srv/web.raw", isRaw: isRaw, before: before, openBefore: openBefore, there: there, openAfter: openAfter,
      after: after)
  }
  private static func objection(_ file: SharedFile) -> String? { file.objection("hv2", "hv1") }

  @Test func aQuietGuestsOwnFile() { #expect(Self.objection(Self.file()) == nil) }

  @Test func aFileThatIsWrittenAllTheTime() {
    let file = Self.file(
      Self.look(0), Self.open(writes: 5), there: Self.look(120), Self.open(writes: 9, allocated: (20 << 20) + 8192),
      Self.look(300, allocated: (20 << 20) + 8192))
    #expect(Self.objection(file) == nil)
    // The destination shows what it kept for a second.
    let old = Self.file(Self.look(0), Self.open(writes: 5), there: Self.look(-1000), Self.open(writes: 9), Self.look(300))
    #expect(Self.objection(old) == nil)
  }

  @Test func writesThatTheFileDoesNotShow() {
    let file = Self.file(Self.look(0), Self.open(writes: 287), there: Self.look(0), Self.open(writes: 298), Self.look(0))
    #expect(
      Self.objection(file) == "/srv/web.raw on hv2 does not change while disk vda is written: it is not what its QEMU has open; "
        + "was a file system mounted over the folder while it ran?")
  }

  @Test func anotherFileThanQEMUHasOpen() {
    let hole = Self.file(Self.look(allocated: 4 << 20), there: Self.look(allocated: 4 << 20), Self.open(), Self.look(allocated: 4 << 20))
    #expect(Self.objection(hole)?.contains("takes 4194304 bytes of its storage, disk vda takes 20971520") == true)
    let short = Self.file(Self.look(length: 4 << 20), there: Self.look(length: 4 << 20), Self.open(), Self.look(length: 4 << 20))
    #expect(Self.objection(short)?.contains("has 4194304 bytes, disk vda has 25165824") == true)
    var image = short
    image.isRaw = false
    #expect(Self.objection(image) == nil, "the length of an image with a format is not what the guest sees")
  }

  @Test func anotherFileAtTheDestination() {
    for (there, word) in [
      (Self.look(length: 4 << 20), "has 4194304 bytes, not 25165824"), (Self.look(allocated: 4 << 20), "takes 4194304 bytes"),
      (Self.look(-1), "was changed at"), (Self.look(1), "was changed at"),
    ] {
      let found = Self.objection(Self.file(there: there))
      #expect(found?.hasPrefix("/srv/web.raw on hv1 is another file than disk vda on hv2: it ") == true, "\(found ?? "-")")
      #expect(found?.contains(word) == true, "\(found ?? "-")")
    }
    let stale = Self.file(Self.look(0), Self.open(writes: 5), there: Self.look(-600_000), Self.open(writes: 9), Self.look(300))
    #expect(Self.objection(stale)?.contains("was changed at") == true)
  }

  @Test func smallDifferencesOfAllocationAreTheFileSystems() {
    let within = Self.file(there: Self.look(allocated: 21 << 20))
    #expect(Self.objection(within) == nil)
    let beyond = Self.file(there: Self.look(allocated: (21 << 20) + 4096))
    #expect(Self.objection(beyond) != nil)
  }
}
