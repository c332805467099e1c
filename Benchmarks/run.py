#!/usr/bin/env python3
"""Measures the program against its baselines, paired in one run, and prints a table.

  run.py --program .build/release/reconcile [--runs 5] [--only help,validate,dry-run,growth] [--keep FOLDER]

Baselines: `virsh --version` for start-up; a bare libyaml event loop (bare_libyaml.c) over the same files for everything that reads
manifests. Every figure is the median over the pairs; ratios are taken pair by pair. Peak memory is the largest resident set of one process.
"""
import argparse, os, shutil, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
LIMITS = {"help": 1.5, "validate": 3.0, "dry-run": 20.0, "memory MiB": 1024, "growth": 12.0}


def measure(command, cwd=None):
    """Wall seconds, CPU seconds and peak resident MiB of one process; its output is thrown away."""
    null = os.open(os.devnull, os.O_RDWR)
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    os.close(null)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def paired(ours, baseline, runs):
    """Medians of both and of the ratios, after one warm-up each."""
    measure(ours), measure(baseline)
    a, b = [], []
    for _ in range(runs):
        a.append(measure(ours))
        b.append(measure(baseline))
    median = statistics.median
    return {
        "wall": median(x[0] for x in a), "cpu": median(x[1] for x in a), "memory": max(x[2] for x in a), "codes": sorted({x[3] for x in a}),
        "baseline wall": median(x[0] for x in b), "ratio": median(x[0] / y[0] for x, y in zip(a, b)),
        "cpu ratio": median(x[1] / max(y[1], 1e-4) for x, y in zip(a, b)),
    }


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, got, limit, note):
        held = "holds" if got <= limit else "DOES NOT HOLD"
        self.rows.append((what, f"{got:.2f}", f"≤ {limit:g}", held, note))

    def print(self):
        heads = ("what", "measured", "limit", "", "figures")
        widths = [max(len(row[i]) for row in self.rows + [heads]) for i in range(4)]
        for row in [heads] + self.rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) + "  " + row[4])


def fleet(folder, hosts, instances, maintenance):
    if not os.path.isdir(folder):
        subprocess.run([sys.executable, os.path.join(HERE, "generate_fleet.py"), "--hosts", str(hosts), "--instances", str(instances),
                        "--maintenance", str(maintenance), folder], check=True, stdout=subprocess.DEVNULL)
    return folder, sorted(os.path.join(root, name) for root, _, names in os.walk(folder) for name in names if name.endswith((".yaml", ".yml")))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/release/reconcile")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="help,validate,dry-run,growth")
    parser.add_argument("--keep", help="folder to keep the generated fleets in")
    args = parser.parse_args()
    program, only = os.path.abspath(args.program), args.only.split(",")
    work = args.keep or tempfile.mkdtemp(prefix="reconcile-bench-")
    os.makedirs(work, exist_ok=True)
    bare = os.path.join(work, "bare_libyaml")
    subprocess.run(["gcc", "-O2", "-o", bare, os.path.join(HERE, "bare_libyaml.c"), "-lyaml"], check=True)
    table = Table()
    try:
        if "help" in only:
            if shutil.which("virsh"):
                m = paired([program, "--help"], ["virsh", "--version"], max(20, args.runs))
                table.add("reconcile --help / virsh --version", m["ratio"], LIMITS["help"],
                          f"{m['wall'] * 1000:.1f} ms against {m['baseline wall'] * 1000:.1f} ms")
            else:
                print("not measured: --help, because virsh is not installed (apt-get install libvirt-clients)")
        sync, files = fleet(os.path.join(work, "sync"), 10_000, 100_000, 0)
        if "validate" in only:
            m = paired([program, "validate", "--manifests", sync], [bare] + files, args.runs)
            table.add("validate 100,000 instances / bare libyaml", m["ratio"], LIMITS["validate"],
                      f"{m['wall']:.2f} s against {m['baseline wall']:.2f} s, CPU ratio {m['cpu ratio']:.2f}, {m['memory']:.0f} MiB, exit {m['codes']}")
        whole = {}
        drains = [("in sync", 0), ("500 hosts in maintenance", 500)]
        if "dry-run" in only or "growth" in only:
            for name, maintenance in drains:
                folder, files = fleet(os.path.join(work, f"large-{maintenance}"), 10_000, 100_000, maintenance)
                command = [program, "--dry-run", "--manifests", folder, "--state", os.path.join(work, "none.db"), "--max-moves", "100000"]
                m = whole[name] = paired(command, [bare] + files, args.runs)
                if "dry-run" in only:
                    figures = f"{m['wall']:.2f} s against {m['baseline wall']:.2f} s, CPU {m['cpu']:.2f} s, exit {m['codes']}"
                    table.add(f"dry-run 10,000 hosts, 100,000 instances, {name} / bare libyaml", m["ratio"], LIMITS["dry-run"], figures)
                    table.add(f"  its peak memory, MiB", m["memory"], LIMITS["memory MiB"], "")
        if "growth" in only:
            for name, maintenance in drains:
                folder, files = fleet(os.path.join(work, f"small-{maintenance}"), 1_000, 10_000, maintenance // 10)
                command = [program, "--dry-run", "--manifests", folder, "--state", os.path.join(work, "none.db"), "--max-moves", "100000"]
                small = paired(command, [bare] + files, args.runs)
                table.add(f"growth 10,000 → 100,000 instances, {name}, CPU", whole[name]["cpu"] / small["cpu"], LIMITS["growth"],
                          f"CPU {whole[name]['cpu']:.2f} s against {small['cpu']:.2f} s, wall {whole[name]['wall']:.2f} s against {small['wall']:.2f} s")
        print(f"\nmedian of {args.runs} pairs; repeat with: make bench")
        table.print()
    finally:
        if not args.keep:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
