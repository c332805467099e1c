/// Names that may be declared where reading had to stop: a reference to one of them is not called unknown.
struct UnreadNames: Sendable {
  private var names: Set<String> = []
  /// True if a file could not be looked at at all: then any name may be declared.
  private(set) var couldBeAny = false
  private(set) var isEmpty = true

  func contains(_ name: String) -> Bool { couldBeAny || names.contains(name) }

  mutating func addFile() { (couldBeAny, isEmpty) = (true, false) }

  mutating func add(_ name: String) {
    names.insert(name)
    isEmpty = false
  }

  /// In a file that was cut short, what follows the word `name` may be a name.
  mutating func add(namesIn bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= ManifestLimits.salvagedFileBytesMax else { return addFile() }
    isEmpty = false
    var followsName = false
    for word in bytes.split(whereSeparator: { !TextFormat.isNameByte($0) }) {
      if followsName, word.count <= 253 { names.insert(String(decoding: word, as: UTF8.self)) }
      followsName = word.elementsEqual("name".utf8)
    }
  }
}
