/// One metric with its samples, in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/).
package struct MetricFamily: Sendable, Equatable {
  package enum Kind: String, Sendable { case gauge, counter, summary }

  package struct Sample: Sendable, Equatable {
    /// `_sum` and `_count` of a summary, else empty.
    package var suffix: String
    package var labels: [(name: String, value: String)]
    package var value: Double

    package init(_ value: Double, _ labels: [(name: String, value: String)] = [], suffix: String = "") {
      (self.value, self.labels, self.suffix) = (value, labels, suffix)
    }

    package static func == (one: Sample, other: Sample) -> Bool {
      one.suffix == other.suffix && one.value == other.value && one.labels.elementsEqual(other.labels, by: ==)
    }
  }

  package static let prefix = "reconcile_"

  /// Without the prefix.
  package var name: String
  package var kind: Kind
  package var help: String
  package var samples: [Sample]

  /// Empty if there is no sample: what is not known has no value.
  var text: String {
    guard !samples.isEmpty else { return "" }
    let name = Self.prefix + name
    let lines = samples.map { "\(name)\($0.suffix)\(Self.text($0.labels)) \(Self.text($0.value))" }
    return (["# HELP \(name) \(Self.escaped(help, quotes: false))", "# TYPE \(name) \(kind.rawValue)"] + lines).joined(separator: "\n")
      + "\n"
  }

  private static func text(_ labels: [(name: String, value: String)]) -> String {
    guard !labels.isEmpty else { return "" }
    return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
  }

  private static func text(_ value: Double) -> String {
    guard value.isFinite, value == value.rounded(), abs(value) < 1e15 else { return "\(value)" }
    return "\(Int(value))"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
