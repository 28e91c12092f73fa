//! More accepted talks than there are places for.
//!
//! Talks are matched with places, as many as can be; where some are left over, the talks that compete for the same few
//! places are told (the set of Hall's theorem). Places are told apart by slot and room; an opening holds as many talks
//! in a room as the shortest of them fit in a row. What a rule or another talk of the same speaker forbids is not looked
//! at, so whatever is told here is so: no timetable can hold them all.

use super::{
    Warning,
    offers::{closed, fitting_rooms, offers},
    one_or_more,
};
use crate::{
    event::{CheckedEvent, FormatIx, RoomIx, Span, TalkIx, TalkStatus},
    text::quoted,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// So many pairs of talks and places are looked at; larger events are matched without their speakers, or not at all.
const MOST_PAIRS: usize = 2_000_000;
/// So many steps are taken to match them.
const MOST_STEPS: usize = 20_000_000;
/// So many talks or places are named.
const NAMED: usize = 4;

/// Tells of accepted talks that cannot all be placed. Those that have no place at all are told of by themselves.
pub(super) fn warn(event: &CheckedEvent, placeable: &[bool], list: &mut Vec<Warning>) {
    let accepted: Vec<TalkIx> =
        event.talk_indices().filter(|t| event.talk(*t).status == TalkStatus::Accepted && placeable[t.at()]).collect();
    if accepted.len() < 2 {
        return;
    }
    let before = list.len();
    pinned_together(event, &accepted, list);
    if let Some(contest) = Contest::of(event, &accepted) {
        list.extend(contest.crowds(event));
    }
    if list.len() == before {
        minutes(event, &accepted, list);
    }
}

/// Tells of every two talks that are pinned to the same room at times that overlap, or of neighbours among more.
fn pinned_together(event: &CheckedEvent, accepted: &[TalkIx], list: &mut Vec<Warning>) {
    let span = |talk: TalkIx| {
        let start = event.talk(talk).pin_start?;
        Some(Span { start, end: start + event.talk(talk).minutes })
    };
    let mut pinned: Vec<(RoomIx, Span, TalkIx)> =
        accepted.iter().filter_map(|talk| Some((event.talk(*talk).pin_room?, span(*talk)?, *talk))).collect();
    pinned.sort_unstable();
    for pair in pinned.windows(2) {
        let [(room, a, one), (other_room, b, other)] = *pair else { continue };
        // A slot is one place: who competes for it is told as a crowd.
        let one_slot = a.start == b.start
            && event.slots().iter().any(|slot| slot.span.start == a.start && slot.rooms.contains(&room));
        if room == other_room && a.overlaps(b) && !one_slot {
            let text = format!(
                "the talks {} are accepted and pinned to {} at times that overlap, {} and {}; pin one of them elsewhere",
                names(event, &[one, other]),
                quoted(event.room_id(room).as_str()),
                event.civil(a.start),
                event.civil(b.start)
            );
            let path = format!("talks[{}].pin", event.written_at(one).max(event.written_at(other)));
            list.push(Warning::new(path, text).impossible());
        }
    }
}

/// Tells where the accepted talks need more minutes than the rooms that take them are open: all of them, then those of
/// each format.
fn minutes(event: &CheckedEvent, accepted: &[TalkIx], list: &mut Vec<Warning>) {
    let formats: BTreeSet<FormatIx> = accepted.iter().filter_map(|t| event.talk(*t).format).collect();
    for format in std::iter::once(None).chain(formats.into_iter().map(Some)) {
        let of = |t: &&TalkIx| format.is_none() || event.talk(**t).format == format;
        let wanted: i64 = accepted.iter().filter(of).map(|t| event.talk(*t).minutes).sum();
        let takes = |formats: &[FormatIx]| formats.is_empty() || format.is_none_or(|format| formats.contains(&format));
        let slots = event.slots().iter().map(|slot| (slot.span, &slot.rooms, &slot.formats));
        let openings = event.openings().iter().map(|opening| (opening.span, &opening.rooms, &opening.formats));
        let mut spans: BTreeMap<RoomIx, Vec<Span>> = BTreeMap::new();
        for (span, rooms, _) in slots.chain(openings).filter(|(_, _, formats)| takes(formats)) {
            rooms.iter().for_each(|room| spans.entry(*room).or_default().push(span));
        }
        let there: i64 = spans.into_values().map(union).sum();
        if wanted > there {
            let whose =
                format.map_or_else(String::new, |f| format!(" of the format {}", quoted(event.format_id(f).as_str())));
            let text = format!(
                "the accepted talks{whose} run for {wanted} minutes, and the rooms that take them are open for {there}; \
                 accept fewer of them, or add places"
            );
            list.push(Warning::new("talks", text).impossible());
            return;
        }
    }
}

/// How many minutes are in one or more of the spans.
fn union(mut spans: Vec<Span>) -> i64 {
    spans.sort_unstable();
    let (mut minutes, mut until) = (0, i64::MIN);
    for span in spans {
        minutes += (span.end - span.start.max(until)).max(0);
        until = until.max(span.end);
    }
    minutes
}

/// A place, or several in a row.
#[derive(Clone, Copy, Debug)]
enum Site {
    Slot(usize, RoomIx),
    Opening(usize, RoomIx),
}

/// Talks that have the same places, and the places.
struct Contest {
    /// Talks of a sort.
    sorts: Vec<Vec<TalkIx>>,
    /// For each group of sites that the same sorts can have: how many talks they hold, the sites, the sorts.
    groups: Vec<(usize, Vec<Site>, Vec<usize>)>,
    /// For each sort, its groups.
    of_sort: Vec<Vec<usize>>,
}

impl Contest {
    /// None where there is too much to look at.
    fn of(event: &CheckedEvent, accepted: &[TalkIx]) -> Option<Self> {
        let sites = Self::sites(event);
        let starts = offers(event).count();
        let (mut sorts, mut with_speakers) = (sorted(event, accepted, true), true);
        if sorts.len() * (sites.len() + starts) > MOST_PAIRS {
            (sorts, with_speakers) = (sorted(event, accepted, false), false);
        }
        if sorts.len() * (sites.len() + starts) > MOST_PAIRS {
            return None;
        }
        let fits: Vec<Vec<bool>> = sorts.iter().map(|talks| fitting_rooms(event, talks[0])).collect();
        let mut known: HashMap<(Vec<usize>, usize), usize> = HashMap::new();
        let mut groups: Vec<(usize, Vec<Site>, Vec<usize>)> = Vec::new();
        for site in sites {
            let takes = |sort: &usize| site.takes(event, sorts[*sort][0], &fits[*sort], with_speakers);
            let of: Vec<usize> = (0..sorts.len()).filter(takes).collect();
            if of.is_empty() {
                continue;
            }
            let most = site.most(event, of.iter().map(|sort| sorts[*sort][0]));
            let group =
                *known.entry((of.clone(), usize::from(matches!(site, Site::Opening(..))))).or_insert_with(|| {
                    groups.push((0, Vec::new(), of));
                    groups.len() - 1
                });
            groups[group].0 += most;
            groups[group].1.push(site);
        }
        let mut of_sort = vec![Vec::new(); sorts.len()];
        for (group, (_, _, of)) in groups.iter().enumerate() {
            of.iter().for_each(|sort| of_sort[*sort].push(group));
        }
        Some(Self { sorts, groups, of_sort })
    }

    fn sites(event: &CheckedEvent) -> Vec<Site> {
        let slots = event.slots().iter().enumerate();
        let slots = slots.flat_map(|(i, slot)| slot.rooms.iter().map(move |room| Site::Slot(i, *room)));
        let openings = event.openings().iter().enumerate();
        let openings = openings.flat_map(|(i, opening)| opening.rooms.iter().map(move |room| Site::Opening(i, *room)));
        slots.chain(openings).collect()
    }

    /// A warning for each set of talks that has too few places.
    fn crowds(&self, event: &CheckedEvent) -> Vec<Warning> {
        // How many talks of each sort are in each of its groups.
        let mut inside: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); self.groups.len()];
        let mut free: Vec<usize> = self.groups.iter().map(|(most, ..)| *most).collect();
        let mut told: BTreeSet<usize> = BTreeSet::new();
        let (mut steps, mut warnings) = (0, Vec::new());
        for sort in 0..self.sorts.len() {
            for _ in 0..self.sorts[sort].len() {
                if steps > MOST_STEPS {
                    return warnings;
                }
                let Some(reached) = self.place(sort, &mut inside, &mut free, &mut steps) else { continue };
                if told.insert(sort) && reached.iter().all(|other| *other == sort || !told.contains(other)) {
                    told.extend(&reached);
                    warnings.push(self.crowd(event, &reached));
                }
                break;
            }
        }
        warnings
    }

    /// Places one more talk of the sort, moving others where that makes room. The sorts that compete with it where that
    /// cannot be done.
    fn place(
        &self,
        sort: usize,
        inside: &mut [BTreeMap<usize, usize>],
        free: &mut [usize],
        steps: &mut usize,
    ) -> Option<BTreeSet<usize>> {
        // How each group was reached: by a talk of that sort, which was in that group before.
        let mut from: Vec<Option<(usize, Option<usize>)>> = vec![None; self.groups.len()];
        let mut reached = BTreeSet::from([sort]);
        let mut next = VecDeque::from([(sort, None)]);
        while let Some((sort, before)) = next.pop_front() {
            for group in &self.of_sort[sort] {
                *steps += 1;
                if from[*group].is_some() {
                    continue;
                }
                from[*group] = Some((sort, before));
                if free[*group] > 0 {
                    free[*group] -= 1;
                    let mut at = *group;
                    while let Some((sort, before)) = from[at] {
                        *inside[at].entry(sort).or_default() += 1;
                        let Some(before) = before else { break };
                        if let Some(count) = inside[before].get_mut(&sort) {
                            *count -= 1;
                        }
                        at = before;
                    }
                    return None;
                }
                for other in inside[*group].iter().filter(|(_, count)| **count > 0).map(|(other, _)| *other) {
                    *steps += 1;
                    if reached.insert(other) {
                        next.push_back((other, Some(*group)));
                    }
                }
            }
        }
        Some(reached)
    }

    fn crowd(&self, event: &CheckedEvent, sorts: &BTreeSet<usize>) -> Warning {
        let mut talks: Vec<TalkIx> = sorts.iter().flat_map(|sort| &self.sorts[*sort]).copied().collect();
        talks.sort_unstable();
        let groups: BTreeSet<usize> = sorts.iter().flat_map(|sort| &self.of_sort[*sort]).copied().collect();
        let most: usize = groups.iter().map(|group| self.groups[*group].0).sum();
        let sites: Vec<Site> = groups.iter().flat_map(|group| &self.groups[*group].1).copied().collect();
        let only = if sites.len() <= NAMED {
            format!(": {}", sites.iter().map(|site| site.name(event)).collect::<Vec<_>>().join(", "))
        } else {
            String::new()
        };
        let places = if most == 1 {
            "there is 1 place for them".to_owned()
        } else {
            format!("there are {most} places for them")
        };
        let formats: BTreeSet<Option<FormatIx>> = talks.iter().map(|talk| event.talk(*talk).format).collect();
        let format = match formats.into_iter().collect::<Vec<_>>()[..] {
            [Some(format)] => format!(" of the format {}", quoted(event.format_id(format).as_str())),
            _ => String::new(),
        };
        let text = format!(
            "{} talks{format} are accepted ({}), and {places}{only}; accept fewer of them, or add a place that takes them",
            talks.len(),
            names(event, &talks)
        );
        Warning::new("talks", text).impossible()
    }
}

