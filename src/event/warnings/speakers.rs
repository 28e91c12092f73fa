//! Speakers who have more accepted talks than times to give them.

use super::{
    Warning,
    no_place::{MOST_LOOKS, Sort},
    offers::{fitting_rooms, offers},
    one_or_more,
};
use crate::{
    event::{CheckedEvent, Minute, SpeakerIx, TalkIx, TalkStatus},
    text::{cut, quoted},
};
use std::collections::{BTreeSet, HashMap};

/// Tells of every speaker whose accepted talks cannot all be given, whatever the rooms. Talks that have no place at all are
/// told of by themselves.
pub(super) fn warn(event: &CheckedEvent, placeable: &[bool], list: &mut Vec<Warning>) {
    let mut starts_of: HashMap<Sort<'_>, BTreeSet<Minute>> = HashMap::new();
    let (mut looks, all) = (MOST_LOOKS, offers(event).count());
    for (i, speaker) in event.speakers().iter().enumerate() {
        let accepted = |t: &TalkIx| event.talk(*t).status == TalkStatus::Accepted && placeable[t.at()];
        let talks: Vec<TalkIx> = speaker.talks.iter().copied().filter(accepted).collect();
        if talks.len() < 2 {
            continue;
        }
        if looks == 0 {
            return;
        }
        let mut starts: BTreeSet<Minute> = BTreeSet::new();
        for talk in &talks {
            let of_sort = starts_of.entry(Sort::of(event, *talk)).or_insert_with(|| {
                looks = looks.saturating_sub(all);
                let fits = fitting_rooms(event, *talk);
                let open = offers(event).filter(|offer| offer.open(event, *talk, &fits).next().is_some());
                open.map(|offer| offer.start).collect()
            });
            starts.extend(&*of_sort);
        }
        // If all were as short as the shortest, and each could start whenever one of them can: no more fit in.
        let shortest = talks.iter().map(|t| event.talk(*t).minutes).min().unwrap_or(0);
        let (mut most, mut until) = (0, Minute::MIN);
        for start in starts {
            if start >= until {
                (most, until) = (most + 1, start + shortest);
            }
        }
        if most < talks.len() {
            let text = text(event, SpeakerIx(i as u32), &talks, most);
            list.push(Warning::new(format!("speakers[{}]", event.places.speakers[i]), text).impossible());
        }
    }
}

fn text(event: &CheckedEvent, speaker: SpeakerIx, talks: &[TalkIx], most: usize) -> String {
    let name = cut(event.written_speaker(speaker).name.trim(), 40).replace(char::is_control, " ");
    let name = if name.is_empty() { name } else { format!(" ({name})") };
    let ids: Vec<&str> = talks.iter().map(|t| event.talk_id(*t).as_str()).take(4).collect();
    let dots = if talks.len() > ids.len() { ", ..." } else { "" };
    format!(
        "the speaker {}{name} has {} accepted talks ({}{dots}), and there is time for at most {most} of them when the \
         speaker is there and the rooms are open; accept fewer of them, or give one to somebody else",
        quoted(event.speaker_id(speaker).as_str()),
        talks.len(),
        one_or_more(&ids)
    )
}

#[cfg(test)]
mod tests {
    use crate::{
        event::{Event, Opening, Speaker, Talk, TalkStatus},
        rules::testing::{at, grid},
    };

    fn said(event: &Event) -> Vec<String> {
        let warnings = event.clone().check().expect("a good event").warnings();
        warnings.into_iter().filter(|w| w.path.starts_with("speakers[")).map(|w| w.text).collect()
    }

    fn by_ann(id: &str) -> Talk {
        Talk::new(id, "").minutes(30).by("ann").status(TalkStatus::Accepted)
    }

    #[test]
    fn a_speaker_with_two_talks_and_one_hour_is_told_of() {
        let mut event = grid("a b", "09:00 10:00");
        event.speakers = vec![Speaker::new("ann", "Ann")];
        event.talks = vec![by_ann("p1"), by_ann("p2")];
        assert_eq!(said(&event), [""; 0]);
        event.speakers = vec![Speaker::new("ann", "Ann").available(at("09:00"), at("10:00"))];
        let told = said(&event);
        assert!(told[0].starts_with(
            "the speaker \"ann\" (Ann) has 2 accepted talks (\"p1\" and \"p2\"), and there is time for at most 1"
        ));
    }

    #[test]
    fn talks_in_a_row_in_an_opening_are_counted_by_the_shortest() {
        let mut event = grid("a b", "");
        event.openings.push(Opening::new(at("09:00"), at("10:20"), 10).rooms(["a", "b"]));
        event.speakers = vec![Speaker::new("ann", "")];
        event.talks = vec![by_ann("p1"), by_ann("p2")];
        assert_eq!(said(&event), [""; 0]);
        event.talks.push(by_ann("p3"));
        assert_eq!(said(&event).len(), 1);
    }
}
