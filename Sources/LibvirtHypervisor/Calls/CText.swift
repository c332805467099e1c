import Glibc

/// Takes over a C string that the caller must free.
func takeText(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
  guard let pointer else { return nil }
  defer { free(pointer) }
  return String(cString: pointer)
}

/// Reads an identifier text that a C call writes into a buffer of the caller.
func uuidText(_ read: (UnsafeMutablePointer<CChar>) -> Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 37)
  let status = buffer.withUnsafeMutableBufferPointer { read($0.baseAddress!) }
  guard status == 0 else { return "" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
