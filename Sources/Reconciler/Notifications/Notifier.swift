package import Fleet
package import Notifying
import StateStore

/// Tells each target what happened, beside the passes and never in their way.
///
/// Each target has a queue of its own, so that one that hangs keeps nobody else waiting. What was told is remembered in the database; what
/// could not be told is found again by the next pass, if it still stands.
package actor Notifier {
  /// Notifications that wait for one target; what is beyond is dropped, and said.
  package static let queueMax = 256
  package static let triesMax = 3
  /// Before the second and the third try.
  static let pausesMilliseconds = [1000, 5000]

  package typealias Send = @Sendable (NotificationTarget, Notification) async -> DeliveryTrouble?

  private struct Key: Hashable {
    var target: String
    var revision: String
    var event: NotificationEvent
    var name: String

    init(_ notification: Notification, _ target: String) {
      (self.target, revision, event, name) = (target, notification.revision, notification.event, notification.name)
    }
  }

  private let database: @Sendable () -> String
  private let clock: any ReconcilerClock
  private let send: Send
  private let warn: @Sendable (String) -> Void
  private var queues: [String: [(target: NotificationTarget, notification: Notification)]] = [:]
  private var workers: [String: Task<Void, Never>] = [:]
  /// Told by this process, or waiting; the database knows it too, where there is one.
  private var taken: Set<Key> = []
  /// Beyond it what was told is looked up in the database alone.
  private static let takenMax = 20_000
  private var lastWarnings: [String: String] = [:]

  package init(
    database: @escaping @Sendable () -> String, clock: any ReconcilerClock, warn: @escaping @Sendable (String) -> Void,
    send: @escaping Send = { await Delivery($0).send($1) }
  ) {
    self.database = database
    self.clock = clock
    self.warn = warn
    self.send = send
  }

  /// Queues what each target wants and was not told; returns without waiting for anybody.
  package func tell(_ notifications: [Notification], _ targets: [NotificationTarget]) async {
    for target in targets {
      let wanted = notifications.filter { notification in
        notification.severity >= target.minSeverity && target.events?.contains(notification.event) ?? true
          && !taken.contains(Key(notification, target.name))
      }
      let untold = await remembering { try $0.untold(wanted, to: target.name) } ?? wanted
      enqueue(untold, target)
    }
  }

  /// Waits until all is told, or so long, or until `isStopped`; returns how many still wait.
  package func finish(milliseconds: Int, isStopped: @Sendable () -> Bool = { false }) async -> Int {
    let deadline = clock.now().adding(milliseconds: milliseconds)
    while !workers.isEmpty, clock.now() < deadline, !isStopped() { await clock.sleep(milliseconds: 50) }
    return queues.values.reduce(0) { $0 + $1.count }
  }

  /// Who has not been told all yet.
  package var behind: [String] { queues.filter { !$0.value.isEmpty }.keys.sorted() }

  private func enqueue(_ notifications: [Notification], _ target: NotificationTarget) {
    let room = Self.queueMax - queues[target.name, default: []].count
    if notifications.count > room {
      warn(
        "\(target.name) was not told of \(notifications.count - max(0, room)) things: it is slower than they come; 'reconcile status' shows them"
      )
    }
    for notification in notifications.prefix(max(0, room)) where taken.insert(Key(notification, target.name)).inserted {
      queues[target.name, default: []].append((target, notification))
    }
    guard queues[target.name]?.isEmpty == false, workers[target.name] == nil else { return }
    workers[target.name] = Task { await work(off: target.name) }
  }

  // MARK: one target

  private func work(off name: String) async {
    while let (target, notification) = queues[name]?.first {
      if let trouble = await delivered(notification, target) {
        taken.remove(Key(notification, name))
        complain(name, trouble, notification)
      } else {
        lastWarnings[name] = nil
        if taken.count > Self.takenMax { taken = Set(queues.flatMap { name, queue in queue.map { Key($0.notification, name) } }) }
        _ = await remembering { try $0.markTold(notification, to: name) }
      }
      queues[name]?.removeFirst()
    }
    workers[name] = nil
  }

  private func delivered(_ notification: Notification, _ target: NotificationTarget) async -> DeliveryTrouble? {
    for attempt in 0..<Self.triesMax {
      guard let trouble = await send(target, notification) else { return nil }
      if trouble.isLasting || attempt == Self.triesMax - 1 { return trouble }
      await clock.sleep(milliseconds: Self.pausesMilliseconds[attempt])
    }
    return nil
  }

  /// The same trouble of the same target is said once.
  private func complain(_ name: String, _ trouble: DeliveryTrouble, _ notification: Notification) {
    guard lastWarnings[name] != trouble.text else { return }
    lastWarnings[name] = trouble.text
    warn("notify \(name): \(notification.event.rawValue) of \(notification.name) was not told: \(trouble.text)")
  }

  /// Nil: there is no database to remember in; none is made for it.
  private func remembering<Value: Sendable>(_ body: @escaping @Sendable (StateStore) throws -> Value) async -> Value? {
    guard (try? StateStore(path: database(), access: .readOnly)) != nil, let store = try? StateStore(path: database(), access: .readWrite)
    else { return nil }
    return try? await StateKeeper(store).call(body)
  }
}
