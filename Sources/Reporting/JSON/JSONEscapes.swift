/// JSON whose strings show in a terminal or log what they hold: control, direction and other hidden characters are written as escapes.
enum JSONEscapes {
  /// `json`: of an encoder, in UTF-8; outside of strings it is ASCII.
  static func escaped(_ json: [UInt8]) -> [UInt8] {
    let isPlain =
      zip(json, json.dropFirst()).allSatisfy { byte, next in byte < 0x7f && (byte != hash || next != hash) } && json.last ?? 0 < 0x7f
    if isPlain { return json }
    var output: [UInt8] = []
    output.reserveCapacity(json.count + 64)
    var lastWasHash = false
    for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
      // The second of two: no log takes `##` for a command.
      if scalar.value > 0x20 && Printable.isHidden(scalar) || scalar == "#" && lastWasHash {
        append(scalar, to: &output)
      } else {
        output.append(contentsOf: UTF8.encode(scalar)!)
      }
      lastWasHash = scalar == "#"
    }
    return output
  }

  private static let hash = UInt8(ascii: "#")

  private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    for unit in UTF16.encode(scalar)! {
      let digits = String(unit, radix: 16)
      output += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
    }
  }
}
