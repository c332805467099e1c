package import Fleet
import Glibc

/// The file of settings, `/etc/reconcile/reconcile.yaml` if no other is named.
package enum ConfigurationFile {
  package static let pathDefault = "/etc/reconcile/reconcile.yaml"

  /// What it says, and everything that is wrong with it; blocks on the disk. Paths in it are relative to its folder.
  package static func load(_ path: String) -> (configuration: Configuration, diagnostics: [Diagnostic]) {
    switch FileContent.read(path) {
    case .failure(let problem):
      return (Configuration(), [.error(problem.message, at: SourceLocation(path, .start), hint: problem.hint)])
    case .success(let bytes):
      var (configuration, diagnostics) = bytes.withUnsafeBufferPointer { decode($0, path: path) }
      if let problem = problemOfMode(path) { diagnostics.append(problem) }
      return (diagnostics.contains { $0.severity == .error } ? Configuration() : configuration, diagnostics)
    }
  }

  /// Whoever writes it chooses programs that run as its reader.
  private static func problemOfMode(_ path: String) -> Diagnostic? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IWOTH != 0 else { return nil }
    return .error(
      "everybody can write this file (mode \(String(status.st_mode & 0o7777, radix: 8)))", at: SourceLocation(path, .start),
      hint: "chmod o-w \(path)")
  }

  package static func decode(_ bytes: UnsafeBufferPointer<UInt8>, path: String) -> (Configuration, [Diagnostic]) {
    var context = DecodingContext(path: path, root: "", trust: ManifestTrust())
    var configuration = Configuration()
    if let problem = TextEncoding.byteOrderMark(bytes) {
      context.diagnostics.error(problem.message, at: SourceLocation(path, problem.mark), hint: problem.hint)
      return (configuration, context.diagnostics.sorted())
    }
    var parser = YAMLParser(bytes)
    var isRead = false
    do throws(YAMLProblem) {
      while let root = try parser.next(into: &context.document) {
        if !context.document.refusals.isEmpty { context.reportRefusals() }
        if context.document[root].kind == .scalar, context.isNothing(root) { continue }
        guard !isRead else {
          context.error(root, "a second document", hint: "a configuration is one document: remove the --- or what follows it")
          break
        }
        isRead = true
        configuration = ConfigurationDecoder.decode(root, &context)
      }
    } catch {
      context.reportRefusals()
      context.diagnostics.error(error.message, at: SourceLocation(path, error.mark), hint: error.hint)
    }
    return (configuration, context.diagnostics.sorted())
  }
}
