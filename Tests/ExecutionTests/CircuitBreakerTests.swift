import Execution
import Fleet
import Testing

struct CircuitBreakerTests {
  @Test func twoFailuresCloseADestinationForThePass() {
    var breaker = CircuitBreaker()
    breaker.failed(Fixture.move(.live, to: "a"))
    #expect(breaker.objection(to: Fixture.move(.live, to: "a")) == nil)
    breaker.failed(Fixture.move(.live, to: "a"))
    #expect(breaker.objection(to: Fixture.move(.live, to: "a")) == "2 migrations to a failed: it gets nothing more in this pass")
    #expect(breaker.objection(to: Fixture.move(.live, to: "b")) == nil)
  }

  @Test func threeFailuresStopACellAndNoOther() {
    var breaker = CircuitBreaker()
    for host in ["a", "b", "c"] as [HostName] { breaker.failed(Fixture.move(.live, to: host)) }
    #expect(
      breaker.objection(to: Fixture.move(.live, to: "d")) == "3 migrations failed in cell east: nothing more starts there in this pass")
    #expect(breaker.objection(to: Fixture.move(.live, to: "d", cell: "west")) == nil)
  }
}
