/// An index into a document's nodes; 0 is no node.
typealias NodeID = Int32

/// One scalar, sequence or mapping. Children hang on `first` and `next`; a mapping's are key, value, key, value.
struct YAMLNode {
  enum Kind: UInt8 {
    case scalar, sequence, mapping
    /// An alias or a tagged value: already reported, so whoever reads it keeps silent.
    case refused
  }
  var kind: Kind
  /// True for a scalar without quotes, which may stand for a number, a boolean or nothing.
  var isPlain: Bool
  var mark: Mark
  /// Where a scalar's bytes are in the document's text.
  var start: UInt32 = 0
  var length: UInt32 = 0
  var first: NodeID = 0
  var next: NodeID = 0
}

/// Something YAML knows and manifests refuse.
enum YAMLRefusal { case anchor, alias, tag }

/// The nodes of one document in flat storage that the next document uses again.
struct YAMLDocument {
  private(set) var nodes: ContiguousArray<YAMLNode> = []
  private(set) var text: ContiguousArray<UInt8> = []
  var refusals: [(mark: Mark, what: YAMLRefusal)] = []

  mutating func reset() {
    nodes.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    refusals.removeAll()
    nodes.append(YAMLNode(kind: .refused, isPlain: false, mark: .start))
  }

  subscript(_ id: NodeID) -> YAMLNode { nodes[Int(id)] }
  var nodeCount: Int { nodes.count - 1 }

  mutating func append(_ node: YAMLNode) -> NodeID {
    nodes.append(node)
    return NodeID(nodes.count - 1)
  }

  /// Adds a scalar; its bytes are copied.
  mutating func append(scalar bytes: UnsafeBufferPointer<UInt8>, isPlain: Bool, mark: Mark) -> NodeID {
    let start = UInt32(text.count)
    text.append(contentsOf: bytes)
    return append(YAMLNode(kind: .scalar, isPlain: isPlain, mark: mark, start: start, length: UInt32(bytes.count)))
  }

  mutating func refuse(_ id: NodeID) { nodes[Int(id)].kind = .refused }
  mutating func setFirst(_ child: NodeID, of parent: NodeID) { nodes[Int(parent)].first = child }
  mutating func setNext(_ sibling: NodeID, of node: NodeID) { nodes[Int(node)].next = sibling }

  func string(_ id: NodeID) -> String { withBytes(id) { String(decoding: $0, as: UTF8.self) } }

  func withBytes<Result>(_ id: NodeID, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let node = nodes[Int(id)]
    return text.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[Int(node.start)..<Int(node.start + node.length)])) }
  }

  func haveEqualText(_ left: NodeID, _ right: NodeID) -> Bool {
    guard self[left].kind == .scalar, self[left].length == self[right].length else { return false }
    return withBytes(left) { left in withBytes(right) { right in left.elementsEqual(right) } }
  }

  /// The value of a mapping's first key of this name; nil if it has none, or is no mapping.
  func value(of name: StaticString, in mapping: NodeID) -> NodeID? {
    guard self[mapping].kind == .mapping else { return nil }
    let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    var key = self[mapping].first
    while key != 0 {
      if self[key].kind == .scalar, withBytes(key, { $0.elementsEqual(name) }) { return self[key].next }
      key = self[self[key].next].next
    }
    return nil
  }

  func entryCount(_ mapping: NodeID) -> Int {
    var count = 0
    var key = self[mapping].first
    while key != 0 {
      count += 1
      key = self[self[key].next].next
    }
    return count
  }

  /// The keys of a mapping.
  func keys(_ id: NodeID) -> [NodeID] {
    var keys: [NodeID] = []
    var key = self[id].first
    while key != 0 {
      keys.append(key)
      key = self[self[key].next].next
    }
    return keys
  }

  func elements(_ id: NodeID) -> [NodeID] {
    var elements: [NodeID] = []
    var element = self[id].first
    while element != 0 {
      elements.append(element)
      element = self[element].next
    }
    return elements
  }
}
