#!/usr/bin/env python3
"""Price bound: a certificate that N secondary moves are unavoidable.
  bounds.py INSTANCE [--prices FILE] [--time 60] [--target FILE]

Relax everything except RAM and vCPU inside each cell.  Let b[j][s] be the VMs of size s = (ram, vcpu) that may stay on host j
and D[s] the forced VMs of size s.  For ANY prices p[s] >= 0 the number of secondary moves is at least
    L(p) = sum_s p[s] D[s] - sum_j max over feasible contents n of host j of  sum_s ( p[s] (n[s]-b[j][s]) - max(0, b[j][s]-n[s]) )
(Lagrangian of the class balance, at best the Dantzig-Wolfe bound).  The inner maximum is one knapsack per host, so a price
vector is a certificate that anyone re-checks in O(hosts x sizes x capacity): --prices does just that, without a solver.
Prices are found by Kelley cutting planes (GLOP); hosts with equal capacity and content share one row.  The joint knapsack is
used when its table is small, otherwise the more loaded of the two alone.  --target also solves the integer master over the host contents seen during
the search (CP-SAT) and writes [[vm, from, to], ...]; it ignores groups, pins, labels and local disk, so it is for F1 / F2 only
and shows what a pattern-based planner reaches where plain CP-SAT stops.  OR-Tools and numpy needed.
"""
import argparse, collections, json, math, sys, time
import numpy as np
from optimal import Problem, cap, load, need


DIMS = {("ram", "vcpu"): (1, 0), ("ram",): (1,), ("vcpu",): (0,)}


