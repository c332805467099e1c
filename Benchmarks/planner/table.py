#!/usr/bin/env python3
"""Measures the planner on generated estates against its references, in one run, and prints two tables.

  table.py --program .build/release/planner-benchmark [--all] [--only F2,F4] [--sizes S,M] [--seeds 1,2] [--output FILE]
           [--python PATH] [--exact-seconds 60] [--no-references] [--keep FOLDER]

First table: the limits, each with the worst instance it was measured on. Second: each instance with what we and the references reach.
References: optimal.py (CP-SAT) and bounds.py (price bound), which need OR-Tools (--python names an interpreter that has it), and baseline.py's
greedy and (where Ganeti's hbal is installed) hbal-evac. Times are of whole processes, ours and theirs, reading the file and starting included;
all run on one core where taskset is there. "again / anew": seconds of planning after one more host goes under maintenance, with what the last
plan left in memory and without, reading not counted. Every plan is replayed by verify.py. Exit status: 0 every limit holds, 1 some do not.
"""
import argparse, collections, json, os, shutil, signal, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE_ORDER = ["XS", "S", "M", "L", "XL", "2XL", "3XL"]
# Optima of the generator's instances, each found by two methods that share no code.
KNOWN = {("F2", "S", 1): 12, ("F2", "M", 1): 28, ("F2", "L", 1): 95, ("F2", "XL", 1): 489, ("F2", "2XL", 1): 1875,
         ("F2 in 10 cells", "3XL", 1): 6405, ("F4", "S", 1): 19, ("F4", "M", 1): 66, ("F4", "L", 1): 220}
LIMITS = {"F1 / exact": 1 / 20, "F2 / bounds.py": 1 / 5, "F2 M / exact": 1 / 50, "F2 in 10 cells seconds": 10, "F2 irregular M gap": 1.02,
          "F2 irregular L gap": 1.05, "F2 irregular M seconds": 5, "F2 irregular L seconds": 20, "F4 L / exact": 1 / 3, "F5 / exact": 1 / 10,
          "makespan": 1.10, "growth": 15, "replan": 1 / 20}
# Seconds that one run of ours may take before it counts as hanging.
OURS_SECONDS_MAX = 600
BASELINE_SECONDS_MAX = 60


class Case:
    """One instance to measure."""
    def __init__(self, family, size, seed, options=(), objective="moves", label=None, replan=False):
        self.family, self.size, self.seed, self.options, self.objective = family, size, seed, list(options), objective
        self.label, self.replan = label or family, replan
        self.name = f"{self.label} {size} seed {seed}" + (" by cost" if objective == "cost" else "")

    @property
    def file(self):
        return "-".join([self.family, self.size, str(self.seed)] + [o.strip("-") for o in self.options]) + ".json"


def cases(args):
    seeds, out = [1, 2, 3] if args.all else [1], []

    def add(family, sizes, seeds, *options, **kind):
        out.extend(Case(family, size, seed, options, **kind) for size in sizes for seed in seeds)
    add("F1", ["S", "M", "L"], seeds)
    add("F1", ["2XL"], [1])
    add("F2", ["XS", "S", "M", "L"], seeds)
    add("F2", ["S", "M", "L"], seeds, "--sizes", "irregular", label="F2 irregular")
    add("F3", ["S", "M", "L"], seeds)
    add("F4", ["S", "M", "L"], seeds)
    add("F5", ["S", "M"], seeds, objective="cost")
    add("F5", ["S", "M"], seeds)
    add("F6", ["S"], range(7))
    add("F7", ["S", "M"], seeds)
    add("F1", ["XL"], seeds, replan=True)
    add("F2", ["XL"], seeds, replan=True)
    if args.all:
        add("F5", ["L"], seeds, objective="cost")
        add("F6", ["M"], range(7))
        add("F1", ["2XL"], [2])
        add("F1", ["3XL"], [1])
        add("F2", ["2XL"], [1])
        add("F2", ["3XL"], [1], "--cells", "10", label="F2 in 10 cells")
        for family in "F1", "F2":
            add(family, ["1000x10000"], [1])
    chosen = lambda text, value: not text or value in text.split(",")
    return [c for c in out if chosen(args.only, c.family) and chosen(args.sizes, c.size) and chosen(args.seeds, str(c.seed))]


