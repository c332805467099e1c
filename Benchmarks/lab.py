#!/usr/bin/env python3
"""Measures the program against virsh on real libvirt hosts, paired in one run, and prints a table.

  lab.py --program .build/release/reconcile [--rounds 5] [--only observe,one,drain,loop,cpu]

Brings a lab of its own up (LAB_NAME, LAB_DIR and LAB_NET move it) and takes it down. As root; five hosts, 50 guests, about ten minutes.
A baseline and what is measured against it alternate; every figure is the median over the pairs. `used` is the part of what is allowed that
was used. Exit 1: something could not be measured.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, threading, time
from run import Table

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(os.path.dirname(HERE), "lab", "lab")
HOSTS = [f"hv{i}" for i in range(1, 6)]
RATE_MBIT = 24
CPU_LIMIT_PERCENT = 5
# A page of a guest's working set is empty until the guest has written to it.
FILL_SECONDS = 10
# What the policy below makes of a live migration.
MIGRATE = ["migrate", "--live", "--p2p", "--persistent", "--undefinesource", "--abort-on-error", "--tls"]
FLEET = """apiVersion: reconcile/v1
kind: Fleet
metadata: {{name: bench}}
---
apiVersion: reconcile/v1
kind: Cell
metadata: {{name: lab}}
spec: {{hypervisor: libvirt, migrationPolicy: only, limits: {limits}}}
---
apiVersion: reconcile/v1
kind: MigrationPolicy
metadata: {{name: only}}
spec: {{encryption: preferred}}
"""
HOST = """---
apiVersion: reconcile/v1
kind: Host
metadata: {{name: {0}}}
spec: {{cell: lab, connection: "qemu+tcp://{0}/system", maintenance: {1}, capacity: {{reservedMemory: 256MiB, vcpuOvercommit: 100}}}}
"""
INSTANCE = """---
apiVersion: reconcile/v1
kind: Instance
metadata: {{name: {0}}}
spec: {{cell: lab{1}}}
"""
DEFAULT_LIMITS, FOUR_AT_ONCE = "{total: 8, perHost: 2}", "{total: 4, perHost: 4, perHostIncoming: 4, perHostOutgoing: 4}"


class Unmeasured(Exception):
    pass


def median(values):
    return statistics.median(values)


class Lab:
    """The lab and the commands run in its control node."""

    def __init__(self, folder, program):
        self.folder, self.program = folder, program
        os.environ.setdefault("LAB_NAME", "recbench")
        os.environ.setdefault("LAB_NET", "10.83.0")
        os.environ.setdefault("LAB_DIR", "/var/tmp/" + os.environ["LAB_NAME"])

    def lab(self, *arguments, check=True):
        done = subprocess.run([LAB, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if check and done.returncode != 0:
            raise Unmeasured(f"lab {' '.join(arguments)}: {done.stdout.strip()[-500:]}")
        return done.stdout

    def start(self, *command):
        return subprocess.Popen([LAB, "exec", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def timed(self, *command, codes=(0,)):
        """Wall seconds of a command that runs in the control node, and its output."""
        begin = time.perf_counter()
        process = self.start(*command)
        output = process.communicate()[0]
        seconds = time.perf_counter() - begin
        if process.returncode not in codes:
            raise Unmeasured(f"{' '.join(command)} ended with {process.returncode}: {output.strip()[-800:]}")
        return seconds, output

    def shell(self, script):
        return self.timed("bash", "-c", script)

    def guests(self, names, host, *options):
        for name in names:
            self.lab("guest", name, host, *options)

    def hosts_of(self):
        """Where every running guest is."""
        return {name: host for host in HOSTS for name in self.lab("virsh", host, "list", "--name").split()}

    def expect(self, names, host):
        where = self.hosts_of()
        astray = [f"{name} on {where.get(name)}" for name in names if where.get(name) != host]
        if astray:
            raise Unmeasured(f"not on {host}: {', '.join(astray)}")

    def sent_bytes(self, host):
        return int(self.lab("host", host, "cat", "/sys/class/net/eth0/statistics/tx_bytes"))

    # The program

    def declare(self, instances, maintenance=(), limits=DEFAULT_LIMITS, hosts=HOSTS):
        """Writes the manifests; `instances` maps a name to its host, or to None."""
        text = f"# {time.time_ns()}\n" + FLEET.format(limits=limits)
        text += "".join(HOST.format(host, str(host in maintenance).lower()) for host in hosts)
        text += "".join(INSTANCE.format(name, ", placement: {host: %s}" % host if host else "") for name, host in instances.items())
        folder = os.path.join(self.folder, "manifests")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "lab.yaml"), "w") as file:
            file.write(text)

    def command(self, *arguments):
        return [self.program, *arguments, "--manifests", os.path.join(self.folder, "manifests"), "--state",
                os.path.join(self.folder, "state.db")]

    def reconcile(self, *arguments, moves=None):
        """Seconds of one run and what it says it did; `moves`: how many must have succeeded."""
        seconds, output = self.timed(*self.command("run", "--yes", "--output", "json", *arguments), codes=(0, 1, 2, 3, 4))
        report = json.loads(output[output.index("{"):])
        done = [move for move in report["moves"] if move["result"] == "succeeded"]
        if moves is not None and len(done) != moves:
            raise Unmeasured(f"{len(done)} of {moves} moves succeeded: {output[-1500:]}")
        return seconds, report


def migrate(source, destination, name):
    return ["virsh", "-q", "-c", f"qemu+tcp://{source}/system", *MIGRATE, name, f"qemu+tcp://{destination}/system"]


def observe(lab, table, rounds):
    names = [f"o{i}" for i in range(50)]
    for index, host in enumerate(HOSTS):
        lab.guests(names[index * 10:index * 10 + 10], host)
    lab.declare({name: HOSTS[index // 10] for index, name in enumerate(names)})
    lab.reconcile(moves=0)  # also proves the storages, which later runs take over
    domstats = "".join(f"virsh -q -c qemu+tcp://{host}/system domstats >/dev/null & " for host in HOSTS) + "wait"
    virsh, looks, passes = [], [], []
    for _ in range(rounds):
        virsh.append(lab.shell(domstats)[0])
        looks.append(lab.timed(*lab.command("snapshot"))[0])
        passes.append(lab.reconcile(moves=0)[0])
    allowed = [2 * seconds + 0.3 for seconds in virsh]
    table.add("observation of 5 hosts × 10 guests, used", median(a / b for a, b in zip(looks, allowed)), 1,
              f"{median(looks):.2f} s against {median(virsh):.2f} s of virsh domstats, allowed {median(allowed):.2f} s")
    table.add("pass without a change, used", median(a / (b + 0.3) for a, b in zip(passes, allowed)), 1,
              f"{median(passes):.2f} s, allowed {median(allowed) + 0.3:.2f} s")


def one(lab, table, rounds):
    for title, options in ("32 MiB", []), ("256 MiB", ["--mem", "256", "--ws", "48000"]):
        lab.guests(["one"], "hv1", *options)
        at, virsh, ours = "hv1", [], []
        for number in range(2 * (rounds + 1)):
            there = "hv2" if at == "hv1" else "hv1"
            if (number + number // 2) % 2 == 0:  # virsh, ours, ours, virsh …
                seconds, _ = lab.timed(*migrate(at, there, "one"))
                virsh.append((seconds, downtime(lab.lab("virsh", there, "domjobinfo", "--completed", "one"))))
            else:
                lab.declare({"one": there}, hosts=["hv1", "hv2"])
                seconds, report = lab.reconcile(moves=1)
                ours.append((seconds, report["moves"][0].get("downtimeMilliseconds")))
            lab.expect(["one"], there)
            at = there
        virsh, ours = virsh[1:], ours[1:]  # warm-up; the first also proves the storages
        allowed = [1.15 * seconds + 0.5 for seconds, _ in virsh]
        table.add(f"one migration, {title}, used", median(a[0] / b for a, b in zip(ours, allowed)), 1,
                  f"{median(a[0] for a in ours):.2f} s against {median(b[0] for b in virsh):.2f} s of virsh, allowed {median(allowed):.2f} s")
        pauses = [[pause for _, pause in side if pause is not None] for side in (ours, virsh)]
        if not all(pauses):
            raise Unmeasured(f"no downtime was told: {ours} against {virsh}")
        noise = max(10, max(pauses[1]) - min(pauses[1]))
        table.add("  its downtime beyond virsh's, ms", median(pauses[0]) - median(pauses[1]), noise,
                  f"{median(pauses[0]):.0f} ms against {median(pauses[1]):.0f} ms ({min(pauses[1]):.0f} to {max(pauses[1]):.0f})")
        lab.lab("purge", "one")


def downtime(jobinfo):
    for line in jobinfo.splitlines():
        if line.startswith("Total downtime:"):
            return float(line.split()[2])
    return None


def drain(lab, table, rounds):
    names = [f"d{i}" for i in range(8)]
    lab.guests(names, "hv1", "--mem", "64", "--ws", "3000", "--dirty", "2")
    time.sleep(FILL_SECONDS)
    used, figures = [], []
    source, other = "hv1", "hv2"
    for _ in range(max(2, rounds // 2)):
        lab.declare({name: None for name in names}, hosts=["hv1", "hv2"])
        lab.reconcile(moves=0)
        lab.lab("rate", source, f"{RATE_MBIT}mbit")
        lab.declare({name: None for name in names}, maintenance=[source], hosts=["hv1", "hv2"])
        before = lab.sent_bytes(source)
        seconds, _ = lab.reconcile(moves=len(names))
        sent = lab.sent_bytes(source) - before
        lab.lab("rate", source, "off")
        lab.expect(names, other)
        allowed = 1.25 * sent * 8 / (RATE_MBIT * 1e6) + 5
        used.append(seconds / allowed)
        figures.append((seconds, sent, allowed))
        source, other = other, source
    seconds, sent, allowed = sorted(figures)[len(figures) // 2]
    table.add(f"draining 8 guests over {RATE_MBIT} Mbit/s, used", median(used), 1,
              f"{seconds:.1f} s for {sent / 1e6:.0f} MB on the wire, allowed {allowed:.1f} s")
    lab.lab("purge", *names)


def loop(lab, table, rounds):
    names = [f"l{i}" for i in range(8)]
    lab.guests(names, "hv1")
    source, other, virsh, ours = "hv1", "hv2", [], []
    for number in range(2 * (rounds + 1)):
        if (number + number // 2) % 2 == 0:
            command = " ".join(migrate(source, other, "$g"))
            virsh.append(lab.shell(f"set -e; for g in {' '.join(names)}; do {command}; done")[0])
        else:
            lab.declare({name: None for name in names}, [source], FOUR_AT_ONCE, hosts=["hv1", "hv2"])
            ours.append(lab.reconcile(moves=len(names))[0])
        lab.expect(names, other)
        source, other = other, source
    virsh, ours = virsh[1:], ours[1:]
    table.add("draining 8 guests, 4 at once / a loop of virsh migrate", median(a / b for a, b in zip(ours, virsh)), 0.8,
              f"{median(ours):.2f} s against {median(virsh):.2f} s")
    lab.lab("purge", *names)


def cpu(lab, table, rounds):
    names = [f"c{i}" for i in range(4)]
    lab.guests(names, "hv1", "--mem", "64", "--ws", "6000", "--dirty", "4")
    time.sleep(FILL_SECONDS)
    source, other, percents, windows = "hv1", "hv2", [], []
    for _ in range(max(2, rounds // 2)):
        lab.lab("rate", source, f"{RATE_MBIT}mbit")
        lab.declare({name: None for name in names}, [source], FOUR_AT_ONCE, hosts=["hv1", "hv2"])
        seconds, used = cpu_while_running(lab, len(names), other)
        lab.lab("rate", source, "off")
        lab.expect(names, other)
        percents.append(100 * used / seconds)
        windows.append(seconds)
        source, other = other, source
    table.add("own CPU while 4 migrations run, % of a core", median(percents), CPU_LIMIT_PERCENT,
              f"over {median(windows):.0f} s from the start of the fourth to the end of the first, {min(percents):.1f} to {max(percents):.1f}")
    lab.lab("purge", *names)


def cpu_while_running(lab, count, other):
    """Seconds for which all of `count` moves ran, and the CPU seconds the program used in them."""
    process = lab.start(*lab.command("run", "--yes"))
    lines, started, window = [], 0, []

    def read():
        for line in process.stdout:
            lines.append((time.perf_counter(), line))

    reader = threading.Thread(target=read)
    reader.start()
    reached = 0
    while process.poll() is None:
        time.sleep(0.05)
        while reached < len(lines):
            at, line = lines[reached]
            reached += 1
            if " started: " in line:
                started += 1
            if started == count and not window:
                window = [(time.perf_counter(), cpu_seconds(process.pid))]
            elif len(window) == 1 and f": on {other} after " in line:
                window.append((time.perf_counter(), cpu_seconds(process.pid)))
    reader.join()
    if process.returncode != 0 or len(window) != 2:
        raise Unmeasured(f"{count} moves did not run at once: {''.join(line for _, line in lines)[-1500:]}")
    return window[1][0] - window[0][0], window[1][1] - window[0][1]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


PARTS = {"observe": observe, "one": one, "drain": drain, "loop": loop, "cpu": cpu}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/release/reconcile")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(PARTS))
    args = parser.parse_args()
    unknown = [name for name in args.only.split(",") if name not in PARTS]
    if unknown or args.rounds < 1:
        parser.error(f"no such part: {', '.join(unknown)}" if unknown else "at least one round")
    table, missing = Table(), []
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        lab = Lab(folder, os.path.abspath(args.program))
        try:
            lab.lab("up", str(len(HOSTS)))
            for name in args.only.split(","):
                try:
                    lab.lab("tidy")
                    PARTS[name](lab, table, args.rounds)
                except (Unmeasured, ValueError, KeyError) as error:
                    missing.append(f"not measured: {name}: {error}")
                    print(missing[-1], file=sys.stderr)
        except Unmeasured as error:
            missing.append(f"not measured: {error}")
            print(missing[-1], file=sys.stderr)
        finally:
            lab.lab("down", check=False)
    print(f"\nmedian of {args.rounds} pairs; repeat with: make bench-lab")
    table.print()
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
