import Glibc
import Synchronization

/// Says what the program was doing when it dies of a defect: an optimised program ends without a word otherwise.
package enum CrashNote {
  /// What is being done, as a text that lives as long as the program and ends with a zero.
  private static let text = Atomic<UInt>(0)
  private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

  /// What was being done before something else came in between.
  package struct Before: Sendable {
    fileprivate var text: UInt
  }

  @discardableResult package static func doing(_ what: StaticString) -> Before {
    Before(text: text.exchange(UInt(bitPattern: what.utf8Start), ordering: .acquiringAndReleasing))
  }

  /// A run reads the manifests again and again while it carries out its plan.
  package static func goBack(to before: Before) { text.store(before.text, ordering: .releasing) }

  package static func install() {
    doing("starting")
    for number in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = died
      // Once: the signal is raised again and ends the program as if there were no handler.
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
      sigaction(number, &action, nil)
    }
  }

  /// Only calls that a signal handler may make.
  private static let died: @convention(c) (Int32) -> Void = { number in
    put("\nfatal: reconcile died of a defect while ")
    if let text = UnsafePointer<CChar>(bitPattern: text.load(ordering: .acquiring)) { _ = write(2, text, strlen(text)) }
    put(
      """
      ; nothing more starts, what runs on hosts goes on, and the next run takes it up from the journal
        hint: please report this with the output of 'reconcile snapshot'

      """)
    raise(number)
  }

  private static func put(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }
}
