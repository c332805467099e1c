package import Hypervisor
import Synchronization
package import XenHypervisor

/// Passes every call on, and keeps what does not agree with the published datamodel: a method or a parameter that is not there.
package final class XenRecorder: XenCalls {
  package struct Call: Sendable, Equatable {
    package var method: String
    package var parameters: [XenValue]
  }

  private let inner: any XenCalls
  private let seen = Mutex<[Call]>([])

  package init(_ inner: any XenCalls) { self.inner = inner }

  package var calls: [Call] { seen.withLock { $0 } }

  /// In words, one each; empty: every call so far exists, with that many parameters of those types.
  package var faults: [String] { calls.compactMap { XenDatamodel.fault($0.method, $0.parameters) } }

  package func call(_ method: String, _ parameters: [XenValue], deadline: Deadline) async throws(XenError) -> XenValue {
    seen.withLock { $0.append(Call(method: method, parameters: parameters)) }
    return try await inner.call(method, parameters, deadline: deadline)
  }

  package func end(session: String, deadline: Deadline) async { await inner.end(session: session, deadline: deadline) }
}
