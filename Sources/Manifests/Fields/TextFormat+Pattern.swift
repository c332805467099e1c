extension TextFormat {
  /// An ECMA-262 regular expression of what `accepts` does, apart from lengths in bytes.
  package var pattern: String {
    switch self {
    case .any, .path: "^[^\(TextFormat.controls)]+$"
    case .world: "^[^\(TextFormat.controls)]*\\.json$"
    case .name: "^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$"
    case .uuid: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
    case .time: "^\(TextFormat.date)(?:[Tt ]\(TextFormat.clock)(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
    case .xenURL:
      "^https?://(?:\(TextFormat.name(before: "(?:[:/]|$)"))|\(TextFormat.ipv4)|\\[\(TextFormat.ipv6)\\])(?:\(TextFormat.port))?/?$"
    case .pin: "^sha256//[A-Za-z0-9+/]{43}=(?:;sha256//[A-Za-z0-9+/]{43}=)*$"
    case .variable: "^[A-Za-z_][A-Za-z0-9_]*$"
    case .address: "^(?:\(TextFormat.name(before: "$"))|\(TextFormat.ipv4)|\(TextFormat.ipv6))$"
    case .endpoint:
      "^(?:(?:\(TextFormat.name(before: "(?::|$)"))|\(TextFormat.ipv4)|\\[\(TextFormat.ipv6)\\])(?:\(TextFormat.port))?|\(TextFormat.ipv6))$"
    case .labelKey: "^[A-Za-z0-9][A-Za-z0-9._/-]{0,252}$"
    }
  }

  /// The bytes of no text, inside a class of characters.
  static let controls = "\\u0000-\\u001F\\u007F"

  private static let port = ":\(NumberPattern.of(1...65_535))"
  private static let ipv4 = "(?:\(octet)\\.){3}\(octet)"
  private static let octet = NumberPattern.of(0...255)

  /// As `HostAddress.isName`; `end` is what may follow the name.
  private static func name(before end: String) -> String {
    "(?![0-9.]+\(end))(?=[A-Za-z0-9._-]{1,253}\(end))[A-Za-z0-9][A-Za-z0-9_-]{0,62}(?:\\.[A-Za-z0-9_-]{1,63})*\\.?"
  }

  /// The grammar of RFC 3986, 3.2.2: without two colons eight groups, with them at most seven, an IPv4 address being the last two.
  private static let ipv6: String = {
    let group = "[0-9A-Fa-f]{1,4}"
    let lastTwo = "(?:\(group):\(group)|\(ipv4))"
    var ways = ["(?:\(group):){6}\(lastTwo)"]
    for left in 0...7 {
      let before = left == 0 ? "" : "(?:(?:\(group):){0,\(left - 1)}\(group))?"
      let after = left == 7 ? "" : left == 6 ? group : "(?:\(group):){\(5 - left)}\(lastTwo)"
      ways.append("\(before)::\(after)")
    }
    return "(?:\(ways.joined(separator: "|")))"
  }()

  /// Days that there are, in any year of four digits.
  private static let date: String = {
    let month31 = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    let month30 = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    let february = "02-(?:0[1-9]|1[0-9]|2[0-8])"
    let leapYear = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
    return "(?:[0-9]{4}-(?:\(month31)|\(month30)|\(february))|\(leapYear)-02-29)"
  }()
  private static let clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?:\\.[0-9]+)?"
}
