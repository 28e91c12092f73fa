//! Where and when something of the event itself is broken, and why: the words beside each case.

use crate::{
    event::{
        CheckedEvent, Minute, RoomIx, Span, SpeakerIx,
        warnings::{days, offers},
    },
    rules::Spot,
    text::cut,
};
use jiff::civil::Date;
use std::{cell::OnceCell, collections::BTreeSet};

/// The columns of a name in a reason.
const LONGEST: usize = 40;

/// The words for places and times of one event.
pub(super) struct Reasons<'e> {
    event: &'e CheckedEvent,
    /// Found when the first case is told: most timetables have none.
    days: OnceCell<BTreeSet<Date>>,
}

impl<'e> Reasons<'e> {
    pub(super) fn of(event: &'e CheckedEvent) -> Self {
        Self { event, days: OnceCell::new() }
    }

    fn days(&self) -> &BTreeSet<Date> {
        self.days.get_or_init(|| days(self.event))
    }

    /// `09:20`; with its day where the event has several, and the year too where it has not that day.
    pub(super) fn time(&self, minute: Minute) -> String {
        let (event, date) = (self.event, self.event.date(minute));
        let day = match (self.days().contains(&date), self.days().len()) {
            (true, 1) => return event.clock(minute),
            (true, _) => date.strftime("%a %-d %b"),
            (false, _) => date.strftime("%a %-d %b %Y"),
        };
        format!("{day} {}", event.clock(minute))
    }

    pub(super) fn room(&self, room: RoomIx) -> String {
        plain(self.event.room_id(room).as_str())
    }

    /// The speaker's name, or the id where there is none.
    pub(super) fn speaker(&self, speaker: SpeakerIx) -> String {
        let name = &self.event.written_speaker(speaker).name;
        plain(if name.trim().is_empty() { self.event.speaker_id(speaker).as_str() } else { name })
    }

    /// `in a at 09:20`: the room, and when the talk starts.
    pub(super) fn place(&self, spot: &Spot) -> String {
        format!("in {} at {}", self.room(spot.room), self.time(spot.start))
    }

    /// `09:20 to 10:05`.
    pub(super) fn span(&self, span: Span) -> String {
        format!("{} to {}", self.time(span.start), self.event.clock(span.end))
    }

    /// Why no slot and no opening takes the talk there.
    pub(super) fn not_offered(&self, spot: &Spot) -> String {
        let (event, room, place) = (self.event, self.room(spot.room), self.place(spot));
        let (facts, date) = (event.talk(spot.talk), event.date(spot.start));
        if let (Some(first), Some(last)) = (self.days().first(), self.days().last())
            && !self.days().contains(&date)
        {
            let days = if first == last { first.to_string() } else { format!("{first} to {last}") };
            return format!("{place}, and {date} is outside of the event's days ({days})");
        }
        let here = || offers(event).filter(|offer| offer.rooms.contains(&spot.room));
        let Some(nearest) = here().min_by_key(|offer| ((offer.start - spot.start).abs(), offer.start)) else {
            return format!("{place}, and no slot and no opening is in {room}");
        };
        if nearest.start != spot.start {
            let (start, nearest) = (self.time(spot.start), self.time(nearest.start));
            return format!("nothing starts at {start} in {room}; the nearest start is {nearest}");
        }
        let takes = || here().filter(|offer| offer.start == spot.start && offer.takes(event, spot.talk));
        match takes().map(|offer| offer.until).max() {
            None => {
                let format = facts.format.map(|format| plain(event.format_id(format).as_str()));
                let what = format.map_or("talks without a format".to_owned(), |f| format!("the format {f}"));
                format!("{place}, where no slot and no opening takes {what}")
            }
            Some(until) if until < spot.end => {
                let until = self.time(until);
                format!("{place}, where {} minutes do not fit: what starts then ends at {until}", facts.minutes)
            }
            Some(_) => format!("{place}, and the slot that is named does not take it"),
        }
    }

    /// What the talk needs and the room has not.
    pub(super) fn lacks(&self, spot: &Spot) -> String {
        let (has, needs) = (&self.event.written_room(spot.room).tags, &self.event.written_talk(spot.talk).needs);
        let wanted = needs.0.iter().flat_map(|(key, values)| values.iter().map(move |value| (key, value)));
        let lacks: Vec<String> = wanted
            .filter(|(key, value)| !has.has(key, value))
            .map(|(key, value)| format!("{} {}", plain(key), plain(value)))
            .collect();
        format!("{}, which lacks {}", self.place(spot), lacks.join(", "))
    }

    /// Who gives both talks, and where each is.
    pub(super) fn both(&self, a: &Spot, b: &Spot) -> String {
        let (ours, theirs) = (&self.event.talk(a.talk).speakers, &self.event.talk(b.talk).speakers);
        let both = ours.iter().filter(|speaker| theirs.contains(speaker)).map(|speaker| self.speaker(*speaker));
        format!("{}, {} and {}", both.collect::<Vec<_>>().join(", "), self.in_room(a), self.in_room(b))
    }

    /// `09:20 to 10:05 in a`.
    pub(super) fn in_room(&self, spot: &Spot) -> String {
        format!("{} in {}", self.span(spot.span()), self.room(spot.room))
    }
}

/// On one line, and short.
fn plain(name: &str) -> String {
    cut(name.trim(), LONGEST).replace(char::is_control, " ")
}
