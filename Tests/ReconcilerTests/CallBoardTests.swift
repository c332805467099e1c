import Execution
import Fleet
import Testing

@testable import Reconciler

@Suite struct CallBoardTests {
  private static let moves = ExecutorRig.machine(guests: 3, atOnce: 3).operations

  private static func poll(_ number: Int) -> ExecutionEffect { .poll(moves[number].id, ExecutorRig.cell, "j") }
  private static func release(_ number: Int) -> ExecutionEffect {
    .release(ExecutorRig.cell, moves[number].operation.subject, [], home: nil)
  }

  @Test func onlyOneCallOfAGuestIsUnderWay() {
    var board = CallBoard(Self.moves, callsMax: 8)
    for effect in [Self.release(0), Self.poll(0), Self.poll(1)] { board.add(effect) }
    #expect(board.begin().map(\.effect) == [Self.release(0), Self.poll(1)], "its mark goes before anything else is asked")
    #expect(board.begin().isEmpty)
    board.ended(Self.moves[0].operation.subject)
    #expect(board.isBusy(Self.moves[0].id))
    #expect(board.begin().map(\.effect) == [Self.poll(0)])
  }

  @Test func onlySoManyAreUnderWay() {
    var board = CallBoard(Self.moves, callsMax: 2)
    for number in 0..<3 { board.add(Self.poll(number)) }
    #expect(board.begin().map(\.effect) == [Self.poll(0), Self.poll(1)])
    #expect(board.begin().isEmpty)
    board.ended(Self.moves[1].operation.subject)
    #expect(board.begin().map(\.effect) == [Self.poll(2)])
  }

  @Test func whoAsksAgainGoesToTheEndOfTheLine() {
    var board = CallBoard(Self.moves, callsMax: 1)
    for effect in [Self.poll(0), Self.release(0), Self.poll(1)] { board.add(effect) }
    #expect(board.begin().map(\.effect) == [Self.poll(0)])
    board.ended(Self.moves[0].operation.subject)
    #expect(board.begin().map(\.effect) == [Self.poll(1)])
  }

  @Test func itIsIdleOnceAllHasEnded() {
    var board = CallBoard(Self.moves, callsMax: 1)
    #expect(board.isIdle && !board.isBusy(Self.moves[0].id))
    board.add(Self.poll(0))
    #expect(!board.isIdle && board.isBusy(Self.moves[0].id) && !board.isBusy(Self.moves[1].id))
    _ = board.begin()
    #expect(!board.isIdle && board.isBusy(Self.moves[0].id))
    board.ended(Self.moves[0].operation.subject)
    #expect(board.isIdle && !board.isBusy(Self.moves[0].id))
  }
}
