import Foundation
import Testing

@testable import XenHypervisor

/// JSON-RPC answers, as they are read while they come in.
@Suite struct AnswerTests {
  private func answer(_ text: String, chunk: Int = .max) -> Result<XenValue, XenError>? {
    var reader = JSONWire.Answer(to: 1)
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: min(chunk, max(1, bytes.count))) {
      let part = Array(bytes[start..<min(bytes.count, start + min(chunk, bytes.count))])
      guard part.withUnsafeBufferPointer({ reader.take($0) }) else { return nil }
    }
    return reader.finish()
  }

  private func result(_ json: String, chunk: Int = .max) -> XenValue? {
    guard case .success(let value)? = answer(#"{"jsonrpc":"2.0","id":1,"result":\#(json)}"#, chunk: chunk) else { return nil }
    return value
  }

  private static let samples: [(String, XenValue)] = [
    ("\"\"", .text("")), (" \"a\\\"b\\\\c\\/d\\n\\t\\u00e9\" ", .text("a\"b\\c/d\n\té")), (#""\ud83d\ude00x""#, .text("😀x")),
    ("\"é😀\"", .text("é😀")),
    ("true", .flag(true)), ("false", .flag(false)), ("null", XenValue.none), ("0", .integer(0)), ("-12", .integer(-12)),
    ("9223372036854775807", .integer(.max)), ("1.5", .number(1.5)), ("1e3", .number(1000)), ("[]", .list([])), ("{}", .map([:])),
    (#"[1,"a",[true],{"k":[]}]"#, .list([.integer(1), .text("a"), .list([.flag(true)]), .map(["k": .list([])])])),
    (#"{"a":{"b":"c"},"d":[1,2]}"#, .map(["a": .map(["b": .text("c")]), "d": .list([.integer(1), .integer(2)])])),
  ]

  /// However the network cuts it.
  @Test(arguments: [1, 2, 3, 7, .max]) func everyValueIsReadInAnyChunks(chunk: Int) {
    for (json, value) in Self.samples { #expect(result(json, chunk: chunk) == value, "\(json) in chunks of \(chunk)") }
  }

  @Test(arguments: [
    "", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "tru", "\"a", "[1}", "{\"a\":1,}", "1 2", "\"\\x\"", "<html>", "nul",
  ])
  func whatIsNoJSONIsNoAnswer(json: String) {
    for chunk in [1, 5, Int.max] { #expect(result(json, chunk: chunk) == nil, "\(json)") }
  }

  /// Against the decoder of the standard library, on what a pool really sends.
  @Test func recordsAreReadAsTheStandardLibraryReadsThem() throws {
    let file = "\(#filePath)".replacing("XenHypervisorTests/AnswerTests.swift", with: "XenSupport/Peer/records/two-host-iscsi.json")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let plain = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let read = try #require(result(text, chunk: 4096))
    var count = 0
    func compare(_ value: XenValue, _ other: Any, _ path: String) {
      count += 1
      switch value {
      case .map(let map):
        let other = other as? [String: Any] ?? [:]
        #expect(Set(map.keys) == Set(other.keys).subtracting(JSONReader.ignored), "\(path)")
        for (key, value) in map { if let there = other[key] { compare(value, there, "\(path).\(key)") } }
      case .list(let list):
        let other = other as? [Any] ?? []
        #expect(list.count == other.count, "\(path)")
        for (index, pair) in zip(list, other).enumerated() { compare(pair.0, pair.1, "\(path)[\(index)]") }
      case .text(let text): #expect(text == other as? String, "\(path)")
      case .flag(let flag): #expect(flag == other as? Bool, "\(path)")
      case .integer(let integer): #expect(integer == other as? Int, "\(path)")
      case .number(let number): #expect(number == other as? Double, "\(path)")
      case .none: #expect(other is NSNull, "\(path)")
      }
    }
    compare(read, try #require(plain), "")
    #expect(count > 9_000)
  }

  /// Firmware variables are most of what a pool of UEFI guests sends.
  @Test func whatNobodyReadsIsNotKept() {
    let json = #"{"a":1,"NVRAM":{"EFI-variables":"x","more":[{"NVRAM":[1,{}]}]},"b":{"blobs":"y","c":2}}"#
    for chunk in [1, 4, Int.max] { #expect(result(json, chunk: chunk) == .map(["a": .integer(1), "b": .map(["c": .integer(2)])])) }
  }

  @Test(arguments: [31, 33, 200, 100_000])
  func nestingIsBounded(levels: Int) {
    #expect((result(String(repeating: "[", count: levels) + String(repeating: "]", count: levels)) != nil) == (levels <= 31))
  }

  @Test func bracketsInTextsDoNotCount() { #expect(result("\"\(String(repeating: "[{\\\"", count: 500))\"") != nil) }

  @Test func valuesAreBounded() {
    #expect(result("[" + String(repeating: "1,", count: JSONReader.valuesMax + 1) + "1]") == nil)
  }

  @Test func errorTextsAreBounded() {
    let list = (0..<100).map { _ in "\"\(String(repeating: "Y", count: 100_000))\"" }.joined(separator: ",")
    guard
      case .failure(.refused(let code, let parameters))? = answer(
        #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"X","data":[\#(list)]}}"#)
    else {
      Issue.record("no error")
      return
    }
    #expect(code == "X" && parameters.count < 100 && parameters.allSatisfy { $0.utf8.count < 5_000 })
  }
}
