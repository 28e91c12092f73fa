//! Talks that no place takes, and why.

use super::{
    Warning, did_you_mean,
    offers::{Offer, closed, fitting_rooms, offers},
    one_or_more,
};
use crate::{
    event::{CheckedEvent, FormatIx, Minute, RoomIx, SpeakerIx, Tags, TalkIx, TalkStatus},
    text::{cut, quoted},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many starts are looked at for all talks: where talks differ in very many ways and openings have very many starts, some
/// talk without a place is not told of.
pub(super) const MOST_LOOKS: usize = 20_000_000;

/// What a talk's places depend on: those for whom it is the same have the same places.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Sort<'e> {
    minutes: i64,
    format: Option<FormatIx>,
    needs: &'e Tags,
    pin_room: Option<RoomIx>,
    pin_start: Option<Minute>,
    /// The speakers who are not always there.
    pub(super) speakers: Vec<SpeakerIx>,
}

impl<'e> Sort<'e> {
    pub(super) fn of(event: &'e CheckedEvent, talk: TalkIx) -> Self {
        let facts = event.talk(talk);
        let away = |s: &SpeakerIx| {
            let speaker = event.speaker(*s);
            !speaker.available.is_empty() || !speaker.unavailable.is_empty()
        };
        let mut speakers: Vec<SpeakerIx> = facts.speakers.iter().copied().filter(away).collect();
        speakers.sort_unstable();
        Self {
            minutes: facts.minutes,
            format: facts.format,
            needs: &event.written_talk(talk).needs,
            pin_room: facts.pin_room,
            pin_start: facts.pin_start,
            speakers,
        }
    }
}

/// Tells of every talk that no place takes. Says for each talk whether some place does.
pub(super) fn warn(event: &CheckedEvent, list: &mut Vec<Warning>) -> Vec<bool> {
    let mut known: HashMap<Sort<'_>, bool> = HashMap::new();
    let mut looks = MOST_LOOKS;
    let mut placeable = |talk: TalkIx| {
        *known.entry(Sort::of(event, talk)).or_insert_with(|| {
            let fits = fitting_rooms(event, talk);
            offers(event).any(|offer| {
                looks = looks.saturating_sub(1);
                looks == 0 || offer.open(event, talk, &fits).next().is_some()
            })
        })
    };
    let placeable: Vec<bool> = event.talk_indices().map(&mut placeable).collect();
    let accepted = event.talks().iter().any(|talk| talk.status == TalkStatus::Accepted);
    if offers(event).all(|offer| offer.rooms.is_empty()) {
        if event.talks().iter().any(|talk| talk.status != TalkStatus::Declined) {
            let text = "the event has no slot and no opening, so no talk can be placed; add one or the other";
            let warning = Warning::new("slots", text);
            list.push(if accepted { warning.impossible() } else { warning });
        }
        return placeable;
    }
    let mut reasons: HashMap<Sort<'_>, String> = HashMap::new();
    for talk in event.talk_indices().filter(|talk| !placeable[talk.at()]) {
        let (path, name) = (format!("talks[{}]", event.written_at(talk)), name(event, talk));
        let why = reasons.entry(Sort::of(event, talk)).or_insert_with(|| Why::of(event, talk).text(event));
        match event.talk(talk).status {
            TalkStatus::Accepted => {
                let text = format!("{name} is accepted, and no place takes it: {why}");
                list.push(Warning::new(path, text).impossible());
            }
            TalkStatus::Proposed => list.push(Warning::new(path, format!("no place takes {name}: {why}"))),
            TalkStatus::Declined => {}
        }
    }
    placeable
}

/// `the talk "p3" (“Deploying on Fridays”)`.
pub(super) fn name(event: &CheckedEvent, talk: TalkIx) -> String {
    let title = cut(event.written_talk(talk).title.trim(), 50).replace(char::is_control, " ");
    let title = if title.is_empty() { title } else { format!(" (“{title}”)") };
    format!("the talk {}{title}", quoted(event.talk_id(talk).as_str()))
}

/// What excludes a talk from the places that its pin leaves it.
struct Why {
    talk: TalkIx,
    /// How many places the event has.
    all: usize,
    /// How many of them its pin leaves.
    pinned: usize,
    unfit: usize,
    other_format: usize,
    short: usize,
    /// The longest time that one of them gives to a talk of its format.
    longest: i64,
    closed: usize,
    away: BTreeMap<SpeakerIx, usize>,
}

