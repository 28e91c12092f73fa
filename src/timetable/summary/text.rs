//! The summary as text: verdict first, then what was chosen, quotas, costs, and who was left out.

use super::{
    Charge, LeftOut, Payer, Quota, Reached, Settled, Status, StoppedBy, Summary, TalkName, TieAtCut,
    page::{Page, cut_to},
    words::{clean, join, some},
};
use std::fmt;

/// The columns of a text that nobody asked to be narrower.
const COLUMNS: usize = 100;
/// From so many columns on, quotas are a table.
const WIDE_ENOUGH: usize = 70;
/// How many payers of a rule are shown, left-out talks, and talks of a tie.
const PAYERS: usize = 4;
const LEFT_OUT: usize = 5;
const TIED: usize = 4;

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut page = Page::new(f.width().unwrap_or(COLUMNS).clamp(30, COLUMNS));
        self.verdict(&mut page);
        if self.value.is_some() {
            self.chosen(&mut page);
            self.quotas(&mut page);
            self.charges(&mut page);
            self.cut(&mut page);
        }
        f.write_str(page.text())
    }
}

impl Summary {
    /// How good it is, and how that is known.
    fn verdict(&self, page: &mut Page) {
        match (self.value, &self.search) {
            (None, Some(Settled { status: Status::Infeasible, .. })) => self.infeasible(page),
            (None, search) => {
                let bound =
                    search.and_then(|s| s.bound).map(|bound| format!("; the best possible value is at most {bound}"));
                let (limit, advice) = match search.map(|s| s.stopped_by) {
                    Some(StoppedBy::Arithmetic) => (
                        "that exact arithmetic confirms: the solver's answer was not one",
                        "Whether there is one is not settled: another solver may tell.",
                    ),
                    Some(StoppedBy::Cancelled) => {
                        ("before the search was cancelled", "Whether there is one is not settled.")
                    }
                    _ => ("before the limit", "Whether there is one is not settled: more time or work may tell."),
                };
                page.line(&format!("No timetable found {limit}{}.", bound.unwrap_or_default()));
                page.line(advice);
            }
            (Some(value), Some(search)) => {
                page.line(&format!("Worth {value}. {}", trust(search)));
                for (i, level) in self.priorities.iter().enumerate() {
                    let known = match (search.status, i) {
                        (Status::Optimal, 0) => "the best possible".to_owned(),
                        (Status::Optimal, _) => "the best possible after what comes first".to_owned(),
                        _ => format!("at most {} is possible", level.bound),
                    };
                    page.hanging(2, 4, &format!("priority {}: worth {}, {known}", level.priority, level.value));
                }
            }
            (Some(value), None) if self.broken.is_empty() => {
                page.line("Valid: everything that must hold does.");
                page.line(&format!(
                    "Worth {value}. An audit does not say how far that is from the best: solving does."
                ));
            }
            (Some(value), None) => {
                let things = match self.broken.len() {
                    1 => "1 thing that must hold is".to_owned(),
                    n => format!("{n} things that must hold are"),
                };
                page.line(&format!("NOT VALID: {things} broken."));
                for charge in &self.broken {
                    page.hanging(2, 4, &format!("{}: {}", charge.rule, some(charge.payers.len(), "case")));
                    payers(page, charge, 4);
                }
                page.line(&format!("Otherwise its gains less its costs come to {value}."));
            }
        }
    }

    fn infeasible(&self, page: &mut Page) {
        page.line("No timetable satisfies what must hold. That is proven.");
        page.gap();
        if let Some(explanation) = &self.explanation {
            for line in explanation.lines() {
                page.line(&clean(line));
            }
            return;
        }
        page.line("What must hold:");
        page.hanging(2, 4, "the event itself: rooms, times, people, needs, pins, and a place for each accepted talk");
        for rule in &self.required {
            page.hanging(2, 4, rule);
        }
        page.gap();
        page.line(
            "Which of these contradict each other was not looked for. To find out, give one required rule a weight \
             instead, solve again, and see what it costs.",
        );
    }