impl Site {
    fn takes(self, event: &CheckedEvent, talk: TalkIx, fits: &[bool], with_speakers: bool) -> bool {
        let facts = event.talk(talk);
        let (room, formats) = match self {
            Self::Slot(slot, room) => (room, &event.slots()[slot].formats),
            Self::Opening(opening, room) => (room, &event.openings()[opening].formats),
        };
        let takes = formats.is_empty() || facts.format.is_some_and(|f| formats.contains(&f));
        let can = |start: i64, until: i64| {
            let span = Span { start, end: start + facts.minutes };
            span.end <= until
                && facts.pin_start.is_none_or(|pin| pin == start)
                && !closed(event, room, span)
                && (!with_speakers || facts.speakers.iter().all(|s| event.speaker(*s).can(span)))
        };
        fits[room.at()]
            && takes
            && match self {
                Self::Slot(slot, _) => can(event.slots()[slot].span.start, event.slots()[slot].span.end),
                Self::Opening(opening, _) => {
                    let opening = &event.openings()[opening];
                    opening.starts.iter().any(|start| can(*start, opening.span.end))
                }
            }
    }

    /// How many of those talks it holds at most.
    fn most(self, event: &CheckedEvent, talks: impl Iterator<Item = TalkIx> + Clone) -> usize {
        let Self::Opening(opening, _) = self else { return 1 };
        let opening = &event.openings()[opening];
        let shortest = talks.clone().map(|t| event.talk(t).minutes).min().unwrap_or(1).max(1);
        let pause = talks.map(|t| event.talk(t).changeover).min().unwrap_or(0);
        // The last one's changeover may be after the end.
        let in_a_row = (opening.span.end - opening.span.start + pause) / (shortest + pause);
        usize::try_from(in_a_row).unwrap_or(0).min(opening.starts.len())
    }