impl Why {
    fn of(event: &CheckedEvent, talk: TalkIx) -> Self {
        let facts = event.talk(talk);
        let mut why = Self {
            talk,
            all: 0,
            pinned: 0,
            unfit: 0,
            other_format: 0,
            short: 0,
            longest: 0,
            closed: 0,
            away: BTreeMap::new(),
        };
        for offer in offers(event) {
            why.all += offer.rooms.len();
            if facts.pin_start.is_some_and(|pin| pin != offer.start) {
                continue;
            }
            let rooms = offer.rooms.iter().filter(|room| facts.pin_room.is_none_or(|pin| pin == **room));
            why.count(event, &offer, rooms);
        }
        why
    }

    fn count<'a>(&mut self, event: &CheckedEvent, offer: &Offer<'_>, rooms: impl Iterator<Item = &'a RoomIx>) {
        let (facts, span) = (event.talk(self.talk), offer.span(event, self.talk));
        let (takes, fits) = (offer.takes(event, self.talk), span.end <= offer.until);
        let mut here = 0;
        for room in rooms {
            here += 1;
            self.unfit += usize::from(!event.meets_needs(*room, self.talk));
            self.closed += usize::from(closed(event, *room, span));
        }
        self.pinned += here;
        self.other_format += if takes { 0 } else { here };
        self.short += if fits { 0 } else { here };
        if takes && here > 0 {
            self.longest = self.longest.max(offer.until - offer.start);
        }
        if here > 0 {
            for speaker in facts.speakers.iter().filter(|speaker| !event.speaker(**speaker).can(span)) {
                *self.away.entry(*speaker).or_default() += here;
            }
        }
    }

    /// Each reason with the number of places that it excludes.
    fn text(&self, event: &CheckedEvent) -> String {
        if self.pinned == 0 {
            return self.pin(event);
        }
        let facts = event.talk(self.talk);
        let mut reasons = Vec::new();
        if self.other_format > 0 {
            let format = facts.format.map(|f| quoted(event.format_id(f).as_str()));
            let reason = match format {
                Some(format) => format!("{} for other formats than its {format}", are(self.other_format)),
                None => format!("{} for certain formats, and it has none", are(self.other_format)),
            };
            let unpinned = self.pinned == self.all && self.other_format == self.all;
            reasons.push(if unpinned { reason + " (no slot and no opening takes it)" } else { reason });
        }
        if self.short > 0 {
            let longest = if self.longest < facts.minutes && self.longest > 0 {
                format!(" (the longest takes {})", self.longest)
            } else {
                String::new()
            };
            reasons.push(format!("{} too short for its {} minutes{longest}", are(self.short), facts.minutes));
        }
        if self.unfit > 0 {
            reasons.push(format!("{} in rooms without what it needs ({})", are(self.unfit), self.needs(event)));
        }
        if self.closed > 0 {
            reasons.push(format!("{} in rooms that are closed then", are(self.closed)));
        }
        for (speaker, count) in &self.away {
            reasons.push(format!("{} at times when {}", are(*count), away(event, *speaker)));
        }
        format!("{}, {}", self.candidates(event), reasons.join("; "))
    }

    /// `of 4 places`, `of the 2 places in "hall"`.
    fn candidates(&self, event: &CheckedEvent) -> String {
        let facts = event.talk(self.talk);
        let room = facts.pin_room.map(|room| format!(" in {}", quoted(event.room_id(room).as_str())));
        let start = facts.pin_start.map(|start| format!(" at {}", event.civil(start)));
        let pin = format!("{}{}", room.unwrap_or_default(), start.unwrap_or_default());
        let places = if self.pinned == 1 { "place" } else { "places" };
        if pin.is_empty() {
            format!("of {} {places}", self.pinned)
        } else {
            format!("of the {} {places}{pin}, to which it is pinned", self.pinned)
        }
    }

    /// Why the pin leaves no place.
    fn pin(&self, event: &CheckedEvent) -> String {
        let facts = event.talk(self.talk);
        let room = |room: RoomIx| quoted(event.room_id(room).as_str());
        let in_room = |offer: &Offer<'_>| facts.pin_room.is_none_or(|room| offer.rooms.contains(&room));
        let starts: BTreeSet<Minute> = offers(event).filter(in_room).map(|offer| offer.start).collect();
        let others = format!("its pin excludes all {} places", self.all);
        match (facts.pin_start, facts.pin_room) {
            (_, Some(pin)) if starts.is_empty() => {
                format!("{others}: the room {} has no slot and no opening", room(pin))
            }
            (Some(start), pin) => {
                let whose = pin.map_or(String::new(), |pin| format!(" in {}", room(pin)));
                let nearest = starts.iter().min_by_key(|other| ((**other - start).abs(), **other));
                let nearest =
                    nearest.map_or(String::new(), |n| format!("; the nearest start{whose} is {}", event.civil(*n)));
                format!("{others}: nothing starts{whose} at {}{nearest}", event.civil(start))
            }
            // A pin of a room alone leaves every place in that room.
            (None, _) => others,
        }
    }

    /// What the rooms lack: what no room has at all, or the room that lacks least.
    fn needs(&self, event: &CheckedEvent) -> String {
        let (needs, rooms) = (&event.written_talk(self.talk).needs, &event.canonical().rooms);
        let wanted = || needs.0.iter().flat_map(|(key, values)| values.iter().map(move |value| (key, value)));
        let mut said = Vec::new();
        for (key, value) in wanted().filter(|(key, value)| !rooms.iter().any(|room| room.tags.has(key, value))) {
            let keys: BTreeSet<&str> = rooms.iter().flat_map(|r| r.tags.0.keys()).map(String::as_str).collect();
            let values: BTreeSet<&str> = rooms.iter().flat_map(|r| r.tags.values(key)).map(String::as_str).collect();
            let hint = if keys.contains(key.as_str()) {
                did_you_mean(value, values.iter().copied())
            } else {
                format!(", nor any {}{}", quoted(key), did_you_mean(key, keys.iter().copied()))
            };
            said.push(format!("no room has {key} {}{hint}", quoted(value)));
        }
        if !said.is_empty() {
            return said.join(", ");
        }
        let lacks = |room: RoomIx| -> Vec<String> {
            let has = &rooms[room.at()].tags;
            let missing = wanted().filter(|(key, value)| !has.has(key, value));
            missing.map(|(key, value)| format!("{key} {}", quoted(value))).collect()
        };
        let offered = offers(event).flat_map(|offer| offer.rooms.to_vec()).collect::<BTreeSet<RoomIx>>();
        let pin = event.talk(self.talk).pin_room;
        let near = offered.into_iter().filter(|room| pin.is_none_or(|pin| pin == *room));
        let near = near.map(|room| (lacks(room), room)).filter(|(lacks, _)| !lacks.is_empty());
        near.min_by_key(|(lacks, room)| (lacks.len(), *room)).map_or_else(String::new, |(lacks, room)| {
            format!("{} lacks {}", quoted(event.room_id(room).as_str()), lacks.join(" and "))
        })
    }
}

