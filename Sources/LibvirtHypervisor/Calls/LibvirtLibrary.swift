import BlockingCalls
import CLibvirt
import Glibc

/// The process-wide part of libvirt: its event loop, without which keepalive and events do not work, and its silence on stderr.
enum LibvirtLibrary {
  /// Starts the event loop on a thread of its own, once; true if it runs.
  ///
  /// SIGPIPE is ignored from then on: the library writes to connections whose other end may have gone, and would end the process.
  static let isReady: Bool = {
    signal(SIGPIPE, SIG_IGN)
    guard virInitialize() == 0, virEventRegisterDefaultImpl() == 0 else { return false }
    virSetErrorFunc(nil) { _, _ in }
    return BlockingThread.start {
      while true { _ = virEventRunDefaultImpl() }
    }
  }()
}
