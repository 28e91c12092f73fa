"""What every rival is asked for and what it answers: the same options, one line of JSON, a timetable to audit."""

import argparse
import json
import resource
import time
from dataclasses import dataclass, field

import instance

PROVEN, FOUND, NONE, UNKNOWN = "optimal", "feasible", "infeasible", "unknown"


@dataclass
class Answer:
    """What a rival found. Costs are in the instance's units; seconds count from the start of the search."""

    status: str
    bound: float | None = None  # no timetable costs less
    placed: dict = field(default_factory=dict)  # talk -> (time, room)
    first: float | None = None  # seconds to the first timetable
    build: float = 0.0  # seconds to state the model, before the search
    seconds: float = 0.0  # seconds of the search
    smaller_proof: bool = False  # whether a part of the problem was proven, that leaves something out
    cpu_seconds: float = 0.0  # of all threads, and of programs started
    variables: int = 0
    rows: int = 0
    note: str | None = None


def main(solver, version, solve, add_options=None):
    """Reads an event, has it solved and prints the answer.

    `solve(instance, options)` gets `time_limit` (seconds), `threads` and `seed`.
    """
    parser = argparse.ArgumentParser(description=f"Solves an event of slotwise with {solver}.")
    parser.add_argument("event", help="the event, as JSON")
    parser.add_argument("--time-limit", type=float, default=60, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", metavar="FILE", help="write the timetable here")
    if add_options:
        add_options(parser)
    options = parser.parse_args()
    try:
        event = instance.read(options.event)
        answer = solve(event, options)
    except instance.Unsupported as what:
        print(json.dumps({"solver": solver, "version": version, "status": "unsupported", "note": str(what)}))
        return
    if options.output and answer.placed:
        with open(options.output, "w", encoding="utf-8") as file:
            json.dump(event.timetable(answer.placed), file)
    line = {
        "solver": solver,
        "version": version,
        "status": answer.status,
        "value": event.value(event.cost_of(answer.placed)) if answer.placed else None,
        "bound": None if answer.bound is None else event.value(answer.bound),
        "seconds": round(answer.seconds, 4),
        "proof_seconds": round(answer.seconds, 4) if answer.status in (PROVEN, NONE) else None,
        "smaller_proof_seconds": round(answer.seconds, 4) if answer.smaller_proof else None,
        "first_feasible_seconds": None if answer.first is None else round(answer.first, 4),
        "cpu_seconds": round(answer.cpu_seconds, 4),
        "build_seconds": round(answer.build, 4),
        "variables": answer.variables,
        "rows": answer.rows,
        "threads": options.threads,
        "note": answer.note,
    }
    print(json.dumps(line))


def _cpu_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


class Clock:
    """Seconds since it was made."""

    def __init__(self):
        self.start, self.cpu_start = time.perf_counter(), _cpu_seconds()

    def __call__(self):
        return time.perf_counter() - self.start

    def cpu(self):
        """Seconds of the processor, of all threads."""
        return _cpu_seconds() - self.cpu_start