/// `1 is`, `3 are`.
fn are(count: usize) -> String {
    format!("{count} {}", if count == 1 { "is" } else { "are" })
}

/// `"pia" (Pia) is away, who is there from ... to ...`.
fn away(event: &CheckedEvent, speaker: SpeakerIx) -> String {
    let written = event.written_speaker(speaker);
    let name = cut(written.name.trim(), 40).replace(char::is_control, " ");
    let name = if name.is_empty() { name } else { format!(" ({name})") };
    let there = match &written.available[..] {
        [] => String::new(),
        [one] => format!(", who is there from {} to {}", one.start, one.end),
        [first, ..] => format!(
            ", who is there from {} to {} and {} times more",
            first.start,
            first.end,
            written.available.len() - 1
        ),
    };
    format!("the speaker {}{name} is away{there}", one_or_more(&[speaker_id(event, speaker)]))
}

fn speaker_id(event: &CheckedEvent, speaker: SpeakerIx) -> &str {
    event.speaker_id(speaker).as_str()
}

#[cfg(test)]
mod tests {
    use crate::{
        event::{Event, Format, Opening, Room, Speaker, Talk, TalkStatus},
        rules::testing::{at, grid, window},
    };

    /// A camera is in the big room, a screen in the small one; hours at nine, ten and eleven.
    fn event(talk: Talk) -> Event {
        let mut event = grid("big small", "09:00 10:00 11:00");
        event.rooms[0] = Room::new("big").tag("equipment", "camera");
        event.rooms[1] = Room::new("small").tag("equipment", "screen").tag("floor", "ground");
        event.formats = vec![Format::new("lab", 30)];
        event.speakers = vec![Speaker::new("ann", "Ann").available(at("14:00"), at("15:00")), Speaker::new("bob", "")];
        event.talks = vec![talk];
        event
    }

    fn said(event: Event) -> String {
        let warnings = event.check().expect("a good event").warnings();
        let of_talks = warnings.iter().filter(|w| w.path.starts_with("talks[") || w.path == "slots");
        of_talks.map(|warning| warning.text.clone()).collect::<Vec<_>>().join("\n")
    }

    fn accepted() -> Talk {
        Talk::new("t", "").minutes(30).status(TalkStatus::Accepted)
    }

    /// Why no place takes the talk.
    fn why(talk: Talk) -> String {
        let text = said(event(talk));
        text.strip_prefix("the talk \"t\" is accepted, and no place takes it: ").unwrap_or(&text).to_owned()
    }

