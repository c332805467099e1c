package import Hypervisor

/// A logged-in connection to one pool; the session reference is the connection's own affair and never a parameter.
package protocol XenCalls: Sendable {
  /// Calls `method` (such as `VM.get_all_records` or `Async.VM.pool_migrate`) with positional parameters, without the session.
  ///
  /// A call that is safe to repeat (see `XenMethods`) is repeated after a lost answer; any other is sent once, and a lost answer
  /// throws `.answerLost`: what it was to do may have happened.
  func call(_ method: String, _ parameters: [XenValue], deadline: Deadline) async throws(XenError) -> XenValue

  /// Logs out a session that the pool gave away in an answer; one that does not end now ends by itself after a day.
  func end(session: String, deadline: Deadline) async
}

/// Why a call to a pool brought no answer.
package enum XenError: Error, Sendable, Equatable {
  /// The pool's own refusal: `[CODE, parameters…]`.
  case refused(code: String, parameters: [String])
  /// Nothing was sent that could have had an effect: no address answered, TLS or the login failed.
  case unreachable(XenTrouble)
  /// Sent, and no whole answer came back.
  case answerLost(XenTrouble)
}

/// What is wrong with a connection, and what to do about it.
package struct XenTrouble: Sendable, Equatable, CustomStringConvertible {
  package var text: String
  /// What an operator can do; empty: nothing but wait.
  package var remedy: String
  /// Trying again later may help without anyone doing anything.
  package var passing: Bool
  /// The time ran out with a connection open.
  package var isSilence: Bool

  package init(_ text: String, remedy: String = "", passing: Bool, isSilence: Bool = false) {
    self.text = text
    self.remedy = remedy
    self.passing = passing
    self.isSilence = isSilence
  }

  package var description: String { remedy.isEmpty ? text : "\(text); \(remedy)" }
}
