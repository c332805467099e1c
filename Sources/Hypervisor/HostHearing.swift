package import Fleet

/// Who is told, while all hosts are looked at, of each that has answered or was given up; the observation that follows says the same.
package enum HostHearing {
  /// A host, and why it is silent; nil: it answered. A driver that asks each host by itself calls it as each one ends.
  @TaskLocal package static var told: (@Sendable (HostName, String?) -> Void)?
}
