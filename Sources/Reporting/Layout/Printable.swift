/// Text that cannot drive a terminal: names come from manifests and hypervisors, and may carry escape codes or change the direction of writing.
enum Printable {
  static func clean(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(replacement(of: scalar)) }
    return String(clean)
  }

  private static func replacement(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09, 0x0a, 0x0d, 0x2028, 0x2029: " "
    case 0x00...0x1f, 0x7f...0x9f, 0x061c, 0x200e...0x200f, 0x202a...0x202e, 0x2066...0x2069: "\u{fffd}"
    default: scalar
    }
  }
}
