/// Takes an answer as it comes in, on the thread that receives it.
protocol AnswerReader: Sendable {
  /// Bytes of an answer that are read; of a longer one nothing is believed.
  static var bytesMax: Int { get }

  /// False: what came is no answer of a pool, whatever follows.
  mutating func take(_ chunk: UnsafeBufferPointer<UInt8>) -> Bool

  /// nil: it is no answer of a pool, or broke off.
  mutating func finish() -> Result<XenValue, XenError>?
}
