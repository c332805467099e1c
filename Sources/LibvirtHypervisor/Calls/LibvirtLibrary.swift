import BlockingCalls
import CLibvirt

/// The process-wide part of libvirt: its event loop, without which keepalive and events do not work, and its silence on stderr.
enum LibvirtLibrary {
  /// Starts the event loop on a thread of its own, once; true if it runs.
  static let isReady: Bool = {
    guard virInitialize() == 0, virEventRegisterDefaultImpl() == 0 else { return false }
    virSetErrorFunc(nil) { _, _ in }
    return BlockingThread.start {
      while true { _ = virEventRunDefaultImpl() }
    }
  }()
}
