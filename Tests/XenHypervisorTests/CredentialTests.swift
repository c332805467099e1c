import Fleet
import Foundation
import Hypervisor
import Testing
import XenSupport

@testable import XenHypervisor

/// A login goes to the addresses its own file names, whoever asks for another.
@Suite struct CredentialTests {
  private static func binding(_ addresses: String..., insecure: Bool = false, pin: String? = nil) -> CredentialBinding {
    CredentialBinding(
      file: "/c/pool1", addresses: addresses.compactMap { CredentialBinding.address($0) }, allowsInsecure: insecure, pin: pin)
  }

  @Test(arguments: [
    ("pool.example", "pool.example"), ("pool.example", "POOL.example:443"), ("pool.example:8443", "pool.example:8443"),
    ("10.0.0.5", "10.0.0.5"),
    ("10.0.8.0/24", "10.0.8.200"), ("[2001:db8::1]", "[2001:db8::1]:443"), ("2001:db8::1", "[2001:db8::1]"),
  ])
  func mayBeSent(address: String, to authority: String) {
    #expect(Self.binding(address).objection(to: authority, scheme: "https", .system) == nil)
  }

  @Test(arguments: [
    ("pool.example", "evil.example"), ("pool.example", "pool.example:8080"), ("pool.example:8443", "pool.example"),
    ("pool.example", "pool.example.evil.example"), ("10.0.8.0/24", "10.0.9.1"), ("10.0.8.0/24", "evil.example"),
    ("pool.example", "pool.example#@evil"),
    ("pool.example", "pool.example@evil.example"), ("pool.example", ""), ("10.0.0.5", "10.0.0.05"), ("10.0.0.5", "167772165"),
    ("pool.example", "x;touch${IFS}/tmp/pwn;"), ("pool.example", "[pool.example]:443]"),
  ])
  func mayNotBeSent(address: String, to authority: String) {
    #expect(Self.binding(address).objection(to: authority, scheme: "https", .system) != nil)
  }

  @Test func whatProvesNothingMustBeAllowed() {
    #expect(Self.binding("lab").objection(to: "lab", scheme: "https", .insecure) != nil)
    #expect(Self.binding("lab", insecure: true).objection(to: "lab", scheme: "http", .insecure) == nil)
    let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    #expect(Self.binding("pool", pin: pin).objection(to: "pool", scheme: "https", .system) != nil)
    #expect(Self.binding("pool", pin: pin).objection(to: "pool", scheme: "https", .pin(pin)) == nil)
  }

  private func connection(_ peer: XenPeer, _ lines: String) throws -> XenConnection {
    XenConnection(url: peer.url, trust: .pin(peer.pin), credentials: .named("login", path: try file(peer, lines)))
  }

  private func file(_ peer: XenPeer, _ lines: String) throws -> String {
    try peer.write(lines, to: "login", mode: 0o600)
    return peer.workFolder.appending(path: "login").path
  }

  @Test func aLoginReachesThePoolItIsFor() async throws {
    let peer = try await XenPeer()
    let pool = XenPool(try connection(peer, "# the pool\nuser=root\npassword=secret\naddress=127.0.0.1:\(peer.port)\n"))
    #expect(try await pool.call("pool.get_all_records", [], deadline: Deadline(milliseconds: 30_000)).map?.isEmpty == false)
  }

  @Test func nothingIsSentToAnotherAddress() async throws {
    let peer = try await XenPeer()
    let pool = XenPool(try connection(peer, "user=root\npassword=secret\naddress=pool.example\n"))
    do {
      _ = try await pool.call("pool.get_all_records", [], deadline: Deadline(milliseconds: 10_000))
      Issue.record("the login was sent")
    } catch {
      #expect("\(error)".contains("may not be sent to 127.0.0.1:\(peer.port)"), "\(error)")
      #expect(!"\(error)".contains("secret"))
    }
    #expect(peer.asked().isEmpty, "the server heard \(peer.asked())")
  }

  /// A member names another as the master: that one must be named by the file as well.
  @Test func aRedirectObeysTheBinding() async throws {
    let peer = try await XenPeer("two-host-cowley", ["--slave-port", "0", "--master-address", "127.0.0.99"])
    let member = try #require(peer.memberPort)
    let path = try file(peer, "user=root\npassword=secret\naddress=127.0.0.1:\(member)\n")
    let pool = XenPool(
      XenConnection(url: "https://127.0.0.1:\(member)", trust: .pin(peer.pin), credentials: .named("login", path: path)))
    do {
      _ = try await pool.call("pool.get_all_records", [], deadline: Deadline(milliseconds: 10_000))
      Issue.record("the redirect was followed")
    } catch {
      #expect("\(error)".contains("may not be sent to"), "\(error)")
    }
  }

  @Test(arguments: [
    "user=root\npassword=secret\n", "root\nsecret\n", "user=root\naddress=a\n", "user=r\npassword=p\naddress=-x\n",
    "user=r\npassword=p\naddress=a\nother=1\n",
  ])
  func aFileWithoutAddresseeIsNone(lines: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "login-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "pool1")
    try Data(lines.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    #expect(throws: XenError.self) { try XenCredentials.read(.named("pool1", path: file.path)) }
  }
}
