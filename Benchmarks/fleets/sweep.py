#!/usr/bin/env python3
"""Plans random fleets with the whole program and holds every plan against an exact solver that shares no code with it.

  sweep.py --program .build/release/reconcile [--from 0] [--count 1500] [--profiles broad,tight,...] [--seconds S] [--jobs N] [--rows FILE]

Each fleet is written as manifests and a snapshot, planned with --dry-run, replayed as timed and with random durations along `after`, at rest and in
motion, and compared level by level with oracle.py: a relaxation of the end state first; where the plan is worse than that, a search for a better
plan that can be carried out, of up to a few moves more. Prints one line for each finding and a table. Exit status: 0 all limits hold, 1 some do
not, 2 OR-Tools is missing. A finding is a wrong proof, a trap, a plan the program refused or that breaks something; more than 3 % of partial plans
beaten; a complete plan missed that the exact solver puts in order.
"""
import argparse, collections, json, multiprocessing, os, subprocess, sys, tempfile, time

try:
    import oracle
except ImportError as missing:
    print(f"{missing}: the exact solver needs OR-Tools (see README.md); --python of make fleets names an interpreter that has it", file=sys.stderr)
    sys.exit(2)
import generate
from replay import replay

MIB = 1 << 20
PROFILES = {
    "broad": {}, "tight": {"tight": .95}, "pins": {"place": .7, "misplaced": .4, "required": .3},
    "broad without rules": {"rules": (0, 0)}, "tight without rules": {"tight": .95, "rules": (0, 0)},
    "pins without rules": {"place": .7, "misplaced": .4, "required": .3, "rules": (0, 0)},
}
# Seconds for one plan, and for one question to the exact solver.
PLAN_SECONDS_MAX = 300
QUESTION_SECONDS_MAX = 12
# Moves of a better plan that is looked for.
MOVES_MAX = 12
BEATEN_SHARE_MAX = .03


def plan_with(program, fleet, folder):
    """(exit status, plan or None, what it said) of the program for the fleet."""
    generate.write(fleet, folder)
    command = [program, "--dry-run", "--manifests", folder + "/m", "--snapshot", folder + "/snapshot.json", "--state", folder + "/s.db",
               "--output", "json", "--objective", fleet["objective"]]
    run = subprocess.run(command, capture_output=True, text=True, timeout=PLAN_SECONDS_MAX)
    if run.returncode in (64, 65, 1, 4) or run.returncode < 0 or not run.stdout.strip():
        return run.returncode, None, run.stderr[:600]
    return run.returncode, json.loads(run.stdout), run.stderr


def better(world, vector, moves):
    """Levels of a better plan that can be carried out, "none", or "unknown" if the solver ran out of time."""
    base = list(vector)
    base[4] //= MIB
    answer = "none"
    for count in moves:
        if not 1 <= count <= MOVES_MAX:
            continue
        found, levels, steps = world.lex(T=count, levels=8, better_than=base, limit=QUESTION_SECONDS_MAX)
        if found == "better":
            return levels, steps
        if found == "unknown":
            answer = "unknown"
    return answer, None


