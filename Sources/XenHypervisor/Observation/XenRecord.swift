import Fleet

/// One object of a pool. A field that the server does not know is absent, and reads as empty.
struct XenRecord: Sendable {
  private let fields: [String: XenValue]

  init?(_ value: XenValue) {
    guard let fields = value.map else { return nil }
    self.fields = fields
  }

  func has(_ field: String) -> Bool { fields[field] != nil }
  func text(_ field: String) -> String { fields[field]?.text ?? "" }
  /// A number that a server says, within bounds that arithmetic takes.
  func integer(_ field: String) -> Int { Int(foreign: fields[field]?.integer ?? 0) }
  func number(_ field: String) -> Double? { fields[field]?.number }
  func flag(_ field: String) -> Bool { fields[field]?.flag ?? false }
  func reference(_ field: String) -> String? { fields[field]?.reference }
  func references(_ field: String) -> [String] { fields[field]?.list?.compactMap(\.reference) ?? [] }
  func texts(_ field: String) -> [String] { fields[field]?.list?.compactMap(\.text) ?? [] }

  /// A map of texts.
  func map(_ field: String) -> [String: String] { fields[field]?.map?.mapValues(\.words) ?? [:] }

  var uuid: String { text("uuid") }
  var name: String { text("name_label") }
}
