"""OR-Tools CP-SAT, stated as somebody who knows it would.

Placement (family b) has two statements. `--rooms places` gives each talk, time and room a literal, with cliques
(`add_exactly_one`, `add_at_most_one`) for talks, places and speakers. `--rooms levels` goes further than models seen in the
field: where rooms differ by size alone, a talk chooses the smallest size it is content with, and rooms are given out
afterwards. Congress (c) keeps rooms out of the papers' literals; interests (d) leaves rooms out altogether.

What was tried on 100 talks in 5 rooms and 21 slots, in seconds of the processor with two workers (another seed or machine
shifts the figures, not their order):

| statement | to proof |
| --- | --- |
| `levels` | 5.0 |
| `levels`, `linearization_level` 2 | 4.6 |
| `places` | 25.9 |
| `places`, `linearization_level` 2 | 24.0 |
| `places`, no probing | 26.5 |
| `places` and a literal for each talk and time, tied by equations | none in 60 s: the bound stays where it starts |

Themes are counted: of k talks of a theme at once, the second costs 1 pair, the third 2 more, with no more literals than
rooms; a literal for each pair is many times the size. There are as many workers as the machine has cores, so that CP-SAT
runs its linear relaxation beside its neighbourhood searches. Everything else is left as CP-SAT sets it.
"""

import sys

import ortools
from answer import FOUND, NONE, PROVEN, UNKNOWN, Answer, Clock, main
from instance import Unsupported, places_by_block, rooms_by_level, rooms_by_time
from ortools.sat.python import cp_model


class Model(cp_model.CpModel):
    """A model whose objective is gathered while it is stated."""

    def __init__(self):
        super().__init__()
        self.costs, self.constant = [], 0

    def binary(self, cost=0):
        literal = self.new_bool_var("")
        if cost:
            self.costs.append((literal, int(cost)))
        return literal

    def at_most(self, literals, most):
        """No more than `most` of them; as a clique where that is one, which CP-SAT propagates best."""
        literals = list(literals)
        if len(literals) <= most:
            return
        if most == 1:
            self.add_at_most_one(literals)
        else:
            self.add(sum(literals) <= most)

    def pairs_cost(self, literals, weight, most):
        """Charges each pair of the literals that is true; no more than `most` of them ever are.

        The k-th further one is at once with k others: a literal for each, dearer than the one before.
        """
        most = min(most, len(literals))
        if most > 1:
            extra = [self.binary(weight * k) for k in range(1, most)]
            self.add(sum(literals) <= 1 + sum(extra))
            for one, next in zip(extra, extra[1:]):
                self.add_implication(next, one)

    def finish(self):
        self.minimize(cp_model.LinearExpr.weighted_sum(*map(list, zip(*self.costs))) if self.costs else 0)


def places(event, model):
    """Family b: a literal for each talk, time and room; cliques for talks and places."""
    talks, times, rooms = event.allowed.shape
    x = {(t, *place): model.binary(event.cost[t, *place]) for t in range(talks) for place in event.places(t)}
    for talk in range(talks):
        model.add_exactly_one(x[talk, *place] for place in event.places(talk))
    for time in range(times):
        for room in range(rooms):
            model.at_most((x[t, time, room] for t in range(talks) if (t, time, room) in x), 1)
    at = {}
    for (talk, time, _), literal in x.items():
        at.setdefault((talk, time), []).append(literal)
    at_once(event, model, at)
    return lambda on: {t: (time, room) for (t, time, room), literal in x.items() if on(literal)}


def levels(event, model):
    """Family b, where rooms differ only in how much they take: a literal for each talk, time and level.

    A talk at a level may be in any room at least that large; of the talks of a time, no more are at a level or above than
    there are rooms. Levels that cost a talk no less than a smaller one are left out. Rooms are given out afterwards.
    """
    talks, times, rooms = event.allowed.shape
    order = event.rooms_by_size()
    x, at = {}, {}
    for talk in range(talks):
        for time in range(times):
            cheapest = None
            for level, room in enumerate(order):
                cost = event.cost[talk, time, room]
                if event.allowed[talk, time, room] and (cheapest is None or cost < cheapest):
                    cheapest = cost
                    x[talk, time, level] = model.binary(cost)
                    at.setdefault((talk, time), []).append(x[talk, time, level])
        model.add_exactly_one(literal for time in range(times) for literal in at.get((talk, time), []))
    for time in range(times):
        for level in range(rooms):
            above = [x[t, time, k] for t in range(talks) for k in range(level, rooms) if (t, time, k) in x]
            model.at_most(above, rooms - level)
    at_once(event, model, at)
    return lambda on: rooms_by_level(event, order, [key for key, literal in x.items() if on(literal)])


def at_once(event, model, at):
    """Speakers and themes, over the literals `at[talk, time]`."""
    _, times, rooms = event.allowed.shape
    for time in range(times):
        for busy in event.busy:
            model.at_most((literal for talk in busy for literal in at.get((talk, time), [])), 1)
        for theme, weight in event.themes:
            literals = [literal for talk in theme for literal in at.get((talk, time), [])]
            model.pairs_cost(literals, weight, min(rooms, len(theme)))


