import Planning

/// The proof of a plan's bound as JSON, in the names of the instance, with every number that working it out again takes.
struct CertificateWriter {
  private static let resources = ["vcpu", "ram", "disk"]

  private let certificate: BoundCertificate
  private let instance: BenchmarkInstance
  private let problem: PlacementProblem
  private let groupIDs: [Int]

  init(_ certificate: BoundCertificate, of instance: BenchmarkInstance, _ problem: InstanceProblem) {
    self.certificate = certificate
    self.instance = instance
    self.problem = problem.problem
    groupIDs = problem.groupIDs
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("kind", certificate.kind.word)
      writer.member("value", certificate.value)
      writer.key("parts")
      writer.array(certificate.parts.filter { $0.value > 0 }) { part($1, &$0) }
    }
  }

  private func part(_ part: PartProof, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("value", part.value)
      writer.key("cells")
      writer.array(cells(part)) { $0.string($1) }
      switch part.kind {
      case .counting(let bound):
        writer.member("kind", "counting")
        writer.key("reasons")
        writer.array(bound.parts.filter { $0.value > 0 }) { reason($1, of: part, &$0) }
      case .prices(let prices):
        writer.member("kind", "prices")
        self.prices(prices, of: part, &writer)
      case .fullHosts(let sets):
        writer.member("kind", "full hosts")
        writer.key("forced")
        writer.array(part.items.filter { !problem.mayStay($0) }) { $0.string(vm($1)) }
        writer.key("sets")
        writer.array(sets) { writer, set in writer.array(set) { $0.string(host($1)) } }
      case .searched:
        writer.member("kind", "searched")
      }
    }
  }

  /// `reason` names positions in the part's lists.
  private func reason(_ reason: BoundPart, of part: PartProof, _ writer: inout JSONWriter) {
    writer.object { writer in
      switch reason {
      case .forced(let forced):
        writer.member("kind", "forced")
        writer.key("vms")
        writer.array(forced.items) { $0.string(vm(part.items[$1])) }
      case .overload(let overload):
        writer.member("kind", "overload")
        writer.member("host", host(part.hosts[overload.host]))
        writer.member("resource", Self.resources[overload.resource])
        writer.key("vms")
        writer.array(overload.items) { $0.string(vm(part.items[$1])) }
      case .slot(let slot):
        writer.member("kind", "slots")
        writer.member("resource", Self.resources[slot.resource])
        writer.member("threshold", slot.threshold)
        writer.member("price_weight", slot.priceWeight)
        writer.member("price_slots", slot.priceSlots)
      case .group(let group):
        writer.member("kind", "group")
        writer.member("group", instance.names[instance.groups[groupIDs[part.groups[group.group]]].id])
        writer.key("levels")
        let unitMap = problem.groups[part.groups[group.group]].unitMap
        writer.array(group.levels) { writer, level in
          writer.array(level) { unitPrice($1, unitMap, of: part, &$0) }
        }
      }
      writer.member("value", reason.value)
    }
  }

  /// Units of the first map are hosts (of the part), of the second zones.
  private func unitPrice(_ price: UnitPrice, _ unitMap: Int, of part: PartProof, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("unit", problem.unitMaps[unitMap].firstIndex(of: price.unit).map { unitMap == 0 ? host($0) : zone($0) } ?? "")
      writer.member("price", price.price)
    }
  }

  private func prices(_ prices: PriceCertificate, of part: PartProof, _ writer: inout JSONWriter) {
    writer.member("scale", prices.scale)
    writer.key("units")
    writer.object { writer in
      for (resource, unit) in prices.units.enumerated() { writer.member(Self.resources[resource], unit) }
    }
    let classes = classes(of: part)
    writer.key("prices")
    writer.array(prices.prices.indices.filter { $0 < classes.count }) { writer, id in
      writer.object { writer in
        writer.member("like", vm(classes[id].first))
        writer.member("vms", classes[id].count)
        writer.member("price", prices.prices[id])
      }
    }
  }

  /// The classes of a part in its own numbering, which is that of first mention: a VM of each, and how many there are.
  private func classes(of part: PartProof) -> [(first: Int, count: Int)] {
    var position: [Int: Int] = [:]
    var classes: [(first: Int, count: Int)] = []
    for item in part.items {
      let id = problem.items[item].classID
      if let known = position[id] {
        classes[known].count += 1
      } else {
        position[id] = classes.count
        classes.append((item, 1))
      }
    }
    return classes
  }

  private func cells(_ part: PartProof) -> [String] {
    Set(part.hosts.map { instance.hosts[$0].cell }).sorted().map { instance.names[$0] }
  }

  private func vm(_ index: Int) -> String { instance.names[instance.vms[index].id] }

  private func host(_ index: Int) -> String { instance.names[instance.hosts[index].id] }

  private func zone(_ host: Int) -> String { instance.names[instance.hosts[host].zone] }
}
