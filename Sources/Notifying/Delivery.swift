package import Fleet
import Reporting

/// Hands one notification to one target.
package struct Delivery: Sendable {
  /// How long one try may take.
  package static let milliseconds = 10_000

  package var target: NotificationTarget

  package init(_ target: NotificationTarget) { self.target = target }

  /// Nil: it was taken.
  package func send(_ notification: Notification) async -> DeliveryTrouble? {
    do throws(DeliveryTrouble) {
      let body = NotificationPayload.body(notification, kind: target.kind.rawValue)
      if target.kind == .command {
        return await CommandRun(words: target.command, input: Array(body.utf8), milliseconds: Self.milliseconds).run()
      }
      let url = try SecretFile.read(target.urlFile ?? "")
      guard ["https://", "http://"].contains(where: url.hasPrefix) else {
        return DeliveryTrouble("the address in its urlFile begins with neither https:// nor http://", isLasting: true)
      }
      var headers = ["Content-Type: application/json"]
      if let secretFile = target.secretFile {
        let key = try SecretFile.read(secretFile)
        headers.append("X-Signature: sha256=\(HMACSHA256.hexDigest(of: Array(body.utf8), key: Array(key.utf8)))")
      }
      return await WebhookPost(url: url, headers: headers, body: Array(body.utf8), milliseconds: Self.milliseconds).send()
    } catch {
      return error
    }
  }
}
