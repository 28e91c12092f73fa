//! What a published timetable breaks, and whom to tell of which change.

use super::{Cause, Changed, Tell, Violation};
use crate::{
    event::{CheckedEvent, SpeakerId, TalkId},
    timetable::{Audit, Change, Detail, Difference, Placement, RuleReport, Timetable, Words, clean, join, rule_names},
};
use std::collections::BTreeSet;

/// How many talks of a violation its text names.
const SHOWN: usize = 4;

/// What the published timetable broke when it was published, then what it breaks since something happened.
pub(super) fn violations(event: &CheckedEvent, published: &Timetable, changed: &Changed) -> Vec<Violation> {
    let before = broken(event, published, Cause::Published);
    let after = broken(&changed.event, &changed.kept, Cause::Happened);
    let is_new = |violation: &Violation| {
        let same = |other: &Violation| {
            (&other.rule, &other.group, &other.talks) == (&violation.rule, &violation.group, &violation.talks)
        };
        !before.iter().any(same)
    };
    let after: Vec<Violation> = after.into_iter().filter(is_new).collect();
    before.into_iter().chain(after).collect()
}

fn broken(event: &CheckedEvent, timetable: &Timetable, cause: Cause) -> Vec<Violation> {
    // A timetable that names what is not there has been refused before.
    let Ok(audit) = Audit::of(event, timetable) else { return Vec::new() };
    let words = Words::of(event);
    let names = rule_names(event);
    let facts = audit.rules.len() - names.len();
    let mut violations = Vec::new();
    for (i, report) in audit.rules.iter().enumerate().filter(|(_, report)| report.broken) {
        let name = if i < facts { &report.name } else { &names[i - facts] };
        for detail in report.details.iter().filter(|detail| detail.units > 0) {
            violations.push(violation(&words, name, report, detail, cause));
        }
    }
    violations
}

fn violation(words: &Words<'_>, name: &str, report: &RuleReport, detail: &Detail, cause: Cause) -> Violation {
    let mut titles: Vec<String> =
        detail.talks.iter().take(SHOWN).map(|talk| format!("“{}”", words.title_of(talk))).collect();
    if detail.talks.len() > SHOWN {
        titles.push(format!("{} more", detail.talks.len() - SHOWN));
    }
    let asked = match (detail.measured, detail.min, detail.max) {
        (Some(measured), Some(min), _) if measured < min => format!(" ({measured}, asked at least {min})"),
        (Some(measured), _, Some(max)) if measured > max => format!(" ({measured}, asked at most {max})"),
        _ => String::new(),
    };
    let talks = if detail.talks.is_empty() { String::new() } else { format!(": {}", join(titles.into_iter(), "and")) };
    let group = detail.group.values().map(|key| clean(key)).collect::<Vec<_>>().join(", ");
    let group = if group.is_empty() { String::new() } else { format!(", {group}") };
    Violation {
        rule: name.to_owned(),
        kind: report.kind.clone(),
        group: detail.group.clone(),
        talks: detail.talks.clone(),
        cause,
        text: format!("{}{group}{asked}{talks}", clean(name)),
    }
}

/// Whom to tell of each change, in the order of the changes.
pub(super) fn tell(
    event: &CheckedEvent,
    changed: &Changed,
    difference: &Difference,
    violations: &[Violation],
) -> Vec<Tell> {
    let words = Words::of(event);
    let mut tell = Vec::new();
    for change in &difference.changes {
        let talk = change.talk();
        let is_cancelled = changed.cancelled.contains(talk);
        let (what, why) = if is_cancelled {
            (format!("“{}” is cancelled", words.title_of(talk)), cancelled(changed, event, talk))
        } else {
            (what(&words, change), why(violations, talk, change))
        };
        for speaker in speakers(event, talk).into_iter().filter(|speaker| !changed.speakers.contains(speaker)) {
            tell.push(Tell { speaker, talk: talk.clone(), what: what.clone(), why: why.clone() });
        }
    }
    // Who gives a talk without one of those who were to give it has to know, whether it changes or not.
    let placed: BTreeSet<&TalkId> = changed.kept.placements.iter().map(|placement| &placement.talk).collect();
    for talk in placed {
        let gone: Vec<SpeakerId> =
            speakers(event, talk).into_iter().filter(|speaker| changed.speakers.contains(speaker)).collect();
        let others = speakers(&changed.event, talk);
        if gone.is_empty() || others.iter().any(|speaker| gone.contains(speaker)) {
            continue;
        }
        let names = join(gone.iter().map(|speaker| words.speaker(speaker)), "and");
        for speaker in others {
            let what = format!("“{}” is given without {names}", words.title_of(talk));
            tell.push(Tell { speaker, talk: talk.clone(), what, why: "cancelled".to_owned() });
        }
    }
    tell
}

fn speakers(event: &CheckedEvent, talk: &TalkId) -> Vec<SpeakerId> {
    event.find_talk(talk).map_or_else(Vec::new, |talk| event.written_talk(talk).speakers.clone())
}

fn cancelled(changed: &Changed, event: &CheckedEvent, talk: &TalkId) -> String {
    let words = Words::of(event);
    let gone: Vec<String> = speakers(event, talk)
        .iter()
        .filter(|speaker| changed.speakers.contains(*speaker))
        .map(|speaker| words.speaker(speaker))
        .collect();
    match gone.len() {
        0 => "the talk was cancelled".to_owned(),
        1 => format!("{} does not come", gone[0]),
        _ => format!("{} do not come", join(gone.into_iter(), "and")),
    }
}

/// The change in words.
pub(super) fn what(words: &Words<'_>, change: &Change) -> String {
    let title = format!("“{}”", words.title_of(change.talk()));
    let place = |p: &Placement| format!("{} in {}", words.time(p.start), clean(p.room.as_str()));
    match change {
        Change::Added { to } => format!("{title} comes in at {}", place(to)),
        Change::Dropped { from } => format!("{title} is left out; it was at {}", place(from)),
        Change::Moved { from, to } if from.start == to.start => {
            let (before, after) = (clean(from.room.as_str()), clean(to.room.as_str()));
            format!("{title} moves from {before} to {after}, still at {}", words.time(to.start))
        }
        Change::Moved { from, to } => format!("{title} moves from {} to {}", place(from), place(to)),
    }
}

/// What made the change needed.
fn why(violations: &[Violation], talk: &TalkId, change: &Change) -> String {
    let own: BTreeSet<&str> = violations.iter().filter(|v| v.talks.contains(talk)).map(|v| v.rule.as_str()).collect();
    match change {
        Change::Added { .. } => "there is a place for it now".to_owned(),
        _ if own.is_empty() => "it makes room for other changes".to_owned(),
        _ => format!("as published, this does not hold: {}", join(own.into_iter().map(clean), "and")),
    }
}
