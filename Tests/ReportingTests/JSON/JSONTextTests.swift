import Fleet
import Reporting
import Testing

@Suite struct JSONTextTests {
  struct Pair: Codable, Equatable {
    var zebra: [String]
    var apple: [String: [Int]]
    var text: String
    var flag: Bool?
  }

  @Test func layout() throws {
    let pair = Pair(zebra: [], apple: ["b": [1, 2], "a": []], text: "a/b \"[{,:\" \\ ö\n", flag: true)
    let json = try JSONText.encode(pair)
    #expect(
      json == """
        {
          "apple": {
            "a": [],
            "b": [1, 2]
          },
          "flag": true,
          "text": "a/b \\"[{,:\\" \\\\ ö\\n",
          "zebra": []
        }

        """)
    #expect(try JSONText.decode(Pair.self, from: json) == pair)
    #expect(try JSONText.decode(Pair.self, from: Array(json.utf8)) == pair)
    #expect(
      try JSONText.encode(pair, pretty: false)
        == "{\"apple\":{\"a\":[],\"b\":[1,2]},\"flag\":true,\"text\":\"a/b \\\"[{,:\\\" \\\\ ö\\n\",\"zebra\":[]}\n")
  }

  @Test func longArraysTakeLines() throws {
    let json = try JSONText.encode((0..<40).map { "name-\($0)" })
    #expect(json.split(separator: "\n").count == 42)
    #expect(try JSONText.decode([String].self, from: json).count == 40)
    #expect(try JSONText.encode([["a]", "b\\"], ["c,"]]) == "[\n  [\"a]\", \"b\\\\\"],\n  [\"c,\"]\n]\n")
  }

  @Test func numbersThatAreNotFiniteAreRefused() { #expect(throws: (any Error).self) { try JSONText.encode([Double.nan]) } }

  struct Bad: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    var message: String
    var testDescription: String { message }
  }

  /// One change to a good plan, and the message for it.
  static let bad = [
    Bad(from: "\"mode\": \"live\"", to: "\"mode\": \"warp\"", message: "moves[0].mode: unknown value \"warp\""),
    Bad(from: "\"hop\": false", to: "\"hop\": 3", message: "moves[0].hop: true or false is needed, not number"),
    Bad(from: "\"start\": 0,", to: "\"start\": \"now\",", message: "moves[0].start: an integer is needed, not a string"),
    Bad(from: "\"start\": 0,", to: "", message: "moves[0].start: missing"),
    Bad(from: "\"start\": 0,", to: "\"start\": null,", message: "moves[0].start: null, where an integer is needed"),
    Bad(from: "\"kind\": \"Plan\"", to: "\"kind\": \"Observation\"", message: "kind: \"Observation\", where \"Plan\" is needed"),
    Bad(
      from: "\"apiVersion\": \"reconcile/v1\"", to: "\"apiVersion\": \"reconcile/v9\"",
      message: "apiVersion: \"reconcile/v9\", where \"reconcile/v1\" is needed"),
    Bad(from: "\"missing\": [\"old-9\"]", to: "\"missing\": {}", message: "notInSync.missing: an array is needed, not a dictionary"),
    Bad(
      from: "\"observedAt\": \"2026-11-23T01:02:03.456Z\"", to: "\"observedAt\": \"yesterday\"",
      message: "observedAt: not an RFC 3339 time: yesterday"),
    Bad(
      from: "\"start\": 0,", to: "\"start\": 99999999999999999999,",
      message: "moves[0].start: 99999999999999999999 is not an integer that can be held"),
    Bad(from: "\"inSync\": 51", to: "\"inSync\": 5.5", message: "inSync: 5.5 is not an integer that can be held"),
  ]

  @Test(arguments: bad)
  func errorsNameTheField(bad: Bad) throws {
    let good = PlanReport.json(PlanSamples.full)
    let range = try #require(good.firstRange(of: bad.from))
    let text = good.replacingCharacters(in: range, with: bad.to)
    let error = #expect(throws: JSONTextError.self) { try JSONText.decode(Plan.self, from: text) }
    #expect(error?.description == bad.message)
  }

  @Test(arguments: [
    ("", "not JSON: line 1, column 1: it ends where a value is needed"),
    ("{\"a\": 1,\n ,}", "not JSON: line 2, column 2: \",\", where a key in quotes is needed"),
    ("{\"kind\": \"Plan\"", "not JSON: line 1, column 16: it ends where ',' or '}' is needed"),
    ("{\"ö\": tru}", "not JSON: line 1, column 7: \"t\", where a value is needed"),
    ("[1 2]", "not JSON: line 1, column 4: \"2\", where ',' or ']' is needed"),
    ("{\"a\": \"b", "not JSON: line 1, column 7: a string without an end"),
    ("{} x", "not JSON: line 1, column 4: \"x\", where the end is needed"),
    ("{\"a\" 1}", "not JSON: line 1, column 6: \"1\", where ':' is needed"),
    ("{}", "kind: nothing, where \"Plan\" is needed"), ("{\"apiVersion\": \"reconcile/v1\", \"kind\": \"Plan\"}", "fleet: missing"),
  ])
  func brokenTexts(text: String, message: String) {
    let error = #expect(throws: JSONTextError.self) { try JSONText.decode(Plan.self, from: text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func bytesThatAreNotUTF8AreRefused() {
    #expect(throws: JSONTextError(path: "", problem: "not JSON: it is not UTF-8")) {
      try JSONText.decode([String].self, from: [0x5b, 0x22, 0xff, 0x22, 0x5d])
    }
  }

  @Test(arguments: [
    ("[1.2.3]", "not JSON: line 1, column 2: 1.2.3 is not a number"), ("[1, 2.5]", "[1]: 2.5 is not an integer that can be held"),
    ("[01x]", "not JSON: line 1, column 4: \"x\", where ',' or ']' is needed"),
    ("[1,\n}", "not JSON: line 2, column 1: \"}\", where a value is needed"),
  ])
  func brokenNumbers(text: String, message: String) {
    let error = #expect(throws: JSONTextError.self) { try JSONText.decode([Int].self, from: text) }
    #expect(error?.description == message)
  }

  @Test func deepNestingIsAnErrorNotACrash() {
    let deep = String(repeating: "[", count: 100_000)
    let error = #expect(throws: JSONTextError.self) { try JSONText.decode(Plan.self, from: deep) }
    #expect(error?.problem == "not JSON: line 1, column 514: nested deeper than 512")
  }

  @Test func keysOfDictionariesAreQuotedWhereNeeded() {
    let error = #expect(throws: JSONTextError.self) { try JSONText.decode([String: [Int]].self, from: "{\"a b\": [1, true]}") }
    #expect(error?.path == "[\"a b\"][1]")
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
