/// A value as XenAPI sends it over either wire; references are texts.
package enum XenValue: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case list([XenValue])
  case map([String: XenValue])
  /// XML-RPC's `<nil/>`, JSON's `null`; void answers are empty texts.
  case none
}

extension XenValue {
  package var text: String? { if case .text(let text) = self { text } else { nil } }

  package var list: [XenValue]? { if case .list(let values) = self { values } else { nil } }

  package var map: [String: XenValue]? { if case .map(let values) = self { values } else { nil } }

  /// An integer of either wire: XML-RPC answers are texts of digits.
  package var integer: Int? {
    switch self {
    case .integer(let value): value
    case .text(let text): Int(text)
    default: nil
    }
  }

  package var flag: Bool? { if case .flag(let value) = self { value } else { nil } }

  package var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .text(let text): Double(text)
    default: nil
    }
  }

  /// A reference to an object; nil for `OpaqueRef:NULL`, and for the empty text that some servers send for it.
  package var reference: String? {
    guard let text, !text.isEmpty, text != "OpaqueRef:NULL" else { return nil }
    return text
  }
}