def run(command, seconds_max, env=None):
    """Exit status (None: killed at the limit), wall seconds, peak resident MiB and standard output of one process."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        pid = os.posix_spawnp(command[0], command, dict(os.environ, **(env or {})), file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
        # A timer, not a poll: what is measured must not be disturbed.
        late = threading.Timer(seconds_max, os.kill, (pid, signal.SIGKILL))
        late.start()
        _, status, usage = os.wait4(pid, 0)
        wall = time.perf_counter() - start
        late.cancel()
        out.seek(0)
        text = out.read().decode(errors="replace")
    code = None if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else os.waitstatus_to_exitcode(status)
    return code, wall, usage.ru_maxrss / 1024, text


class Bench:
    def __init__(self, args, work):
        self.args, self.work = args, work
        self.pin = ["taskset", "-c", "0"] if shutil.which("taskset") else []
        self.python = args.python or sys.executable
        probe = [self.python, "-c", "import ortools, numpy"]
        self.has_solver = not args.no_references and subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0
        self.absent = "–" if args.no_references else "not installed"
        self.has_hbal = not args.no_references and bool(shutil.which("hbal"))
        self.missing = []
        if not args.no_references and not self.has_solver:
            self.missing.append("exact solver and price bound: OR-Tools and numpy are not installed (Benchmarks/planner/README.md)")
        if not args.no_references and not self.has_hbal:
            self.missing.append("hbal: not installed (apt-get install ganeti-htools)")

    def instance(self, case):
        """Generates the file; it is looked into by another process, since memory that this one takes would count as the measured ones'."""
        path = os.path.join(self.work, case.file)
        if not os.path.exists(path):
            subprocess.run([sys.executable, os.path.join(HERE, "generate.py"), case.family, case.size, "--seed", str(case.seed),
                            *case.options, "-o", path], check=True)
        look = "import json, sys; i = json.load(open(sys.argv[1])); print(json.dumps([len(i['hosts']), i.get('expect', {})]))"
        case.hosts, case.expect = json.loads(subprocess.run([sys.executable, "-c", look, path], check=True, capture_output=True).stdout)
        return path

    def ours(self, case, path):
        plan = os.path.join(self.work, "plan.json")
        if os.path.exists(plan):
            os.unlink(plan)
        command = self.pin + [self.args.program, path, "--objective", case.objective, "--json"]
        code, wall, memory, text = run(command + ["-o", plan], OURS_SECONDS_MAX)
        if code not in (0, 1) or not os.path.exists(plan):
            return dict(wall=wall, memory=memory, valid=False, message="stopped" if code is None else f"exit {code}")
        made, verdict = json.loads(text), verify(path, plan)
        value = verdict.get("cost" if case.objective == "cost" else "moves")
        valid, messages = verdict["valid"], list(verdict.get("messages", []))
        if made["status"] == "unfinished":
            valid, messages = False, ["no whole plan found"]
        elif made["status"] == "ok" and value != made["value"]:
            valid, messages = False, [f"says {made['value']}, is {value}"]
        return dict(wall=wall, memory=made["peak_kib"] / 1024, valid=valid, message="; ".join(messages), status=made["status"], value=value,
                    moves=verdict.get("moves"), bound=made["lower_bound"], proved=value is not None and made["lower_bound"] == value,
                    proof=made["proof"], again=proves_again(path, plan),
                    hops=made["hops"], makespan=verdict.get("makespan"),
                    makespan_bound=max(verdict.get("makespan_lb") or 0, made["makespan_bound"]), reason=made.get("reason"),
                    forced=verdict.get("forced"), replan=self.replan(command) if case.replan else None)

    def replan(self, command):
        """What the program says of planning again after one more host goes under maintenance; None where it fails."""
        code, _, _, text = run(command + ["--replan"], OURS_SECONDS_MAX)
        return json.loads(text).get("replan") if code in (0, 1) and text else None

    def reference(self, script, path, seconds, *options):
        """The reference's own JSON line with its wall seconds; None where it cannot run or was stopped."""
        command = self.pin + [self.python, os.path.join(HERE, script), path, *options]
        code, wall, memory, text = run(command, seconds * 2 + 60, {"PYTHONDONTWRITEBYTECODE": "1"})
        if code != 0:
            return dict(wall=wall, memory=memory, stopped=True)
        return dict(json.loads(text), wall=wall, memory=memory)

    def references(self, case, path):
        found = {}
        if self.has_solver:
            if case.hosts <= 256 or case.family == "F1":
                found["exact"] = self.reference("optimal.py", path, self.args.exact_seconds, "--objective", case.objective, "--time",
                                                str(self.args.exact_seconds))
            if case.label == "F2" or (case.label == "F2 irregular" and case.size != "L"):
                found["bounds"] = self.reference("bounds.py", path, self.args.exact_seconds, "--time", str(self.args.exact_seconds))
        if not self.args.no_references and case.hosts <= 256 and case.family != "F6":
            found["greedy"] = self.baseline(path, "greedy")
            if self.has_hbal:
                found["hbal"] = self.baseline(path, "hbal-evac")
        return found

    def baseline(self, path, method):
        """What a script or Ganeti reaches; it counts only if verify.py accepts the plan."""
        plan = os.path.join(self.work, "baseline.json")
        got = self.reference("baseline.py", path, BASELINE_SECONDS_MAX, method, "--limit", str(BASELINE_SECONDS_MAX), "-o", plan)
        if got.get("moves") is None:
            return got
        return dict(got, valid=verify(path, plan)["valid"])


