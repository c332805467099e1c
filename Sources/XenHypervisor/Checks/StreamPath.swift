import Fleet
import Hypervisor

/// The way a migration's stream takes to its destination: over which network, and whether encrypted.
struct StreamPath {
  let look: StepLook

  /// Network whose interface at the destination has the `migrationAddress` of its manifest; nil: none is declared, and the pool chooses.
  ///
  /// Throws `PIF_NOT_PRESENT` if no interface has it.
  func declaredNetwork(to destination: HostName, _ reference: String) async throws(XenError) -> String? {
    guard let address = look.declared[destination]?.migrationAddress else { return nil }
    let ports = try await PoolRecords.read(look.calls, look.deadline, classes: ["PIF"]).ports.values
    let port = ports.first { $0.reference("host") == reference && $0.addresses.contains(address) }
    guard let network = port?.reference("network") else {
      throw .refused(code: "PIF_NOT_PRESENT", parameters: ["no interface of \(destination) has its migrationAddress \(address)"])
    }
    return network
  }

  /// Why a policy that requires encryption forbids the stream; nil: it does not.
  ///
  /// A pool takes no wish per migration. That a host is closed to plain HTTP is what proves that nothing reaches it in clear: xapi sends over HTTPS by a setting of
  /// its own file, which nobody sees from outside.
  static func obstacle(_ view: StepView, _ policy: MigrationPolicy) -> String? {
    guard policy.encryption == .required, let host = view.destination?.record, !host.flag("https_only") else { return nil }
    return
      "its policy requires encryption, and \(view.step.destination) takes plain HTTP: close port 80 of the pool (xe pool-param-set https-only=true), or say encryption: preferred"
  }
}

extension XenRecord {
  fileprivate var addresses: [String] {
    [text("IP")] + texts("IPv6").map { String($0.prefix { $0 != "/" }) }
  }
}
