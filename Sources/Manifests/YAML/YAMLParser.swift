import CLibYAML

/// Turns a file's bytes into documents, one at a time, in a single pass over libyaml's events.
struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let bytes: UnsafeBufferPointer<UInt8>
  private var open: ContiguousArray<(container: NodeID, last: NodeID)> = []

  /// `bytes` must outlive the parser.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    precondition(yaml_parser_initialize(parser) == 1, "libyaml could not allocate a parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    event.deallocate()
  }

  /// Reads the next document into `document` and returns its root, or nil at the end of the file.
  mutating func next(into document: inout YAMLDocument) throws(YAMLProblem) -> NodeID? {
    document.reset()
    open.removeAll(keepingCapacity: true)
    while true {
      guard yaml_parser_parse(parser, event) == 1 else { throw YAMLProblem(parser.pointee, bytes) }
      let type = event.pointee.type
      defer { yaml_event_delete(event) }
      switch type {
      case YAML_STREAM_END_EVENT: return nil
      case YAML_DOCUMENT_END_EVENT: return 1
      case YAML_SCALAR_EVENT:
        guard event.pointee.data.scalar.length <= ManifestLimits.scalarBytesMax else { throw YAMLProblem.tooLong(at: mark) }
        appendScalar(&document)
      case YAML_ALIAS_EVENT:
        document.refusals.append((mark, .alias))
        attach(document.append(YAMLNode(kind: .refused, isPlain: false, mark: mark)), &document)
      case YAML_SEQUENCE_START_EVENT:
        let data = event.pointee.data.sequence_start
        try begin(.sequence, anchor: data.anchor, tag: data.tag, &document)
      case YAML_MAPPING_START_EVENT:
        let data = event.pointee.data.mapping_start
        try begin(.mapping, anchor: data.anchor, tag: data.tag, &document)
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: open.removeLast()
      default: break
      }
      guard document.nodeCount <= ManifestLimits.nodesPerDocumentMax else { throw YAMLProblem.tooManyNodes(at: mark) }
    }
  }

  private var mark: Mark { Mark(event.pointee.start_mark) }

  private mutating func appendScalar(_ document: inout YAMLDocument) {
    let data = event.pointee.data.scalar
    let value = UnsafeBufferPointer<UInt8>(start: data.value, count: data.length)
    let id = document.append(scalar: value, isPlain: data.style == YAML_PLAIN_SCALAR_STYLE, mark: mark)
    refuse(anchor: data.anchor, tag: data.tag, id, &document)
    attach(id, &document)
  }

  private mutating func begin(
    _ kind: YAMLNode.Kind, anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, _ document: inout YAMLDocument
  ) throws(YAMLProblem) {
    guard open.count < ManifestLimits.yamlDepthMax else { throw YAMLProblem.tooDeep(at: mark) }
    let id = document.append(YAMLNode(kind: kind, isPlain: false, mark: mark))
    refuse(anchor: anchor, tag: tag, id, &document)
    attach(id, &document)
    open.append((id, 0))
  }

  private func refuse(
    anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, _ id: NodeID, _ document: inout YAMLDocument
  ) {
    if anchor != nil { document.refusals.append((mark, .anchor)) }
    guard tag != nil else { return }
    document.refusals.append((mark, .tag))
    document.refuse(id)
  }

  private mutating func attach(_ id: NodeID, _ document: inout YAMLDocument) {
    guard let parent = open.last else { return }
    if parent.last == 0 { document.setFirst(id, of: parent.container) } else { document.setNext(id, of: parent.last) }
    open[open.count - 1].last = id
  }
}

extension Mark {
  /// libyaml counts from 0.
  init(_ mark: yaml_mark_t) {
    self.init(line: UInt32(truncatingIfNeeded: mark.line + 1), column: UInt32(truncatingIfNeeded: mark.column + 1))
  }
}
