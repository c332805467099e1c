/// The processor a domain sees.
struct CPUDescription: Sendable, Equatable {
  /// `custom`, `host-model`, `host-passthrough`, `maximum`.
  var mode: String
  var model: String?
  /// `none`, `partial`, `full`; nil: not said.
  var check: String?
  /// The `<cpu>` element as it is written, for virConnectCompareHypervisorCPU.
  var xml: String
}
