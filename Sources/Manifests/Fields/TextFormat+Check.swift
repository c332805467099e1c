import Fleet

extension TextFormat {
  /// True if the text is what the format says; `pattern` accepts the same.
  package func accepts(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !bytes.isEmpty, bytes.count <= ManifestLimits.textBytesMax, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      return false
    }
    return switch self {
    case .any, .path: true
    case .world: bytes.suffix(5).elementsEqual(".json".utf8)
    case .name: TextFormat.isName(bytes)
    case .uuid: TextFormat.isUUID(bytes)
    case .time: Timestamp(rfc3339: String(decoding: bytes, as: UTF8.self)) != nil
    case .xenURL: TextFormat.isXenURL(bytes)
    case .pin: bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).allSatisfy(TextFormat.isPin)
    case .variable: !isDigit(bytes[0]) && bytes.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "_") }
    case .address: HostAddress.isHost(bytes)
    case .endpoint: HostAddress.isIPv6(bytes) || HostAddress.endpoint(bytes) != nil
    case .labelKey: TextFormat.isLabelKey(bytes)
    }
  }

  static func isName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, isDigit(first) || isLetter(first), bytes.count <= 253 else { return false }
    return bytes.allSatisfy(isNameByte)
  }

  /// A byte of a name after its first.
  static func isNameByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
  }

  static func isLabelKey(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, isDigit(first) || isLetter(first), bytes.count <= 253 else { return false }
    return bytes.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "/") }
  }

  private static func isUUID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count == 36 else { return false }
    return bytes.indices.allSatisfy { [8, 13, 18, 23].contains($0) ? bytes[$0] == UInt8(ascii: "-") : isHexadecimal(bytes[$0]) }
  }

  private static func isXenURL(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let scheme = ["https://", "http://"].first(where: { bytes.starts(with: $0.utf8) }) else { return false }
    var authority = bytes.dropFirst(scheme.utf8.count)
    if authority.last == UInt8(ascii: "/") { authority.removeLast() }
    return HostAddress.endpoint(authority) != nil
  }

  private static func isPin(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard bytes.starts(with: "sha256//".utf8), bytes.count == 52, bytes.last == UInt8(ascii: "=") else { return false }
    return bytes.dropFirst(8).dropLast().allSatisfy { isDigit($0) || isLetter($0) || "+/".utf8.contains($0) }
  }
}
