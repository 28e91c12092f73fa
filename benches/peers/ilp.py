"""The plain integer program, with an index for each of talk, time and room, on HiGHS.

What an engineer writes down first and hands to a good solver. Placement (family b) has `x[talk, time, room]`; talks of a
theme at once are counted with one extra variable for each further talk, each dearer than the one before, which is tight
(the cost is convex) and far smaller than a variable for each pair.

A congress (family c) is stated as in the literature (the exact model of Pylyavskyy, Jacko and Kheiri, "A generic approach
to conference scheduling with integer programming", European Journal of Operational Research 317(2), 2024):
`x[paper, block, room]`, `z[track, block, room]` and `y[track, room]`, a track's blocks in a room tied to `y` by one row.
Two things are kinder to the solver than there: papers of one presenter are kept together with a factor of 1, not more, and
`z` need not be 0 where a track has no paper. A track may use as many blocks as it likes, as slotwise's rules say.

Interests (family d) leave rooms out, as nothing depends on them: `y[talk, time]`, and for each attendee and time, whether a
wanted talk runs.
"""

import highspy
import numpy as np
from answer import FOUND, NONE, PROVEN, UNKNOWN, Answer, Clock, main
from instance import Unsupported, places_by_block, rooms_by_time

INFINITY = highspy.kHighsInf


