import Fleet

/// Settings of a MigrationPolicy that contradict each other.
enum PolicyCheck {
  static func run(_ spec: ObjectReader<MigrationPolicySpecKey>, _ policy: MigrationPolicy, _ context: inout DecodingContext) {
    let postCopyIsKnown = spec[.postCopy].map { context.flagValue($0) != nil } ?? true
    if policy.onTimeout == .postCopy, !policy.postCopy, postCopyIsKnown, let node = spec[.onTimeout] {
      context.error(node, "'onTimeout: postCopy' without 'postCopy: true'", hint: "add postCopy: true, or choose abort or suspend")
    }
    if policy.postCopy, policy.onTimeout != .postCopy, let node = spec[.postCopy] {
      context.warning(
        node, "'postCopy' is allowed, but nothing switches to it", hint: "add onTimeout: postCopy, or remove postCopy")
    }
    if policy.completionTimeoutMillisecondsPerGiB == 0, let node = spec[.onTimeout], let timeout = spec[.completionTimeoutPerGiB] {
      let line = context.document[timeout].mark.line
      context.warning(
        node, "'onTimeout' never happens: 'completionTimeoutPerGiB' is 0 (line \(line))",
        hint: "give a timeout, for example 800s, or remove onTimeout")
    }
  }
}
