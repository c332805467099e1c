/// How text may look: colour and Unicode only if the caller, who knows the terminal, says so.
package struct TextStyle: Sendable, Equatable {
  /// Narrower or wider terminals are treated as if they had these widths.
  package static let widthMin = 40
  package static let widthMax = 400
  /// As wide as it needs: nothing is broken or shortened, for pipes and files.
  package static let unwrapped = 1 << 30

  /// No colour, 120 columns.
  package static let plain = TextStyle(color: false, width: 120, unicode: true)

  package let color: Bool
  /// Columns.
  package let width: Int
  package let unicode: Bool

  package init(color: Bool, width: Int, unicode: Bool) {
    self.color = color
    self.width = width == TextStyle.unwrapped ? width : min(max(width, TextStyle.widthMin), TextStyle.widthMax)
    self.unicode = unicode
  }

  var arrow: String { unicode ? "→" : "->" }
  var ellipsis: String { unicode ? "…" : "~" }
  var cross: String { unicode ? "✗" : "x" }
  var tick: String { unicode ? "✓" : "+" }
  var bullet: String { unicode ? "•" : "*" }
  var barFull: Character { unicode ? "█" : "#" }
  var barEmpty: Character { unicode ? "░" : "." }
}