class Program:
    """An integer program to be minimised, gathered row by row."""

    def __init__(self):
        self.costs, self.integer, self.constant = [], [], 0
        self.starts, self.columns, self.factors = [0], [], []
        self.least, self.most = [], []

    def binary(self, cost=0):
        return self.variable(cost, True)

    def variable(self, cost, integer):
        """A variable from 0 to 1."""
        self.costs.append(int(cost))
        self.integer.append(integer)
        return len(self.costs) - 1

    def row(self, terms, least, most):
        """Keeps a sum of (variable, factor) between least and most."""
        for column, factor in terms:
            self.columns.append(column)
            self.factors.append(factor)
        self.starts.append(len(self.columns))
        self.least.append(least)
        self.most.append(most)

    def exactly_one(self, variables):
        self.row([(v, 1) for v in variables], 1, 1)

    def at_most_one(self, variables):
        variables = list(variables)
        if len(variables) > 1:
            self.row([(v, 1) for v in variables], -INFINITY, 1)

    def pairs_cost(self, variables, weight, most):
        """Charges each pair of the variables that is 1; no more than `most` of them ever are."""
        most = min(most, len(variables))
        if most > 1:
            extra = [self.variable(weight * k, False) for k in range(1, most)]
            self.row([(v, 1) for v in variables] + [(e, -1) for e in extra], -INFINITY, 1)

    def highs(self):
        """The program as HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.least)
        lp.col_cost_ = np.array(self.costs, dtype=float)
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
        lp.row_lower_, lp.row_upper_ = np.array(self.least, dtype=float), np.array(self.most, dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self.starts)
        lp.a_matrix_.index_ = np.array(self.columns)
        lp.a_matrix_.value_ = np.array(self.factors, dtype=float)
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        lp.integrality_ = [kinds[integer] for integer in self.integer]
        return lp


def placement(event, program):
    """Family b. Gives back how to read a timetable from the values."""
    talks, times, rooms = event.allowed.shape
    x = {(t, *place): program.binary(event.cost[t, *place]) for t in range(talks) for place in event.places(t)}
    at = {}
    for (talk, time, _), variable in x.items():
        at.setdefault((talk, time), []).append(variable)
    for talk in range(talks):
        program.exactly_one(x[talk, *place] for place in event.places(talk))
    for time in range(times):
        for room in range(rooms):
            program.at_most_one(x[t, time, room] for t in range(talks) if (t, time, room) in x)
        for busy in event.busy:
            program.at_most_one(v for talk in busy for v in at.get((talk, time), []))
        for theme, weight in event.themes:
            program.pairs_cost([v for talk in theme for v in at.get((talk, time), [])], weight, min(rooms, len(theme)))
    return lambda value: {t: (time, room) for (t, time, room), v in x.items() if value[v] > 0.5}


def interests(event, program):
    """Family d. A wish is not missed when a wanted talk runs at a time, one for each time: the rest are."""
    if event.themes or event.cost.any():
        raise Unsupported("interests beside other wishes")
    talks, times, _ = event.allowed.shape
    y = {(t, time): program.binary() for t in range(talks) for time in range(times) if event.allowed[t, time].any()}
    for talk in range(talks):
        program.exactly_one(y[talk, time] for time in range(times) if (talk, time) in y)
    for time, room_count in enumerate(event.rooms_at()):
        here = [y[talk, time] for talk in range(talks) if (talk, time) in y]
        program.row([(v, 1) for v in here], -INFINITY, room_count)
        for busy in event.busy:
            program.at_most_one(y[talk, time] for talk in busy if (talk, time) in y)
        for wanted, weight in event.interests:
            # All wanted talks at the time, less one if there is any: the sum of the first is constant.
            served = program.variable(-weight, False)
            program.row([(served, 1)] + [(y[t, time], -1) for t in wanted if (t, time) in y], -INFINITY, 0)
    program.constant = sum(weight * len(wanted) for wanted, weight in event.interests)
    return lambda value: rooms_by_time(event, {t: time for (t, time), v in y.items() if value[v] > 0.5})


def congress(event, program):
    """Family c, as published."""
    tracks, blocks = event.congress.tracks, event.congress.blocks
    room_cost, block_cost = event.congress.room_cost, event.congress.block_cost
    papers, rooms = len(event.talks), range(len(event.rooms))
    x = {
        (p, b, r): program.binary(block_cost[p, b] + room_cost[p, r])
        for p in range(papers)
        for b in range(len(blocks))
        for r in rooms
    }
    z = {(t, b, r): program.binary() for t in range(len(tracks)) for b in range(len(blocks)) for r in rooms}
    y = {(t, r): program.binary() for t in range(len(tracks)) for r in rooms}
    for paper in range(papers):
        program.exactly_one(x[paper, b, r] for b in range(len(blocks)) for r in rooms)
    for b, times in enumerate(blocks):
        for r in rooms:
            program.at_most_one(z[t, b, r] for t in range(len(tracks)))
            for t, track in enumerate(tracks):
                program.row([(x[p, b, r], 1) for p in track] + [(z[t, b, r], -len(times))], -INFINITY, 0)
            for busy in event.busy:
                for i, one in enumerate(busy):
                    for other in busy[:i] + busy[i + 1 :]:
                        elsewhere = [(x[other, b, q], 1) for q in rooms if q != r]
                        program.row([(x[one, b, r], 1), *elsewhere], -INFINITY, 1)
    for t, track in enumerate(tracks):
        program.exactly_one(y[t, r] for r in rooms)
        for r in rooms:
            most = min(len(blocks), len(track))
            program.row([(z[t, b, r], 1) for b in range(len(blocks))] + [(y[t, r], -most)], -INFINITY, 0)
    return lambda value: places_by_block(event, {p: (b, r) for (p, b, r), v in x.items() if value[v] > 0.5})


def solve(event, options):
    build = Clock()
    program = Program()
    state = congress if event.congress else interests if event.interests else placement
    timetable = state(event, program)
    highs = highspy.Highs()
    highs.silent()
    for name, value in {
        "time_limit": options.time_limit,
        "threads": options.threads,
        "random_seed": options.seed,
        "mip_rel_gap": 0.0,
        # Costs are whole: less than one apart is the same.
        "mip_abs_gap": 0.999,
    }.items():
        highs.setOptionValue(name, value)
    if options.log:
        highs.setOptionValue("output_flag", True)
        highs.setOptionValue("log_to_console", False)
        highs.setOptionValue("log_file", options.log)
    highs.passModel(program.highs())
    build = build()

    first = []
    search = Clock()
    highs.cbMipImprovingSolution.subscribe(lambda _: first or first.append(search()))
    highs.run()
    seconds, cpu_seconds = search(), search.cpu()

    info, status = highs.getInfo(), highs.getModelStatus()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    answer = Answer(
        status=PROVEN if status == highspy.HighsModelStatus.kOptimal else FOUND if found else UNKNOWN,
        first=first[0] if first else None,
        build=build,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        variables=len(program.costs),
        rows=len(program.least),
    )
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        answer.status = NONE
    elif np.isfinite(info.mip_dual_bound):
        answer.bound = float(np.ceil(info.mip_dual_bound - 1e-6)) + program.constant
    if found:
        answer.placed = timetable(highs.getSolution().col_value)
    return answer


def options(parser):
    parser.add_argument("--log", metavar="FILE", help="write what HiGHS says here")


if __name__ == "__main__":
    main("ilp", highspy.Highs().version(), solve, options)
