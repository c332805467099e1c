/// Every setting, its value and where that comes from, as text and JSON.
package enum SettingsReport {
  package struct Value: Sendable, Encodable, Equatable {
    package var name: String
    /// Nil: it is not set, and has no default.
    package var value: String?
    /// A flag, a variable, `file:line`, or "default".
    package var origin: String
    /// Which variable of the environment and which flag set it.
    package var variable: String?
    package var flag: String?

    package init(name: String, value: String?, origin: String, variable: String?, flag: String?) {
      self.name = name
      self.value = value
      self.origin = origin
      self.variable = variable
      self.flag = flag
    }
  }

  package static func text(_ values: [Value], file: String?, style: TextStyle) -> String {
    var table = TextTable([.init(header: "SETTING"), .init(header: "VALUE"), .init(header: "FROM")])
    for value in values { table.add([StyledText(value.name), StyledText(value.value ?? "-"), StyledText(value.origin)]) }
    let read = file.map { "Configuration file: \($0)" } ?? "No configuration file is read."
    // Never shortened: whoever asks wants to see the paths.
    let lines = table.lines(width: .max, style) ?? []
    return ([read, ""] + lines.map { $0.rendered(style) }).map { $0 + "\n" }.joined()
  }

  package static func json(_ values: [Value], file: String?) -> String {
    JSONText.encodeOwn(Document(file: file, settings: values))
  }

  private struct Document: Encodable {
    var apiVersion = "reconcile/v1"
    var kind = "Settings"
    var file: String?
    var settings: [Value]
  }
}
