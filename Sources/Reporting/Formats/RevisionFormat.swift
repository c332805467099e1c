/// Revisions for people: a git commit by its first 12 digits, `-dirty` kept.
package enum RevisionFormat {
  static let digits = 12

  package static func text(_ revision: String) -> String {
    let commit = revision.prefix { $0.isASCII && $0.isHexDigit }
    guard commit.count == 40 || commit.count == 64 else { return revision }
    return String(commit.prefix(digits) + revision.dropFirst(commit.count))
  }
}
