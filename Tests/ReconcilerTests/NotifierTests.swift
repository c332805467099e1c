import Fleet
import Foundation
import Notifying
import Reconciler
import StateStore
import Synchronization
import Testing

/// Once for each revision, event and name; three tries; a bounded queue; and nobody waits for a receiver.
@Suite struct NotifierTests {
  /// Receives what is sent, and answers as it is told.
  private final class Receiver: Sendable {
    private let state = Mutex((got: [String](), said: [String]()))
    let answer: @Sendable (NotificationTarget, Int) async -> DeliveryTrouble?

    init(_ answer: @escaping @Sendable (NotificationTarget, Int) async -> DeliveryTrouble? = { _, _ in nil }) { self.answer = answer }

    var got: [String] { state.withLock { $0.got } }
    var said: [String] { state.withLock { $0.said } }
    func warn(_ text: String) { state.withLock { $0.said.append(text) } }

    func take(_ target: NotificationTarget, _ notification: Fleet.Notification) async -> DeliveryTrouble? {
      let count = state.withLock {
        $0.got.append("\(target.name) \(notification.revision) \(notification.event.rawValue) \(notification.name)")
        return $0.got.count
      }
      return await answer(target, count)
    }
  }

  private let folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-notifier-\(UUID().uuidString)")
  private var database: String { folder.appending(path: "reconcile.db").path }

  private func notifier(_ receiver: Receiver) -> Notifier {
    let database = database
    return Notifier(
      database: { database }, clock: StoppedClock(), warn: { receiver.warn($0) }, send: { await receiver.take($0, $1) })
  }

  private func notification(_ event: NotificationEvent, _ name: String = "web1", revision: String = "r1") -> Fleet.Notification {
    Fleet.Notification(event, fleet: "demo", revision: revision, name: name, text: "text", at: Lab.now)
  }

  private let ops = NotificationTarget(name: "ops", kind: .webhook, urlFile: "/x")

  private func drained(_ notifier: Notifier) async { while await notifier.finish(milliseconds: 60_000) > 0 { await Task.yield() } }

  @Test func eachIsToldOnceEvenByTheNextProcess() async throws {
    _ = try StateStore(path: database, access: .readWrite)
    defer { try? FileManager.default.removeItem(at: folder) }
    let receiver = Receiver()
    let first = notifier(receiver)
    await first.tell([notification(.lost), notification(.frozen)], [ops])
    await first.tell([notification(.lost)], [ops])
    await drained(first)
    let second = notifier(receiver)
    await second.tell([notification(.lost), notification(.lost, revision: "r2"), notification(.lost, "web2")], [ops])
    await drained(second)
    #expect(receiver.got == ["ops r1 lost web1", "ops r1 frozen web1", "ops r2 lost web1", "ops r1 lost web2"])
    #expect(receiver.said == [])
  }

  @Test func threeTriesAndThenAgainWithTheNextPass() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let receiver = Receiver { _, count in count <= 3 ? DeliveryTrouble("HTTP 503") : nil }
    let notifier = notifier(receiver)
    await notifier.tell([notification(.lost)], [ops])
    await drained(notifier)
    #expect(receiver.got.count == 3)
    #expect(receiver.said == ["notify ops: lost of web1 was not told: HTTP 503"])
    await notifier.tell([notification(.lost)], [ops])
    await drained(notifier)
    await notifier.tell([notification(.lost)], [ops])
    await drained(notifier)
    #expect(receiver.got.count == 4, "told at last, and then no more")
  }

  @Test func whatLastsIsTriedOnceAndSaidOnce() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let receiver = Receiver { _, _ in DeliveryTrouble("the file is gone", isLasting: true) }
    let notifier = notifier(receiver)
    for _ in 0..<3 {
      await notifier.tell([notification(.lost)], [ops])
      await drained(notifier)
    }
    #expect(receiver.got.count == 3 && receiver.said.count == 1, "\(receiver.got) \(receiver.said)")
  }

  @Test func whatIsNotWantedIsNotSent() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let receiver = Receiver()
    let notifier = notifier(receiver)
    let calm = NotificationTarget(name: "calm", kind: .webhook, urlFile: "/x", minSeverity: .critical)
    let chosen = NotificationTarget(name: "chosen", kind: .webhook, urlFile: "/x", events: [.hostEmpty])
    await notifier.tell([notification(.converged), notification(.hostEmpty, "hv1"), notification(.lost)], [calm, chosen])
    await drained(notifier)
    #expect(Set(receiver.got) == ["calm r1 lost web1", "chosen r1 hostEmpty hv1"])
  }

  /// One that hangs: `tell` comes back, the other target is served, the queue does not grow without end, and that is said.
  @Test func oneThatHangsHoldsUpNobody() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let receiver = Receiver { target, _ in
      if target.name == "hangs" { for await _ in gate { break } }
      return nil
    }
    let notifier = notifier(receiver)
    let hangs = NotificationTarget(name: "hangs", kind: .webhook, urlFile: "/x")
    let many = (0..<Notifier.queueMax + 10).map { notification(.lost, "web\($0)") }
    await notifier.tell(many, [hangs])
    await notifier.tell([notification(.lost)], [ops])
    while !receiver.got.contains("ops r1 lost web1") { await Task.yield() }
    // The one that was told may still be written down.
    while await notifier.finish(milliseconds: 0) > Notifier.queueMax { await Task.yield() }
    #expect(await notifier.finish(milliseconds: 1000) == Notifier.queueMax)
    #expect(receiver.said.count == 1 && receiver.said[0].hasPrefix("hangs was not told of 10 things"), "\(receiver.said)")
    opener.finish()
    await drained(notifier)
  }
}
