import CLibvirt

/// Makes sure, before a guest that is off is defined elsewhere, that the disks it does not take along are the same ones there.
///
/// A shared folder does not prove it: a symbolic link in it may lead into the host's own storage.
struct SharedDisks: Sendable {
  let source: LibvirtHost
  let destination: LibvirtHost

  /// Looks before a difference is believed: a network file system may show a change of the other side a little late.
  static let looksMax = 5
  static let lookAgainMilliseconds = 2000

  /// Why the destination would not start with the same disks; nil: it would.
  func objection(to disks: [DiskDescription]) async -> String? {
    var objection: String?
    for look in 0..<Self.looksMax {
      if look > 0 { try? await Task.sleep(for: .milliseconds(Self.lookAgainMilliseconds)) }
      objection = await difference(in: disks)
      if objection == nil { return nil }
    }
    return objection
  }

  private func difference(in disks: [DiskDescription]) async -> String? {
    let wanted = disks.compactMap { disk in VolumeReference(disk).map { (disk.target, $0) } }
    guard !wanted.isEmpty else { return nil }
    let deadline = LibvirtHypervisor.effectDeadline
    let look: @Sendable (ConnectionHandle) throws(LibvirtError) -> [Seen] = { connection throws(LibvirtError) in
      var seen: [Seen] = []
      for (_, reference) in wanted {
        guard let volume = try reference.find(connection) else {
          seen.append(.missing)
          continue
        }
        seen.append(.there(try CopyFreshness.state(of: volume)))
      }
      return seen
    }
    switch (await source.call(deadline, look), await destination.call(deadline, look)) {
    case (.success(let here), .success(let there)):
      for (index, (target, reference)) in wanted.enumerated() {
        if here[index] == .missing { return "disk \(target) (\(reference.text)) is in no active pool of \(source.name)" }
        if there[index] == .missing { return "disk \(target) (\(reference.text)) is not to be seen on \(destination.name)" }
        if here[index] != there[index] {
          return "\(reference.text) is another file on \(destination.name) than disk \(target) on \(source.name)"
        }
      }
      return nil
    case (.failure(let error), _), (_, .failure(let error)): return error.message
    }
  }

  private enum Seen: Equatable, Sendable {
    case missing
    /// Length and time of last change, as far as the host tells.
    case there(String?)
  }
}

extension VolumeReference {
  var text: String {
    switch self {
    case .path(let path): path
    case .volume(let name, let pool): "\(name) in pool \(pool)"
    }
  }
}
