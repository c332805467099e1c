/// Statistics of a running job at one instant; zero where the hypervisor does not say.
package struct JobProgress: Sendable, Equatable, Codable {
  package enum State: Sendable, Equatable, Codable {
    case running
    case done
    /// Undone by the hypervisor: the guest is where it was.
    case failed(String)
    /// The job is gone and nothing says how it ended: observe both hosts.
    case unknown(String)
  }

  package var state: State
  package var elapsedMilliseconds: Int
  package var totalBytes: Int
  package var processedBytes: Int
  package var remainingBytes: Int
  /// Memory iteration, from 1.
  package var iteration: Int
  package var dirtyBytesPerSecond: Int
  package var bytesPerSecond: Int
  /// Per cent by which the hypervisor slows the guest (auto-converge).
  package var throttlePercent: Int
  package var postCopy: Bool
  /// While running the expected one, after the end the true one; nil: not told.
  package var downtimeMilliseconds: Int?
  /// How much of the whole job is done, 0 to 1, from a hypervisor that tells no bytes; nil: not told.
  package var share: Double?
  /// Whether the guest's memory travels encrypted; nil: not told.
  package var encrypted: Bool?
  /// For how long the destination has not answered while the job runs, 0 while it does; nil: nobody watches it.
  package var destinationSilentMilliseconds: Int?
  /// Whose fault a failure was; nil: it did not fail, or nobody can say.
  package var blame: Blame?
  /// True: it was refused, and the same again would be; nil: it may go better the next time.
  package var isDefinite: Bool?
  /// True: something else was at work at that moment and nothing of the job began; nil: it did, or nobody can say.
  package var isPassing: Bool?
  /// True: its hypervisor says that the guest was shut down under it, and that it neither crashed nor was made to; nil: nobody can say.
  package var isShutDownByUser: Bool?
  /// What whoever reads the end of a move is to know although the job is done; nil: nothing.
  package var remark: String?

  package init(
    state: State, elapsedMilliseconds: Int = 0, totalBytes: Int = 0, processedBytes: Int = 0, remainingBytes: Int = 0, iteration: Int = 0,
    dirtyBytesPerSecond: Int = 0, bytesPerSecond: Int = 0, throttlePercent: Int = 0, postCopy: Bool = false,
    downtimeMilliseconds: Int? = nil, share: Double? = nil, encrypted: Bool? = nil,
    destinationSilentMilliseconds: Int? = nil
  ) {
    self.state = state
    self.elapsedMilliseconds = elapsedMilliseconds
    self.totalBytes = totalBytes
    self.processedBytes = processedBytes
    self.remainingBytes = remainingBytes
    self.iteration = iteration
    self.dirtyBytesPerSecond = dirtyBytesPerSecond
    self.bytesPerSecond = bytesPerSecond
    self.throttlePercent = throttlePercent
    self.postCopy = postCopy
    self.downtimeMilliseconds = downtimeMilliseconds
    self.share = share
    self.encrypted = encrypted
    self.destinationSilentMilliseconds = destinationSilentMilliseconds
  }
}
