import Fleet
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00.000Z", 0), ("2000-02-29T12:34:56.789Z", 951_827_696_789), ("1969-12-31T23:59:59.999Z", -1),
    ("2026-11-23T01:02:03.000Z", 1_795_395_723_000),
  ])
  func knownInstants(text: String, milliseconds: Int) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    #expect(Timestamp(milliseconds: milliseconds).description == text)
  }

  @Test(arguments: ["2026-11-23", "2026-11-23T00:00Z", "2026-11-23T02:00:00+02:00", "2026-11-22T22:30:00.0-01:30"])
  func otherFormsOfOneInstant(text: String) { #expect(Timestamp(rfc3339: text)?.description == "2026-11-23T00:00:00.000Z") }

  @Test(arguments: ["", "tomorrow", "2026-02-29", "2026-13-01", "2026-11-23T25:00:00Z", "2026-11-23T00:00:00", "2026-11-23T00:00:00Zx"])
  func whatIsNoTime(text: String) { #expect(Timestamp(rfc3339: text) == nil) }
}
