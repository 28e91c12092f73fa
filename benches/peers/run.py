#!/usr/bin/env python3
"""Runs slotwise and its rivals on the same events, one after the other, and prints tables of how they did.

    benches/peers/setup.sh                                                   once
    benches/peers/run.py --quick                                             a minute: do all agree?
    benches/peers/run.py placement --sizes 200,400 --seeds 5 --limits 60
    benches/peers/run.py sharp-interests --limits 10,30,60                   who has found the better one by then?

Every solver gets one event after another, in an order that turns with the seed, in a process of its own, so that all meet
the same machine. Every timetable is audited by slotwise; a value that differs from what its solver says, a broken rule,
or two proofs that disagree end the run with 1.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import tables

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = HERE / ".venv/bin/python"
TIMETABLE = ROOT / "target/release/examples/timetable"

# What each solver is run with; slotwise's own are named by their backend.
RIVALS = {
    "cpsat": ["cpsat.py"],
    "cpsat-levels": ["cpsat.py", "--rooms", "levels"],
    "ilp": ["ilp.py"],
    "conference-scheduler": ["conference_scheduler_peer.py"],
    "conference-scheduler-apart": ["conference_scheduler_peer.py", "--themes", "apart"],
}
OURS = {"slotwise-highs": "highs", "slotwise-microlp": "microlp"}
WHO = {
    "placement": [*OURS, "cpsat", "cpsat-levels", "ilp", "conference-scheduler", "conference-scheduler-apart"],
    "congress": [*OURS, "cpsat", "ilp"],
    "sharp-interests": [*OURS, "cpsat", "ilp"],
    "flat-interests": [*OURS, "cpsat", "ilp"],
}
SIZES = {"placement": [20, 50, 100, 200, 400], "congress": [200], "sharp-interests": [100], "flat-interests": [100]}
QUICK = [("placement", 20), ("congress", 12), ("sharp-interests", 12)]
# A rival that has not even stated its model so long after the limit is stopped.
GRACE = 240


@dataclass
class Run:
    """What one solver did with one event."""

    solver: str
    status: str
    value: float | None = None
    bound: float | None = None
    seconds: float | None = None
    first: float | None = None
    cpu: float | None = None
    build: float = 0.0
    mib: float = 0.0
    smaller: float | None = None  # seconds to a proof of a problem that leaves something out
    note: str | None = None
    wrong: list = field(default_factory=list)

    @property
    def proof(self):
        return self.seconds if self.status in ("optimal", "infeasible") else None


def main():
    options = arguments()
    work = [
        (family, size, limit)
        for family in options.families
        for size in options.sizes or SIZES[family]
        for limit in options.limits
    ]
    if options.quick:
        work = [(family, size, 5.0) for family, size in QUICK]
    if not PYTHON.exists():
        sys.exit(f"{PYTHON} is missing: run {HERE / 'setup.sh'} first")
    build(options)
    rows, wrong = {}, []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for family, size, limit in work:
            measure(family, size, limit, options, rows, wrong)
    except KeyboardInterrupt:
        print("stopped: the tables are of what was done", file=sys.stderr)
    for family, measured in rows.items():
        print(tables.of(family, measured, list(OURS)))
    for what in wrong:
        print(f"WRONG: {what}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


def measure(family, size, limit, options, rows, wrong):
    """All solvers on the events of one size; a seed counts when all have had it."""
    solvers = options.solvers or WHO[family]
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first_seed, options.first_seed + options.seeds):
            event = Path(options.keep or folder) / f"{family}-{size}-{seed}.json"
            if not event.exists():
                write_event(family, size, seed, event)
            turn = seed % len(solvers)
            runs = []
            for solver in solvers[turn:] + solvers[:turn]:
                one = run(solver, event, limit, options)
                runs.append(one)
                if not options.quiet:
                    seconds = "" if one.seconds is None else f" in {one.seconds:.3g} s"
                    print(f"{event.stem}: {solver}: {one.status} {one.value}{seconds}", file=sys.stderr)
            disagreements(runs)
            by_solver = rows.setdefault(family, {}).setdefault((size, limit), {})
            for one in runs:
                by_solver.setdefault(one.solver, []).append(one)
                wrong += [f"{event.name}, {one.solver}: {what}" for what in one.wrong]


def arguments():
    parser = argparse.ArgumentParser(description="slotwise and its rivals on the same events.")
    numbers = lambda kind: lambda text: [kind(part) for part in text.split(",")]
    parser.add_argument("families", nargs="*", choices=[*WHO, []], metavar="family", help=f"of {', '.join(WHO)}")
    parser.add_argument("--sizes", type=numbers(int), help="how many talks, such as 100,200")
    parser.add_argument("--seeds", type=int, default=None, help="how many seeds (5; quick: 1)")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--limits", type=numbers(float), default=[60.0], help="seconds, such as 10,60")
    parser.add_argument("--solvers", type=numbers(str), help=f"of {', '.join([*OURS, *RIVALS])}")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", metavar="FOLDER", help="keep the events here, and take those that are there")
    parser.add_argument("--no-build", action="store_true", help="take slotwise as it was built last")
    parser.add_argument("--quick", action="store_true", help="small events, once each, at most five seconds each")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    options.families = options.families or list(WHO)
    options.seeds = options.seeds or (1 if options.quick else 5)
    if options.solvers and set(options.solvers) - set(OURS) - set(RIVALS):
        parser.error(f"solvers are {', '.join([*OURS, *RIVALS])}")
    return options


def build(options):
    if not options.no_build:
        cargo("build", "--release", "--features", "highs", "--example", "timetable")


def cargo(*arguments):
    subprocess.run(["cargo", *arguments], cwd=ROOT, check=True)


def write_event(family, size, seed, path):
    """Has the generator of the benchmarks write an event."""
    write = ["write", family, str(size), "--seed", str(seed), "-o", str(path.resolve())]
    cargo("bench", "--quiet", "--features", "highs", "--bench", "families", "--", *write)


def run(solver, event, limit, options):
    with tempfile.TemporaryDirectory() as folder:
        timetable = Path(folder) / "timetable.json"
        ours = OURS.get(solver)
        if ours:
            command = [TIMETABLE, "solve", event, "--format", "json", "--quiet", "--backend", ours]
            command += ["--time-limit", f"{limit:g}s", "--threads", str(options.threads), "-o", timetable]
        else:
            command = [PYTHON, HERE / RIVALS[solver][0], *RIVALS[solver][1:], event]
            command += ["--time-limit", f"{limit:g}", "--threads", str(options.threads), "-o", timetable]
        ended = measured(command, limit + GRACE)
        if ended.killed:
            return Run(solver, "stopped", mib=ended.mib, note=f"stopped {GRACE} s after the limit")
        said = ended.output if not ours else timetable.read_text() if timetable.exists() else ""
        try:
            said = json.loads(said)
        except ValueError:
            return Run(solver, "failed", mib=ended.mib, wrong=[f"it ended with {ended.code}: {ended.errors[-500:]}"])
        search = said["search"] if ours else said
        one = Run(
            solver,
            said["status"],
            said.get("value"),
            said.get("bound"),
            search.get("seconds"),
            search.get("first_feasible_seconds"),
            ended.cpu if ours else said.get("cpu_seconds"),
            said.get("build_seconds", 0.0),
            ended.mib,
            said.get("smaller_proof_seconds"),
            said.get("note"),
        )
        if one.value is not None:
            audit(one, event, timetable)
        return one


@dataclass
class Ended:
    output: str
    errors: str
    code: int
    killed: bool
    cpu: float
    mib: float


def measured(command, limit):
    """Runs a command to its end, or to that many seconds; with the processor time and memory of all it started."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=errors, start_new_session=True)
        killed = threading.Event()

        def kill():
            killed.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(limit, kill)
        timer.start()
        try:
            _, code, usage = os.wait4(process.pid, 0)
        except BaseException:
            # A session of its own does not hear of an interrupt.
            kill()
            raise
        finally:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(code)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read())
        cpu = usage.ru_utime + usage.ru_stime
        return Ended(*texts, process.returncode, killed.is_set(), cpu, usage.ru_maxrss / 1024)


