"""Replays a plan of the program event by event, in the words of docs/planning.md and apart from the program's own checker."""
import random

ROUNDS = 4
DURATIONS = [1, 2, 5, 17, 100, 1000]


def replay(world, plan):
    """(what is wrong, [(guest, from, to, option)] in order): as timed under the limits, and with random durations along `after`."""
    moves = plan["moves"]
    wrong, legs = walk(world, moves)
    if wrong:
        return wrong, legs
    number = {move["id"]: index for index, move in enumerate(moves)}
    starts, ends = [move["start"] for move in moves], [move["end"] for move in moves]
    wrong = carry_out(world, moves, legs, starts, ends, limited=True)
    dice = random.Random(world.f["seed"])
    for _ in range(ROUNDS):
        starts, ends = [0] * len(moves), [0] * len(moves)
        for index, move in enumerate(moves):
            waits = [number[name] for name in move["after"]]
            if any(other >= index for other in waits):
                wrong.append(f"{move['id']} waits for what is listed behind it")
            starts[index] = max([0] + [ends[other] for other in waits])
            ends[index] = starts[index] + dice.choice(DURATIONS)
        wrong += carry_out(world, moves, legs, starts, ends, limited=False)
    return wrong, [legs[index] for index in range(len(moves))]


def walk(world, moves):
    """One after the other: is every move possible, and is the end one that a plan may leave?"""
    wrong, legs = [], []
    where, disks = list(world.start), [guest["disks"] for guest in world.V]
    for move in moves:
        guest, a, b = world.vi[move["instance"]], world.hi[move["from"]], world.hi[move["to"]]
        option = world.option(guest, a, b, disks[guest])
        if where[guest] != a:
            wrong.append(f"{move['id']}: {move['instance']} is not on {move['from']}")
        if not world.movable[guest]:
            wrong.append(f"{move['id']}: {move['instance']} may not be moved")
        if option is None or not world.usable[b] or b not in world.hops[guest] and b not in world.allowed[guest]:
            wrong.append(f"{move['id']}: {move['instance']} cannot go to {move['to']}")
            option = dict(mode="?", cost=0, needs={})
        elif (option["mode"], option["cost"]) != (move["mode"], move["cost"]):
            wrong.append(f"{move['id']}: {move['mode']} at {move['cost']}, expected {option['mode']} at {option['cost']}")
        disks[guest] = world.relocate(guest, a, b, disks[guest]) or disks[guest]
        where[guest] = b
        legs.append((guest, a, b, option))
    for guest in range(world.n):
        if where[guest] != world.start[guest] and where[guest] not in world.allowed[guest]:
            wrong.append(f"{world.V[guest]['name']} may not end on {world.H[where[guest]]['name']}")
    for rule in world.rules:
        if rule["req"] and world.excess(rule, world.counts(rule, where)) > rule["ex0"]:
            wrong.append(f"rule {rule['name']} ends worse than it began")
    return wrong, legs


def carry_out(world, moves, legs, starts, ends, limited):
    """What is wrong at any instant: ends come before starts, and a moving guest counts on both sides."""
    wrong = []
    how = "as timed" if limited else "with other durations"
    limits = world.f["limits"] or dict(total=8, perHost=2, perHostIncoming=2, perHostOutgoing=2)
    memory, cpus, pools = [load[0] for load in world.load0], [load[1] for load in world.load0], {}
    coming, going, running = [0] * world.m, [0] * world.m, set()
    where = list(world.start)
    counts = [dict(world.counts(rule, where)) for rule in world.rules]
    for at, kind, index in sorted([(ends[i], 0, i) for i in range(len(moves))] + [(starts[i], 1, i) for i in range(len(moves))]):
        guest, a, b, option = legs[index]
        tag = f"{moves[index]['id']} at {at} {how}"
        if kind == 0:
            memory[a] -= world.mem[guest]
            cpus[a] -= world.cpu[guest]
            coming[b] -= 1
            going[a] -= 1
            running.discard(guest)
            where[guest] = b
        else:
            if where[guest] != a or guest in running:
                wrong.append(f"{tag}: {world.V[guest]['name']} is not on {moves[index]['from']}")
            running.add(guest)
            memory[b] += world.mem[guest]
            cpus[b] += world.cpu[guest]
            coming[b] += 1
            going[a] += 1
            if memory[b] > world.memcap[b] or cpus[b] > world.cpucap[b]:
                wrong.append(f"{tag}: {moves[index]['to']} is over its capacity")
            for pool, size in option["needs"].items():
                pools[b, pool] = pools.get((b, pool), 0) + size
                if pools[b, pool] > next(storage["free"] for storage in world.H[b]["storages"] if storage["id"] == pool):
                    wrong.append(f"{tag}: pool {pool} is full")
            if limited and (coming[b] > limits["perHostIncoming"] or going[a] > limits["perHostOutgoing"]
                            or max(coming[b] + going[b], coming[a] + going[a]) > limits["perHost"] or len(running) > limits["total"]):
                wrong.append(f"{tag}: beyond the limits")
        for rule, count in zip(world.rules, counts):
            unit, other = rule["unit"][b], rule["unit"][a]
            if guest not in rule["ms"] or unit == other:
                continue
            changed = unit if kind == 1 else other
            if changed:
                count[changed] = count.get(changed, 0) + (1 if kind == 1 else -1)
            if not rule["always"]:
                continue
            if rule["kind"] == "separate":
                bad = any(number > max(rule["max"], rule["start"].get(name, 0)) for name, number in count.items())
            else:
                bad = world.excess(rule, count) > rule["ex0"]
            if bad:
                wrong.append(f"{tag}: rule {rule['name']}, which holds always, is worse than at the start")
    return wrong