def judge(program, seed, profile, folder):
    """One fleet: a row with its kind and what is needed to look into it."""
    fleet = generate.make(seed, PROFILES[profile])
    status, plan, said = plan_with(program, fleet, folder)
    row = dict(seed=seed, profile=profile, exit=status, hosts=len(fleet["hosts"]), guests=len(fleet["vms"]), rules=len(fleet["rules"]))
    if plan is None:
        return dict(row, kind="refused" if status == 4 else "trap" if status < 0 or status > 128 else "error", said=said)
    failed = [item for item in plan["blocked"] if item["reason"] == "planningFailed"]
    if failed:
        return dict(row, kind="planning failed", said=failed[0]["text"])
    world = oracle.World(fleet)
    broken, legs = replay(world, plan)
    if broken:
        return dict(row, kind="illegal", said=broken[:4])
    reached, _ = world.vector(legs)
    proof = plan["proof"]
    row.update(status=proof["status"], moves=len(legs), lowerBound=proof["lowerBound"], because=proof["because"][:200], reached=reached)
    best, _, steps = world.lex(levels=9)
    if best is None:
        return dict(row, kind="solver out of time")
    row["best"] = best
    if reached[:8] < best[:8]:
        return dict(row, kind="solver is wrong")
    bound = proof["lowerBound"]
    if reached[:8] == best[:8]:
        wrong = proof["status"] != "none" and bound > reached[7]
        return dict(row, kind="wrong proof" if wrong else f"best, {proof['status']}")
    level = next(index for index in range(8) if reached[index] != best[index])
    lengths = [len(legs) - 1] if level == 7 and fleet["objective"] == "moves" else [len(steps), len(steps) + 1, len(steps) + 2]
    found, how = better(world, reached, lengths)
    row.update(level=level, better=found, how=how)
    if found in ("none", "unknown"):
        return dict(row, kind=f"as good as can be put in order, {proof['status']}" if found == "none" else "unknown")
    wrong = proof["status"] == "minimal" or proof["status"] == "bounded" and (level < 7 or bound > found[7])
    if wrong:
        return dict(row, kind="wrong proof")
    isPartial = any(found[:6])
    return dict(row, kind=f"beaten, {'partial' if isPartial else 'complete'}, {proof['status']}")


def table(rows):
    """The counts that the limits are about, by profile; True: all limits hold."""
    print("| profile | fleets | best | proved | wrong proofs | refused | traps | illegal | partial plans beaten | complete plans missed | unknown |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    holds = True
    for profile in list(dict.fromkeys(row["profile"] for row in rows)) + ["all"]:
        mine = [row for row in rows if profile in (row["profile"], "all")]
        kinds = collections.Counter(row["kind"] for row in mine)
        count = lambda *names: sum(number for kind, number in kinds.items() if any(name in kind for name in names))
        partial = [row for row in mine if any(row.get("best", [0])[:6])]
        beaten = count("beaten, partial")
        missed = sum(1 for row in mine if row["kind"].startswith("beaten, complete") and row["level"] < 7)
        cells = [profile, len(mine), count("best,", "as good"), sum(1 for row in mine if row.get("status") == "minimal"), count("wrong proof"),
                 count("refused"), count("trap", "planning failed", "error"), count("illegal"), f"{beaten} of {len(partial)}", missed,
                 count("unknown", "solver out of time")]
        print("| " + " | ".join(map(str, cells)) + " |")
        if profile == "all":
            bad = count("wrong proof", "refused", "trap", "planning failed", "error", "illegal", "solver is wrong")
            holds = bad == 0 and missed == 0 and beaten <= BEATEN_SHARE_MAX * max(1, len(partial))
    return holds


def judged(task):
    """The row of one fleet; None if its time is over before it begins."""
    program, seed, profile, end = task
    if time.time() > end:
        return None
    with tempfile.TemporaryDirectory() as folder:
        return judge(program, seed, profile, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1500, help="fleets, dealt out to the profiles in turn")
    parser.add_argument("--profiles", default=",".join(PROFILES))
    parser.add_argument("--seconds", type=float, default=float("inf"), help="no fleet is begun after so many")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="fleets at once")
    parser.add_argument("--rows", help="one JSON object a fleet is appended there")
    args = parser.parse_args()
    names, rows, end = args.profiles.split(","), [], time.time() + args.seconds
    program = os.path.abspath(args.program)
    tasks = ((program, seed, names[seed % len(names)], end) for seed in range(args.first, args.first + args.count))
    with multiprocessing.Pool(args.jobs) as pool:
        for row in pool.imap(judged, tasks):
            if row is None:
                break
            rows.append(row)
            if args.rows:
                with open(args.rows, "a") as file:
                    file.write(json.dumps(row) + "\n")
            if not row["kind"].startswith(("best", "as good")):
                print(json.dumps(row)[:900], flush=True)
    if not rows:
        print("no fleet was planned within the time", file=sys.stderr)
        sys.exit(1)
    print(f"{len(rows)} fleets, seeds {args.first} to {args.first + len(rows) - 1}")
    sys.exit(0 if table(rows) else 1)


if __name__ == "__main__":
    main()
