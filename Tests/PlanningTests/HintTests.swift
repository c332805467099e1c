import Fleet
import Planning
import Testing

/// What is advised helps: no probe where none can, no consent twice, no room of the size there is.
@Suite struct HintTests {
  private func only(_ fleet: TinyFleet) throws -> BlockedItem {
    let plan = fleet.planned()
    #expect(PlanChecker.check(plan, fleet.input).isEmpty)
    #expect(plan.blocked.count == 1)
    return try #require(plan.blocked.first)
  }

  /// A guest that is off, to leave hv1, whose one disk is `disk`.
  private func fleet(_ disk: DiskObservation) -> TinyFleet {
    var fleet = TinyFleet(hosts: 3)
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1", power: .off)
    fleet.change("web") { $0.disks = [disk] }
    return fleet
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var disk: DiskObservation
    var text: String
    var hint: String
  }

  private static func disk(
    _ kind: DiskObservation.Kind, _ storage: StorageID, _ volume: String, target: String = "vda"
  ) -> DiskObservation {
    DiskObservation(
      target: target, kind: kind, readOnly: kind == .cdrom, storage: storage, volume: volume, virtualBytes: gib, allocatedBytes: gib)
  }

  static let inNoPool = [
    Case(
      testDescription: "a LUN", disk: disk(.disk, "/dev/mapper", "/dev/mapper/mpatha"),
      text: "it cannot go to hv2: disk vda: it is /dev/mapper/mpatha, which is in no pool of hv1 (the other host refuses it too)",
      hint: "a device of the host is not moved: put the disk on network storage or into a pool of files, or move it by hand"),
    Case(
      testDescription: "a logical volume", disk: disk(.disk, "/dev/vg0", "/dev/vg0/lvm-root"),
      text: "it cannot go to hv2: disk vda: it is /dev/vg0/lvm-root, which is in no pool of hv1 (the other host refuses it too)",
      hint: "a device of the host is not moved: put the disk on network storage or into a pool of files, or move it by hand"),
    Case(
      testDescription: "the host's CD drive", disk: disk(.cdrom, "/dev", "/dev/sr0", target: "hda"),
      text: "it cannot go to hv2: CD-ROM hda: it is /dev/sr0, which is in no pool of hv1 (the other host refuses it too)",
      hint: "eject hda"),
    Case(
      testDescription: "an ISO in somebody's Downloads",
      disk: disk(.cdrom, "/home/ops/Downloads", "/home/ops/Downloads/debian.iso", target: "hda"),
      text:
        "it cannot go to hv2: CD-ROM hda: it is /home/ops/Downloads/debian.iso, which is in no pool of hv1 (the other host refuses it too)",
      hint:
        "eject hda, or make /home/ops/Downloads a pool on both hosts (virsh pool-define-as NAME dir --target /home/ops/Downloads), or put the file into one"
    ),
    Case(
      testDescription: "Ceph by ceph.conf", disk: disk(.volume, "unknown", "vda"),
      text:
        "it cannot go to hv2: network volume vda names no server, so nobody can tell whether hv2 reaches the same (the other host refuses it too)",
      hint: "name its servers (of Ceph: its monitors) as <host> in the <source> of vda"),
    Case(
      testDescription: "a pool that is not active", disk: disk(.disk, "fast", "web.raw"),
      text: "it cannot go to hv2: disk vda: pool fast is not active on hv1 (the other host refuses it too)",
      hint: "start it there: virsh pool-start fast"),
  ]

  @Test(arguments: inNoPool) func whatNoPoolShowsIsNotProbedFor(example: Case) throws {
    let item = try only(fleet(example.disk))
    #expect(item.text == example.text)
    #expect(item.hint == example.hint)
    #expect(!item.hint.contains("probe") && !item.text.contains("copying"))
  }

