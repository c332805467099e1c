import PlannerBenchmark
import Testing

@Suite struct InstanceFileTests {
  private let folder: TemporaryFolder
  private let text = Array(InstanceText.plain.utf8)

  init() throws { folder = try TemporaryFolder() }

  private func message(_ bytes: [UInt8]) throws -> String {
    let path = try folder.write(bytes)
    do {
      return "read \(try InstanceFile.instance(at: path).name)"
    } catch {
      return "\(error)"
    }
  }

  @Test func plainAndPackedFilesAreTheSame() async throws {
    #expect(try InstanceFile.text(at: try folder.write(text)) == text + [0])
    #expect(try InstanceFile.text(at: try folder.write(try await folder.packed(text), "any-name")) == text + [0])
    #expect(try message(try await folder.packed(text)) == "read small")
  }

  @Test func severalMembersAreOneText() async throws {
    let first = try await folder.packed(Array(text[..<100]))
    let second = try await folder.packed(Array(text[100...]))
    #expect(try message(first + second) == "read small")
  }

  @Test func packedFilesThatAreCutOrDamagedAreRefused() async throws {
    let bytes = try await folder.packed(text)
    for count in [2, 10, bytes.count / 2, bytes.count - 1] {
      #expect(try message(Array(bytes[..<count])) == "byte \(count): the gzip file is cut short")
    }
    var damaged = bytes
    damaged[bytes.count - 8] ^= 1
    #expect(try message(damaged).hasSuffix(": the gzip file is damaged"))
    #expect(try message(bytes + [1, 2, 3]) == "byte \(bytes.count + 2): the gzip file is damaged")
  }

  @Test func filesThatCannotBeReadAreNamed() {
    #expect(throws: InstanceError(problem: "No such file or directory")) { try InstanceFile.instance(at: "/nowhere/instance.json") }
    #expect(throws: InstanceError(problem: "Is a directory")) { try InstanceFile.instance(at: "/") }
  }

  /// Half a megabyte that unpacks to more than the limit costs no more than the limit.
  @Test func whatUnpacksToTooMuchIsRefused() async throws {
    let spaces = try await folder.packed([UInt8](repeating: 0x20, count: 64 << 20))
    let members = [[UInt8]](repeating: spaces, count: InstanceLimits.bytesMax / (64 << 20) + 1)
    #expect(try message(Array(members.joined())) == "larger than 512 MiB unpacked")
  }
}