def congress(event, model):
    """Family c: papers choose a block, tracks a room; only tracks have all three indices."""
    tracks, blocks = event.congress.tracks, event.congress.blocks
    papers, rooms = range(len(event.talks)), range(len(event.rooms))
    x = [[model.binary(event.congress.block_cost[p, b]) for b in range(len(blocks))] for p in papers]
    y = [[model.binary(sum(event.congress.room_cost[p, r] for p in track)) for r in rooms] for track in tracks]
    for paper in papers:
        model.add_exactly_one(x[paper])
    for track in range(len(tracks)):
        model.add_exactly_one(y[track])
    track_of = {paper: t for t, track in enumerate(tracks) for paper in track}
    for b, times in enumerate(blocks):
        z = [model.binary() for _ in tracks]
        w = [[model.binary() for _ in rooms] for _ in tracks]
        for t, track in enumerate(tracks):
            # No more papers than the block has times, and none where the track is not.
            model.add(sum(x[paper][b] for paper in track) <= len(times) * z[t])
            for paper in track:
                model.add_implication(x[paper][b], z[t])
            model.add_exactly_one([*w[t], z[t].negated()])
            for r in rooms:
                model.add_implication(w[t][r], y[t][r])
        for r in rooms:
            model.at_most((w[t][r] for t in range(len(tracks))), 1)
        for busy in event.busy:
            # Tracks of a block are in different rooms, so a presenter is in one track of it.
            for i, one in enumerate(busy):
                for other in busy[:i]:
                    if track_of[one] != track_of[other]:
                        model.at_most([x[one][b], x[other][b]], 1)

    def timetable(on):
        block = {paper: next(b for b in range(len(blocks)) if on(x[paper][b])) for paper in papers}
        room = [next(r for r in rooms if on(y[t][r])) for t in range(len(tracks))]
        return places_by_block(event, {paper: (block[paper], room[track_of[paper]]) for paper in papers})

    return timetable


def interests(event, model):
    """Family d: rooms are only counted; an attendee is served at a time when a wanted talk runs."""
    if event.themes or event.cost.any():
        raise Unsupported("interests beside other wishes")
    talks, times, _ = event.allowed.shape
    y = {(t, time): model.binary() for t in range(talks) for time in range(times) if event.allowed[t, time].any()}
    for talk in range(talks):
        model.add_exactly_one(y[talk, time] for time in range(times) if (talk, time) in y)
    for time, rooms in enumerate(event.rooms_at()):
        model.at_most((y[talk, time] for talk in range(talks) if (talk, time) in y), rooms)
        for busy in event.busy:
            model.at_most((y[talk, time] for talk in busy if (talk, time) in y), 1)
        for wanted, weight in event.interests:
            served = model.binary(-weight)
            model.add_bool_or([served.negated(), *(y[talk, time] for talk in wanted if (talk, time) in y)])
    model.constant = sum(weight * len(wanted) for wanted, weight in event.interests)
    return lambda on: rooms_by_time(event, {talk: time for (talk, time), literal in y.items() if on(literal)})


class First(cp_model.CpSolverSolutionCallback):
    """When the first timetable was found."""

    seconds = None

    def on_solution_callback(self):
        if self.seconds is None:
            self.seconds = self.wall_time


def solve(event, options):
    build = Clock()
    model = Model()
    of_places = {"places": places, "levels": levels}[options.rooms]
    state = congress if event.congress else interests if event.interests else of_places
    timetable = state(event, model)
    model.finish()
    build = build()

    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.max_time_in_seconds = options.time_limit
    parameters.num_workers = options.threads
    parameters.random_seed = options.seed
    for setting in options.set:
        name, _, value = setting.partition("=")
        setattr(parameters, name, type(getattr(parameters, name))(float(value)))
    if options.log:
        parameters.log_search_progress, parameters.log_to_stdout = True, False
        solver.log_callback = lambda line: print(line, file=sys.stderr)
    first, search = First(), Clock()
    status = solver.solve(model, first)
    statuses = {cp_model.OPTIMAL: PROVEN, cp_model.FEASIBLE: FOUND, cp_model.INFEASIBLE: NONE}
    answer = Answer(
        status=statuses.get(status, UNKNOWN),
        first=first.seconds,
        build=build,
        seconds=search(),
        cpu_seconds=search.cpu(),
        variables=len(model.proto.variables),
        rows=len(model.proto.constraints),
    )
    if options.set:
        answer.note = f"{' '.join(options.set)}: {solver.response_proto.deterministic_time:.2f} of its own time"
    if status != cp_model.INFEASIBLE:
        answer.bound = round(solver.best_objective_bound) + model.constant
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        answer.placed = timetable(solver.boolean_value)
    return answer


def options(parser):
    parser.add_argument("--rooms", choices=("places", "levels"), default="places", help="how family b is stated")
    parser.add_argument("--set", metavar="NAME=NUMBER", action="append", default=[], help="a parameter of CP-SAT")
    parser.add_argument("--log", action="store_true", help="show what CP-SAT says")


if __name__ == "__main__":
    main("cpsat", ortools.__version__, solve, options)