  /// What a proof could settle says so, and what is wrong if one has just been tried.
  @Test func aProofThatDoesNotComeHasAReason() throws {
    var fleet = fleet(Self.disk(.disk, "ssd", "web.raw"))
    for host in ["hv2", "hv3"] as [HostName] {
      fleet.see(host) { $0.storages = [StorageObservation(id: "ssd", shared: nil, source: "u dir /ssd", freeBytes: gib)] }
    }
    let hint = try only(fleet).hint
    #expect(
      hint == "run `reconcile probe`; if it has just run, hv2 can make no file in ssd (read-only, full, root_squash): mend that, or name "
        + "another pool with spec.targetStorage")
  }

  // MARK: pools: what helps with libvirt does not help there

  private func pool(_ edit: (inout InstanceObservation) -> Void) -> TinyFleet {
    var fleet = TinyFleet(hosts: 3)
    fleet.desired.cells[0].connection = .xenapi(XenConnection(url: "https://pool.example"))
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1")
    fleet.change("web", edit)
    return fleet
  }

  private static let disc = DiskObservation(
    target: "xvdd", kind: .cdrom, readOnly: true, storage: "DVD drives", volume: "u", virtualBytes: gib, allocatedBytes: gib,
    neverCopied: true)

  /// Neither a probe, nor another pool, nor a reboot brings it along.
  @Test(arguments: [InstanceObservation.Power.running, .off], [true, false])
  func aDiscOfAPoolIsEjectedAndNothingElse(_ power: InstanceObservation.Power, _ isSeen: Bool) throws {
    var fleet = pool { guest in
      guest.power = power
      guest.disks = [
        DiskObservation(target: "xvda", storage: power == .off ? "ssd" : "nfs", virtualBytes: gib, allocatedBytes: gib), Self.disc,
      ]
    }
    if isSeen { fleet.see("hv1") { $0.storages.append(StorageObservation(id: "DVD drives", identity: "u1", shared: nil, freeBytes: 0)) } }
    let item = try only(fleet)
    #expect(item.hint == "eject xvdd")
    #expect(
      item.text
        == "it cannot go to hv2: CD-ROM xvdd has media on DVD drives, which hv2 does not have, and a pool copies none (the other host refuses it too)"
    )
  }

  @Test func aSuspendedGuestOfAPoolIsResumed() throws {
    let item = try only(
      pool { guest in
        guest.power = .off
        guest.blockers = [.managedSave]
        guest.disks = [DiskObservation(target: "xvda", storage: "ssd", virtualBytes: gib, allocatedBytes: gib)]
      })
    #expect(item.hint == "resume it (xe vm-resume), or shut it down")
  }

  @Test func aStorageOfAPoolIsPlugged() throws {
    let item = try only(
      pool { $0.disks = [DiskObservation(target: "xvda", storage: "fast", volume: "u", virtualBytes: gib, allocatedBytes: gib)] })
    #expect(item.hint == "plug it there: xe pbd-plug")
  }

  @Test func consentIsAskedForOnce() throws {
    var fleet = TinyFleet(hosts: 2)
    fleet.maintain("hv1")
    fleet.add("web", on: "hv1")
    fleet.change("web") {
      $0.disks.append(DiskObservation(target: "sda", kind: .cdrom, readOnly: true, storage: "ssd", virtualBytes: gib, allocatedBytes: gib))
    }
    let hint = try only(fleet).hint
    #expect(
      hint
        == "eject sda, or copy its media to a storage that both hosts are proved to share; or add cold to spec.migration.allow")
  }

  @Test(arguments: [
    (20 << 20, 9 << 20, "20 MiB", "9 MiB"), (1 << 20, 0, "1 MiB", "0 GiB"), (40 << 10, 3 << 10, "40 KiB", "3 KiB"),
    (20 << 30, (20 << 30) - 1, "21474836480 bytes", "21474836479 bytes"), (3 << 30, 1 << 30, "3 GiB", "1 GiB"),
  ])
  func roomIsToldInAUnitThatShowsIt(need: Int, room: Int, needed: String, free: String) throws {
    var fleet = fleet(
      DiskObservation(target: "vda", storage: "ssd", virtualBytes: need, allocatedBytes: need))
    for host in ["hv2", "hv3"] as [HostName] {
      fleet.see(host) { $0.storages = [StorageObservation(id: "ssd", shared: false, freeBytes: room)] }
    }
    #expect(try only(fleet).text == "its disks need \(needed) in pool ssd of hv2, which has \(free)")
  }
}