def verify(path, plan):
    """What verify.py says of the plan."""
    checked = subprocess.run([sys.executable, os.path.join(HERE, "verify.py"), path, plan, "--json"], capture_output=True, text=True)
    return json.loads(checked.stdout) if checked.stdout else dict(valid=False, messages=[checked.stderr[-200:]])


def proves_again(path, plan):
    """False if recheck.py works out less than the plan's certificate says."""
    command = [sys.executable, "-B", os.path.join(HERE, "recheck.py"), path, plan]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode in (0, 3)


class Limits:
    """Named limits, each over every instance it applies to; shown with the worst of them."""
    def __init__(self):
        self.rows = collections.OrderedDict()

    def add(self, what, got, most, case):
        self.rows.setdefault(what, []).append((got, most, case.name))

    def true(self, what, holds, case):
        self.rows.setdefault(what, []).append((0 if holds else 1, 0, case.name))

    def table(self):
        out = []
        for what, got in self.rows.items():
            broken = [g for g in got if g[0] > g[1]]
            worst = max(got, key=lambda g: (g[0] - g[1], g[0]))
            if all(g[1] == 0 for g in got):
                measured, limit = f"{len(got) - len(broken)} of {len(got)}", "all"
            else:
                measured, limit = f"{worst[0]:.3g}", f"≤ {worst[1]:.3g}"
            names = ", ".join(g[2] for g in broken[:6]) + (" …" if len(broken) > 6 else "") if broken else worst[2] if limit != "all" else ""
            out.append([what, measured, limit, "DOES NOT HOLD" if broken else "holds", names])
        return ["what", "measured", "limit", "", "instances"], out

    @property
    def hold(self):
        return all(g[0] <= g[1] for rows in self.rows.values() for g in rows)


