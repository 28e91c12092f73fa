"""An event of slotwise, read for the rivals: where each talk may be, what that costs, and what ties talks together.

All rivals get the same numbers from here, so that what is compared is how they state and search the problem. What a
family of the benchmark does not use is refused, never dropped: a rival that answered an easier question would be no
rival. Costs are integers (thousandths, or whole units where all weights are whole), as inside slotwise.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np


class Unsupported(Exception):
    """The event says something that this module does not read."""


@dataclass
class Congress:
    """Tracks that keep a room, blocks whose rooms hold one track, speakers who stay in a room for a block."""

    tracks: list  # the talks of each track; every talk is in exactly one
    blocks: list  # the times of each block; every time is in exactly one
    room_cost: np.ndarray  # of a talk in a room
    block_cost: np.ndarray  # of a talk in a block


@dataclass
class Instance:
    """A time is a stretch that slots share; a place is a time and a room."""

    talks: list  # ids
    times: list  # (start, end)
    rooms: list  # ids
    capacity: list  # seats of each room, None: as many as come
    audience: list  # people who come to each talk
    slot: dict  # (time, room) -> id of the slot
    allowed: np.ndarray  # [talk, time, room]
    cost: np.ndarray  # [talk, time, room], in units of 1 / scale
    scale: int
    busy: list  # talks of one speaker: never at once
    themes: list = field(default_factory=list)  # (talks, cost of each pair at once)
    interests: list = field(default_factory=list)  # (talks, cost of each one missed)
    congress: Congress | None = None

    def places(self, talk):
        """Where the talk may be: pairs of time and room."""
        return [(int(time), int(room)) for time, room in np.argwhere(self.allowed[talk])]

    def rooms_at(self):
        """How many rooms there are at each time."""
        return [sum((time, room) in self.slot for room in range(len(self.rooms))) for time in range(len(self.times))]

    def rooms_by_size(self):
        """The rooms from the smallest to the largest, where that is all that tells them apart."""
        order = sorted(range(len(self.rooms)), key=lambda room: (self.capacity[room] is None, self.capacity[room] or 0))
        cost, allowed = self.cost[:, :, order], self.allowed[:, :, order]
        if (cost[:, :, 1:] > cost[:, :, :-1]).any() or (allowed[:, :, 1:] != allowed[:, :, :-1]).any():
            raise Unsupported("rooms that differ by more than their size")
        return order

    def cost_of(self, placed):
        """What a timetable costs, counted from scratch."""
        at = {talk: time for talk, (time, _) in placed.items()}
        total = sum(int(self.cost[talk, *place]) for talk, place in placed.items())
        for talks, weight in self.themes:
            counts = Counter(at[talk] for talk in talks)
            total += weight * sum(n * (n - 1) // 2 for n in counts.values())
        for talks, weight in self.interests:
            total += weight * (len(talks) - len({at[talk] for talk in talks}))
        return total

    def value(self, cost):
        """What slotwise calls the value of a timetable that costs that much."""
        return 0.0 if cost == 0 else -cost / self.scale

    def timetable(self, placed):
        """A timetable as slotwise reads it, of `placed[talk] = (time, room)`."""
        placements = [
            {
                "talk": self.talks[talk],
                "room": self.rooms[room],
                "start": self.times[time][0].strftime("%Y-%m-%dT%H:%M"),
                "slot": self.slot[time, room],
            }
            for talk, (time, room) in sorted(placed.items())
        ]
        return {"placements": placements}


def read(path):
    """The event of a file."""
    with open(path, encoding="utf-8") as file:
        return _Reader(json.load(file)).instance()


def rooms_by_time(event, time_of):
    """Gives each talk of a time a room of its own, where every talk may be in every room that is open then."""
    placed, taken = {}, {}
    for talk, time in sorted(time_of.items()):
        rooms = taken.setdefault(time, [room for room in range(len(event.rooms)) if (time, room) in event.slot])
        placed[talk] = (time, rooms.pop(0))
    return placed


def rooms_by_level(event, order, chosen):
    """Rooms for talks of which each may be in any room of its level or a larger one; `chosen`: (talk, time, level)."""
    placed, taken = {}, {}
    for talk, time, level in sorted(chosen, key=lambda key: (key[1], -key[2], key[0])):
        rooms = taken.setdefault(time, list(order))
        placed[talk] = (time, rooms.pop())
    return placed


def places_by_block(event, block_of):
    """Gives each paper of a block and room a time of its own in that block, which are all alike."""
    placed, taken = {}, {}
    for paper, (block, room) in sorted(block_of.items()):
        times = taken.setdefault((block, room), list(event.congress.blocks[block]))
        placed[paper] = (times.pop(0), room)
    return placed


class _Reader:
    def __init__(self, event):
        self.event = event
        for part in ("openings", "reviews", "published"):
            if event.get(part):
                raise Unsupported(part)
        self.talks = event["talks"]
        if any(talk.get("status") != "accepted" or talk.get("pin") or talk.get("needs") for talk in self.talks):
            raise Unsupported("talks that are not accepted, or have pins or needs")
        self.talk_at = {talk["id"]: i for i, talk in enumerate(self.talks)}
        self.rooms = event["rooms"]
        if any(room.get("unavailable") for room in self.rooms):
            raise Unsupported("rooms that are unavailable")
        self.room_at = {room["id"]: i for i, room in enumerate(self.rooms)}
        minutes = {f["id"]: f["minutes"] for f in event.get("formats", [])}
        self.minutes = [timedelta(minutes=talk.get("minutes") or minutes[talk["format"]]) for talk in self.talks]
        self.with_tag = {}
        for i, talk in enumerate(self.talks):
            for key, values in talk.get("tags", {}).items():
                for value in values:
                    self.with_tag.setdefault((key, value), []).append(i)

    def instance(self):
        spans = sorted({(_time(slot["start"]), _time(slot["end"])) for slot in self.event["slots"]})
        if any(later[0] < earlier[1] for earlier, later in zip(spans, spans[1:])):
            raise Unsupported("slots that overlap in part")
        time_at = {span: i for i, span in enumerate(spans)}
        shape = (len(self.talks), len(spans), len(self.rooms))
        allowed = np.zeros(shape, dtype=bool)
        slot_at, slots = {}, {}
        for slot in self.event["slots"]:
            time = time_at[_time(slot["start"]), _time(slot["end"])]
            slots.setdefault(slot["id"], []).append(time)
            fits = [spans[time][0] + m <= spans[time][1] for m in self.minutes]
            if slot.get("formats"):
                fits = [fit and talk["format"] in slot["formats"] for fit, talk in zip(fits, self.talks)]
            for room in slot["rooms"]:
                slot_at.setdefault((time, self.room_at[room]), slot["id"])
                allowed[:, time, self.room_at[room]] |= fits
        self.spans, self.slots = spans, slots
        speakers = {speaker["id"]: speaker for speaker in self.event.get("speakers", [])}
        of_speaker = {}
        for i, talk in enumerate(self.talks):
            for id in talk.get("speakers", []):
                of_speaker.setdefault(id, []).append(i)
                speaker = speakers[id]
                if speaker.get("available") or speaker.get("unavailable"):
                    can = [_can(speaker, start, start + self.minutes[i]) for start, _ in spans]
                    allowed[i] &= np.array(can)[:, None]
        self.thousandths = np.zeros(shape, dtype=np.int64)
        self.themes, self.interests, self.counts = [], [], []
        for rule in self.event.get("rules", []):
            self.rule(rule)
        instance = Instance(
            talks=[talk["id"] for talk in self.talks],
            times=spans,
            rooms=[room["id"] for room in self.rooms],
            capacity=[room.get("capacity") for room in self.rooms],
            audience=[talk.get("audience") or 0 for talk in self.talks],
            slot=slot_at,
            allowed=allowed,
            cost=self.thousandths,
            scale=1000,
            busy=[talks for talks in of_speaker.values() if len(talks) > 1],
            themes=self.themes,
            interests=self.interests,
        )
        _whole_units(instance)
        if self.counts:
            instance.congress = self.congress(instance)
        return instance

    def rule(self, rule):
        if rule.get("priority", 1) != 1:
            raise Unsupported("priorities")
        kind = rule["kind"]
        if rule.get("required"):
            if kind != "count":
                raise Unsupported(f"a required {kind}")
            self.counts.append(rule)
            return
        weight = _thousandths(rule["weight"])
        talks = self.selected(rule.get("talks", {}))
        if kind == "fit" and not rule.get("tolerance") and not rule.get("empty_weight"):
            for room, facts in enumerate(self.rooms):
                if facts.get("capacity") is not None:
                    over = [max(0, (self.talks[t].get("audience") or 0) - facts["capacity"]) for t in talks]
                    self.thousandths[talks, :, room] += weight * np.array(over)[:, None]
        elif kind == "place":
            times, rooms = self.where(rule["where"])
            out = np.zeros(self.thousandths.shape[1:], dtype=np.int64)
            out[np.ix_(times, rooms)] = weight
            self.thousandths[talks] += out if rule["want"] == "out" else weight - out
        elif kind == "clash" and rule.get("tag"):
            if rule.get("per", "pair") != "pair":
                raise Unsupported("a clash of tags by the minute")
            chosen = set(talks)
            for (key, _), group in self.with_tag.items():
                group = [talk for talk in group if talk in chosen]
                if key == rule["tag"] and len(group) > 1:
                    self.themes.append((group, weight))
            self.no_pair_twice()
        elif kind == "clash" and rule.get("interests") and rule.get("per") == "missed":
            chosen = set(talks)
            for interest in self.event.get("interests", []):
                wanted = sorted({self.talk_at[id] for id in interest["talks"]} & chosen)
                if len(wanted) > 1:
                    times = Fraction(str(interest.get("weight", 1)))
                    self.interests.append((wanted, int(times * weight)))
        else:
            raise Unsupported(f"this {kind} rule: {json.dumps(rule)[:200]}")

    def no_pair_twice(self):
        """slotwise charges a pair once, however many themes it shares; counting by theme needs themes to be apart."""
        if sum(len(group) for group, _ in self.themes) != len({t for group, _ in self.themes for t in group}):
            raise Unsupported("talks with several themes")

    def selected(self, selection):
        known = {"ids", "tags"}
        if selection.keys() - known:
            raise Unsupported(f"a selection by {', '.join(sorted(selection.keys() - known))}")
        if "ids" in selection:
            talks = {self.talk_at[id] for id in selection["ids"]}
        else:
            talks = set(range(len(self.talks)))
        for key, values in selection.get("tags", {}).items():
            talks &= {talk for value in values for talk in self.with_tag.get((key, value), [])}
        return sorted(talks)

    def where(self, where):
        known = {"rooms", "slots", "blocks"}
        if where.keys() - known:
            raise Unsupported(f"places by {', '.join(sorted(where.keys() - known))}")
        rooms = [self.room_at[id] for id in where.get("rooms", self.room_at)]
        times = set(range(len(self.spans)))
        if "slots" in where:
            times &= {time for id in where["slots"] for time in self.slots[id]}
        if "blocks" in where:
            times &= {time for id in where["blocks"] for time in self.block_times()[id]}
        return sorted(times), rooms

    def block_times(self):
        if not hasattr(self, "_block_times"):
            self._block_times = {
                block["id"]: [
                    i for i, (start, _) in enumerate(self.spans) if _time(block["start"]) <= start < _time(block["end"])
                ]
                for block in self.event.get("blocks", [])
            }
        return self._block_times

    def congress(self, instance):
        """The three counts that make a congress; anything less or else is refused."""
        said, key = set(), None
        for rule in self.counts:
            if rule.get("max") != 1 or rule.keys() - {"kind", "name", "required", "each", "measure", "max"}:
                raise Unsupported(f"this count: {json.dumps(rule)[:200]}")
            each, measure = frozenset(rule["each"]), rule["measure"]
            if each == {"block", "room"} and measure.startswith("distinct:tag:"):
                key = measure.removeprefix("distinct:tag:")
            said.add((each, measure))
        wanted = {
            (frozenset({"block", "room"}), f"distinct:tag:{key}"),
            (frozenset({f"tag:{key}"}), "distinct:room"),
            (frozenset({"block", "speaker"}), "distinct:room"),
        }
        if said != wanted or instance.themes or instance.interests:
            raise Unsupported("counts other than a congress's three, or a congress with clashes")
        tracks = [talks for (k, _), talks in self.with_tag.items() if k == key]
        if sorted(talk for track in tracks for talk in track) != list(range(len(self.talks))):
            raise Unsupported("talks in no track, or in several")
        blocks = [times for times in self.block_times().values() if times]
        if sorted(time for block in blocks for time in block) != list(range(len(self.spans))):
            raise Unsupported("slots in no block, or in several")
        first = [block[0] for block in blocks]
        for times in blocks:
            same = (instance.cost[:, times] == instance.cost[:, times[:1]]).all()
            if not same or not instance.allowed[:, times].all():
                raise Unsupported("slots of a block that are not alike, or talks that cannot be everywhere")
        by_block = instance.cost[:, first]
        block_cost = by_block[:, :, 0] - by_block[:, :1, 0]
        room_cost = by_block[:, 0]
        if not (by_block == block_cost[:, :, None] + room_cost[:, None]).all():
            raise Unsupported("costs that are not of a block and of a room")
        return Congress(tracks, blocks, room_cost, block_cost)


def _time(text):
    return datetime.fromisoformat(text)


def _can(speaker, start, end):
    """Whether the speaker is there from start to end."""
    if any(_time(w["start"]) < end and start < _time(w["end"]) for w in speaker.get("unavailable", [])):
        return False
    windows = [(_time(w["start"]), _time(w["end"])) for w in speaker.get("available", [])]
    return not windows or any(begins <= start and end <= ends for begins, ends in windows)


def _thousandths(weight):
    return int(Fraction(str(weight)) * 1000)


def _whole_units(instance):
    """Drops the thousandths where nothing needs them: smaller numbers are kinder to every solver."""
    weights = [weight for _, weight in instance.themes + instance.interests]
    if not (instance.cost % 1000).any() and not any(weight % 1000 for weight in weights):
        instance.cost //= 1000
        instance.scale = 1
        instance.themes = [(talks, weight // 1000) for talks, weight in instance.themes]
        instance.interests = [(talks, weight // 1000) for talks, weight in instance.interests]
