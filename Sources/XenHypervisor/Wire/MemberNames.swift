/// xapi escapes texts but not the names of structure members, so that a key such as `R&D` of somebody's other_config breaks the whole answer.
enum MemberNames {
  private static let start = Array("<name>".utf8)
  private static let end = Array("</name>".utf8)
  private static let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"].map { Array($0.utf8) }

  /// The answer with what xapi forgot; nil: there was nothing to mend.
  static func escaped(in bytes: [UInt8]) -> [UInt8]? {
    var mended: [UInt8] = []
    mended.reserveCapacity(bytes.count + 64)
    var isMended = false
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<"), matches(start, in: bytes, at: index) else {
        mended.append(bytes[index])
        index += 1
        continue
      }
      mended += start
      index += start.count
      while index < bytes.count, !matches(end, in: bytes, at: index) {
        let byte = bytes[index]
        if byte == UInt8(ascii: "<") {
          mended += Array("&lt;".utf8)
          isMended = true
        } else if byte == UInt8(ascii: "&"), !entities.contains(where: { matches($0, in: bytes, at: index) }) {
          mended += Array("&amp;".utf8)
          isMended = true
        } else {
          mended.append(byte)
        }
        index += 1
      }
    }
    return isMended ? mended : nil
  }

  private static func matches(_ text: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
    index + text.count <= bytes.count && zip(text, bytes[index...]).allSatisfy { $0 == $1 }
  }
}
