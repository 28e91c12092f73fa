//! A mended timetable as an organiser reads it: what was broken, what changes, whom to tell.

use super::{Cause, Replanned, told};
use crate::{
    event::{CheckedEvent, SpeakerId},
    timetable::{Change, Page, Status, Summary, Words, clean, some},
};

/// How many violations are shown.
const SHOWN: usize = 24;

impl Replanned {
    /// The text that an organiser reads, of at most so many columns.
    pub fn text(&self, event: &CheckedEvent, columns: usize) -> String {
        let mut page = Page::new(columns.clamp(30, 400));
        let words = Words::of(event);
        self.violated(&mut page);
        if self.timetable.value.is_none() {
            page.line(match self.timetable.status {
                Status::Infeasible => "What happened leaves no timetable that keeps what must hold. That is proven.",
                _ => "No timetable was found before the search ended. Whether there is one is not settled.",
            });
            return format!("{}\n\n{}", page.text(), Summary::of(event, &self.timetable));
        }
        self.verdict(&mut page);
        self.changed(&words, &mut page);
        self.told(&words, &mut page);
        page.text().to_owned()
    }

    fn violated(&self, page: &mut Page) {
        for (cause, title) in [
            (Cause::Published, "What was published breaks what must hold:"),
            (Cause::Happened, "After what happened, what was published breaks what must hold:"),
        ] {
            let violations: Vec<_> = self.violations.iter().filter(|v| v.cause == cause).collect();
            if violations.is_empty() {
                continue;
            }
            page.line(title);
            for violation in violations.iter().take(SHOWN) {
                page.hanging(2, 4, &violation.text);
            }
            if violations.len() > SHOWN {
                page.line(&format!("  and {} more", violations.len() - SHOWN));
            }
            page.gap();
        }
    }

    fn verdict(&self, page: &mut Page) {
        let changes = some(self.changes as usize, "change");
        page.line(&match (self.changes, self.fewest) {
            (0, _) => "Nothing else has to change. That is proven.".to_owned(),
            (_, true) => format!("{changes}. That is the least, proven."),
            (_, false) => {
                format!("{changes}; at least {} are needed. Fewer may do: more time may tell.", self.at_least)
            }
        });
        let value = self.timetable.value.unwrap_or_default();
        page.line(&if self.best_there {
            format!("The programme is worth {value}: proven the most with so few changes.")
        } else {
            format!("The programme is worth {value}; whether more is possible with so few changes is not proven.")
        });
    }

    fn changed(&self, words: &Words<'_>, page: &mut Page) {
        let (cancelled, own): (Vec<&Change>, Vec<&Change>) =
            self.difference.changes.iter().partition(|change| self.cancelled.contains(change.talk()));
        for change in &cancelled {
            let Change::Dropped { from } = change else { continue };
            let (title, at, room) = (words.title_of(&from.talk), words.time(from.start), clean(from.room.as_str()));
            page.hanging(2, 4, &format!("cancelled: “{title}”, {at} in {room}"));
        }
        for change in &own {
            page.hanging(2, 4, &told::what(words, change));
        }
    }

    fn told(&self, words: &Words<'_>, page: &mut Page) {
        if self.tell.is_empty() {
            return;
        }
        page.gap();
        page.line("Whom to tell");
        let mut last: Option<&SpeakerId> = None;
        let mut tell: Vec<_> = self.tell.iter().collect();
        tell.sort_by_key(|tell| &tell.speaker);
        for tell in tell {
            if last != Some(&tell.speaker) {
                page.hanging(2, 4, &format!("{} ({})", words.speaker(&tell.speaker), clean(tell.speaker.as_str())));
                last = Some(&tell.speaker);
            }
            page.hanging(4, 6, &format!("{}: {}", tell.what, tell.why));
        }
    }
}
