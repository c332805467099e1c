import Fleet
import Foundation
import Notifying
import Testing

/// What is sent is what the receiver gets, signed; and a receiver that hangs, refuses or lies is told apart from one that took it.
@Suite struct DeliveryTests {
  private let notification = Fleet.Notification(
    .needsHuman, fleet: "demo", revision: "3f2a", name: "web\u{1b}[31m1", cell: "east", text: "web1 needs a human: <look> & \"see\"\n\u{7}",
    at: Timestamp(milliseconds: 1_800_000_000_000))

  private func target(
    _ kind: NotificationTarget.Kind, _ urlFile: String? = nil, secretFile: String? = nil, command: [String] = []
  )
    -> NotificationTarget
  {
    NotificationTarget(name: "test", kind: kind, urlFile: urlFile, secretFile: secretFile, command: command)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func aWebhookGetsTheDocumentAndItsSignature() async throws {
    let server = try await RecordingServer()
    defer { server.stop() }
    let secret = try server.file("secret", "swordfish\n")
    #expect(await Delivery(target(.webhook, try server.urlFile("/ok"), secretFile: secret)).send(notification) == nil)
    let request = try #require(try server.requests().first)
    let body = try object(request.body)
    #expect(body["event"] as? String == "needsHuman" && body["severity"] as? String == "critical" && body["cell"] as? String == "east")
    #expect(body["kind"] as? String == "Notification" && body["at"] as? String == "2027-01-15T08:00:00.000Z")
    #expect(!request.body.contains("\u{7}") && !request.body.contains("\u{1b}"), "no control characters: \(request.body)")
    #expect(request.headers["Content-Type"] == "application/json")
    // By another implementation than ours.
    let check = Process()
    check.executableURL = URL(filePath: "/usr/bin/env")
    check.arguments = [
      "python3", "-c", "import hmac,sys; print('sha256=' + hmac.new(b'swordfish', sys.argv[1].encode(), 'sha256').hexdigest())",
      request.body,
    ]
    let output = Pipe()
    check.standardOutput = output
    try check.run()
    let expected = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).trimmingCharacters(in: .newlines)
    #expect(request.headers["X-Signature"] == expected)
  }

  @Test func slackAndAlertmanagerGetTheirForms() async throws {
    let server = try await RecordingServer()
    defer { server.stop() }
    #expect(await Delivery(target(.slack, try server.urlFile("/ok/slack"))).send(notification) == nil)
    #expect(await Delivery(target(.alertmanager, try server.urlFile("/ok/alerts"))).send(notification) == nil)
    let requests = try server.requests()
    let text = try #require(try object(requests[0].body)["text"] as? String)
    #expect(text.hasPrefix("[critical] demo: web1 needs a human: &lt;look&gt; &amp; \"see\""), "\(text)")
    #expect(requests[0].headers["X-Signature"] == nil)
    let alerts = try #require(try JSONSerialization.jsonObject(with: Data(requests[1].body.utf8)) as? [[String: Any]])
    let labels = try #require(alerts.first?["labels"] as? [String: String])
    #expect(labels["alertname"] == "reconcile_needsHuman" && labels["severity"] == "critical" && labels["cell"] == "east")
    #expect(alerts.first?["startsAt"] as? String == "2027-01-15T08:00:00.000Z")
  }

  @Test(arguments: [
    ("/status/204", nil, false), ("/status/500", "it answered HTTP 500", false), ("/status/404", "it answered HTTP 404", true),
    ("/status/429", "it answered HTTP 429", false), ("/redirect", "it answered HTTP 302", true),
  ])
  func anAnswerIsWhatItsStatusSays(path: String, trouble: String?, isLasting: Bool) async throws {
    let server = try await RecordingServer()
    defer { server.stop() }
    let outcome = await Delivery(target(.webhook, try server.urlFile(path))).send(notification)
    #expect(outcome == trouble.map { DeliveryTrouble($0, isLasting: isLasting) })
    #expect(try server.requests().count == 1, "a redirect is not followed")
  }

