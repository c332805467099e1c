import Fleet
import Reporting
import Testing

@Suite struct FormatTests {
  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1 << 20, "1 MiB"), ((1 << 30) - 1, "1 GiB"), (96 << 30, "96 GiB"),
    (1_610_612_736, "1.5 GiB"), (1 << 40, "1 TiB"), (Int.max, "8 EiB"), (-2048, "-2 KiB"), (Int.min, "-8 EiB"),
    (1047 << 20, "1 GiB"), (1_073_700_000, "1 GiB"), (1_072_693_248, "1023 MiB"),
  ])
  func bytes(value: Int, expected: String) { #expect(ByteFormat.text(value) == expected) }

  @Test(arguments: [
    (0, "0 s"), (59, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (3600, "1 h"), (3780, "1 h 3 min"), (90_000, "1 d 1 h"),
    (-61, "-1 min 1 s"),
  ])
  func seconds(value: Int, expected: String) { #expect(DurationFormat.text(seconds: value) == expected) }

  @Test(arguments: [
    (0, "0 ms"), (350, "350 ms"), (999, "999 ms"), (1000, "1 s"), (1240, "1.2 s"), (9949, "9.9 s"), (9950, "10 s"), (125_499, "2 min 5 s"),
  ])
  func milliseconds(value: Int, expected: String) { #expect(DurationFormat.text(milliseconds: value) == expected) }

  @Test(arguments: [(0, "0 s"), (45, "45 s"), (61, "1 min"), (80, "1 min 30 s"), (130, "2 min"), (3580, "1 h"), (4800, "1 h 20 min")])
  func estimates(value: Int, expected: String) { #expect(DurationFormat.estimate(seconds: value) == expected) }

  @Test func counts() {
    #expect(CountFormat.text(1, "move") == "1 move")
    #expect(CountFormat.text(0, "move") == "0 moves")
    #expect(CountFormat.text(100_000, "instance") == "100,000 instances")
    #expect(CountFormat.text(2, "policy", plural: "policies") == "2 policies")
    #expect(CountFormat.number(-1234) == "-1,234")
    #expect(CountFormat.list(["a"]) == "a")
    #expect(CountFormat.list(["a", "b", "c"]) == "a, b and c")
    #expect(CountFormat.list(["a", "b", "c"], limit: 2) == "a, b and 1 more")
    #expect(RateFormat.text(bytesPerSecond: 125_000_000) == "119.2 MiB/s")
  }

  @Test func timesAndRevisions() {
    #expect(TimeFormat.text(Timestamp(milliseconds: 1_795_395_723_456)) == "2026-11-23 01:02:03 UTC")
    let now = Timestamp(milliseconds: 1_000_000)
    #expect(DurationFormat.age(of: now.adding(milliseconds: -65_000), at: now) == "1 min 5 s ago")
    #expect(DurationFormat.age(of: now.adding(milliseconds: 65_000), at: now) == "just now")
    #expect(RevisionFormat.text(String(repeating: "a1", count: 20) + "-dirty") == "a1a1a1a1a1a1-dirty")
    #expect(RevisionFormat.text("content-0123456789abcdef") == "content-0123456789abcdef")
  }
}
