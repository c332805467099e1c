import BlockingCalls
import CCurl
import Hypervisor
import Synchronization

/// One HTTP POST through libcurl, over a connection that is open already where there is one; blocks the thread it runs on.
struct CurlPost: Sendable {
  static let connectMillisecondsMax = 10_000

  var url: String
  var contentType: String
  var body: [UInt8]
  var trust: ServerTrust
  var milliseconds: Int
  var handles: CurlHandles

  /// What `reader` made of the answer; nil: it is no answer of a pool.
  ///
  /// It reads on the thread that receives: tens of MB are no work for a cooperative thread. Throws `unreachable` if nothing was sent,
  /// `answerLost` if something was and no whole answer came.
  func send(_ reader: any AnswerReader) async throws(XenError) -> Result<XenValue, XenError>? {
    // libcurl keeps the deadline itself; the thread's is only for a libcurl that hangs.
    let result = await BlockingThread.run(deadline: Deadline(milliseconds: milliseconds + 5_000)) { perform(reader) }
    guard let result else {
      throw .answerLost(XenTrouble("\(url) gave no answer within \(milliseconds) ms", passing: true))
    }
    return try result.get()
  }

  private func perform(_ reader: any AnswerReader) -> Result<Result<XenValue, XenError>?, XenError> {
    guard let handle = handles.take() else {
      return .failure(.unreachable(XenTrouble("libcurl could not be set up", passing: false)))
    }
    var isSound = false
    defer { handles.giveBack(handle, isSound: isSound) }
    let collector = Collector(reader)
    let question = Question(body)
    let headers = curl_slist_append(curl_slist_append(nil, "Content-Type: \(contentType)"), "Expect:")
    defer { curl_slist_free_all(headers) }
    guard configure(handle), curl_set_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK, question.feed(handle),
      collector.listen(to: handle)
    else { return .failure(.unreachable(XenTrouble("libcurl refuses the settings for \(url)", passing: false))) }
    let code = withExtendedLifetime((question, collector)) { curl_easy_perform(handle) }
    var sent = 0
    _ = curl_get_number(handle, CURLINFO_REQUEST_SIZE, &sent)
    if collector.isNonsense { return .success(nil) }
    guard code == CURLE_OK else {
      return .failure(
        TransferTrouble(code: code, url: url, tooLongFor: collector.tooLongFor, milliseconds: milliseconds).error(
          wasSent: sent > 0 || question.wasRead))
    }
    isSound = true
    return .success(collector.finish())
  }

  private func configure(_ handle: UnsafeMutableRawPointer) -> Bool {
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_POST, 1), (CURLOPT_TIMEOUT_MS, max(1, milliseconds)),
      (CURLOPT_CONNECTTIMEOUT_MS, max(1, min(milliseconds, Self.connectMillisecondsMax))),
      (CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1), (CURLOPT_MAXAGE_CONN, CurlHandles.idleSecondsMax),
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

  /// Gives the request to libcurl once.
  ///
  /// libcurl sends a request again by itself if a connection that was open already ends without an answer, and the first may have been obeyed.
  /// What it cannot rewind it sends once.
  private final class Question: Sendable {
    private let left: Mutex<ArraySlice<UInt8>>
    private let count: Int

    init(_ body: [UInt8]) {
      left = Mutex(body[...])
      count = body.count
    }

    /// A part of it at least went to libcurl, and may have gone on.
    var wasRead: Bool { left.withLock { $0.count < count } }

    func feed(_ handle: UnsafeMutableRawPointer) -> Bool {
      curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(count)) == CURLE_OK
        && curl_set_reader(
          handle,
          { buffer, size, count, context in
            guard let buffer, let context else { return 0 }
            return Unmanaged<Question>.fromOpaque(context).takeUnretainedValue().give(buffer, size * count)
          }, Unmanaged.passUnretained(self).toOpaque()) == CURLE_OK
    }

    private func give(_ buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
      left.withLock { left in
        let part = left.prefix(room)
        UnsafeMutableRawBufferPointer(start: buffer, count: room).copyBytes(from: part)
        left = left.dropFirst(part.count)
        return part.count
      }
    }
  }

  /// Hands an answer on up to the limit.
  private final class Collector: Sendable {
    private struct State {
      var reader: any AnswerReader
      var count = 0
      var isNonsense = false
    }

    private let state: Mutex<State>
    private let bytesMax: Int

    init(_ reader: any AnswerReader) {
      state = Mutex(State(reader: reader))
      bytesMax = type(of: reader).bytesMax
    }

    /// The limit that the answer went beyond, in bytes; nil: it did not.
    var tooLongFor: Int? { state.withLock { $0.count > bytesMax ? bytesMax : nil } }
    var isNonsense: Bool { state.withLock { $0.isNonsense } }
    func finish() -> Result<XenValue, XenError>? { state.withLock { $0.reader.finish() } }

    func listen(to handle: UnsafeMutableRawPointer) -> Bool {
      curl_set_writer(
        handle,
        { bytes, size, count, context in
          guard let bytes, let context else { return 0 }
          return Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue().take(bytes, size * count) ? size * count : 0
        }, Unmanaged.passUnretained(self).toOpaque()) == CURLE_OK
    }

    private func take(_ bytes: UnsafePointer<CChar>, _ count: Int) -> Bool {
      state.withLock { state in
        state.count += count
        guard state.count <= bytesMax else { return false }
        state.isNonsense = bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
          !state.reader.take(UnsafeBufferPointer(start: $0, count: count))
        }
        return !state.isNonsense
      }
    }
  }
}