def audit(one, event, timetable):
    """Holds what a solver says of its timetable against slotwise's audit, which sees the event and the rules alone."""
    ended = measured([TIMETABLE, "audit", event, timetable, "--format", "json"], GRACE)
    try:
        judged = json.loads(ended.output)
    except ValueError:
        one.wrong.append(f"its timetable cannot be audited: {ended.errors[-500:]}")
        return
    if not judged["valid"]:
        broken = [rule["name"] for rule in judged["rules"] if rule["broken"]]
        one.wrong.append(f"its timetable breaks {', '.join(broken)}")
    if abs(judged["value"] - one.value) > 1e-6:
        one.wrong.append(f"it says {one.value}, the audit {judged['value']}")


def disagreements(runs):
    """Proofs that are none, and values above somebody's bound: one of the two is wrong, and we cannot know which."""
    for one in runs:
        if one.status == "optimal" and (one.bound is None or abs(one.value - one.bound) > 1e-6):
            one.wrong.append(f"it calls {one.value} optimal, with a bound of {one.bound}")
        for other in runs:
            if one.value is not None and other.bound is not None and one.value > other.bound + 1e-6:
                one.wrong.append(f"its value {one.value} is above the bound {other.bound} of {other.solver}")


if __name__ == "__main__":
    main()