    /// How many of what.
    fn chosen(&self, page: &mut Page) {
        page.gap();
        let (talks, speakers) = (self.talks, self.speakers);
        let by =
            if speakers.placed == 0 { String::new() } else { format!(", by {}", some(speakers.placed, "speaker")) };
        page.line(&format!("{} of {} placed{by}.", talks.placed, some(talks.proposed, "proposal")));
        if self.formats.iter().any(|f| f.format.is_some()) {
            let formats = self.formats.iter().map(|f| {
                let name = f.format.as_ref().map_or("without a format", |id| id.as_str());
                format!("{name} {} of {}", f.talks.placed, f.talks.proposed)
            });
            page.hanging(2, 4, &formats.collect::<Vec<_>>().join(", "));
        }
        if self.broken.is_empty() {
            let all = match self.required.len() {
                0 => "What the event itself demands holds: rooms, times, people.".to_owned(),
                1 => "The required rule holds, and what the event itself demands: rooms, times, people.".to_owned(),
                n => format!("All {n} required rules hold, and what the event itself demands: rooms, times, people."),
            };
            page.line(&all);
        }
    }

    fn quotas(&self, page: &mut Page) {
        let mut rows: Vec<(&str, [String; 3])> = Vec::new();
        for (title, required) in [("Quotas that must hold", true), ("Quotas that should hold", false)] {
            for (i, quota) in self.quotas.iter().filter(|q| q.required == required).enumerate() {
                if i == 0 {
                    rows.push(("", [title, "asked", "reached"].map(str::to_owned)));
                }
                let mark = if quota.outside > 0 { "! " } else { "  " };
                rows.push((mark, [quota.rule.clone(), asked(quota), reached(quota)]));
            }
        }
        page.gap();
        if page.columns() >= WIDE_ENOUGH {
            page.table(&rows);
            return;
        }
        for (mark, [quota, asked, reached]) in &rows {
            if mark.is_empty() {
                page.line(quota);
            } else {
                page.hanging(0, 4, &format!("{mark}{quota}: asked {asked}, reached {reached}"));
            }
        }
    }

    fn charges(&self, page: &mut Page) {
        if self.charges.is_empty() {
            return;
        }
        page.gap();
        page.line("What the rules gain and cost");
        let several = self.charges.iter().any(|c| c.priority.is_some_and(|p| p > 1));
        for charge in &self.charges {
            let priority = charge.priority.filter(|_| several).map(|p| format!(", priority {p}")).unwrap_or_default();
            if charge.gain != 0.0 {
                let earners = some(charge.earners, "talk");
                page.hanging(0, 12, &format!("{}  {} ({earners}{priority})", signed(charge.gain), charge.rule));
            }
            if charge.cost != 0.0 {
                page.hanging(
                    0,
                    12,
                    &format!(
                        "{}  {} ({}{priority})",
                        signed(-charge.cost),
                        charge.rule,
                        some(charge.payers.len(), "case")
                    ),
                );
                payers(page, charge, 14);
            }
        }
        if let Some(value) = self.value.filter(|_| self.charges.len() > 1) {
            page.line(&format!("{}  in all", signed(value)));
        }
    }

    fn cut(&self, page: &mut Page) {
        if self.left_out.is_empty() {
            return;
        }
        page.gap();
        page.line(&format!("Left out, worthiest first ({})", some(self.left_out.len(), "talk")));
        for talk in self.left_out.iter().take(LEFT_OUT) {
            page.hanging(2, 4, &left_out(talk));
        }
        if self.left_out.len() > LEFT_OUT {
            page.line(&format!("  and {} more", self.left_out.len() - LEFT_OUT));
        }
        if !self.ties.is_empty() {
            page.gap();
            page.line("The marks cannot tell these apart: they are for people to discuss.");
        }
        for tie in &self.ties {
            page.hanging(2, 4, &tied(tie));
            page.hanging(4, 6, &format!("chosen: {}", names(&tie.chosen)));
            page.hanging(4, 6, &format!("left out: {}", names(&tie.left_out)));
        }
    }
}

/// Why the value is to be trusted, and how far.
fn trust(search: &Settled) -> String {
    let bound = search.bound.unwrap_or(f64::INFINITY);
    let gap = search.gap.map_or_else(String::new, |gap| format!(" (a gap of {})", percent(gap)));
    match search.stopped_by {
        _ if search.status == Status::Optimal => "Proven: no timetable is worth more.".to_owned(),
        StoppedBy::Gap => format!("Close enough: no timetable is worth more than {bound}{gap}."),
        stopped => format!(
            "The search ended {} it could prove more: no timetable is worth more than {bound}{gap}.",
            ended(stopped)
        ),
    }
}