  /// Of no answer, half an answer and an endless one: within the deadline, and never taken for yes.
  @Test(arguments: ["/cut", "/garbage", "/hang", "/endless"])
  func whatIsNoAnswerIsTrouble(path: String) async throws {
    let server = try await RecordingServer()
    defer { server.stop() }
    let outcome = await Delivery(target(.webhook, try server.urlFile(path))).send(notification)
    let trouble = try #require(outcome)
    #expect(!trouble.isLasting && !trouble.text.isEmpty && !trouble.text.contains("127.0.0.1"), "no address in it: \(trouble)")
  }

  @Test func nobodyListens() async throws {
    let server = try await RecordingServer()
    let urlFile = try server.urlFile("/ok")
    let text = try String(contentsOfFile: urlFile, encoding: .utf8)
    server.stop()
    let folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-notify-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "url").path
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let trouble = await Delivery(target(.webhook, path)).send(notification)
    #expect(trouble?.isLasting == false)
  }

  @Test(arguments: [
    ("", 0o600, "must hold one line"), ("ftp://host/x", 0o600, "begins with neither"), ("http://a b", 0o600, "must hold one line"),
    ("http://127.0.0.1:1/ok", 0o644, "is open to others"), (String(repeating: "x", count: 9000), 0o600, "is larger than"),
  ])
  func anAddressFileThatIsNone(content: String, mode: Int, expected: String) async throws {
    let server = try await RecordingServer()
    defer { server.stop() }
    let path = try server.file("url", content, mode: mode)
    let trouble = try #require(await Delivery(target(.webhook, path)).send(notification))
    #expect(trouble.isLasting && trouble.text.contains(expected), "\(trouble)")
    #expect(try server.requests().isEmpty)
  }

  @Test func aProgramReadsTheDocument() async throws {
    let server = try await RecordingServer()
    defer { server.stop() }
    let out = server.folder.appending(path: "out").path
    let words = ["/bin/sh", "-c", "cat > \"$1\"; env >> \"$1\"", "sh", out]
    #expect(await Delivery(target(.command, command: words)).send(notification) == nil)
    let text = try String(contentsOfFile: out, encoding: .utf8)
    #expect(text.contains("\"event\": \"needsHuman\"") && text.contains("HOME=/nonexistent"))
    #expect(!text.contains("LD_LIBRARY") && !text.contains("USER="), "nothing of our environment: \(text)")
  }

  @Test func aProgramNeedNotRead() async {
    #expect(await Delivery(target(.command, command: ["/bin/true"])).send(notification) == nil)
  }

  @Test(arguments: [
    (["/bin/sh", "-c", "exit 3"], "/bin/sh ended with status 3"), (["/bin/sh", "-c", "kill -9 $$"], "/bin/sh ended with status 137"),
    (["/no/such/program"], "/no/such/program could not be run"),
  ])
  func aProgramThatFails(command: [String], expected: String) async throws {
    let trouble = await Delivery(target(.command, command: command)).send(notification)
    #expect(trouble?.text.contains(expected) == true, "\(String(describing: trouble))")
  }

  /// It is killed with what it started, and does not hold the one who tells.
  @Test func aProgramThatHangs() async throws {
    let seconds = "\(Int.random(in: 100_000...999_999))"
    let trouble = await Delivery(target(.command, command: ["/bin/sh", "-c", "sleep \(seconds) & wait"])).send(notification)
    #expect(trouble == DeliveryTrouble("/bin/sh did not end within 10 s"))
    // The kill is on its way when the wait ends.
    for _ in 0..<1000 where Self.isRunning("sleep\0\(seconds)") { try? await Task.sleep(for: .milliseconds(20)) }
    #expect(!Self.isRunning("sleep\0\(seconds)"), "what it started runs on")
  }

  private static func isRunning(_ command: String) -> Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8))?.hasPrefix(command) == true }
  }
}
