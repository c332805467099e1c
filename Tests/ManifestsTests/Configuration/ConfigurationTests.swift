import Fleet
import Foundation
import Manifests
import Testing

/// The configuration file: each key arrives, and what is wrong is said where it stands.
@Suite struct ConfigurationTests {
  private static let whole = """
    # settings
    apiVersion: reconcile/v1
    kind: Configuration
    manifests: manifests
    state: /var/lib/reconcile/reconcile.db
    credentials: ../logins
    allowPaths: [/etc/pki, keys]
    allowCredentialPaths: true
    interval: 5m
    objective: cost
    color: never
    quiet: true
    logFormat: json
    notify:
      - kind: slack
        urlFile: slack-url
      - {name: ops, kind: webhook, urlFile: /run/url, secretFile: secret, events: [moveFailed, lost], minSeverity: error}
      - {kind: command, command: [/usr/bin/page, oncall]}
      - {kind: alertmanager, urlFile: am}
    """

  private func decode(_ text: String) -> (Configuration, [String]) {
    let (configuration, diagnostics) = Array(text.utf8).withUnsafeBufferPointer { ConfigurationFile.decode($0, path: "etc/r.yaml") }
    return (configuration, diagnostics.map { "\($0)" })
  }

  @Test func everyKeyArrives() throws {
    let (found, problems) = decode(Self.whole)
    #expect(problems == [])
    #expect(found.manifests == "etc/manifests" && found.state == "/var/lib/reconcile/reconcile.db" && found.credentials == "logins")
    #expect(found.allowPaths == ["/etc/pki", "etc/keys"] && found.allowCredentialPaths == true)
    #expect(found.intervalMilliseconds == 300_000 && found.objective == .cost)
    #expect(found.color == .never && found.quiet == true && found.logFormat == .json)
    let ops = NotificationTarget(
      name: "ops", kind: .webhook, urlFile: "/run/url", secretFile: "etc/secret", events: [.moveFailed, .lost], minSeverity: .error)
    #expect(
      found.notify == [
        NotificationTarget(name: "slack", kind: .slack, urlFile: "etc/slack-url"), ops,
        NotificationTarget(name: "command", kind: .command, command: ["/usr/bin/page", "oncall"]),
        NotificationTarget(name: "alertmanager", kind: .alertmanager, urlFile: "etc/am"),
      ])
    #expect(found.places["interval"] == SourceLocation(path: "etc/r.yaml", line: 9, column: 11))
    let keys = Self.whole.split(separator: "\n").filter { $0.first?.isLetter == true }.map { String($0.prefix { $0 != ":" }) }
    #expect(Set(found.places.keys) == Set(keys), "a key that this test does not write")
  }

  /// A file of comments sets nothing.
  @Test(arguments: ["", "# nothing\n", "---\n# nothing\n"])
  func nothingIsSet(text: String) {
    let (found, problems) = decode(text)
    #expect(problems == [] && found == Configuration())
  }

  private static let opening = "apiVersion: reconcile/v1\nkind: Configuration\n"

  @Test(arguments: [
    ("interval: 60", "etc/r.yaml:3:11: error: 'interval' is 60 without a unit"),
    ("interval: 0s", "etc/r.yaml:3:11: error: 'interval' is 0"),
    ("manifest: x", "etc/r.yaml:3:1: error: unknown key 'manifest' in the configuration (did you mean 'manifests'?)"),
    ("quiet: yes", "etc/r.yaml:3:8: error: 'quiet' must be true or false"),
    ("maxMoves: 1", "etc/r.yaml:3:1: error: unknown key 'maxMoves' in the configuration"),
    ("color: red", "etc/r.yaml:3:8: error: 'color' is 'red'; it must be auto, always or never"),
    ("yes: true", "etc/r.yaml:3:1: error: unknown key 'yes' in the configuration"),
    ("notify: x", "etc/r.yaml:3:9: error: 'notify' must be a list, not text"),
    ("notify: [{kind: webhook}]", "etc/r.yaml:3:10: error: 'urlFile' is missing for kind webhook"),
    ("notify: [{kind: command}]", "etc/r.yaml:3:10: error: 'command' is missing for kind command"),
    ("notify: [{kind: command, command: [page]}]", "etc/r.yaml:3:36: error: a program is named by its whole path, not 'page'"),
    ("notify: [{kind: slack, urlFile: u, secretFile: s}]", "etc/r.yaml:3:48: error: 'secretFile' says nothing to kind slack"),
    ("notify: [{kind: slack, urlFile: u}, {kind: slack, urlFile: v}]", "etc/r.yaml:3:37: error: two entries of notify are called 'slack'"),
    ("notify: [{kind: slack, urlFile: u, events: [moved]}]", "etc/r.yaml:3:45: error: 'events' is 'moved'; it must be"),
    ("notify: [{urlFile: u}]", "etc/r.yaml:3:10: error: 'kind' is missing in an entry of notify"),
    ("state: &x a", "etc/r.yaml:3:8: error: anchors are not allowed"),
    ("---\nstate: b", "etc/r.yaml:4:1: error: a second document"),
    ("state: [", "etc/r.yaml:4:1: error:"),
    ("color: auto\ncolor: never", "etc/r.yaml:4:1: error: duplicate key 'color'"),
  ])
  func whatIsWrongIsSaidInItsPlace(line: String, expected: String) {
    let (_, problems) = decode(Self.opening + line + "\n")
    #expect(problems.count == 1, "\(problems)")
    #expect(problems.first?.hasPrefix(expected.prefix { $0 != "(" }.trimmingCharacters(in: .whitespaces)) == true, "\(problems)")
  }

  @Test func anotherFileIsRefused() {
    #expect(decode("apiVersion: reconcile/v1\nkind: Host\n").1.first?.contains("'kind' is 'Host'; it must be Configuration") == true)
    #expect(decode("state: x\n").1.count == 2, "apiVersion and kind are missing")
    #expect(decode("- a\n").1.count == 1)
  }

  @Test func whatEverybodyCanWriteIsNotRead() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "reconcile-config-\(UUID().uuidString).yaml").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Self.whole.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
    let (refused, problems) = ConfigurationFile.load(path)
    #expect(refused == Configuration() && problems.count == 1 && "\(problems[0])".contains("everybody can write this file (mode 666)"))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(ConfigurationFile.load(path).configuration.objective == .cost)
    #expect(ConfigurationFile.load("/no/such/file").diagnostics.count == 1)
  }
}