def judge(limits, case, ours, found):
    """Every limit that this instance is measured against."""
    exact, bounds = found.get("exact", {}), found.get("bounds", {})
    optimum = exact.get("value") if exact.get("status") == "OPTIMAL" else None
    if exact.get("status") == "INFEASIBLE" and case.family != "F6":
        # No plan can be verified; what counts is that there is none.
        ours["valid"] = ours["status"] == "infeasible"
        limits.true("no plan where the exact solver proves that there is none", ours["valid"], case)
        return
    limits.true("every plan accepted by verify.py", ours["valid"], case)
    if not ours["valid"]:
        return
    label, size, proved = case.label, case.size, ours.get("proved")
    limits.true("the certificate, worked out again by recheck.py", ours["again"], case)
    if case.family == "F6":
        limits.true("F6: infeasible, with the right reason", ours["status"] == "infeasible" and ours["reason"] == case.expect["reason"], case)
        return
    # Hops are no matter of the exact solver's: with them ours may rightly be more.
    if optimum is not None and not ours["hops"]:
        limits.true("no bound above an optimum that the exact solver proved", ours["bound"] <= optimum, case)
    known = KNOWN.get((label, size, case.seed))
    if known is not None:
        limits.true("the known optimum", ours["value"] == known, case)
    if label in ("F1", "F2", "F2 in 10 cells", "F4") or (label, size) == ("F2 irregular", "S"):
        limits.true(f"{label}: moves = bound, proved", proved, case)
    if label == "F1":
        limits.true("F1: moves = forced", ours["moves"] == ours["forced"], case)
    if label == "F2" and "lower_bound" in bounds:
        limits.true("F2: the price bound of bounds.py", ours["bound"] >= bounds["lower_bound"], case)
    if label == "F3":
        limits.true("F3: the planted optimum, hops included", ours["moves"] == case.expect["moves"], case)
    if label == "F5" and case.objective == "cost" and size in ("XS", "S", "M") and optimum is not None:
        limits.true("F5 by cost: equal to the exact solver", ours["value"] == optimum, case)
    if label == "F7" and optimum is not None:
        limits.true("F7: equal to the exact solver where it proves one", ours["value"] <= optimum, case)
    if label == "F2 irregular" and size in ("M", "L"):
        limits.add(f"F2 irregular {size}: moves / bound", ours["value"] / max(1, ours["bound"]), LIMITS[f"F2 irregular {size} gap"], case)
        limits.add(f"F2 irregular {size}: seconds", ours["wall"], LIMITS[f"F2 irregular {size} seconds"], case)
    if label == "F2 in 10 cells":
        limits.add("F2 in 10 cells: seconds", ours["wall"], LIMITS["F2 in 10 cells seconds"], case)
    if label in ("F1", "F2", "F4") and ours["makespan_bound"]:
        limits.add(f"{label}: makespan / its bound", ours["makespan"] / ours["makespan_bound"], LIMITS["makespan"], case)
    if case.replan:
        again = ours["replan"]
        limits.true("planning again: not worse than planning anew", again is not None and again["value"] <= again["anew_value"], case)
        if again is not None:
            limits.add("planning again after one event / anew", again["seconds"] / again["anew_seconds"], LIMITS["replan"], case)
    ratios(limits, case, ours, exact, bounds)


def ratios(limits, case, ours, exact, bounds):
    def ratio(what, reference, name):
        if "wall" in reference:
            limits.add(what, ours["wall"] / reference["wall"], LIMITS[name], case)
    if case.label == "F1" and case.size in ("2XL", "3XL"):
        ratio("F1 2XL, 3XL: time / exact solver", exact, "F1 / exact")
    if case.label == "F2" and not bounds.get("stopped"):
        ratio("F2: time / bounds.py", bounds, "F2 / bounds.py")
    if (case.label, case.size) == ("F2", "M"):
        ratio("F2 M: time / exact solver", exact, "F2 M / exact")
    if (case.label, case.size) == ("F4", "L"):
        ratio("F4 L: time / exact solver", exact, "F4 L / exact")
    if case.label == "F5" and case.objective == "cost" and case.size in ("S", "M"):
        ratio("F5 by cost: time / exact solver", exact, "F5 / exact")


def growth(limits, measured):
    """Ten times the hosts and the VMs, in cells of the same size where there are cells."""
    for small, large in (("F1 1000x10000 seed 1", "F1 3XL seed 1"), ("F2 1000x10000 seed 1", "F2 in 10 cells 3XL seed 1")):
        if small in measured and large in measured:
            case, ours = measured[large]
            limits.add("growth of the time, 1,000 to 10,000 hosts", ours["wall"] / measured[small][1]["wall"], LIMITS["growth"], case)


HEADS = ["instance", "moves", "value", "bound", "proof", "makespan", "bound", "seconds", "MiB", "again / anew", "exact", "seconds", "MiB",
         "bounds.py", "seconds", "greedy", "hbal-evac"]


