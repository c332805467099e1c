import Testing

@testable import Reconciler

@Suite(.timeLimit(.minutes(10))) struct InboxTests {
  @Test func everyMessageIsTakenOnceAndInTheOrderOfItsSender() async {
    let inbox = Inbox<(sender: Int, number: Int)>()
    let (senders, count) = (8, 200)
    let taken = await withDiscardingTaskGroup(returning: [[Int]].self) { group in
      for sender in 0..<senders {
        group.addTask {
          for number in 0..<count {
            inbox.put((sender, number))
            if number % 7 == 0 { await Task.yield() }
          }
        }
      }
      var taken = Array(repeating: [Int](), count: senders)
      while taken.reduce(0, { $0 + $1.count }) < senders * count {
        for message in await inbox.take() { taken[message.sender].append(message.number) }
      }
      return taken
    }
    #expect(taken.allSatisfy { $0 == Array(0..<count) })
  }
}
