package import Fleet

/// An operation of the journal that moved no instance: a host closed or opened, kept disks deleted.
package struct HistoryBeside: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable { case hostClose, hostOpen, diskRemoval }

  package var id: OperationID
  package var kind: Kind
  package var cell: CellName
  package var host: HostName
  /// Whose kept disks; nil: it is about the host.
  package var instance: InstanceName?
  package var text: String
  package var state: OperationRecord.State
  package var detail: String
  package var startedAt: Timestamp
  /// Nil: it has not ended.
  package var endedAt: Timestamp?

  /// Nil: it is a move.
  package init?(_ journal: OperationJournal) {
    let operation = journal.record.operation
    switch operation {
    case .move: return nil
    case .hostChange(let change): kind = change.action == .close ? .hostClose : .hostOpen
    case .diskRemoval: kind = .diskRemoval
    }
    id = journal.record.id
    cell = operation.cell
    host = operation.destination
    instance = operation.instance
    text = operation.words
    state = journal.record.state
    detail = journal.record.detail
    startedAt = journal.queuedAt
    endedAt = journal.record.state.isFinal ? journal.record.at : nil
  }
}
