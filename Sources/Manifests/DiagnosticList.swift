import Fleet

/// Errors and warnings as they are found, up to a limit; what is beyond is counted.
struct DiagnosticList: Sendable {
  private(set) var items: [Diagnostic] = []
  private(set) var errorCount = 0
  private(set) var warningCount = 0

  /// True if further ones are only counted, so that nobody need put them into words.
  var isFull: Bool { items.count >= ManifestLimits.diagnosticsMax }

  mutating func append(_ diagnostic: Diagnostic) {
    count(diagnostic.severity)
    if !isFull { items.append(diagnostic) }
  }

  mutating func append(_ other: DiagnosticList) {
    for item in other.items where !isFull { items.append(item) }
    errorCount += other.errorCount
    warningCount += other.warningCount
  }

  mutating func count(_ severity: Diagnostic.Severity) {
    if severity == .error { errorCount += 1 } else { warningCount += 1 }
  }

  mutating func error(_ message: String, at location: SourceLocation?, hint: String) { append(.error(message, at: location, hint: hint)) }
  mutating func warning(_ message: String, at location: SourceLocation?, hint: String) {
    append(.warning(message, at: location, hint: hint))
  }

  /// All that was kept by place, those without a place first, and a last one for what was not kept.
  func sorted() -> [Diagnostic] {
    var sorted = items.sorted { left, right in
      switch (left.location, right.location) {
      case (nil, nil): left.message < right.message
      case (nil, _): true
      case (_, nil): false
      case (let leftPlace?, let rightPlace?): (leftPlace, left.message) < (rightPlace, right.message)
      }
    }
    let more = errorCount + warningCount - items.count
    if more > 0 { sorted.append(.error("\(more) more errors and warnings are not shown", at: nil, hint: "mend those above first")) }
    return sorted
  }
}