    #[test]
    fn a_talk_with_a_place_is_not_told_of() {
        assert_eq!(why(accepted()), "");
        assert_eq!(why(accepted().needs("equipment", "screen").pin_start(at("11:00"))), "");
    }

    #[test]
    fn a_proposed_talk_is_told_of_without_ruling_out_a_timetable_and_a_declined_one_is_not() {
        let long = |status| event(Talk::new("t", "A long lab").minutes(90).status(status));
        assert!(
            said(long(TalkStatus::Proposed)).starts_with("no place takes the talk \"t\" (“A long lab”): of 6 places")
        );
        assert_eq!(said(long(TalkStatus::Declined)), "");
        let impossible = |status| long(status).check().expect("good").warnings().iter().any(|w| w.impossible);
        assert!(impossible(TalkStatus::Accepted) && !impossible(TalkStatus::Proposed));
    }

    #[test]
    fn each_reason_is_told_with_the_places_that_it_excludes() {
        assert_eq!(
            why(accepted().minutes(90)),
            "of 6 places, 6 are too short for its 90 minutes (the longest takes 60)"
        );
        assert_eq!(
            why(accepted().by("ann")),
            "of 6 places, 6 are at times when the speaker \"ann\" (Ann) is away, who is there from 2026-10-30T14:00 to \
             2026-10-30T15:00"
        );
        let mut closed = event(accepted());
        for room in &mut closed.rooms {
            room.unavailable.push(window("09:15", "11:10"));
        }
        assert!(said(closed).ends_with("of 6 places, 6 are in rooms that are closed then"));
    }

    #[test]
    fn a_need_that_no_room_meets_is_told_with_the_nearest() {
        let why_needs = |key: &str, value: &str| why(accepted().needs(key, value));
        assert_eq!(
            why_needs("equipment", "camrea"),
            "of 6 places, 6 are in rooms without what it needs (no room has equipment \"camrea\"; did you mean \"camera\"?)"
        );
        assert!(why_needs("equipmnt", "camera").contains("nor any \"equipmnt\"; did you mean \"equipment\"?"));
        let both = accepted().needs("equipment", "camera").needs("equipment", "screen").needs("floor", "ground");
        assert!(why(both).ends_with("(\"small\" lacks equipment \"camera\")"));
    }

    #[test]
    fn a_pin_is_told_with_the_nearest_start() {
        assert_eq!(
            why(accepted().pin_start(at("10:10"))),
            "its pin excludes all 6 places: nothing starts at 2026-10-30T10:10; the nearest start is 2026-10-30T10:00"
        );
        let mut cellar = event(accepted().pin_room("cellar"));
        cellar.rooms.push(Room::new("cellar"));
        assert!(said(cellar).ends_with("the room \"cellar\" has no slot and no opening"));
        assert!(
            why(accepted().minutes(90).pin_room("big").pin_start(at("10:00")))
                .starts_with("of the 1 place in \"big\" at 2026-10-30T10:00, to which it is pinned, 1 is too short")
        );
    }

    #[test]
    fn a_format_without_a_slot_is_told() {
        let mut labs_only = event(accepted());
        labs_only.slots.iter_mut().for_each(|slot| slot.formats = vec!["lab".into()]);
        assert!(said(labs_only.clone()).contains("6 are for certain formats, and it has none"));
        labs_only.formats.push(Format::new("talk", 30));
        labs_only.talks = vec![Talk::new("t", "").format("talk").status(TalkStatus::Accepted)];
        assert!(said(labs_only).contains("6 are for other formats than its \"talk\""));
    }

    #[test]
    fn reasons_that_exclude_all_places_only_together_are_all_told() {
        let mut event = event(accepted().needs("equipment", "camera").by("bob"));
        event.speakers[1] = Speaker::new("bob", "").unavailable(at("09:00"), at("10:30"));
        event.rooms[0].unavailable.push(window("11:00", "12:00"));
        let said = said(event);
        assert!(said.contains("3 are in rooms without what it needs (\"small\" lacks equipment \"camera\")"), "{said}");
        assert!(
            said.contains("1 is in rooms that are closed then; 4 are at times when the speaker \"bob\" is away"),
            "{said}"
        );
    }

    #[test]
    fn an_opening_that_is_too_short_is_told() {
        let mut event = event(accepted().minutes(45));
        event.slots.clear();
        event.openings.push(Opening::new(at("09:00"), at("09:40"), 20).rooms(["big"]));
        assert!(said(event).ends_with("of 2 places, 2 are too short for its 45 minutes (the longest takes 40)"));
    }

    #[test]
    fn without_slots_and_openings_that_alone_is_told() {
        let mut event = event(accepted());
        event.slots.clear();
        assert!(said(event).starts_with("the event has no slot and no opening"));
    }
}
