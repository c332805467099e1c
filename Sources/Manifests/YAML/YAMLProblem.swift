import CLibYAML

/// Why a file cannot be read to its end as YAML.
struct YAMLProblem: Error, Equatable {
  var mark: Mark
  var message: String
  var hint: String

  static func tooDeep(at mark: Mark) -> YAMLProblem {
    YAMLProblem(
      mark: mark, message: "nested deeper than \(ManifestLimits.yamlDepthMax) levels",
      hint: "no manifest needs more than 6; the rest of this file was not read")
  }

  static func tooManyNodes(at mark: Mark) -> YAMLProblem {
    YAMLProblem(
      mark: mark, message: "a document of more than \(ManifestLimits.nodesPerDocumentMax) keys and values",
      hint: "one document declares one object; the rest of this file was not read")
  }

  static func tooLong(at mark: Mark) -> YAMLProblem {
    YAMLProblem(
      mark: mark, message: "a text of more than \(Quantity.text(ManifestLimits.scalarBytesMax, .size))",
      hint: "no value of a manifest is longer than \(ManifestLimits.textBytesMax) bytes; \(notRead)")
  }

  private static let notRead = "the rest of this file was not read"
}

extension YAMLProblem {
  /// Puts libyaml's error into words.
  init(_ parser: yaml_parser_t, _ bytes: UnsafeBufferPointer<UInt8>) {
    switch parser.error {
    case YAML_READER_ERROR: self = YAMLProblem.encoding(parser, bytes)
    case YAML_MEMORY_ERROR: self.init(mark: .start, message: "out of memory", hint: "split the file into several")
    default: self = YAMLProblem.syntax(parser, bytes)
    }
  }

  private static func encoding(_ parser: yaml_parser_t, _ bytes: UnsafeBufferPointer<UInt8>) -> YAMLProblem {
    let offset = min(parser.problem_offset, bytes.count)
    let mark = TextEncoding.mark(atByte: offset, of: bytes)
    let problem = parser.problem.map { String(cString: $0) } ?? ""
    if problem == "control characters are not allowed" {
      return YAMLProblem(
        mark: mark, message: "a control character (U+\(hexadecimal(Int(parser.problem_value), digits: 4)))",
        hint: "YAML is plain text: remove it; \(notRead)")
    }
    let byte = offset < bytes.count ? Int(bytes[offset]) : 0
    return YAMLProblem(
      mark: mark, message: "not UTF-8 (byte 0x\(hexadecimal(byte, digits: 2)))", hint: "save the file as UTF-8; \(notRead)")
  }

  private static func syntax(_ parser: yaml_parser_t, _ bytes: UnsafeBufferPointer<UInt8>) -> YAMLProblem {
    let problem = parser.problem.map { String(cString: $0) } ?? "cannot be read"
    let context = parser.context.map { String(cString: $0) }
    let mark = Mark(parser.problem_mark)
    if context == "while scanning a quoted scalar", problem.hasPrefix("found unexpected") {
      return YAMLProblem(
        mark: Mark(parser.context_mark), message: "a quoted text that is never closed",
        hint: "close it with the quote it starts with; \(notRead)")
    }
    if TextEncoding.character(at: mark, in: bytes) == UInt8(ascii: "\t") {
      return YAMLProblem(mark: mark, message: "a tab where YAML wants spaces", hint: "indent with spaces; \(notRead)")
    }
    let place = context.map { " \($0) that starts at line \(parser.context_mark.line + 1)" } ?? ""
    return YAMLProblem(mark: mark, message: "not YAML: \(problem)\(place)", hint: "look at this line and the one above it; \(notRead)")
  }

  private static func hexadecimal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
