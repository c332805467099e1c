import ArgumentParser
import Fleet
import Reconciler
import StateStore

/// Opens the database as far as a command needs it.
enum StateAccess {
  /// With `--verbose`.
  static func tell(_ path: String) { StandardStreams.printDetail("database: \(path)") }

  /// For a dry run: written if it is there and can be, read if it can only be read, nil if there is none yet.
  static func forPreview(_ path: String, fleet: String) throws -> StateKeeper? {
    tell(path)
    do {
      let store: StateStore
      do {
        _ = try StateStore(path: path, access: .readOnly)
        store = try StateStore(path: path, access: .readWrite)
      } catch let error where error.code == .notWritable {
        store = try StateStore(path: path, access: .readOnly)
      }
      try store.bind(fleet: fleet)
      return StateKeeper(store)
    } catch let error where error.code == .missing {
      return nil
    }
  }

  /// For what has something to say before anything is stored: an empty store, if there is no database yet.
  static func forReadingIfThere(_ path: String) throws -> StateKeeper {
    tell(path)
    do { return try readableIfThere(path) } catch { throw Failure.refused(error) }
  }

  /// The same, for who has another way to say what is wrong.
  static func readableIfThere(_ path: String) throws(StateStoreError) -> StateKeeper {
    do {
      return StateKeeper(try StateStore(path: path, access: .readOnly))
    } catch  where error.code == .missing {
      return StateKeeper(try StateStore(path: path, access: .inMemory))
    }
  }

  /// For commands that only show what is stored.
  static func forReading(_ path: String) throws -> StateKeeper {
    tell(path)
    do {
      return StateKeeper(try StateStore(path: path, access: .readOnly))
    } catch {
      throw Failure.refused(error)
    }
  }
}
