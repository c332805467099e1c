import Foundation
import Testing

/// The example fleet of `docs/libvirt.md` where there are no hosts: it is valid, and each host that does not answer is named with what to check.
@Suite struct LibvirtExampleTests {
  @Test func theExampleIsValidAndSaysWhatToCheck() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/libvirt")
    defer { program.remove() }
    let valid = try program.run("validate")
    #expect(valid.status == 0 && valid.output == "no errors in 3 files\n", "\(valid)")
    // Its own names might resolve somewhere: nothing listens on port 1 of this machine.
    let hosts = try String(contentsOf: program.folder.appending(path: "manifests/hosts.yaml"), encoding: .utf8)
    let elsewhere = hosts.replacing("qemu+tls://hv1/system", with: "qemu+tcp://127.0.0.1:1/system")
      .replacing("qemu+tls://hv2/system", with: "qemu+tcp://127.0.0.1:2/system")
    try program.write(elsewhere, to: "manifests/hosts.yaml")
    let plan = try program.run("--dry-run")
    #expect(plan.status == 1, "\(plan)")
    let words = plan.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        "cannot connect to hv1 (qemu+tcp://127.0.0.1:1/system): unable to connect to server at '127.0.0.1:1': Connection refused; "
          + "libvirtd on 127.0.0.1 must listen on TCP port 1 (listen_tcp, libvirtd-tcp.socket), with no firewall between"), "\(plan)")
    #expect(words.contains("cannot connect to hv2 (qemu+tcp://127.0.0.1:2/system)"), "\(plan)")
    #expect(words.contains("unknown build, db and web"), "\(plan)")
  }
}
