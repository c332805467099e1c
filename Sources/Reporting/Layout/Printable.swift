/// Text that cannot drive a terminal: names come from manifests and hypervisors, and may carry escape codes, change the direction of writing
/// or begin lines of their own.
package enum Printable {
  /// One line without control characters and without characters that show nothing.
  package static func clean(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(replacement(of: scalar)) }
    return String(clean)
  }

  private static func replacement(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x20..<0x7f: scalar
    case 0x09, 0x0a, 0x0d, 0x85, 0x2028, 0x2029: " "
    default: isHidden(scalar) ? "\u{fffd}" : scalar
    }
  }

  /// Control characters (C0, C1, DEL) and format characters: those for the direction of writing, of no width, and tags.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