    fn name(self, event: &CheckedEvent) -> String {
        let room = |room: RoomIx| quoted(event.room_id(room).as_str());
        match self {
            Self::Slot(slot, at) => {
                let slot = &event.canonical().slots[slot];
                format!("the slot {} in {}", quoted(slot.id.as_str()), room(at))
            }
            Self::Opening(opening, at) => {
                let opening = &event.canonical().openings[opening];
                format!("{} from {} to {}", room(at), opening.start, opening.end)
            }
        }
    }
}

/// The talks by what their places depend on.
fn sorted(event: &CheckedEvent, talks: &[TalkIx], with_speakers: bool) -> Vec<Vec<TalkIx>> {
    let mut known = HashMap::new();
    let mut sorts: Vec<Vec<TalkIx>> = Vec::new();
    for talk in talks {
        let mut sort = super::no_place::Sort::of(event, *talk);
        if !with_speakers {
            sort.speakers.clear();
        }
        let at = *known.entry(sort).or_insert_with(|| {
            sorts.push(Vec::new());
            sorts.len() - 1
        });
        sorts[at].push(*talk);
    }
    sorts
}

fn names(event: &CheckedEvent, talks: &[TalkIx]) -> String {
    let ids = |talks: &[TalkIx]| talks.iter().map(|t| event.talk_id(*t).to_string()).collect::<Vec<_>>();
    if talks.len() <= NAMED {
        return one_or_more(&ids(talks));
    }
    let first: Vec<String> = ids(&talks[..NAMED - 1]).iter().map(|id| quoted(id)).collect();
    format!("{} and {} more", first.join(", "), talks.len() - first.len())
}

