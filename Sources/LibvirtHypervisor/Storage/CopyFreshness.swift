import CLibvirt
import Hypervisor

/// Makes sure that what was copied is still what the source holds: a guest that somebody started and stopped meanwhile has written to it.
///
/// The source volume's length and time of last change are kept in the sign beside the copy, so that this also works after a restart. A
/// volume whose host tells no such time (a block device) is not judged.
struct CopyFreshness: Sendable {
  struct Copy: Sendable {
    var target: String
    var original: VolumeReference
    var copy: VolumeReference
  }

  let source: LibvirtHost
  let destination: LibvirtHost

  /// Which disk changed at the source after it was copied, or what could not be found out; nil: none.
  func objection(to copies: [Copy]) async -> String? {
    guard !copies.isEmpty else { return nil }
    let deadline = LibvirtHypervisor.effectDeadline
    let then = await destination.call(deadline) { connection throws(LibvirtError) in
      var states: [String?] = []
      for copy in copies { states.append(try Self.sign(of: copy.copy, connection)) }
      return states
    }
    let now = await source.call(deadline) { connection throws(LibvirtError) in
      var states: [String?] = []
      for copy in copies {
        states.append(try copy.original.find(connection).flatMap { volume throws(LibvirtError) in try Self.state(of: volume) })
      }
      return states
    }
    switch (then, now) {
    case (.success(let then), .success(let now)):
      for (index, copy) in copies.enumerated() {
        if let before = then[index], let after = now[index], before != after {
          return "disk \(copy.target) changed on \(source.name) after it was copied: somebody used it meanwhile"
        }
      }
      return nil
    case (.failure(let error), _), (_, .failure(let error)): return error.message
    }
  }

  /// What a later look is compared with; nil: the host does not tell.
  static func state(of volume: VolumeHandle) throws(LibvirtError) -> String? {
    let description = try parsed { try VolumeDescription(xml: try volume.xml()) }
    guard let time = description.modificationTime else { return nil }
    return "\(description.physicalBytes ?? 0) \(time)"
  }

  private static func sign(of copy: VolumeReference, _ connection: ConnectionHandle) throws(LibvirtError) -> String? {
    guard let sign = try copy.suffixed(OwnCopy.signSuffix).find(connection, lookingAgain: false) else { return nil }
    return try OwnCopy.note(in: sign)
  }
}
