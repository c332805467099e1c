import CLibvirt
import Fleet

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
  func objection(to disks: [DiskDescription]) async -> Objection? {
    await objection(
      to: disks.compactMap { disk in VolumeReference(disk).map { OpenedFiles.Image(what: "disk \(disk.target)", reference: $0) } })
  }

  func objection(to images: [OpenedFiles.Image]) async -> Objection? {
    var objection: Objection?
    for look in 0..<Self.looksMax {
      if look > 0 { try? await Task.sleep(for: .milliseconds(Self.lookAgainMilliseconds)) }
      objection = await difference(in: images)
      if objection == nil { return nil }
    }
    return objection
  }

  private func difference(in images: [OpenedFiles.Image]) async -> Objection? {
    let wanted = images.map { ($0.what, $0.reference) }
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
      for (index, (what, reference)) in wanted.enumerated() {
        if here[index] == .missing {
          return Objection("\(what) (\(reference.text)) is in no active pool of \(source.name)", blame: .guest)
        }
        if there[index] == .missing { return Objection("\(what) (\(reference.text)) is not to be seen on \(destination.name)") }
        if here[index] != there[index] {
          return Objection("\(reference.text) is another file on \(destination.name) than \(what) on \(source.name)")
        }
      }
      return nil
    case (.failure(let error), _): return Objection(error.message, blame: .source)
    case (_, .failure(let error)): return Objection(error.message, blame: .destination)
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
