import CLibvirt
import Fleet
import Hypervisor

/// Defines a guest that is off at its destination, with its firmware variables.
struct DefinitionMove: Sendable {
  let effects: StepEffects

  func begin() throws(HypervisorError) {
    let (source, destination) = (try effects.host(effects.step.source), try effects.host(effects.step.destination))
    let (job, uuid) = (effects.job, effects.step.uuid)
    let (copies, pools) = (effects.targets, effects.destinationPools)
    let opened = effects.source?.opened ?? OpenedFiles()
    Task {
      let read = await source.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) in
        guard let domain = try connection.domain(uuid: uuid.rawValue) else { throw .refused("it is not on \(source.name)") }
        let xml = try domain.xml(VIR_DOMAIN_XML_SECURE, VIR_DOMAIN_XML_INACTIVE)
        return (xml, try parsed { try DomainDescription(xml: xml) })
      }
      let (xml, description): (String, DomainDescription)
      switch read {
      case .success(let found): (xml, description) = found
      case .failure(let error): return job.end(with: error, blame: .source)
      }
      let rewrite = DestinationRewrite(copies, of: description, pools: pools, graphics: [:])
      let copied = copies.compactMap { copy in
        description.disks.first { $0.target == copy.target }.flatMap(VolumeReference.init).map {
          CopyFreshness.Copy(target: copy.target, original: $0, copy: VolumeReference(copy))
        }
      }
      if let objection = await CopyFreshness(source: source, destination: destination).objection(to: copied) {
        return job.refuse(objection)
      }
      let shared = description.disks.filter { disk in disk.network == nil && !copies.contains { $0.target == disk.target } }
      if let objection = await SharedDisks(source: source, destination: destination).objection(to: shared) {
        return job.refuse(objection.text, blame: objection.blame)
      }
      let copiedDisks = Set(copies.map(\.target))
      if let objection = await SharedDisks(source: source, destination: destination).objection(to: opened.images(folding: copiedDisks)) {
        return job.refuse(objection.text, blame: objection.blame)
      }
      if let objection = await SameContent(source: source, destination: destination).objection(to: opened.files) {
        return job.refuse(objection.text, blame: objection.blame)
      }
      if let path = description.nvramPath {
        if let failure = await FirmwareVariables(path: path, uuid: uuid, source: source, destination: destination).carry() {
          return job.refuse(failure.text, blame: failure.blame)
        }
      }
      let made = await destination.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) in
        // libvirt would replace a definition of the same name and uuid without a word.
        if try connection.domain(uuid: uuid.rawValue) != nil { throw .refused("\(destination.name) has a definition of it already") }
        _ = try connection.define(try parsed { try DomainRewrite.definitionForDestination(try rewrite.applied(to: xml)) })
      }
      switch made {
      case .success: job.end(.done)
      case .failure(let error): job.end(with: error)
      }
    }
  }
}
