//! The canonical event: the same event with every list in an order of its own, whatever the order in the file.
//!
//! Ties are broken by position: of two talks of equal merit, the search meets one first. If positions were those of the
//! file, sorting a spreadsheet by another column would change the programme. So everything that rules, program and
//! audit work on is built over lists sorted by id, in [natural](super::natural()) order, and by content where elements
//! have no id; the file's order is left to presentation.

use super::{Event, Tags, Window, natural};
use crate::rules::Rule;
use std::cmp::Ordering;

/// Where each element of the canonical lists stands in the lists as they were written.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) rooms: Vec<u32>,
    pub(super) formats: Vec<u32>,
    pub(super) slots: Vec<u32>,
    pub(super) speakers: Vec<u32>,
    pub(super) talks: Vec<u32>,
    pub(super) reviewers: Vec<u32>,
    pub(super) reviews: Vec<u32>,
    pub(super) rules: Vec<u32>,
}

impl Places {
    /// The places of lists that stand as they were written.
    pub(super) fn unmoved(event: &Event) -> Self {
        let all = |length: usize| (0..length as u32).collect();
        Self {
            rooms: all(event.rooms.len()),
            formats: all(event.formats.len()),
            slots: all(event.slots.len()),
            speakers: all(event.speakers.len()),
            talks: all(event.talks.len()),
            reviewers: all(event.reviewers.len()),
            reviews: all(event.reviews.len()),
            rules: all(event.rules.len()),
        }
    }
}

impl Event {
    /// The event with every list in an order that does not depend on the file's, and where each element stood.
    pub(super) fn canonical(&self) -> (Self, Places) {
        let mut event = self.clone();
        event.sort_within();
        let places = Places {
            rooms: sort(&mut event.rooms, |a, b| natural(&a.id.0, &b.id.0)),
            formats: sort(&mut event.formats, |a, b| natural(&a.id.0, &b.id.0)),
            slots: sort(&mut event.slots, |a, b| natural(&a.id.0, &b.id.0)),
            speakers: sort(&mut event.speakers, |a, b| natural(&a.id.0, &b.id.0)),
            talks: sort(&mut event.talks, |a, b| natural(&a.id.0, &b.id.0)),
            reviewers: sort(&mut event.reviewers, |a, b| natural(&a.id.0, &b.id.0)),
            reviews: sort(&mut event.reviews, |a, b| {
                natural(&a.reviewer.0, &b.reviewer.0).then_with(|| natural(&a.talk.0, &b.talk.0))
            }),
            rules: sort_rules(&mut event.rules),
        };
        sort(&mut event.blocks, |a, b| natural(&a.id.0, &b.id.0));
        sort(&mut event.openings, |a, b| {
            let times = (a.start, a.end, a.every_minutes).cmp(&(b.start, b.end, b.every_minutes));
            times.then_with(|| a.rooms.cmp(&b.rooms)).then_with(|| a.formats.cmp(&b.formats))
        });
        sort(&mut event.interests, |a, b| {
            lists(&a.talks, &b.talks, |x, y| natural(&x.0, &y.0)).then_with(|| a.weight.cmp(&b.weight))
        });
        sort(&mut event.published, |a, b| natural(&a.talk.0, &b.talk.0));
        (event, places)
    }

    /// Sorts the lists within the elements of the lists.
    fn sort_within(&mut self) {
        for room in &mut self.rooms {
            room.tags.sort_values();
            sort_windows(&mut room.unavailable);
        }
        for slot in &mut self.slots {
            slot.tags.sort_values();
            slot.rooms.sort_by(|a, b| natural(&a.0, &b.0));
            slot.formats.sort_by(|a, b| natural(&a.0, &b.0));
        }
        for opening in &mut self.openings {
            opening.rooms.sort_by(|a, b| natural(&a.0, &b.0));
            opening.formats.sort_by(|a, b| natural(&a.0, &b.0));
        }
        for speaker in &mut self.speakers {
            speaker.tags.sort_values();
            sort_windows(&mut speaker.available);
            sort_windows(&mut speaker.unavailable);
        }
        for talk in &mut self.talks {
            talk.tags.sort_values();
            talk.needs.sort_values();
            talk.speakers.sort_by(|a, b| natural(&a.0, &b.0));
        }
        for interest in &mut self.interests {
            interest.talks.sort_by(|a, b| natural(&a.0, &b.0));
        }
        self.rules.iter_mut().for_each(Rule::sort_lists);
    }
}

