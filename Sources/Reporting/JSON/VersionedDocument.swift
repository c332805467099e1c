package import Fleet

/// A JSON document that says what it is: a file of another kind or version is refused by name.
package protocol VersionedDocument: Codable {
  static var apiVersion: String { get }
  static var documentKind: String { get }
  var apiVersion: String { get }
  var kind: String { get }
}

extension Plan: VersionedDocument {
  package static var documentKind: String { "Plan" }
}

extension Observation: VersionedDocument {
  package static var documentKind: String { "Observation" }
}

/// The first two fields of a document, whatever the rest.
struct DocumentHeader: Decodable {
  var apiVersion: String?
  var kind: String?
}

extension VersionedDocument {
  static func problem(apiVersion: String?, kind: String?) -> JSONTextError? {
    if kind != documentKind {
      return JSONTextError(path: "kind", problem: "\(kind.map { "\"\($0)\"" } ?? "nothing"), where \"\(documentKind)\" is needed")
    }
    if apiVersion != self.apiVersion {
      return JSONTextError(
        path: "apiVersion", problem: "\(apiVersion.map { "\"\($0)\"" } ?? "nothing"), where \"\(self.apiVersion)\" is needed")
    }
    return nil
  }
}