#[cfg(test)]
mod tests {
    use crate::{
        event::{Event, Format, Opening, Speaker, Talk, TalkStatus},
        rules::testing::{at, grid},
    };

    fn accepted(id: &str) -> Talk {
        Talk::new(id, "").minutes(30).status(TalkStatus::Accepted)
    }

    /// What is told of crowds.
    fn said(event: &Event) -> Vec<String> {
        let warnings = event.clone().check().expect("a good event").warnings();
        let of_talks = warnings.into_iter().filter(|warning| warning.impossible);
        of_talks.map(|warning| format!("{}: {}", warning.path, warning.text)).collect()
    }

    #[test]
    fn as_many_accepted_talks_as_places_are_no_crowd() {
        let mut event = grid("a b", "09:00");
        event.talks = vec![accepted("p1"), accepted("p2"), Talk::new("p3", "").minutes(30)];
        assert_eq!(said(&event), [""; 0]);
    }

    #[test]
    fn two_accepted_talks_for_one_place_are_told_with_the_place() {
        let mut event = grid("a", "09:00");
        event.talks = vec![accepted("p1"), accepted("p2")];
        assert_eq!(
            said(&event),
            ["talks: 2 talks are accepted (\"p1\" and \"p2\"), and there is 1 place for them: the slot \"09:00\" in \
              \"a\"; accept fewer of them, or add a place that takes them"]
        );
    }

