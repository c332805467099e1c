import Foundation
import LabSupport

/// A part of the lab and what befalls it while a guest moves from hv1 to hv2.
struct Trouble: Sendable, Equatable, CustomStringConvertible {
  enum Part: String, CaseIterable, Sendable {
    case reconcile, sourceDaemon, destinationDaemon, bothDaemons, sourceQEMU, destinationQEMU, sourceHost, destinationHost, cable
  }
  enum Harm: Sendable, Equatable {
    /// kill -9, power loss, or the cable out until it is put in again.
    case death
    /// SIGSTOP and, that many seconds later, SIGCONT; the cable out and in.
    case hang(seconds: Int)

    var seconds: Int? {
      if case .hang(let seconds) = self { seconds } else { nil }
    }
  }

  var part: Part
  var harm: Harm

  var description: String {
    switch harm {
    case .death: "\(part.rawValue) dies"
    case .hang(let seconds): "\(part.rawValue) hangs \(seconds) s"
    }
  }

  /// The command that does it at once to the guest's move, and returns when it is over; what takes time to learn is learned here.
  func command(against name: String, of fleet: LabFleet) async throws -> [String] {
    let program = "$(cat \(fleet.pidFile.path))"
    guard case .hang(let seconds) = harm else { return death(of: name, program: program) }
    let targets: String
    switch part {
    case .cable: return Lab.command(["stall", "hv2", "link", "\(seconds)"])
    case .reconcile: targets = program
    case .sourceDaemon: targets = "\(try await Lab.pid("hv1", "libvirtd"))"
    case .destinationDaemon: targets = "\(try await Lab.pid("hv2", "libvirtd"))"
    case .bothDaemons: targets = "\(try await Lab.pid("hv1", "libvirtd")) \(try await Lab.pid("hv2", "libvirtd"))"
    case .sourceQEMU: targets = "\(try await Lab.pid("hv1", name))"
    // It comes to be only with the move: looked for among that host's processes.
    case .destinationQEMU: targets = "$(pgrep --ns \(try await Lab.pid("hv2")) --nslist pid -f 'guest=\(name),')"
    // All that runs on it.
    case .sourceHost: targets = "$(pgrep --ns \(try await Lab.pid("hv1")) --nslist pid .)"
    case .destinationHost: targets = "$(pgrep --ns \(try await Lab.pid("hv2")) --nslist pid .)"
    }
    // None there yet, or no more: nothing happens to it.
    let script = "p=\"\(targets)\"; [ -n \"$p\" ] || exit 0; kill -STOP $p; sleep \(seconds); kill -CONT $p"
    return ["/bin/sh", "-c", "{ \(script); } 2>/dev/null; true"]
  }

  private func death(of name: String, program: String) -> [String] {
    switch part {
    case .reconcile: ["/bin/sh", "-c", "kill -9 \(program)"]
    case .sourceDaemon: Lab.command(["libvirtd", "hv1", "kill"])
    case .destinationDaemon: Lab.command(["libvirtd", "hv2", "kill"])
    case .bothDaemons:
      ["/bin/sh", "-c", ["hv1", "hv2"].map { Lab.command(["libvirtd", $0, "kill"]).joined(separator: " ") }.joined(separator: "; ")]
    case .sourceQEMU: Lab.command(["qemu", "hv1", name, "KILL"])
    case .destinationQEMU: Lab.command(["qemu", "hv2", name, "KILL"])
    case .sourceHost: Lab.command(["crash", "hv1"])
    case .destinationHost: Lab.command(["crash", "hv2"])
    case .cable: Lab.command(["link", "hv2", "down"])
    }
  }

  /// The guest itself may be lost to it: what runs it is gone.
  var takesTheGuest: Bool { harm == .death && [.sourceQEMU, .sourceHost, .destinationQEMU, .destinationHost].contains(part) }
}
