"""What the runs showed, as Markdown."""

import math
from statistics import median

FOUND = ("optimal", "feasible")
NOT_FOUND = {"unknown": "no timetable within the limit", "infeasible": "says that there is no timetable"}


def of(family, measured, ours):
    """A table of one family: `measured[size, limit][solver]` is a run for each seed."""
    lines = [
        f"### {family}",
        "",
        "| talks | limit | solver | proven | to proof, s | × | processor, s | × | first timetable, s | model, s | short of best | gap, % | MiB |",
        "| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    notes = {}
    for (size, limit), by_solver in measured.items():
        best = _best(by_solver)
        order = [name for name in ours if name in by_solver]
        base = next((by_solver[name] for name in order if _proof(by_solver[name]) < math.inf), None)
        order += sorted(name for name in by_solver if name not in order)
        for solver in order:
            runs = by_solver[solver]
            cells = [
                size,
                f"{limit:g} s",
                solver,
                f"{sum(run.proof is not None for run in runs)}/{len(runs)}",
                _to_proof(runs, limit),
                _ratio(runs, base, limit),
                _seconds(_median([run.cpu for run in runs])),
                _cpu_ratio(runs, base),
                _seconds(_median([run.first for run in runs])),
                _seconds(_median([run.build for run in runs])),
                _short(runs, best),
                _gap(runs),
                f"{_median([run.mib for run in runs]):.0f}",
            ]
            lines.append("| " + " | ".join(map(str, cells)) + " |")
            for run in runs:
                if run.note or run.status not in FOUND:
                    notes.setdefault(f"{solver}: {run.note or NOT_FOUND.get(run.status, run.status)}", []).append(size)
    if notes:
        lines.append("")
        lines += [f"- {note} ({', '.join(map(str, sorted(set(sizes))))} talks)" for note, sizes in notes.items()]
    return "\n".join(lines) + "\n"


def _proof(runs):
    """The median time to a proof; infinite where less than half of the runs have one."""
    return median(math.inf if run.proof is None else run.proof for run in runs)


def _median(values):
    """The median over all runs, those that have no value counting as beyond all others."""
    return median(math.inf if value is None else value for value in values)


def _best(by_solver):
    """The best value known for each seed."""
    seeds = range(max(map(len, by_solver.values())))
    values = [[runs[seed].value for runs in by_solver.values() if runs[seed].value is not None] for seed in seeds]
    return [max(of_seed, default=None) for of_seed in values]


def _short(runs, best):
    """By how much the value is below the best one that anybody found."""
    short = _median([None if run.value is None else top - run.value for run, top in zip(runs, best)])
    return "none found" if math.isinf(short) else f"{short:g}"


def _gap(runs):
    def gap(run):
        if run.value is None or run.bound is None:
            return None
        largest = max(abs(run.value), abs(run.bound))
        return 0.0 if largest == 0 else 100 * (run.bound - run.value) / largest

    middle = _median([gap(run) for run in runs])
    return "-" if math.isinf(middle) else f"{middle:.2g}" if middle else "0"


def _to_proof(runs, limit):
    """Seconds; in brackets where what was proven leaves something out."""
    if (proof := _proof(runs)) < math.inf:
        return _seconds(proof)
    smaller = _smaller_proof(runs)
    return f"> {limit:g}" if math.isinf(smaller) else f"({_seconds(smaller)})"


def _smaller_proof(runs):
    return _median([run.smaller if run.proof is None else run.proof for run in runs])


def _ratio(runs, base, limit):
    """How many times as long as slotwise, the first backend that has a proof."""
    if not base:
        return "-"
    seconds, ours = _proof(runs), _proof(base)
    if seconds < math.inf:
        return f"{seconds / ours:.3g}"
    return f"> {limit / ours:.3g}" if math.isinf(_smaller_proof(runs)) else "-"


def _cpu_ratio(runs, base):
    """The same of the processor's time, which another program on the machine changes less."""
    if not base or math.isinf(_proof(runs)):
        return "-"
    return f"{_median([run.cpu for run in runs]) / _median([run.cpu for run in base]):.3g}"


def _seconds(seconds):
    if math.isinf(seconds):
        return "-"
    return f"{seconds:.3f}" if seconds < 1 else f"{seconds:.3g}"
