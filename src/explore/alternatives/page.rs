//! Alternatives as an organiser reads them: what all agree on, then for each who is in instead of whom, what moves, and
//! which rule gains or loses how much.

use super::{Alternative, Alternatives};
use crate::{
    event::{CheckedEvent, TalkId},
    timetable::{Change, Page, Placement, Status, StoppedBy, Summary, Words, clean, percent, some},
};
use std::collections::BTreeMap;

/// How many moves, rules and talks of a list are shown.
const SHOWN: usize = 12;

impl Alternatives {
    /// The text that an organiser reads, of at most so many columns.
    pub fn text(&self, event: &CheckedEvent, columns: usize) -> String {
        let mut page = Page::new(columns.clamp(30, 400));
        let words = Words::of(event);
        let Some(best) = self.best.value else {
            return Summary::of(event, &self.best).to_string();
        };
        self.verdict(best, &mut page);
        self.agreement(&words, &mut page);
        for (i, alternative) in self.alternatives.iter().enumerate() {
            page.gap();
            alternative.told(i + 1, best, event, &words, &mut page);
        }
        page.text().to_owned()
    }

    fn verdict(&self, best: f64, page: &mut Page) {
        let known = match self.best.status {
            Status::Optimal => "proven: none is worth more",
            _ => "the best found; it is not proven",
        };
        page.line(&format!("The best programme is worth {best} ({known})."));
        for floor in &self.floors {
            let at = if self.floors.len() > 1 { format!("priority {}: ", floor.priority) } else { String::new() };
            page.hanging(2, 4, &format!("{at}an alternative is worth at least {} of {}", floor.least, floor.best));
        }
        let found = some(self.alternatives.len(), "alternative");
        page.line(&match (self.complete, self.stopped_by) {
            (true, _) if self.alternatives.is_empty() => {
                "There is no other programme within that loss. That is proven.".to_owned()
            }
            (true, _) => format!("{found}: these are all that there are. That is proven."),
            (false, StoppedBy::Time) => format!("{found} found before the time limit."),
            (false, StoppedBy::Cancelled) => format!("{found} found before the search was cancelled."),
            (false, StoppedBy::Proof) => {
                format!("{found}. Of each it is proven that none is farther from those chosen before it.")
            }
            (false, _) => {
                let proven = self.alternatives.iter().filter(|a| a.farthest).count();
                format!(
                    "{found}. For {proven} of them it is proven that none is farther from those chosen before it; more \
                     effort may find programmes that are farther apart."
                )
            }
        });
    }

    fn agreement(&self, words: &Words<'_>, page: &mut Page) {
        if self.alternatives.is_empty() {
            return;
        }
        let all = self.alternatives.len() + 1;
        let chosen = &self.agreed.chosen;
        page.gap();
        let scope = if self.complete { "every programme within that loss" } else { "every programme shown" };
        page.line(&format!(
            "{} of {} are in {scope}; {} of them always at the same time; {} in none.",
            chosen.len(),
            some(self.best.placements.len(), "talk"),
            self.agreed.placed.len(),
            some(self.agreed.left_out.len(), "proposal"),
        ));
        let (always, never) = (self.agreed.always.len(), self.agreed.never.len());
        if !self.complete && always + never > 0 {
            page.line(&format!(
                "Of every programme within that loss it is proven that {} in and {} out.",
                are(always),
                are(never)
            ));
        }
        // Who is discussed: in some programmes and not in others.
        let mut times: BTreeMap<&TalkId, usize> = BTreeMap::new();
        let lists = std::iter::once(&self.best.placements).chain(self.alternatives.iter().map(|a| &a.placements));
        lists.flatten().for_each(|placement| *times.entry(&placement.talk).or_default() += 1);
        let mut open: Vec<(&TalkId, usize)> = times.into_iter().filter(|(_, count)| *count < all).collect();
        open.sort_by_key(|(talk, count)| (std::cmp::Reverse(*count), *talk));
        if open.is_empty() {
            return;
        }
        page.line("In some of them only:");
        for (talk, count) in open.iter().take(2 * SHOWN) {
            page.hanging(2, 4, &format!("{count} of {all}: {}", named(words, talk)));
        }
        more(page, open.len(), 2 * SHOWN);
    }
}

