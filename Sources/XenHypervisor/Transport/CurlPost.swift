import BlockingCalls
import CCurl
import Hypervisor
import Synchronization

/// One HTTP POST through libcurl; blocks the thread it runs on.
struct CurlPost: Sendable {
  /// Bytes of an answer; a pool of some thousand guests sends 20 MB.
  static let answerBytesMax = 128 << 20
  static let connectMillisecondsMax = 10_000

  var url: String
  var contentType: String
  var body: [UInt8]
  var trust: ServerTrust
  var milliseconds: Int

  /// Called once for the process, before any handle is made: libcurl's own set-up is not safe beside other threads.
  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// The answer, read by `decode` on the thread that received it: tens of MB are no work for a cooperative thread.
  ///
  /// Throws `unreachable` if nothing was sent, `answerLost` if something was and no whole answer came.
  func send<Value: Sendable>(_ decode: @escaping @Sendable ([UInt8]) -> Value) async throws(XenError) -> Value {
    // libcurl keeps the deadline itself; the thread's is only for a libcurl that hangs.
    let result = await BlockingThread.run(deadline: Deadline(milliseconds: milliseconds + 5_000)) { perform().map(decode) }
    guard let result else {
      throw .answerLost(XenTrouble("\(url) gave no answer within \(milliseconds) ms", passing: true))
    }
    return try result.get()
  }

  private func perform() -> Result<[UInt8], XenError> {
    guard Self.isReady, let handle = curl_easy_init() else {
      return .failure(.unreachable(XenTrouble("libcurl could not be set up", passing: false)))
    }
    defer { curl_easy_cleanup(handle) }
    let collector = Collector()
    let headers = curl_slist_append(nil, "Content-Type: \(contentType)")
    defer { curl_slist_free_all(headers) }
    var isSet = configure(handle) && curl_set_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK
    isSet =
      isSet
      && curl_set_writer(
        handle,
        { bytes, size, count, context in
          guard let bytes, let context else { return 0 }
          return Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue().take(bytes, size * count) ? size * count : 0
        }, Unmanaged.passUnretained(collector).toOpaque()) == CURLE_OK
    guard isSet else { return .failure(.unreachable(XenTrouble("libcurl refuses the settings for \(url)", passing: false))) }
    let code = body.withUnsafeBufferPointer { buffer -> CURLcode in
      buffer.withMemoryRebound(to: CChar.self) { text in
        guard curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) == CURLE_OK,
          curl_set_text(handle, CURLOPT_POSTFIELDS, text.baseAddress) == CURLE_OK
        else { return CURLE_FAILED_INIT }
        return curl_easy_perform(handle)
      }
    }
    var sent = 0
    _ = curl_get_number(handle, CURLINFO_REQUEST_SIZE, &sent)
    guard code == CURLE_OK else {
      return .failure(
        TransferTrouble(code: code, url: url, isTooLong: collector.isTooLong, milliseconds: milliseconds).error(wasSent: sent > 0))
    }
    return .success(collector.bytes)
  }

  private func configure(_ handle: UnsafeMutableRawPointer) -> Bool {
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_POST, 1), (CURLOPT_TIMEOUT_MS, max(1, milliseconds)),
      (CURLOPT_CONNECTTIMEOUT_MS, max(1, min(milliseconds, Self.connectMillisecondsMax))),
      (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_SSL_VERIFYPEER, trust.verifies ? 1 : 0),
      (CURLOPT_SSL_VERIFYHOST, trust.verifies ? 2 : 0),
    ]
    var texts: [(CURLoption, String)] = [
      (CURLOPT_URL, url), (CURLOPT_PROTOCOLS_STR, trust.allowsPlain ? "https,http" : "https"),
      // Credentials go in the body: never through somebody's proxy.
      (CURLOPT_PROXY, ""), (CURLOPT_USERAGENT, "reconcile"),
    ]
    if let pin = trust.pin { texts.append((CURLOPT_PINNEDPUBLICKEY, pin)) }
    if let caFile = trust.caFile { texts.append((CURLOPT_CAINFO, caFile)) }
    return numbers.allSatisfy { curl_set_number(handle, $0.0, $0.1) == CURLE_OK }
      && texts.allSatisfy { curl_set_text(handle, $0.0, $0.1) == CURLE_OK }
  }

  /// Gathers an answer up to the limit.
  private final class Collector: Sendable {
    private let state = Mutex((bytes: [UInt8](), isTooLong: false))
    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var isTooLong: Bool { state.withLock { $0.isTooLong } }

    func take(_ bytes: UnsafePointer<CChar>, _ count: Int) -> Bool {
      state.withLock {
        guard $0.bytes.count + count <= CurlPost.answerBytesMax else {
          $0.isTooLong = true
          return false
        }
        $0.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return true
      }
    }
  }
}
