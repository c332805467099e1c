import Fleet

/// Decodes how a XenServer pool is reached; credentials are never read, only where they are.
enum XenConnectionDecoder {
  private static let exampleHint = "for example connection: \(CellSpecKey.connection.tableField.example)"

  static func decode(
    _ spec: ObjectReader<CellSpecKey>, _ context: inout DecodingContext
  ) -> (connection: CellConnection, addresses: [Reference]) {
    let unknown: CellConnection = .xenapi(XenConnection(url: ""))
    guard let node = spec[.connection] else {
      context.error(spec.node, "a xenapi Cell needs a 'connection'", hint: exampleHint)
      return (unknown, [])
    }
    guard context.document[node].kind == .mapping else {
      context.wrongType(node, CellSpecKey.connection.tableField, must: "a mapping", hint: exampleHint)
      return (unknown, [])
    }
    guard let reader = context.object(node, CellSpecKey.connection.tableField, as: XenConnectionKey.self) else { return (unknown, []) }
    let url = context.text(reader, .url)
    let trust = trust(reader, url, &context)
    let credentials = credentials(reader, &context)
    let addresses = context.texts(reader, .addresses) ?? [:]
    let connection = XenConnection(
      url: url ?? "", trust: trust, credentials: credentials,
      addresses: Dictionary(uniqueKeysWithValues: addresses.map { (HostName($0.key), $0.value) }))
    return (.xenapi(connection), references(reader, addresses, context))
  }

  private static func trust(
    _ reader: ObjectReader<XenConnectionKey>, _ url: String?, _ context: inout DecodingContext
  ) -> XenConnection.Trust {
    let pin = context.text(reader, .pin)
    let caFile = context.path(reader, .caFile)
    let insecure = context.flag(reader, .insecure) ?? false
    if reader[.pin] != nil, let node = reader[.caFile] {
      context.error(node, "both 'pin' and 'caFile' are given", hint: "keep one: a pinned key is trusted without an authority")
    }
    if insecure, let node = reader[.pin] ?? reader[.caFile] {
      context.error(node, "a trusted certificate together with 'insecure: true'", hint: "remove 'insecure', or the certificate for a lab")
    }
    if let url, url.hasPrefix("http://"), !insecure, let node = reader[.url] {
      context.error(node, "'url' is http://, which sends the password in clear", hint: "write https://; in a lab, insecure: true allows it")
    }
    if let pin { return .pin(pin) }
    if let caFile { return .caFile(path: caFile) }
    return insecure ? .insecure : .system
  }

  private static func credentials(
    _ reader: ObjectReader<XenConnectionKey>, _ context: inout DecodingContext
  ) -> XenConnection.Credentials? {
    guard let credentials = context.object(reader, .credentials, as: XenCredentialsKey.self) else { return nil }
    let name = context.text(credentials, .name)
    let file = context.text(credentials, .file)
    let variable = context.text(credentials, .env)
    let given = [credentials[.name], credentials[.file], credentials[.env]].compactMap(\.self)
    guard let first = given.first else {
      context.error(credentials.node, "'credentials' names none", hint: "for example credentials: {name: pool1}")
      return nil
    }
    if given.count > 1 { context.error(given[1], "'credentials' names more than one", hint: "keep name") }
    if let name { return .named(name, path: PathText.join(context.trust.credentialsFolder, name)) }
    // What was refused as a text needs no further word.
    guard file != nil || variable != nil else { return nil }
    guard context.trust.allowsCredentialPaths else {
      let kind = file == nil ? "an environment variable" : "a file"
      context.error(
        first, "'credentials' names \(kind), so that whoever writes manifests chooses which secret is sent where",
        hint: "write {name: NAME} and put it into \(PathText.join(context.trust.credentialsFolder, "NAME")) with the addresses it is for "
          + "(docs/xenapi.md), or run with --allow-credential-paths")
      return nil
    }
    if let file { return .file(path: PathText.resolve(file, in: context.folder)) }
    guard let variable else { return nil }
    guard variable.hasPrefix(ManifestTrust.variablePrefix) else {
      context.error(
        first, "'env' is \(DecodingContext.quoted(variable)), which is no variable for credentials",
        hint: "name it \(ManifestTrust.variablePrefix)… and set it to USER:PASSWORD")
      return nil
    }
    return .environment(variable: variable)
  }

  private static func references(
    _ reader: ObjectReader<XenConnectionKey>, _ addresses: [String: String], _ context: DecodingContext
  ) -> [Reference] {
    guard let node = reader[.addresses], !addresses.isEmpty else { return [] }
    return context.document.keys(node).map { Reference(name: context.document.string($0), mark: context.document[$0].mark) }
  }
}
