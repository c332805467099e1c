import CCurl

/// Why a transfer did not come to its end, in words with what to do about it.
struct TransferTrouble {
  var code: CURLcode
  var url: String
  /// Bytes that an answer may have, and this one went beyond; nil: it did not.
  var tooLongFor: Int?
  var milliseconds: Int

  /// How to see the pin of a server; the one thing to compare with somebody who knows the pool.
  static func pinCommand(_ url: String) -> String {
    let address = url.split(separator: "/").dropFirst().first.map(String.init) ?? url
    let host = address.contains(":") && !address.hasSuffix("]") ? address : "\(address):443"
    return "openssl s_client -connect \(host) </dev/null 2>/dev/null | openssl x509 -pubkey -noout | openssl pkey -pubin -outform der "
      + "| openssl dgst -sha256 -binary | base64"
  }

  /// `wasSent`: at least a part of the request went out.
  func error(wasSent: Bool) -> XenError {
    switch code {
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return .unreachable(
        XenTrouble(
          "the key that \(url) shows is not the pinned one", remedy: "if it was renewed, see the new pin with: \(Self.pinCommand(url))",
          passing: false))
    case CURLE_PEER_FAILED_VERIFICATION:
      return .unreachable(
        XenTrouble(
          "the certificate of \(url) is not trusted: expired, for another name, or signed by nobody known here",
          remedy: "renew it, name its CA with caFile, or pin its key (pin: sha256//…, shown by: \(Self.pinCommand(url)))", passing: false))
    case CURLE_SSL_CACERT_BADFILE:
      return .unreachable(
        XenTrouble("the caFile for \(url) cannot be read as certificates", remedy: "it must be a PEM file", passing: false))
    case CURLE_SSL_CONNECT_ERROR:
      return .unreachable(
        XenTrouble(
          "no TLS connection to \(url): it may speak plain HTTP, or no TLS 1.2", remedy: "name the port on which the pool speaks TLS (443)",
          passing: true))
    case CURLE_COULDNT_RESOLVE_HOST:
      return .unreachable(XenTrouble("\(url): no such name", remedy: "check the url, or name an address", passing: true))
    case CURLE_COULDNT_CONNECT:
      return .unreachable(XenTrouble("nothing answers at \(url)", remedy: "check that the host and its toolstack are up", passing: true))
    case CURLE_SEND_FAIL_REWIND:
      return .answerLost(XenTrouble("the connection to \(url) broke before an answer came", passing: true))
    case CURLE_UNSUPPORTED_PROTOCOL:
      return .unreachable(
        XenTrouble("\(url) is plain HTTP", remedy: "use https://, or say insecure: true in the manifest", passing: false))
    case CURLE_OPERATION_TIMEDOUT:
      let milliseconds = wasSent ? milliseconds : min(milliseconds, CurlPost.connectMillisecondsMax)
      let trouble = XenTrouble("\(url) did not answer within \(milliseconds) ms", passing: true, isSilence: wasSent)
      return wasSent ? .answerLost(trouble) : .unreachable(trouble)
    default:
      if let tooLongFor {
        return .answerLost(XenTrouble("the answer of \(url) is longer than \(tooLongFor >> 20) MiB and was not read on", passing: false))
      }
      let reason = String(cString: curl_easy_strerror(code))
      let trouble = XenTrouble("the connection to \(url) broke: \(reason)", passing: true)
      return wasSent ? .answerLost(trouble) : .unreachable(trouble)
    }
  }
}
