import CLibvirt
import Glibc
import Hypervisor
import Testing

@testable import LibvirtHypervisor

@Suite struct LibvirtErrorTests {
  private func error(_ code: virErrorNumber, lost: Bool = false) -> LibvirtError {
    LibvirtError(code: Int32(code.rawValue), domain: 0, message: "whatever it says", connectionLost: lost)
  }

  @Test func theCodeDecidesNotTheText() {
    #expect(error(VIR_ERR_MIGRATE_UNSAFE).remedy == .giveUp)
    #expect(error(VIR_ERR_OPERATION_INVALID).remedy == .giveUp)
    #expect(error(VIR_ERR_OPERATION_TIMEOUT).remedy == .retry)
    #expect(error(VIR_ERR_RESOURCE_BUSY).remedy == .retry)
    #expect(error(VIR_ERR_OPERATION_ABORTED).remedy == .observe)
    #expect(error(VIR_ERR_INTERNAL_ERROR).remedy == .observe)
  }

  @Test func aLostConnectionLeavesEverythingOpen() {
    for code in [VIR_ERR_MIGRATE_UNSAFE, VIR_ERR_OPERATION_TIMEOUT, VIR_ERR_INTERNAL_ERROR] {
      #expect(error(code, lost: true).remedy == .observe)
    }
  }

  @Test func whatCameBeforeTheEffectHadNone() {
    #expect(error(VIR_ERR_INTERNAL_ERROR).asHypervisorError(beforeEffect: true).kind == .retryLater)
    #expect(error(VIR_ERR_INTERNAL_ERROR).asHypervisorError(beforeEffect: false).kind == .unknownOutcome)
    #expect(error(VIR_ERR_OPERATION_DENIED).asHypervisorError(beforeEffect: false).kind == .refusedNothingHappened)
    var marked = LibvirtError.refused("marked")
    marked.isOtherWriter = true
    #expect(marked.asHypervisorError(beforeEffect: true).kind == .otherWriter)
  }

  @Test func anExistingFileIsKnownByItsNumber() {
    var found = error(VIR_ERR_SYSTEM_ERROR)
    #expect(!found.isExisting)
    found.systemError = EEXIST
    #expect(found.isExisting)
    #expect(error(VIR_ERR_STORAGE_VOL_EXIST).isExisting)
  }

  /// The real library, and an address nobody listens on.
  @Test func aRefusedConnectionIsAnErrorOfTheSystem() {
    do throws(LibvirtError) {
      _ = try ConnectionHandle.open("qemu+tcp://127.0.0.1:1/system")
      Issue.record("nobody listens there")
    } catch {
      #expect(error.is(VIR_ERR_SYSTEM_ERROR), "\(error.code): \(error)")
      #expect(error.systemError == ECONNREFUSED)
      #expect(!error.message.isEmpty)
    }
  }
}
