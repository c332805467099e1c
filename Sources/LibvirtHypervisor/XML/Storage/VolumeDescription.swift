import Fleet

/// What a storage volume's XML says.
struct VolumeDescription: Sendable, Equatable {
  var name: String
  var key: String?
  var path: String?
  /// `raw`, `qcow2`, …; nil: not said.
  var format: String?
  /// What a guest sees.
  var capacityBytes: Int
  /// What it takes of its pool.
  var allocationBytes: Int
  /// The file's or device's own length; nil: not said.
  var physicalBytes: Int?
  var backingPath: String?
  var modificationTime: Timestamp?
}

extension VolumeDescription {
  init(xml: String) throws(XMLError) {
    let root = try XMLDocument(xml, root: "volume").root
    name = try root.required("name").text
    key = try root.only("key")?.text.nonEmpty
    let target = try root.only("target")
    path = try target?.only("path")?.text.nonEmpty
    format = target?.first("format")?["type"]
    capacityBytes = try ByteSize.read(try root.required("capacity"), unit: "bytes")
    allocationBytes = try root.only("allocation").map { node throws(XMLError) in try ByteSize.read(node, unit: "bytes") } ?? 0
    physicalBytes = try root.only("physical").map { node throws(XMLError) in try ByteSize.read(node, unit: "bytes") }
    backingPath = try root.only("backingStore")?.only("path")?.text.nonEmpty
    modificationTime = target?.first("timestamps", "mtime").flatMap { Self.time($0.content) }
  }

  /// Seconds since 1970, with a fraction or without.
  private static func time(_ text: String) -> Timestamp? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let seconds = Int(parts[0]), abs(seconds) < 1 << 40 else { return nil }
    let fraction = parts.count == 2 ? String(parts[1].prefix(3)) : ""
    guard fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let milliseconds = Int(fraction + String(repeating: "0", count: 3 - fraction.count)) ?? 0
    return Timestamp(milliseconds: seconds * 1000 + milliseconds)
  }
}
