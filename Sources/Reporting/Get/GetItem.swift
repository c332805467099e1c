package import Fleet

/// One object of a list.
package protocol GetItem: Codable, Sendable, Equatable {
  static var getKind: GetKind { get }
  /// The columns of text and CSV, in their order.
  static var columns: [GetColumn<Self>] { get }

  /// As `-o name` has it behind the kind.
  var title: String { get }
  /// What else it may be asked for by.
  var aliases: [String] { get }
  /// The cells it is in, of which one must be asked for.
  var cellNames: [CellName] { get }
}

/// A list as JSON and YAML (schema: `reconcile schema get`).
package struct GetList<Item: GetItem>: VersionedDocument, Sendable, Equatable {
  package static var apiVersion: String { "reconcile/v1" }
  package static var documentKind: String { Item.getKind.listKind }

  package var apiVersion: String = GetList.apiVersion
  package var kind: String = GetList.documentKind
  package var fleet: String
  /// Of the manifests now.
  package var revision: String
  package var at: Timestamp
  /// Nil: nothing was observed yet, and all that only hosts could tell is left out.
  package var observedAt: Timestamp?
  package var items: [Item]

  package init(fleet: String, revision: String, at: Timestamp, observedAt: Timestamp?, items: [Item]) {
    self.fleet = fleet
    self.revision = revision
    self.at = at
    self.observedAt = observedAt
    self.items = items
  }
}

/// A column: what it holds of each object.
package struct GetColumn<Item>: Sendable {
  var header: String
  var alignment = TextTable.Alignment.leading
  /// Only with `-o wide`.
  var isWide = false
  /// The value, at the time it is shown.
  var value: @Sendable (Item, Timestamp) -> GetValue
}

/// A value in a column: in words for people, bare for CSV. What is not known is `-`, and nothing in CSV.
package struct GetValue: Sendable {
  var text: StyledText
  var bare: String

  static let unknown = GetValue(text: StyledText("-", .quiet), bare: "")

  static func word(_ word: String?, _ tone: Tone = .plain) -> GetValue {
    guard let word, !word.isEmpty else { return unknown }
    return GetValue(text: StyledText(word, tone), bare: Printable.clean(word))
  }
  static func count(_ count: Int?) -> GetValue {
    count.map { GetValue(text: StyledText(CountFormat.number($0)), bare: "\($0)") } ?? unknown
  }
  static func bytes(_ bytes: Int?) -> GetValue {
    bytes.map { GetValue(text: StyledText(ByteFormat.text($0)), bare: "\($0)") } ?? unknown
  }
  static func yesOrNo(_ isSo: Bool?, no: Tone = .plain) -> GetValue {
    isSo.map { GetValue.word($0 ? "yes" : "no", $0 ? .plain : no) } ?? unknown
  }
  /// An age for people, the time in CSV.
  static func time(_ time: Timestamp?, _ now: Timestamp) -> GetValue {
    time.map { GetValue(text: StyledText(DurationFormat.age(of: $0, at: now)), bare: "\($0)") } ?? unknown
  }
  static func labels(_ labels: [String: String]) -> GetValue { .word(Self.pairs(labels)) }
  /// `app=web,tier=1`, sorted.
  static func pairs(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
  /// `rolledBack` as `rolled-back`.
  static func dashed(_ word: String) -> String {
    word.reduce(into: "") { text, letter in text += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)" }
  }
}
