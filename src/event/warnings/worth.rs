//! Events in which no talk is worth anything, so that the best timetable leaves out all that may be left out.

use super::Warning;
use crate::event::{CheckedEvent, TalkStatus};

/// Tells where a proposed talk would only be placed by chance.
pub(super) fn warn(event: &CheckedEvent, list: &mut Vec<Warning>) {
    if !nothing_draws(event) {
        return;
    }
    let proposed = event.talks().iter().filter(|talk| talk.status == TalkStatus::Proposed).count();
    let accepted = event.talks().iter().any(|talk| talk.status == TalkStatus::Accepted);
    let best = if accepted { "a timetable of the accepted talks alone" } else { "an empty timetable" };
    let worthy = event.talks().iter().any(|talk| talk.merit > 0);
    let has_merit = event.stated_scopes().any(|scope| scope.kind().kind() == "merit");
    let mend = if worthy {
        "add the rule {\"kind\": \"merit\", \"weight\": 1}".to_owned()
    } else {
        let marks = "marks in `reviews` or a `merit` to the talks";
        let rule = if has_merit { "" } else { " and the rule {\"kind\": \"merit\", \"weight\": 1}" };
        format!(
            "add {marks}{rule}, or say how many talks are wanted: \
             {{\"kind\": \"count\", \"measure\": \"talks\", \"min\": {proposed}, \"weight\": 1}}"
        )
    };
    let text = format!("no rule makes a talk worth placing, so {best} is the best there is; {mend}");
    list.push(Warning::new("rules", text));
}

/// Whether there are proposed talks, and no rule makes a timetable better for one of them.
pub(crate) fn nothing_draws(event: &CheckedEvent) -> bool {
    let proposed = event.talks().iter().any(|talk| talk.status == TalkStatus::Proposed);
    proposed && !event.stated_scopes().any(|scope| scope.kind().draws(&scope))
}

#[cfg(test)]
mod tests {
    use crate::{
        event::{Amount, Event, TalkStatus},
        rules::{
            Clash, ClashOf, Count, Fit, Keep, Measure, Merit, Rule,
            testing::{best, grid, priced, talk},
        },
    };

    fn event(rules: impl IntoIterator<Item = Rule>) -> Event {
        let mut event = grid("a", "09:00 10:00");
        event.talks = vec![talk("p1").merit(Amount::whole(4)), talk("p2")];
        event.rules.extend(rules);
        event
    }

    fn said(event: Event) -> Option<String> {
        let warnings = event.check().expect("a good event").warnings();
        warnings.into_iter().find(|w| w.path == "rules").map(|w| w.text)
    }

    #[test]
    fn without_a_rule_the_empty_timetable_is_best_and_that_is_told() {
        assert_eq!(best(&event([]), []), "");
        let text = said(event([])).unwrap_or_default();
        assert!(text.contains("an empty timetable is the best there is"), "{text}");
        assert!(text.ends_with("add the rule {\"kind\": \"merit\", \"weight\": 1}"), "{text}");
    }

    #[test]
    fn rules_that_only_cost_do_not_help() {
        let costs = [priced(1, Fit::new()), priced(1, Count::of(Measure::Talks).max(1)), priced(0, Merit::new())];
        assert!(said(event(costs)).is_some());
        let per_day = Count::of(Measure::Talks).each(["day"]).min(1);
        assert!(said(event([priced(1, per_day)])).is_some(), "an empty day owes nothing");
    }

    #[test]
    fn merit_a_minimum_and_what_was_published_draw_talks() {
        assert_eq!(said(event([priced(1, Merit::new())])), None);
        assert_eq!(said(event([priced(1, Count::of(Measure::Talks).min(1))])), None);
        assert_eq!(said(event([Rule::required(Count::of(Measure::Talks).min(1))])), None);
        assert!(said(event([priced(1, Keep::new().drop(Amount::ONE))])).is_some(), "nothing is published");
        assert!(said(event([priced(1, Clash::of(ClashOf::Interests))])).is_some());
    }

    #[test]
    fn merit_of_talks_that_have_none_draws_nothing_and_how_to_give_it_is_told() {
        let mut unmarked = event([priced(1, Merit::new())]);
        unmarked.talks[0].merit = None;
        let text = said(unmarked).unwrap_or_default();
        assert!(text.contains("add marks in `reviews` or a `merit` to the talks, or say how many"), "{text}");
    }

    #[test]
    fn where_all_talks_are_accepted_nothing_is_missing() {
        let mut accepted = event([]);
        accepted.talks.iter_mut().for_each(|talk| talk.status = TalkStatus::Accepted);
        assert_eq!(said(accepted), None);
    }
}