/// What ended a search that proved nothing, as the middle of a sentence.
fn ended(stopped: StoppedBy) -> &'static str {
    match stopped {
        StoppedBy::Time => "at its time limit, before",
        StoppedBy::Work => "at its work limit, before",
        StoppedBy::Cancelled => "when it was cancelled, before",
        StoppedBy::Arithmetic => "when exact arithmetic did not confirm the solver's proof, before",
        StoppedBy::Proof | StoppedBy::Gap => "before",
    }
}

/// The dearest payers, a line each.
fn payers(page: &mut Page, charge: &Charge, indent: usize) {
    for one in charge.payers.iter().take(PAYERS) {
        page.hanging(indent, indent + 2, &payer(&charge.kind, one));
    }
    if charge.payers.len() > PAYERS {
        page.hanging(indent, indent, &format!("and {} more", charge.payers.len() - PAYERS));
    }
}

/// Who pays, in words.
fn payer(kind: &str, payer: &Payer) -> String {
    let talks = || match payer.talks.len() {
        0 => String::new(),
        n if n <= 3 => join(payer.talks.iter().map(|t| quoted(t)), "and"),
        n => format!("{}, and {} more", join(payer.talks[..2].iter().map(|t| quoted(t)), "and"), n - 2),
    };
    let subject = |words: String| if payer.group.is_empty() { words } else { format!("{}: {words}", payer.group) };
    match (kind, payer.measured) {
        ("fit", Some(people)) => match payer.max {
            Some(seats) => format!("{} in {}: {people} people, {seats} seats", talks(), payer.group),
            None => format!("{} in {}: {people} people", talks(), payer.group),
        },
        (_, Some(measured)) => match bounds(payer.min, payer.max) {
            asked if asked.is_empty() => subject(measured.to_string()),
            asked => subject(format!("{measured}, asked {asked}")),
        },
        _ if payer.talks.is_empty() => subject(format!("{} against it", payer.against)),
        _ => subject(talks()),
    }
}

fn bounds(min: Option<i64>, max: Option<i64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    }
}

fn asked(quota: &Quota) -> String {
    let share = match (quota.min_share, quota.max_share) {
        (Some(min), Some(max)) => format!("{} to {}", percent(min).trim_end_matches(" %"), percent(max)),
        (Some(min), None) => format!("at least {}", percent(min)),
        (None, Some(max)) => format!("at most {}", percent(max)),
        (None, None) => String::new(),
    };
    let units = bounds(quota.min, quota.max);
    let asked: Vec<_> = [units, share].into_iter().filter(|words| !words.is_empty()).collect();
    asked.join(", ")
}

fn reached(quota: &Quota) -> String {
    let (Some(low), Some(high)) = (&quota.lowest, &quota.highest) else { return "there is no such group".to_owned() };
    let groups = some(quota.groups, "group");
    let outside = match quota.outside {
        0 => String::new(),
        n if n == quota.groups => "; not one as asked".to_owned(),
        n => format!("; {n} not as asked"),
    };
    if quota.groups == 1 {
        let group = &low.groups[0];
        return if group.is_empty() { amount(low) } else { format!("{} ({group})", amount(low)) };
    }
    let alike = (low.measured, low.total) == (high.measured, high.total);
    let least = quota.min.is_some() || quota.min_share.is_some();
    let most = quota.max.is_some() || quota.max_share.is_some();
    let range = match (least, most) {
        _ if alike => format!("{} in each of {groups}", amount(low)),
        (true, false) => format!("lowest {} of {groups}", end(low)),
        (false, true) => format!("highest {} of {groups}", end(high)),
        _ => format!("{} to {}, {groups}", end(low), end(high)),
    };
    range + &outside
}

/// What was reached at one end, and where, as far as that is few groups.
fn end(reached: &Reached) -> String {
    match reached.groups.len() {
        n if n <= 2 => format!("{} ({})", amount(reached), reached.groups.join("; ")),
        n => format!("{} (in {n})", amount(reached)),
    }
}

fn amount(reached: &Reached) -> String {
    match (reached.share(), reached.total) {
        (Some(share), Some(total)) => format!("{} ({} of {total})", percent(share), reached.measured),
        (None, Some(_)) => "nothing to take a share of".to_owned(),
        _ => reached.measured.to_string(),
    }
}

