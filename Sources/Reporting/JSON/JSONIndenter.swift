/// Lays compact JSON out for people and for line-wise diffs; Foundation's own layout breaks every empty array over three lines.
enum JSONIndenter {
  /// Arrays of plain values up to this many bytes stay on one line.
  static let inlineBytesMax = 96

  static func indented(_ compact: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(compact.count * 2)
    var depth = 0
    var index = 0
    while index < compact.count {
      let byte = compact[index]
      switch byte {
      case UInt8(ascii: "\""):
        let end = endOfString(compact, from: index)
        output += compact[index..<end]
        index = end
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if let end = endOfInline(compact, from: index) {
          appendInline(compact[index..<end], to: &output)
          index = end
          continue
        }
        depth += 1
        output.append(byte)
        breakLine(&output, depth)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        breakLine(&output, depth)
        output.append(byte)
      case UInt8(ascii: ","):
        output.append(byte)
        breakLine(&output, depth)
      case UInt8(ascii: ":"):
        output.append(byte)
        output.append(UInt8(ascii: " "))
      default: output.append(byte)
      }
      index += 1
    }
    return output
  }

  /// Without the white space between tokens.
  static func compacted(_ text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""):
        let end = endOfString(text, from: index)
        output += text[index..<end]
        index = end
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): index += 1
      default:
        output.append(text[index])
        index += 1
      }
    }
    return output
  }

  private static func breakLine(_ output: inout [UInt8], _ depth: Int) {
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  /// The index after the string that opens at `start`.
  private static func endOfString(_ text: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < text.count, text[index] != UInt8(ascii: "\"") { index += text[index] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(index + 1, text.count)
  }

  /// The index after an empty object or array, or a short array of plain values; nil: it takes lines of its own.
  private static func endOfInline(_ text: [UInt8], from start: Int) -> Int? {
    guard start + 1 < text.count else { return nil }
    if text[start + 1] == UInt8(ascii: "}") || text[start + 1] == UInt8(ascii: "]") { return start + 2 }
    guard text[start] == UInt8(ascii: "[") else { return nil }
    var index = start + 1
    while index < text.count, index - start < inlineBytesMax {
      switch text[index] {
      case UInt8(ascii: "]"): return index + 1
      case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
      case UInt8(ascii: "\""): index = endOfString(text, from: index)
      default: index += 1
      }
    }
    return nil
  }

  private static func appendInline(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    var inString = false
    var escaped = false
    for byte in text {
      output.append(byte)
      if inString {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
      } else if byte == UInt8(ascii: "\"") {
        inString = true
      } else if byte == UInt8(ascii: ",") {
        output.append(UInt8(ascii: " "))
      }
    }
  }
}