def row(case, ours, found, bench):
    def number(x, form="{:g}"):
        return "–" if x is None else form.format(x)

    def base(r):
        if not r or r.get("moves") is None:
            return "–"
        lost = r.get("failures", 0) + r.get("stuck", 0)
        return f"{r['moves']}" + (f" ({lost} left)" if lost else "" if r.get("valid") else " (refused)")
    exact, bounds, again = found.get("exact"), found.get("bounds"), ours.get("replan")
    if not ours["valid"]:
        proof = "open: no plan found" if ours["status"] == "unfinished" else "REFUSED"
    elif ours["status"] == "infeasible":
        proof = "infeasible: " + str(ours["reason"])
    else:
        proof = ("proved: " if ours["proved"] else "open: ") + ours["proof"]
    exact_value = "–"
    if exact:
        status = exact.get("status", "stopped")
        exact_value = {"OPTIMAL": "", "FEASIBLE": "≤ "}.get(status, status.lower()) + number(exact.get("value"), "{}").replace("–", "")
    return [case.name, number(ours.get("moves")), number(ours.get("value")), number(ours.get("bound")), proof, number(ours.get("makespan")),
            number(ours.get("makespan_bound")), f"{ours['wall']:.3f}", f"{ours['memory']:.0f}",
            f"{again['seconds']:.4f} / {again['anew_seconds']:.4f}" if again else "–",
            exact_value if bench.has_solver else bench.absent, number(exact and exact["wall"], "{:.2f}"),
            number(exact and exact["memory"], "{:.0f}"), number(bounds and bounds.get("lower_bound")) if bench.has_solver else bench.absent,
            number(bounds and bounds["wall"], "{:.2f}"),
            base(found.get("greedy")), base(found.get("hbal")) if bench.has_hbal else bench.absent]


def lines(heads, rows):
    widths = [max(len(r[i]) for r in rows + [heads]) for i in range(len(heads))]
    return ["| " + " | ".join(c.ljust(w) for c, w in zip(r, widths)) + " |" for r in [heads, ["-" * w for w in widths]] + rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/release/planner-benchmark")
    parser.add_argument("--all", action="store_true", help="large estates and more seeds too")
    parser.add_argument("--only", help="families, such as F2,F4")
    parser.add_argument("--sizes", help="such as S,M")
    parser.add_argument("--seeds", help="such as 1,2")
    parser.add_argument("--output", help="file for the tables, beside the terminal")
    parser.add_argument("--python", help="interpreter that has OR-Tools")
    parser.add_argument("--exact-seconds", type=float, default=60, help="limit of the exact solver and of the price search")
    parser.add_argument("--no-references", action="store_true", help="measure only ours")
    parser.add_argument("--keep", help="folder to keep the generated instances in")
    args = parser.parse_args()
    args.program = os.path.abspath(args.program)
    if not os.access(args.program, os.X_OK):
        parser.error(f"{args.program} is not there: make bench-planner builds it")
    work = args.keep or tempfile.mkdtemp(prefix="planner-benchmark-")
    os.makedirs(work, exist_ok=True)
    try:
        return measure_all(args, work)
    finally:
        if not args.keep:
            shutil.rmtree(work)


def measure_all(args, work):
    bench, limits, rows, measured = Bench(args, work), Limits(), [], {}
    for case in cases(args):
        path = bench.instance(case)
        ours = bench.ours(case, path)
        found = bench.references(case, path)
        measured[case.name] = (case, ours)
        judge(limits, case, ours, found)
        rows.append(row(case, ours, found, bench))
        print(" | ".join(rows[-1]) + (f"  {ours['message']}" if not ours["valid"] else ""), file=sys.stderr, flush=True)
        if not args.keep and case.hosts > 1000:
            os.unlink(path)
    growth(limits, measured)
    text = ["", "limits; repeat with: make bench-planner", ""] + lines(*limits.table()) + [""] + lines(HEADS, rows)
    text += [""] + [f"not measured: {what}" for what in bench.missing]
    text = "\n".join(text).rstrip() + "\n"
    print(text)
    if args.output:
        with open(args.output, "w") as f:
            f.write(text.lstrip())
    return 0 if limits.hold else 1


if __name__ == "__main__":
    sys.exit(main())
