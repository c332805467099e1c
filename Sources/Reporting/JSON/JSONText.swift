import FoundationEssentials

/// Values as JSON text and back: keys sorted, one line end at the end, errors that name the field.
package enum JSONText {
  /// Pretty: two columns a level, short arrays of plain values on one line. Throws only for numbers that are not finite.
  package static func encode(_ value: some Encodable, pretty: Bool = true) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let compact = JSONEscapes.escaped([UInt8](try encoder.encode(value)))
    return String(decoding: (pretty ? JSONIndenter.indented(compact) : compact) + [UInt8(ascii: "\n")], as: UTF8.self)
  }

  /// Throws with the path of the field that is wrong; a `VersionedDocument` must be of its own kind and version.
  package static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws(JSONTextError) -> Value {
    try decode(type, from: Data(text.utf8))
  }

  /// As for a text; the bytes are UTF-8.
  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(JSONTextError) -> Value {
    try decode(type, from: Data(bytes))
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws(JSONTextError) -> Value {
    do {
      let value = try JSONDecoder().decode(type, from: data)
      if let document = value as? any VersionedDocument { try check(document) }
      return value
    } catch let error as JSONTextError {
      throw error
    } catch {
      if case DecodingError.dataCorrupted(let context) = error, context.codingPath.isEmpty,
        let problem = JSONSyntax.problem(in: Array(data))
      {
        throw problem
      }
      // What kind of file it is tells more than the first field that another kind does not have.
      if let expected = type as? any VersionedDocument.Type, let header = try? JSONDecoder().decode(DocumentHeader.self, from: data),
        let problem = expected.problem(apiVersion: header.apiVersion, kind: header.kind)
      {
        throw problem
      }
      throw JSONTextError(error)
    }
  }

  private static func check<Document: VersionedDocument>(_ document: Document) throws(JSONTextError) {
    if let problem = Document.problem(apiVersion: document.apiVersion, kind: document.kind) { throw problem }
  }

  /// For values of our own that hold no floating-point numbers, which always encode.
  static func encodeOwn(_ value: some Encodable, pretty: Bool = true) -> String {
    do { return try encode(value, pretty: pretty) } catch { preconditionFailure("a report of integers and strings encodes: \(error)") }
  }
}
