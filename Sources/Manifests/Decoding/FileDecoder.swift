import Fleet

/// Decodes the documents of one file, each as it ends, and drops their nodes.
enum FileDecoder {
  /// Adds what the file declares to `declarations`; a YAML error ends this file only.
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, path: String, root: String, trust: ManifestTrust, into declarations: inout Declarations
  ) -> DiagnosticList {
    var context = DecodingContext(path: path, root: root, trust: trust)
    if let problem = TextEncoding.byteOrderMark(bytes) {
      cut(problem, bytes, &context, &declarations)
      return context.diagnostics
    }
    var parser = YAMLParser(bytes)
    do throws(YAMLProblem) {
      while let root = try parser.next(into: &context.document) {
        if !context.document.refusals.isEmpty { context.reportRefusals() }
        declarations.documentsRead += 1
        guard declarations.documentsRead <= ManifestLimits.documentsMax else {
          context.error(root, "more than \(ManifestLimits.documentsMax) documents", hint: "split the fleet")
          declarations.unread.addFile()
          break
        }
        if context.document[root].kind == .scalar, context.isNothing(root) { continue }
        declarations.documentCount += 1
        DocumentDecoder.decode(root, &context, &declarations)
      }
    } catch {
      cut(error, bytes, &context, &declarations)
    }
    return context.diagnostics
  }

  private static func cut(
    _ problem: YAMLProblem, _ bytes: UnsafeBufferPointer<UInt8>, _ context: inout DecodingContext, _ declarations: inout Declarations
  ) {
    context.reportRefusals()
    context.diagnostics.error(problem.message, at: SourceLocation(context.path, problem.mark), hint: problem.hint)
    declarations.unread.add(namesIn: bytes)
  }
}
