/// Whether JSON is of a shape that a decoder gets through: the decoder goes down a level of its stack for each level of nesting, and makes a
/// value of some dozen bytes out of each comma.
enum JSONShape {
  /// Levels; records of a pool have six.
  static let depthMax = 32
  /// Values; a pool of 5,000 guests sends about two million.
  static let valuesMax = 8_000_000

  static func isBounded(_ bytes: [UInt8]) -> Bool {
    var (depth, values, index) = (0, 0, 0)
    return bytes.withUnsafeBufferPointer { bytes in
      while index < bytes.count {
        switch bytes[index] {
        case UInt8(ascii: "\""):
          index += 1
          while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        case UInt8(ascii: "["), UInt8(ascii: "{"):
          depth += 1
          if depth > depthMax { return false }
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: ","):
          values += 1
          if values > valuesMax { return false }
        default: break
        }
        index += 1
      }
      return true
    }
  }
}
