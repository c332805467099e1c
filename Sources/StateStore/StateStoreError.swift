/// Why the state could not be used; the text says what is wrong and the hint what to do.
package struct StateStoreError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Code: String, Sendable {
    /// Read-only access to a database that is not there.
    case missing
    /// It, or its folder, cannot be written, or it is no regular file.
    case notWritable
    case notReadable
    /// A newer version of this program made it.
    case fromTheFuture
    /// A database of another program.
    case foreign
    /// Damaged, or no SQLite database at all.
    case corrupt
    /// Another process holds the lock, or a lease was asked for without it.
    case locked
    /// A later epoch has taken over, or the lease was given back.
    case leaseLost
    /// Another process kept writing for longer than `StateLimits.busyMillisecondsMax`.
    case busy
    /// It belongs to another fleet.
    case otherFleet
    /// The disk or the database's own limit is full; what was being written was undone and the database stays usable.
    case diskFull
    /// A write was asked of a store opened read-only.
    case readOnly
    /// The record contradicts what is stored.
    case inconsistent
    /// The disk or SQLite failed in another way.
    case failed
  }

  package var code: Code
  package var text: String
  package var hint: String

  package init(_ code: Code, _ text: String, hint: String) {
    self.code = code
    self.text = text
    self.hint = hint
  }

  /// The text, then the hint on a line of its own.
  package var description: String { "\(text)\n  hint: \(hint)" }
}
