"""conference-scheduler on CBC: family b, as far as it can be stated there.

The library fills slots (a venue at a time) with events. It can state every talk once, one talk a slot, availability of
talks in slots, talks that must not be at once, and any objective that is linear in its variables. So:

- availability and speakers with two talks are stated as they are (as unavailability, both ways round: it takes a clash
  that is given one way round for half of the slots only);
- the objective is the audience over capacity, as a function that we hand in. The library's own
  `efficiency_capacity_demand_difference` adds demand less capacity, so that an empty seat makes up for a standing person,
  and is the same for every timetable where talks fill all slots; its other one is the largest overflow of a single talk;
- themes cannot be stated: talks that share a tag are kept apart always, or not at all; there is no price. `--themes apart`
  keeps them apart (and finds nothing where a theme has more talks than there are times), `--themes free`, the default,
  leaves them out. Either way the timetable is judged by all that the event says, and the proof is of the smaller problem.
  What is proven with themes left out is a bound for the whole.

Families c and d (rooms that keep a track, wishes) cannot be stated.
"""

import re
import tempfile
from importlib.metadata import version
from pathlib import Path

import pulp
from answer import FOUND, NONE, PROVEN, UNKNOWN, Answer, Clock, main
from conference_scheduler import scheduler
from conference_scheduler.resources import Event, Slot
from instance import Unsupported


class Cbc(pulp.PULP_CBC_CMD):
    """CBC as PuLP runs it; keeps what the library does not hand on."""

    problem = None

    def actualSolve(self, lp, **kwargs):
        self.problem = lp
        self.build = self.clock()
        search = Clock()
        status = super().actualSolve(lp, **kwargs)
        self.seconds, self.cpu_seconds = search(), search.cpu()
        return status


def overflow(slots, events, X, costs, **_):
    """The objective: people over capacity (and whatever else a place costs)."""
    return pulp.lpSum(costs[event, slot] * X[event, slot] for event, slot in costs)


def solve(event, options):
    if event.congress or event.interests:
        raise Unsupported("only family b can be stated for conference-scheduler")
    places = sorted(event.slot)
    slots = [
        Slot(
            venue=event.rooms[room],
            starts_at=event.times[time][0],
            duration=int((event.times[time][1] - event.times[time][0]).total_seconds() // 60),
            capacity=event.capacity[room] or 0,
            session=str(event.times[time][0].date()),
        )
        for time, room in places
    ]
    # Lengths are settled in `allowed`; a talk of no length fits every slot that is left to it.
    talks = [Event(name=name, duration=0, demand=people) for name, people in zip(event.talks, event.audience)]
    for t, talk in enumerate(talks):
        talk.add_unavailability(*(slot for slot, place in zip(slots, places) if not event.allowed[t, *place]))
    apart = event.busy + ([theme for theme, _ in event.themes] if options.themes == "apart" else [])
    for group in apart:
        for one in group:
            talks[one].add_unavailability(*(talks[other] for other in group if other != one))
    costs = {(t, s): int(event.cost[t, *place]) for t in range(len(talks)) for s, place in enumerate(places)}
    costs = {place: cost for place, cost in costs.items() if cost}

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "cbc.log"
        cbc = Cbc(
            msg=False,
            timeLimit=options.time_limit,
            threads=options.threads,
            gapRel=0,
            logPath=str(log),
            options=[f"randomCbcSeed {options.seed}"],
        )
        cbc.clock = Clock()
        try:
            solution = scheduler.solution(talks, slots, objective_function=overflow, solver=cbc, costs=costs)
        except ValueError:
            solution = []
        said = log.read_text(encoding="utf-8") if log.exists() else ""

    answer = Answer(
        status=UNKNOWN,
        build=cbc.build,
        seconds=cbc.seconds,
        cpu_seconds=cbc.cpu_seconds,
        variables=cbc.problem.numVariables(),
        rows=cbc.problem.numConstraints(),
        first=_number(r"Cbc00(?:12|04)I .*\(([\d.]+) seconds\)", said),
        note=f"themes {'kept apart' if options.themes == 'apart' else 'left out'}",
    )
    proven = cbc.problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionInfeasible)
    if solution:
        answer.placed = {int(talk): places[slot] for talk, slot in solution}
        stated = round(pulp.value(cbc.problem.objective) or 0)
        whole = stated == event.cost_of(answer.placed)
        answer.status = PROVEN if proven and whole and options.themes == "free" else FOUND
        if options.themes == "free":
            answer.bound = stated if proven else _number(r"Lower bound:\s+(-?[\d.]+)", said)
        answer.smaller_proof = proven and answer.status == FOUND
    elif proven and options.themes == "free":
        answer.status = NONE
    elif proven:
        answer.smaller_proof, answer.note = True, "themes kept apart, which no timetable does"
    return answer


def _number(pattern, text):
    found = re.search(pattern, text)
    return float(found[1]) if found else None


def options(parser):
    parser.add_argument("--themes", choices=("free", "apart"), default="free", help="what becomes of talks of a theme")


if __name__ == "__main__":
    main("conference-scheduler", version("conference-scheduler"), solve, options)
