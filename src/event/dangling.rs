//! Ids that lead nowhere: how they are told, and that all places of one id are told at once.

use super::Problem;
use crate::text::quoted;
use std::collections::{HashMap, hash_map::Entry};

/// What was found where an id leads nowhere.
pub(crate) fn found(what: &str, id: &str) -> String {
    format!("{}{}{what}{HAS}", quoted(id), WHICH)
}

const WHICH: &str = ", which no ";
const HAS: &str = " has as id";
/// How a wish begins that an id be one of a list that has none.
const NO_LIST: &str = ", and the event has no `";

/// What to wish for where the list of that name has no element at all.
pub(super) fn wanted_of_none(what: &str) -> String {
    format!("the id of a {what}{NO_LIST}{what}s`")
}

/// What the id is wanted of, where such a wish says so.
pub(super) fn wanted_what(wanted: &str) -> Option<&str> {
    wanted.strip_prefix("the id of a ")?.split([',', ':']).next()
}

/// The problems, with each id that leads nowhere told at its first place, and how many more places have it. Where a list has
/// no element at all, that is the one mistake, whatever the ids.
pub(super) fn once(list: Vec<Problem>) -> Vec<Problem> {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut told: Vec<Problem> = Vec::new();
    for problem in list {
        let no_list = problem.wanted.contains(NO_LIST);
        let dangles = problem.found.ends_with(HAS) && problem.found.contains(WHICH);
        if !dangles {
            told.push(problem);
            continue;
        }
        match first.entry(if no_list { problem.wanted.clone() } else { problem.found.clone() }) {
            Entry::Vacant(place) => {
                place.insert(told.len());
                told.push(problem);
            }
            Entry::Occupied(place) => {
                let before = &mut told[*place.get()];
                before.more = Some(before.more.unwrap_or(0).saturating_add(1));
                if let (true, Some((id, _)), Some(what)) =
                    (before.found != problem.found, before.found.rsplit_once(WHICH), wanted_what(&before.wanted))
                {
                    before.found = format!("ids of {what}s, such as {id}");
                }
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use crate::event::{Event, Format, Room, Talk};

    fn said(event: Event) -> String {
        event.check().expect_err("a bad event").to_string()
    }

    #[test]
    fn an_id_that_leads_nowhere_is_told_once_with_the_number_of_its_other_places() {
        let mut event = Event::new("Meetup", "Europe/Paris");
        event.formats = vec![Format::new("lab", 120)];
        event.talks = (0..117).map(|i| Talk::new(format!("t{i}"), "").format("talk")).collect();
        event.talks[5].pin = Some(crate::event::Pin { room: Some("hal".into()), ..Default::default() });
        event.rooms = vec![Room::new("hall")];
        assert_eq!(
            said(event),
            "talks[0].format (talk \"t0\"): found \"talk\", which no format has as id, here and in 116 more places; wanted \
             the id of a format: \"lab\"\n\
             talks[5].pin.room (talk \"t5\"): found \"hal\", which no room has as id; wanted the id of a room, perhaps \
             \"hall\""
        );
    }

    #[test]
    fn a_list_that_is_not_there_is_one_mistake_whatever_the_ids() {
        let mut event = Event::new("Meetup", "Europe/Paris");
        event.talks = (0..3).map(|i| Talk::new(format!("t{i}"), "").format("talk").by(format!("s{i}"))).collect();
        assert_eq!(
            said(event),
            "talks[0].speakers[0] (talk \"t0\"): found ids of speakers, such as \"s0\", here and in 2 more places; wanted \
             the id of a speaker, and the event has no `speakers`\n\
             talks[0].format (talk \"t0\"): found \"talk\", which no format has as id, here and in 2 more places; wanted the \
             id of a format, and the event has no `formats`"
        );
    }
}
