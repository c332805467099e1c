/// Text that a log of a CI system shows and does not obey.
///
/// GitHub takes lines that begin with `::` after white space, Azure and GitHub's older form `##vso[` and `##[` anywhere in a line
/// (actions/runner, ActionCommand.cs; azure-pipelines-agent, Command.cs), TeamCity `##teamcity[`.
package enum CommandFree {
  package static func text(_ text: String) -> String {
    guard text.contains("##") || text.contains("::") else { return text }
    var output = ""
    output.reserveCapacity(text.utf8.count)
    var rest = text[...]
    while let end = rest.firstIndex(where: \.isNewline) {
      output += line(rest[..<end])
      output.append(rest[end])
      rest = rest[rest.index(after: end)...]
    }
    return output + line(rest)
  }

  private static func line(_ line: Substring) -> String {
    // Our own colours are no white space, but a reader that drops them sees the line begin after them.
    let opening = line.prefix { $0.isWhitespace || $0 == "\u{1b}" || $0 == "[" || $0 == ";" || $0 == "m" || $0.isNumber }
    let rest = line.dropFirst(opening.count)
    return parted(rest.hasPrefix("::") ? "\(opening): \(rest.dropFirst())" : String(line))
  }

  /// `##`, letters and `[`: a space between the first two.
  private static func parted(_ line: String) -> String {
    guard line.contains("##") else { return line }
    var output: [Character] = []
    var isOpen = false
    // From the end, so that each `##` knows what follows it.
    for character in line.reversed() {
      if character == "#", isOpen, output.last == "#" { output.append(" ") }
      isOpen = character == "[" || isOpen && (character == "#" || character.isLetter)
      output.append(character)
    }
    return String(output.reversed())
  }
}