    #[test]
    fn talks_that_compete_for_few_places_are_told_although_there_are_places_enough_in_all() {
        let mut event = grid("a b", "09:00 10:00 11:00");
        event.speakers = vec![Speaker::new("ann", "").unavailable(at("09:30"), at("12:00"))];
        event.talks = vec![accepted("free")];
        // Each by herself, at nine, in one of two rooms; a third is one too many.
        event.talks.extend(["p1", "p2", "p3"].map(|id| accepted(id).by("ann")));
        let told = said(&event);
        assert!(
            told.iter()
                .any(|text| text.contains("3 talks are accepted (\"p1\", \"p2\" and \"p3\"), and there are 2 places")),
            "{told:?}"
        );
        event.talks.pop();
        assert!(said(&event).iter().all(|text| !text.contains("places for them")), "{:?}", said(&event));
    }

    #[test]
    fn a_talk_moves_to_make_room_for_another() {
        let mut event = grid("a b", "09:00");
        event.talks = vec![accepted("anywhere"), accepted("in-a").pin_room("a")];
        assert_eq!(said(&event), [""; 0]);
        event.talks.push(accepted("also-in-a").pin_room("a"));
        assert_eq!(said(&event).len(), 1);
        assert!(said(&event)[0].contains("are accepted"), "{:?}", said(&event));
    }

    #[test]
    fn an_opening_holds_as_many_talks_as_fit_in_a_row() {
        let mut event = grid("lab", "");
        event.formats = vec![Format::new("lab", 50).changeover(10)];
        event.openings.push(Opening::new(at("09:00"), at("10:50"), 10).rooms(["lab"]));
        event.talks = ["p1", "p2"].map(|id| Talk::new(id, "").format("lab").status(TalkStatus::Accepted)).to_vec();
        assert_eq!(said(&event), [""; 0]);
        event.talks.push(Talk::new("p3", "").format("lab").status(TalkStatus::Accepted));
        assert!(said(&event)[0].contains(
            "3 talks of the format \"lab\" are accepted (\"p1\", \"p2\" and \"p3\"), and there are 2 places for them: \"lab\" from"
        ));
    }

    #[test]
    fn minutes_that_are_too_few_are_told_where_places_are_not() {
        let mut event = grid("a", "");
        event.openings.push(Opening::new(at("09:00"), at("10:00"), 10).rooms(["a"]));
        event.talks = vec![accepted("short"), accepted("long").minutes(50)];
        let told = said(&event);
        assert!(told[0].contains("run for 80 minutes, and the rooms that take them are open for 60"), "{told:?}");
    }

    #[test]
    fn two_pins_to_one_place_are_told() {
        let mut event = grid("a b", "");
        event.openings.push(Opening::new(at("09:00"), at("12:00"), 10).rooms(["a", "b"]));
        let pinned = |id: &str, time: &str| accepted(id).pin_room("a").pin_start(at(time));
        event.talks = vec![pinned("p1", "09:00"), pinned("p2", "09:30")];
        assert_eq!(said(&event), [""; 0]);
        event.talks.push(pinned("p3", "09:20"));
        let told = said(&event);
        assert!(
            told[0].starts_with("talks[2].pin: the talks \"p1\" and \"p3\" are accepted and pinned to \"a\""),
            "{told:?}"
        );
    }
}
