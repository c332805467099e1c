import Execution
import Fleet
import Testing

struct RollbackTests {
  private func undo(_ touched: Set<Int>) -> [String] { Rollback.steps(for: Fixture.cold, touched: touched).map(FakeWorld.key) }

  @Test(
    arguments: [
      ([], []), ([0], ["start@hv1"]), ([0, 1], ["start@hv1", "removeDisk@hv2"]), ([1], ["removeDisk@hv2"]),
      ([0, 1, 2], ["undefine@hv2", "start@hv1", "removeDisk@hv2"]), ([0, 1, 2, 3], ["undefine@hv2", "start@hv1", "removeDisk@hv2"]),
    ] as [([Int], [String])])
  func undoesWhatHadAnEffectAndStartsOnlyWhatItStopped(_ touched: [Int], _ expected: [String]) {
    #expect(undo(Set(touched)) == expected)
  }

  @Test func onlyCopiedDisksAreRemoved() {
    #expect(Rollback.steps(for: [Fixture.migrate(.live)], touched: [0]) == [])
    #expect(Rollback.steps(for: [Fixture.migrate(.block)], touched: [0]) == [Fixture.removeCopy])
    #expect(Rollback.steps(for: [Fixture.migrate(.block)], touched: []) == [])
  }

  @Test func severalCopiedDisksAreAllRemoved() {
    var other = Fixture.disk
    other.target = "vdb"
    let steps = [Fixture.shutDown, Fixture.copy, Fixture.step(.copyDisk(other))]
    #expect(Rollback.steps(for: steps, touched: [0, 1, 2]).map(\.name) == ["start", "removeDisk", "removeDisk"])
  }

  @Test(arguments: zip(Shape.allCases, [0, 0, 4, 4, 0, 2])) func pointOfNoReturn(_ shape: Shape, _ index: Int) {
    #expect(Rollback.pointOfNoReturn(shape.steps) == index)
  }

  @Test func onlyCopiesLeaveTraces() {
    let leaving = (Fixture.cold + [Fixture.migrate(.live), Fixture.removeCopy]).filter(Rollback.failureLeavesTraces).map(\.name)
    #expect(leaving == ["copyDisk", "migrate"])
  }
}
