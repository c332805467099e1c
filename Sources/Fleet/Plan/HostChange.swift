/// A host that is closed to everybody's new guests before it is drained, or opened again after its maintenance.
package struct HostChange: Sendable, Equatable, Codable {
  package enum Action: String, Sendable, Codable { case close, open }
  package var host: HostName
  package var cell: CellName
  package var action: Action
  package var text: String
  /// `path:line` of the maintenance flag; nil: there is none any more.
  package var manifest: String?

  package init(host: HostName, cell: CellName, action: Action, text: String, manifest: String? = nil) {
    self.host = host
    self.cell = cell
    self.action = action
    self.text = text
    self.manifest = manifest
  }
}
