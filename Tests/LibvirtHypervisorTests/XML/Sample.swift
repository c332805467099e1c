import FoundationEssentials
import Testing

/// Definitions as libvirt 9.0 prints them, under `Samples/`: `NAME.xml` inactive, `NAME.live.xml` of the same domain running.
enum Sample {
  static let inactive = [
    "uefi-nvram", "tpm", "hugepages", "numa-pinned", "vhost-user", "sriov-failover", "rbd", "iscsi", "lvm-block", "multi-disk",
  ]
  static let live = ["uefi-nvram.live", "multi-disk.live"]
  static let domains = inactive + live

  private static let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Samples"

  static func text(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name).xml", encoding: .utf8) }
}

/// What an edit changed, line by line: `-` for a line that went, `+` for one that came, in the order of the text, without indentation.
func changes(from old: String, to new: String) -> [String] {
  let old = old.split(separator: "\n", omittingEmptySubsequences: false)
  let new = new.split(separator: "\n", omittingEmptySubsequences: false)
  var result: [String] = []
  var (oldIndex, newIndex) = (0, 0)
  let difference = new.difference(from: old)
  let removed = Set(difference.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
  let inserted = Set(difference.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
  while oldIndex < old.count || newIndex < new.count {
    if removed.contains(oldIndex) {
      result.append("-" + old[oldIndex].drop { $0 == " " })
      oldIndex += 1
    } else if inserted.contains(newIndex) {
      result.append("+" + new[newIndex].drop { $0 == " " })
      newIndex += 1
    } else {
      (oldIndex, newIndex) = (oldIndex + 1, newIndex + 1)
    }
  }
  return result
}
