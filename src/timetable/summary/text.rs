//! The summary as text: verdict first, then what was chosen, quotas, costs, and who was left out.

use super::{
    Charge, LeftOut, Payer, Quota, Settled, Status, StoppedBy, Summary, TalkName, TieAtCut,
    page::Page,
    words::{bounds, clean, join, percent, some},
};
use crate::{event::Warning, text::cut};
use std::fmt;

/// The columns of a text that nobody asked to be narrower.
const COLUMNS: usize = 100;
/// From so many columns on, quotas are a table.
const WIDE_ENOUGH: usize = 70;
/// How many rules a list shows: congresses write thousands.
const RULES: usize = 24;
/// How many payers of a rule are shown, left-out talks, and talks of a tie.
const PAYERS: usize = 4;
const LEFT_OUT: usize = 5;
const TIED: usize = 4;
/// The columns of a warning: longer ones are cut there.
const LONGEST: usize = 600;

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
        self.warnings(&mut page);
        f.write_str(page.text())
    }
}

impl Summary {
    /// How good it is, and how that is known.
    fn verdict(&self, page: &mut Page) {
        match (self.value, &self.search) {
            (None, Some(Settled { status: Status::Infeasible, .. })) => self.infeasible(page),
            (None, search) => {
                let bound = search.and_then(|s| s.bound).map(|bound| format!("; no timetable {}", worth_more(bound)));
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
                page.line(&format!("{}. {}", worth(value, true), trust(value, search)));
                for (i, level) in self.priorities.iter().enumerate() {
                    let known = match (search.status, i) {
                        (Status::Optimal, 0) => "the best possible".to_owned(),
                        (Status::Optimal, _) => "the best possible after what comes first".to_owned(),
                        _ => format!("none {}", worth_more(level.bound)),
                    };
                    page.hanging(2, 4, &format!("priority {}: {}, {known}", level.priority, worth(level.value, false)));
                }
            }
            (Some(value), None) if self.broken.is_empty() => {
                page.line("Valid: everything that must hold does.");
                page.line(&format!(
                    "{}. An audit does not say how far that is from the best: solving does.",
                    worth(value, true)
                ));
            }
            (Some(value), None) => {
                let things = match self.broken.len() {
                    1 => "1 thing that must hold is".to_owned(),
                    n => format!("{n} things that must hold are"),
                };
                page.line(&format!("NOT VALID: {things} broken."));
                for charge in self.broken.iter().take(RULES) {
                    page.hanging(2, 4, &format!("{}: {}", charge.rule, some(charge.payers.len(), "case")));
                    payers(page, charge, 4);
                }
                more(page, 2, self.broken.len(), RULES);
                page.line(&format!("Otherwise it {}.", worth(value, false).replacen("worth", "is worth", 1)));
            }
        }
    }

    fn infeasible(&self, page: &mut Page) {
        page.line("No timetable satisfies what must hold. That is proven.");
        page.gap();
        if let Some(explanation) = &self.explanation {
            let all = explanation.lines().count();
            for line in explanation.lines().take(RULES) {
                page.hanging(0, 2, &clean(&cut(line, LONGEST)));
            }
            more(page, 0, all, RULES);
            return;
        }
        page.line("What must hold:");
        page.hanging(2, 4, "the event itself: rooms, times, people, needs, pins, and a place for each accepted talk");
        for rule in self.required.iter().take(RULES) {
            page.hanging(2, 4, rule);
        }
        more(page, 2, self.required.len(), RULES);
        page.gap();
        page.line(if self.required.is_empty() {
            "No rule is required, so it is the event itself: the accepted talks cannot all be placed. To find out which, \
             mark one after the other as proposed and solve again."
        } else {
            "Which of these contradict each other was not looked for. To find out, give one required rule a weight \
             instead, solve again, and see what it costs."
        });
    }

