import Fleet
import Reporting
import Testing

@Suite struct ScreenTextTests {
  @Test(arguments: [
    ("", 80, 1), ("abc", 80, 1), ("abcd", 4, 1), ("abcde", 4, 2), ("日本", 4, 1), ("日本語", 4, 2), ("\u{1b}[1;31mabcd\u{1b}[0m", 4, 1),
    ("abc", 1, 3), ("abc", 0, 3),
  ])
  func rowsOfALine(line: String, width: Int, rows: Int) { #expect(ScreenText.rows(of: line, width: width) == rows) }

  @Test func whatDoesNotFitIsCounted() {
    let text = "one\ntwo is long\nthree\nfour\n"
    #expect(ScreenText.rows(ofText: text, width: 6) == 5)
    for (rows, lines) in [(5, 4), (3, 2), (2, 1), (0, 0)] {
      let fitting = ScreenText.fitting(text, rows: rows, width: 6)
      #expect(fitting.lines == Array(["one", "two is long", "three", "four"].prefix(lines)) && fitting.left == 4 - lines)
    }
    #expect(ScreenText.fitting("", rows: 3, width: 6).lines == [])
  }

  @Test func whatIsWaitedForIsNamed() {
    let hosts = (1...8).map { HostName("hv\($0)") }
    #expect(LookWords.waiting(hosts, of: 8) == "looking at 8 hosts")
    #expect(LookWords.waiting([hosts[2]], of: 3) == "looking at 3 hosts, waiting for hv3")
    #expect(LookWords.waiting([hosts[0]], of: 1) == "looking at 1 host, waiting for hv1")
    #expect(LookWords.waiting(hosts, of: 9) == "looking at 9 hosts, waiting for hv1, hv2, hv3, hv4, hv5 and 3 more")
    #expect(LookWords.heard("hv1", milliseconds: 12, silentBecause: nil) == "hv1 answered after 12 ms")
    #expect(LookWords.heard("hv3", milliseconds: 20_000, silentBecause: "no\nroute") == "hv3 does not answer, after 20 s: no route")
  }
}