fn left_out(talk: &LeftOut) -> String {
    let merit = match talk.standard_error {
        Some(error) => format!("{:.2} ± {error:.2}", talk.merit),
        None => talk.merit.to_string(),
    };
    let by =
        if talk.name.speakers.is_empty() { String::new() } else { format!(", {}", talk.name.speakers.join(" and ")) };
    let format = talk.format.as_ref().map_or_else(String::new, |f| format!(" ({f})"));
    let tied = if talk.tied { ", tied" } else { "" };
    format!("{merit}  {}{by}{format}{tied}", quoted(&talk.name.title))
}

fn tied(tie: &TieAtCut) -> String {
    let format = tie.format.as_ref().map_or("talks without a format", |format| format.as_str());
    let (chosen, left_out) = (tie.chosen.len(), tie.left_out.len());
    format!("{format}: {chosen} chosen and {left_out} left out, around the cut at {:.2}", tie.cut)
}

fn names(talks: &[TalkName]) -> String {
    let shown: Vec<_> = talks.iter().take(TIED).map(|t| quoted(&t.title)).collect();
    let more = if talks.len() > TIED { format!(" and {} more", talks.len() - TIED) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn quoted(title: &str) -> String {
    format!("“{}”", cut_to(title, 60))
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = match percent.abs() {
        p if p > 0.0 && p < 0.01 => "less than 0.01".to_owned(),
        p if p < 0.1 && p > 0.0 => format!("{percent:.2}"),
        p if (p - p.round()).abs() < 0.005 => format!("{percent:.0}"),
        _ => format!("{percent:.1}"),
    };
    format!("{text} %")
}

fn signed(amount: f64) -> String {
    format!("{amount:>+10}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(status: Status, stopped_by: StoppedBy) -> Settled {
        Settled { status, stopped_by, bound: Some(93.25), gap: Some(0.0351) }
    }

    #[test]
    fn only_a_proof_is_called_one() {
        use StoppedBy::{Arithmetic, Cancelled, Gap, Proof, Time, Work};
        assert_eq!(trust(&settled(Status::Optimal, Proof)), "Proven: no timetable is worth more.");
        for stopped in [Gap, Time, Work, Cancelled, Arithmetic] {
            let words = trust(&settled(Status::Feasible, stopped));
            assert!(words.ends_with("no timetable is worth more than 93.25 (a gap of 3.5 %)."), "{words}");
            assert!(!words.contains("Proven"), "{words}");
        }
        let words = trust(&settled(Status::Feasible, Time));
        assert!(words.starts_with("The search ended at its time limit, before it could prove more"), "{words}");
    }

    #[test]
    fn a_search_that_found_nothing_claims_no_more_than_its_bound() {
        let mut summary = Summary { search: Some(settled(Status::Unknown, StoppedBy::Time)), ..Summary::default() };
        let text = summary.to_string();
        assert!(
            text.starts_with("No timetable found before the limit; the best possible value is at most 93.25."),
            "{text}"
        );
        summary.search = Some(settled(Status::Infeasible, StoppedBy::Proof));
        summary.required = vec!["half from the region".to_owned()];
        let text = summary.to_string();
        assert!(text.starts_with("No timetable satisfies what must hold. That is proven."), "{text}");
        assert!(text.contains("  half from the region\n"), "{text}");
        summary.explanation = Some("Two labs, one place.".to_owned());
        assert!(summary.to_string().ends_with("\n\nTwo labs, one place."));
    }

    #[test]
    fn shares_and_bounds_are_said_as_people_say_them() {
        let shares = [0.0, 0.5, 0.545_454, 1.0 / 3.0, 0.000_415, 0.000_001].map(percent);
        assert_eq!(shares, ["0 %", "50 %", "54.5 %", "33.3 %", "0.04 %", "less than 0.01 %"]);
        let words =
            [(Some(2), Some(5)), (Some(2), None), (None, Some(5)), (Some(3), Some(3))].map(|(a, b)| bounds(a, b));
        assert_eq!(words, ["2 to 5", "at least 2", "at most 5", "3"]);
        assert_eq!([signed(-4.0), signed(827.58)], ["        -4", "   +827.58"]);
    }
}