impl Alternative {
    fn told(&self, number: usize, best: f64, event: &CheckedEvent, words: &Words<'_>, page: &mut Page) {
        let loss = match self.loss {
            loss if loss > 0.0 && best != 0.0 => format!("loses {loss}, {}", percent(loss / best.abs())),
            loss if loss < 0.0 => format!("gains {} at later priorities", -loss),
            0.0 => "loses nothing".to_owned(),
            loss => format!("loses {loss}"),
        };
        page.hanging(
            0,
            4,
            &format!(
                "Alternative {number}: worth {} ({loss}); {} other than in the best, at least {} other than in every other",
                self.value,
                some(self.distance as usize, "talk"),
                self.nearest,
            ),
        );
        self.choice(event, words, page);
        self.moves(words, page);
        for rule in self.rules.iter().take(SHOWN) {
            let verb = if rule.change > 0.0 { "gains" } else { "loses" };
            let text = format!("{verb} {}: {} ({} to {})", rule.change.abs(), clean(&rule.name), rule.best, rule.value);
            page.hanging(2, 4, &text);
        }
        more(page, self.rules.len(), SHOWN);
    }

    /// Who is in instead of whom: in the same place if somebody is, else of the same format, else anybody.
    fn choice(&self, event: &CheckedEvent, words: &Words<'_>, page: &mut Page) {
        let mut out: Vec<&Placement> = Vec::new();
        let mut coming: Vec<&Placement> = Vec::new();
        for change in &self.difference.changes {
            match change {
                Change::Added { to } => coming.push(to),
                Change::Dropped { from } => out.push(from),
                Change::Moved { .. } => {}
            }
        }
        let format = |p: &Placement| event.find_talk(&p.talk).and_then(|talk| event.talk(talk).format);
        let mut pairs: Vec<(&Placement, Option<&Placement>)> = coming.into_iter().map(|to| (to, None)).collect();
        // From the same place to nothing in common.
        let alike = |a: &Placement, b: &Placement, least: usize| match least {
            3 => a.start == b.start && a.room == b.room,
            2 => a.start == b.start && format(a) == format(b),
            1 => format(a) == format(b),
            _ => true,
        };
        for least in (0..=3).rev() {
            for (to, from) in pairs.iter_mut().filter(|(_, from)| from.is_none()) {
                if let Some(at) = out.iter().position(|from| alike(to, from, least)) {
                    *from = Some(out.remove(at));
                }
            }
        }
        for (to, from) in pairs {
            let place = format!("{} in {}", words.time(to.start), clean(to.room.as_str()));
            let text = match from {
                Some(from) => {
                    format!("in: {} ({place}), instead of {}", named(words, &to.talk), named(words, &from.talk))
                }
                None => format!("in: {} ({place})", named(words, &to.talk)),
            };
            page.hanging(2, 4, &text);
        }
        for from in out {
            page.hanging(2, 4, &format!("out: {}", named(words, &from.talk)));
        }
    }

    /// Which talks are at another time; other rooms alone are counted.
    fn moves(&self, words: &Words<'_>, page: &mut Page) {
        let moved = self.difference.changes.iter().filter_map(|change| match change {
            Change::Moved { from, to } => Some((from, to)),
            _ => None,
        });
        let other_time = |(from, to): &(&Placement, &Placement)| {
            from.start != to.start || from.start_offset.is_some_and(|offset| to.start_offset != Some(offset))
        };
        let (times, rooms): (Vec<_>, Vec<_>) = moved.partition(other_time);
        for (from, to) in times.iter().take(SHOWN) {
            let text = format!("{} to {}: {}", words.time(from.start), words.time(to.start), named(words, &to.talk));
            page.hanging(2, 4, &text);
        }
        more(page, times.len(), SHOWN);
        if !rooms.is_empty() {
            page.hanging(2, 4, &format!("{} in another room at the same time", some(rooms.len(), "talk")));
        }
    }
}

fn are(talks: usize) -> String {
    format!("{} {}", some(talks, "talk"), if talks == 1 { "is" } else { "are" })
}

fn named(words: &Words<'_>, talk: &TalkId) -> String {
    format!("“{}”", words.title_of(talk))
}

fn more(page: &mut Page, all: usize, shown: usize) {
    if all > shown {
        page.line(&format!("  and {} more", all - shown));
    }
}
