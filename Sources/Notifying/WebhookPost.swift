import BlockingCalls
import CCurl
import Hypervisor

/// One HTTP POST of a notification through libcurl; proxies are those of the environment, redirects are not followed.
struct WebhookPost: Sendable {
  static let connectMillisecondsMax = 5_000

  var url: String
  /// `Name: value` each.
  var headers: [String]
  var body: [UInt8]
  var milliseconds: Int

  /// Called once for the process, before any handle is made: libcurl's own set-up is not safe beside other threads.
  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Nil: the server took it (an HTTP status of 200 to 299); else why not, without the address, which may be a secret.
  func send() async -> DeliveryTrouble? {
    // libcurl keeps the deadline itself; the thread's is only for a libcurl that hangs.
    let outcome = await BlockingThread.run(deadline: Deadline(milliseconds: milliseconds + 5_000)) { perform() }
    return outcome ?? DeliveryTrouble("it gave no answer within \(milliseconds) ms")
  }

  private func perform() -> DeliveryTrouble? {
    guard Self.isReady, let handle = curl_easy_init() else { return DeliveryTrouble("libcurl could not be set up") }
    defer { curl_easy_cleanup(handle) }
    var list: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(list) }
    // Without waiting a second for leave to send a body.
    for header in headers + ["Expect:"] { list = curl_slist_append(list, header) }
    guard configure(handle), curl_set_list(handle, CURLOPT_HTTPHEADER, list) == CURLE_OK else {
      return DeliveryTrouble("libcurl refuses the address", isLasting: true)
    }
    // What it answers is nothing to us, and may be endless.
    guard curl_set_writer(handle, { _, size, count, _ in size * count }, nil) == CURLE_OK else {
      return DeliveryTrouble("libcurl could not be set up")
    }
    let code = body.withUnsafeBufferPointer { buffer -> CURLcode in
      buffer.withMemoryRebound(to: CChar.self) { text in
        guard curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) == CURLE_OK,
          curl_set_text(handle, CURLOPT_POSTFIELDS, text.baseAddress) == CURLE_OK
        else { return CURLE_FAILED_INIT }
        return curl_easy_perform(handle)
      }
    }
    guard code == CURLE_OK else { return DeliveryTrouble(String(cString: curl_easy_strerror(code))) }
    var status = 0
    guard curl_get_number(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK else { return DeliveryTrouble("it gave no HTTP status") }
    return Self.trouble(ofStatus: status)
  }

  /// What the sender did wrong stays wrong, but for a wait that the server asks for (RFC 9110, section 15.5; RFC 6585, section 4).
  static func trouble(ofStatus status: Int) -> DeliveryTrouble? {
    switch status {
    case 200..<300: nil
    case 408, 425, 429: DeliveryTrouble("it answered HTTP \(status)")
    case 300..<500: DeliveryTrouble("it answered HTTP \(status)", isLasting: true)
    default: DeliveryTrouble("it answered HTTP \(status)")
    }
  }

  private func configure(_ handle: UnsafeMutableRawPointer) -> Bool {
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_POST, 1), (CURLOPT_TIMEOUT_MS, max(1, milliseconds)),
      (CURLOPT_CONNECTTIMEOUT_MS, max(1, min(milliseconds, Self.connectMillisecondsMax))),
      (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
    ]
    let texts: [(CURLoption, String)] = [
      (CURLOPT_URL, url), (CURLOPT_PROTOCOLS_STR, "https,http"), (CURLOPT_USERAGENT, "reconcile"),
    ]
    return numbers.allSatisfy { curl_set_number(handle, $0.0, $0.1) == CURLE_OK }
      && texts.allSatisfy { curl_set_text(handle, $0.0, $0.1) == CURLE_OK }
  }
}