def cell_data(p, cell, dims):
    """Size classes, distinct host types (capacity, content, multiplicity) and the forced demand of one cell."""
    forced = set(p.forced)
    D, base = collections.Counter(), collections.defaultdict(collections.Counter)
    for i in range(len(p.V)):
        h = p.H[p.at[i]]
        if h["cell"] != cell:
            continue
        s = tuple(need(p.V[i])[r] for r in dims)
        if i in forced:
            D[s] += 1
        elif h["state"] == "up":
            base[p.at[i]][s] += 1
    sizes = sorted(set(D) | {s for c in base.values() for s in c})
    if not sizes:
        return None
    unit = [math.gcd(*[s[k] for s in sizes]) or 1 for k in range(len(dims))]
    types = collections.Counter()
    for j, h in enumerate(p.H):
        if h["cell"] == cell and h["state"] == "up":
            types[tuple(cap(h)[r] // u for r, u in zip(dims, unit)), tuple(base[j][s] for s in sizes)] += 1
    if not types:
        return None
    keys = list(types)
    return dict(sizes=[tuple(x // u for x, u in zip(s, unit)) for s in sizes], raw=sizes, mult=np.array([types[k] for k in keys]),
                caps=np.array([k[0] for k in keys]), b=np.array([k[1] for k in keys]), D=np.array([D[s] for s in sizes]))


def knapsacks(prices, d):
    """Best content per host type: dynamic programme over the capacity grid, vectorised over the types."""
    caps, b, sizes = d["caps"], d["b"], d["sizes"]
    T, top = len(caps), caps.max(0)
    shape = (T,) + tuple(int(x) + 1 for x in top)
    dp = np.zeros(shape)                                # "at most" semantics: every cell starts at 0
    choice = []
    for c, w in enumerate(sizes):
        nmax = min(int(t) // x for t, x in zip(top, w) if x)
        n = np.arange(nmax + 1)
        val = prices[c] * (n[None, :] - b[:, c:c + 1]) - np.maximum(0, b[:, c:c + 1] - n[None, :])
        new = np.full(shape, -1e18)
        arg = np.zeros(shape, np.int16)
        for k in range(nmax + 1):
            dst = (slice(None),) + tuple(slice(k * x, None) for x in w)
            src = (slice(None),) + tuple(slice(0, int(t) + 1 - k * x) for t, x in zip(top, w))
            cand = dp[src] + val[:, k].reshape((T,) + (1,) * len(top))
            better = cand > new[dst]
            new[dst] = np.where(better, cand, new[dst])
            arg[dst] = np.where(better, k, arg[dst])
        dp = new
        choice.append(arg)
    rows = np.arange(T)
    at = caps.copy()
    best = dp[(rows,) + tuple(at.T)]
    n = np.zeros_like(b)
    for c in range(len(sizes) - 1, -1, -1):
        n[:, c] = choice[c][(rows,) + tuple(at.T)]
        at = at - n[:, c:c + 1] * np.array(sizes[c])[None, :]
    return best, n


def value(prices, d):
    best, n = knapsacks(prices, d)
    return float(prices @ d["D"] - (best * d["mult"]).sum()), best, n


def kelley(d, limit):
    from ortools.linear_solver import pywraplp
    t, k = time.time(), len(d["sizes"])
    lp = pywraplp.Solver.CreateSolver("GLOP")
    pi = [lp.NumVar(0, 64, "") for _ in range(k)]
    z = [lp.NumVar(-10000, lp.infinity(), "") for _ in d["mult"]]
    lp.Maximize(sum(int(x) * y for x, y in zip(d["D"], pi)) - sum(int(m) * y for m, y in zip(d["mult"], z)))

    seen = collections.defaultdict(set)

    def cut(j, n):
        seen[j].add(tuple(int(x) for x in n))
        lp.Add(z[j] >= sum(int(n[c] - d["b"][j][c]) * pi[c] for c in range(k) if n[c] != d["b"][j][c])
               - int(np.maximum(0, d["b"][j] - n).sum()))
    for j in range(len(z)):
        cut(j, np.zeros(k, int))
        if (d["b"][j] @ np.array(d["sizes"]) <= d["caps"][j]).all():
            cut(j, d["b"][j])
    best, keep, rounds = 0.0, np.zeros(k), 0
    while time.time() - t < limit:
        lp.Solve()
        top = lp.Objective().Value()
        prices = np.array([max(0.0, x.solution_value()) for x in pi])
        zs = [x.solution_value() for x in z]
        rounds += 1
        L, vals, n = value(prices, d)
        if L > best:
            best, keep = L, prices
        if top - best < 1e-4 or math.ceil(best - 1e-6) >= top - 1e-6:
            break
        for j in range(len(z)):
            if vals[j] > zs[j] + 1e-7:
                cut(j, n[j])
    return best, keep, rounds, seen


def master(d, seen, limit):
    """Integer choice of one content per host over the contents in `seen`; returns (value, bound, {type: [(content, count)]})."""
    from ortools.sat.python import cp_model
    m, x, obj = cp_model.CpModel(), {}, []
    for j, ns in seen.items():
        mult = int(d["mult"][j])
        for n in ns:
            x[j, n] = m.NewIntVar(0, mult, "")
            obj.append(int(np.maximum(0, d["b"][j] - np.array(n)).sum()) * x[j, n])
        m.Add(sum(x[j, n] for n in ns) == mult)
    for c in range(len(d["sizes"])):
        m.Add(sum((n[c] - int(d["b"][j][c])) * v for (j, n), v in x.items()) >= int(d["D"][c]))
    m.Minimize(sum(obj))
    s = cp_model.CpSolver()
    s.parameters.max_time_in_seconds, s.parameters.num_workers = limit, 1
    if s.StatusName(s.Solve(m)) not in ("OPTIMAL", "FEASIBLE"):
        return None
    use = collections.defaultdict(list)
    for (j, n), v in x.items():
        if s.Value(v):
            use[j].append((n, s.Value(v)))
    return int(s.ObjectiveValue()), use


def assign(p, cell, dims, d, use):
    """Turn contents per host type into single moves (any VM of a size is as good as another)."""
    forced, here, raw = set(p.forced), collections.defaultdict(list), {s: c for c, s in enumerate(d["raw"])}
    pool, room = [[] for _ in raw], [[] for _ in raw]
    for i in range(len(p.V)):
        if p.H[p.at[i]]["cell"] == cell:
            c = raw[tuple(need(p.V[i])[r] for r in dims)]
            if i in forced:
                pool[c].append(i)
            else:
                here[p.at[i], c].append(i)
    slots = {j: [n for n, k in ns for _ in range(k)] for j, ns in use.items()}
    types = {(tuple(int(x) for x in d["caps"][j]), tuple(int(x) for x in d["b"][j])): j for j in range(len(d["mult"]))}
    unit = [math.gcd(*[s[k] for s in d["raw"]]) or 1 for k in range(len(dims))]
    for j, h in enumerate(p.H):
        if h["cell"] == cell and h["state"] == "up":
            b = tuple(len(here[j, c]) for c in range(len(raw)))
            n = slots[types[tuple(cap(h)[r] // u for r, u in zip(dims, unit)), b]].pop()
            for c in range(len(raw)):
                pool[c] += here[j, c][:max(0, b[c] - n[c])]
                room[c] += [j] * max(0, n[c] - b[c])
    return [[p.V[i]["id"], p.V[i]["host"], p.H[j]["id"]] for c in range(len(raw)) for i, j in zip(pool[c], room[c])]


def price_bound(p, limit=60, moves=None):
    total, certs = 0, {}
    for cell in sorted({h["cell"] for h in p.H}):
        d = cell_data(p, cell, (1, 0))
        if d is None:
            continue
        dims = ["ram", "vcpu"]
        if len(d["caps"]) * np.prod(d["caps"].max(0) + 1) * len(d["sizes"]) > 6e7:
            load_of = lambda d: float((d["b"] @ np.array(d["sizes"])).sum() / d["caps"].sum())
            d, dims = max(((cell_data(p, cell, (r,)), [n]) for r, n in ((1, "ram"), (0, "vcpu"))), key=lambda x: load_of(x[0]))
        b, prices, rounds, seen = kelley(d, limit)
        total += math.ceil(b - 1e-6)
        if moves is not None:
            got = master(d, seen, limit)
            if got is None:
                raise SystemExit(f"{cell}: no integer solution over the contents seen")
            moves += assign(p, cell, DIMS[tuple(dims)], d, got[1])
        certs[cell] = dict(bound=round(b, 4), rounds=rounds, types=len(d["mult"]), dims=dims, sizes=d["raw"],
                           prices=[round(float(x), 6) for x in prices])
    return total, certs


def recheck(p, certs):
    total = 0
    for cell, c in certs.items():
        d = cell_data(p, cell, DIMS[tuple(c["dims"])])
        total += max(0, math.ceil(value(np.array(c["prices"]), d)[0] - 1e-3))
    return total


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("instance")
    ap.add_argument("--time", type=float, default=60)
    ap.add_argument("--prices", help="re-check the certificate in this bounds.py output instead of searching")
    ap.add_argument("--target")
    a = ap.parse_args()
    p = Problem(load(a.instance))
    if a.prices:
        print(json.dumps(dict(instance=p.inst["name"], rechecked=len(p.forced) + recheck(p, json.load(open(a.prices))["certificate"]))))
        return
    t = time.time()
    slot, over = p.slot_bound(), p.overload_bound()
    t1 = time.time()
    moves = [] if a.target else None
    price, certs = price_bound(p, a.time, moves)
    if a.target:
        json.dump(moves, open(a.target, "w"))
    print(json.dumps(dict(moves=moves and len(moves), instance=p.inst["name"], forced=len(p.forced), slot=slot, overload=over,
                          slot_seconds=round(t1 - t, 3), price=price, price_seconds=round(time.time() - t1, 2), lower_bound=len(p.forced) + max(price, slot or 0, over),
                          certificate=certs)))


if __name__ == "__main__":
    sys.exit(main())