    /// What is probably not what was meant; what explains that there is no timetable was told there.
    fn warnings(&self, page: &mut Page) {
        let told = self.explanation.is_some() && self.value.is_none();
        let rest: Vec<&Warning> = self.warnings.iter().filter(|warning| !(told && warning.impossible)).collect();
        if rest.is_empty() {
            return;
        }
        page.gap();
        page.line(&format!("To look at ({})", some(rest.len(), "warning")));
        for warning in rest.iter().take(RULES) {
            page.hanging(2, 4, &clean(&cut(&warning.to_string(), LONGEST)));
        }
        more(page, 2, rest.len(), RULES);
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
            let mut quotas: Vec<&Quota> = self.quotas.iter().filter(|q| q.required == required).collect();
            if quotas.len() > RULES {
                quotas.sort_by_key(|q| q.outside == 0);
            }
            if !quotas.is_empty() {
                rows.push(("", [title, "asked", "reached"].map(str::to_owned)));
            }
            for quota in quotas.iter().take(RULES) {
                let mark = if quota.outside > 0 { "! " } else { "  " };
                rows.push((mark, [quota.rule.clone(), quota.asked(), quota.reached()]));
            }
            if quotas.len() > RULES {
                let missed = quotas[RULES..].iter().filter(|q| q.outside > 0).count();
                let missed = if missed == 0 { "all as asked".to_owned() } else { format!("{missed} not as asked") };
                rows.push(("  ", [format!("and {} more", quotas.len() - RULES), String::new(), missed]));
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
                let asked = if asked.is_empty() { String::new() } else { format!("asked {asked}, reached ") };
                page.hanging(0, 4, &format!("{mark}{quota}: {asked}{reached}"));
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
        let mut dearest: Vec<&Charge> = self.charges.iter().collect();
        if dearest.len() > RULES {
            dearest.sort_by(|a, b| (b.gain + b.cost).total_cmp(&(a.gain + a.cost)));
        }
        for charge in dearest.iter().take(RULES) {
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
        more(page, 12, self.charges.len(), RULES);
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
        more(page, 2, self.left_out.len(), LEFT_OUT);
        if !self.ties.is_empty() {
            page.gap();
            page.line("Merit cannot tell these apart: they are for people to discuss.");
        }
        for tie in &self.ties {
            page.hanging(2, 4, &tied(tie));
            page.hanging(4, 6, &format!("chosen: {}", names(&tie.chosen)));
            page.hanging(4, 6, &format!("left out: {}", names(&tie.left_out)));
        }
    }
}

/// `Worth 93.25`, or `Costs 143` where costs outweigh gains.
fn worth(value: f64, begins: bool) -> String {
    match (value < 0.0, begins) {
        (true, true) => format!("Costs {}", -value),
        (true, false) => format!("costs {}", -value),
        (false, true) => format!("Worth {value}"),
        (false, false) => format!("worth {value}"),
    }
}

/// `is worth more than 93.25`, or `costs less than 143`: what no timetable does.
fn worth_more(bound: f64) -> String {
    if bound < 0.0 { format!("costs less than {}", -bound) } else { format!("is worth more than {bound}") }
}

/// Why the value is to be trusted, and how far.
fn trust(value: f64, search: &Settled) -> String {
    let most = worth_more(search.bound.unwrap_or(f64::INFINITY));
    let gap = search.gap.map_or_else(String::new, |gap| format!(" (a gap of {})", percent(gap)));
    match search.stopped_by {
        _ if search.status == Status::Optimal && value < 0.0 => "Proven: no timetable costs less.".to_owned(),
        _ if search.status == Status::Optimal => "Proven: no timetable is worth more.".to_owned(),
        StoppedBy::Gap => format!("Close enough: no timetable {most}{gap}."),
        stopped => format!("The search ended {} it could prove more: no timetable {most}{gap}.", ended(stopped)),
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
    more(page, indent, charge.payers.len(), PAYERS);
}

/// Says how many of a list were not shown.
fn more(page: &mut Page, indent: usize, all: usize, shown: usize) {
    if all > shown {
        page.hanging(indent, indent, &format!("and {} more", all - shown));
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
        _ => match &payer.why {
            Some(why) => subject(format!("{}: {}", talks(), clean(why))),
            None => subject(talks()),
        },
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
    format!("“{}”", cut(title, 60))
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
        assert_eq!(trust(93.25, &settled(Status::Optimal, Proof)), "Proven: no timetable is worth more.");
        for stopped in [Gap, Time, Work, Cancelled, Arithmetic] {
            let words = trust(93.25, &settled(Status::Feasible, stopped));
            assert!(words.ends_with("no timetable is worth more than 93.25 (a gap of 3.5 %)."), "{words}");
            assert!(!words.contains("Proven"), "{words}");
        }
        let words = trust(93.25, &settled(Status::Feasible, Time));
        assert!(words.starts_with("The search ended at its time limit, before it could prove more"), "{words}");
    }

    #[test]
    fn a_search_that_found_nothing_claims_no_more_than_its_bound() {
        let mut summary = Summary { search: Some(settled(Status::Unknown, StoppedBy::Time)), ..Summary::default() };
        let text = summary.to_string();
        assert!(
            text.starts_with("No timetable found before the limit; no timetable is worth more than 93.25."),
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
    fn of_thousands_of_rules_a_list_shows_those_that_matter() {
        let quota = |i: usize| Quota {
            rule: format!("rule {i}"),
            groups: 1,
            outside: usize::from(i == 999),
            ..Quota::default()
        };
        let charge = |i: usize| Charge { rule: format!("rule {i}"), cost: i as f64, ..Charge::default() };
        let summary = Summary {
            value: Some(0.0),
            quotas: (0..1000).map(quota).collect(),
            charges: (0..1000).map(charge).collect(),
            ..Summary::default()
        };
        let text = summary.to_string();
        assert!(text.lines().count() < 80, "{text}");
        assert!(text.contains("\n! rule 999"), "{text}");
        assert!(text.contains("and 976 more") && text.contains("all as asked"), "{text}");
        assert!(text.contains("      -999  rule 999 (0 cases)\n      -998  rule 998"), "{text}");
    }

    #[test]
    fn amounts_have_a_sign_and_align() {
        assert_eq!([signed(-4.0), signed(827.58)], ["        -4", "   +827.58"]);
    }

    #[test]
    fn where_costs_outweigh_gains_a_timetable_costs_something() {
        let costs = |status, stopped_by| Settled { status, stopped_by, bound: Some(-120.0), gap: None };
        let mut summary = Summary {
            value: Some(-143.0),
            search: Some(costs(Status::Optimal, StoppedBy::Proof)),
            ..Summary::default()
        };
        assert!(summary.to_string().starts_with("Costs 143. Proven: no timetable costs less."), "{summary}");
        summary.search = Some(costs(Status::Feasible, StoppedBy::Time));
        let text = summary.to_string().replace('\n', " ");
        assert!(text.contains("Costs 143.") && text.contains("no timetable costs less than 120."), "{text}");
        summary.priorities = vec![crate::timetable::Level { priority: 2, value: -3.0, bound: -2.5 }];
        assert!(summary.to_string().contains("priority 2: costs 3, none costs less than 2.5"), "{summary}");
        summary.search = None;
        assert!(summary.to_string().contains("\nCosts 143. An audit"), "{summary}");
        assert!(!summary.to_string().contains("-143"), "{summary}");
    }

    #[test]
    fn what_leaves_no_timetable_is_told_instead_of_advice_on_rules_that_there_are_not() {
        let mut summary = Summary { search: Some(settled(Status::Infeasible, StoppedBy::Proof)), ..Summary::default() };
        assert!(!summary.to_string().contains("weight"), "{summary}");
        assert!(summary.to_string().contains("No rule is required"), "{summary}");
        let why = Warning::new("talks[0]", "no place takes it").impossible();
        summary.explanation = Some(why.to_string());
        summary.warnings = vec![why, Warning::new("rules[0]", "about nothing")];
        let text = summary.to_string();
        assert_eq!(text.matches("talks[0]: no place takes it").count(), 1, "{text}");
        assert!(text.ends_with("To look at (1 warning)\n  rules[0]: about nothing"), "{text}");
    }
}