impl Tags {
    /// Puts the values of each key in their natural order.
    pub(crate) fn sort_values(&mut self) {
        self.0.values_mut().for_each(|values| values.sort_by(|a, b| natural(a, b)));
    }
}

fn sort_windows(windows: &mut [Window]) {
    windows.sort_unstable_by_key(|window| (window.start, window.end));
}

/// Sorts the list; says where each element stood before.
fn sort<T>(list: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<u32> {
    let mut from: Vec<u32> = (0..list.len() as u32).collect();
    from.sort_by(|a, b| compare(&list[*a as usize], &list[*b as usize]));
    let mut elements: Vec<Option<T>> = std::mem::take(list).into_iter().map(Some).collect();
    list.extend(from.iter().filter_map(|place| elements[*place as usize].take()));
    from
}

/// Sorts rules by what they say; those that say the same, by their names.
fn sort_rules(rules: &mut Vec<Rule>) -> Vec<u32> {
    let said =
        |rule: Rule| (serde_json::to_string(&Rule { name: None, ..rule.clone() }).unwrap_or_default(), rule.name);
    let mut keyed: Vec<_> = std::mem::take(rules).into_iter().map(|rule| (said(rule.clone()), rule)).collect();
    let from = sort(&mut keyed, |(a, _), (b, _)| a.cmp(b));
    rules.extend(keyed.into_iter().map(|(_, rule)| rule));
    from
}

fn lists<T>(a: &[T], b: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    let elements = a.iter().zip(b).map(|(x, y)| compare(x, y));
    elements.fold(Ordering::Equal, Ordering::then).then(a.len().cmp(&b.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Interest, Opening, Review, Room, Speaker, Talk};
    use jiff::civil::date;

    #[test]
    fn lists_are_sorted_by_id_and_by_content_and_every_element_is_found_where_it_stood() {
        let at = |hour| date(2026, 10, 30).at(hour, 0, 0, 0);
        let mut event = Event::new("Test", "UTC");
        event.talks = ["t10", "t2", "t1"].map(|id| Talk::new(id, "").by("s2").by("s1")).to_vec();
        event.talks[0].tags.insert("topic", "b");
        event.talks[0].tags.insert("topic", "a");
        event.rooms = ["b", "a"].map(Room::new).to_vec();
        event.speakers = ["s2", "s1"].map(|id| Speaker::new(id, "")).to_vec();
        event.openings = [11, 9].map(|hour| Opening::new(at(hour), at(12), 10).rooms(["b", "a"])).to_vec();
        event.reviews = [("r2", "t1"), ("r1", "t10"), ("r1", "t2")].map(|(r, t)| Review::new(r, t, 1.0)).to_vec();
        event.interests = [vec!["t10", "t2"], vec!["t1"]].map(Interest::new).to_vec();
        let (sorted, places) = event.canonical();
        assert_eq!(places.talks, [2, 1, 0]);
        assert_eq!(sorted.talks.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(), ["t1", "t2", "t10"]);
        assert_eq!(sorted.talks[2].speakers, ["s1", "s2"]);
        assert_eq!(sorted.talks[2].tags.values("topic"), ["a", "b"]);
        assert_eq!(sorted.openings[0].start, at(9).into());
        assert_eq!(sorted.openings[0].rooms, ["a", "b"]);
        assert_eq!(places.reviews, [2, 1, 0]);
        assert_eq!(sorted.interests[1].talks, ["t2", "t10"]);
        let (again, unmoved) = sorted.canonical();
        assert_eq!(again, sorted);
        assert_eq!(unmoved.talks, [0, 1, 2]);
    }
}
