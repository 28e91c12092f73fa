//! A model answers every question as the changed event would be answered by itself, whatever it was asked before.

use crate::common::{
    config,
    exhaustive::{Exhausted, exhaust_above},
    judge::without_zeros,
    random::{Most, Random, events},
    rules::any_rule,
};
use proptest::{collection::vec, prelude::*};
use slotwise::{
    Answer, Audit, CheckedEvent, Event, Keep, Model, Query, SolveError, SolveOptions, TalkId, Timetable,
    event::TalkIx,
    program::Draft,
    rules::{Count, Finding, Measure, Placed, Rule, RuleKind, Scope, Selection},
    solve,
    timetable::Status,
};
use std::collections::{BTreeMap, BTreeSet};

const MOST: Most = Most { talks: 5, rules: 3, ..Most::TINY };

/// A question, as a change of the event and as it is put to a model.
#[derive(Clone, Debug)]
struct Asked {
    added: Vec<Rule>,
    without: BTreeSet<usize>,
    /// By how much floors are below what the changed event is worth at the first priorities.
    floors: Vec<i64>,
    /// Whether a timetable is given to begin with.
    begins: bool,
}

impl Asked {
    fn changed(&self, event: &Event) -> CheckedEvent {
        let mut event = event.clone();
        let mut position = 0..;
        event.rules.retain(|_| !self.without.contains(&position.next().unwrap()));
        event.rules.extend(self.added.iter().cloned());
        event.check().unwrap()
    }

    fn query(&self, floors: &BTreeMap<u32, i64>, start: Option<Timetable>) -> Query {
        let query = self.added.iter().cloned().fold(Query::new(), Query::rule);
        let query = self.without.iter().copied().fold(query, Query::without);
        let floor = |query: Query, (p, least): (&u32, &i64)| query.floor(*p, *least as f64 / 1000.0);
        let query = floors.iter().fold(query, floor);
        start.filter(|_| self.begins).into_iter().fold(query, Query::start)
    }
}

/// An event and some questions about it.
fn questions() -> impl Strategy<Value = (Random, Vec<Asked>)> {
    events(MOST).prop_flat_map(|event| {
        let rules = event.0.rules.len();
        let added = vec(any_rule(event.sizes()), 0..=2);
        let without = proptest::sample::subsequence((0..rules).collect::<Vec<_>>(), 0..=rules.min(1));
        let floors = prop_oneof![2 => Just(Vec::new()), 1 => vec(-1500..4000_i64, 1..=2)];
        let asked = (added, without, floors, any::<bool>()).prop_map(|(added, without, floors, begins)| Asked {
            added,
            without: without.into_iter().collect(),
            floors,
            begins,
        });
        (Just(event), vec(asked, 1..=4))
    })
}

/// What a timetable is worth, in thousandths by priority, zeros left out.
fn values(event: &CheckedEvent, answer: &Answer) -> BTreeMap<u32, i64> {
    without_zeros(&Audit::of(event, &answer.timetable().unwrap()).unwrap().values)
}

/// What an answer says, as exhaustive search does.
fn said(event: &CheckedEvent, answer: &Answer, floors: &BTreeMap<u32, i64>) -> Exhausted {
    match answer.status {
        Status::Infeasible => Exhausted::Infeasible,
        Status::Optimal => {
            let mut values = values(event, answer);
            assert!(floors.iter().all(|(p, least)| values.get(p).copied().unwrap_or(0) >= *least), "{values:?}");
            values.retain(|priority, _| !floors.contains_key(priority));
            Exhausted::Best(values)
        }
        other => panic!("{other:?} without a limit"),
    }
}

/// Puts all questions to a model, one after the other or together, and compares the answers with exhaustive search.
fn agrees(event: &Random, asked: &[Asked], keep: Keep, together: bool) -> Result<(), TestCaseError> {
    let options = SolveOptions::new().threads(1);
    let model = Model::new(event.checked(), keep);
    let base = solve(&event.checked(), &options).unwrap();
    let mut queries = Vec::new();
    let mut right = Vec::new();
    for asked in asked {
        let changed = asked.changed(&event.0);
        let best = solve(&changed, &options).unwrap();
        let worth = if best.value.is_some() { values(&changed, &best) } else { BTreeMap::new() };
        let floors: BTreeMap<u32, i64> = (1..)
            .zip(&asked.floors)
            .map(|(priority, below)| (priority, worth.get(&priority).copied().unwrap_or(0) - below))
            .collect();
        let exhausted = exhaust_above(&changed, &floors, 20_000);
        prop_assume!(exhausted != Exhausted::TooMany);
        queries.push(asked.query(&floors, base.timetable()));
        right.push((changed, floors, exhausted));
    }
    let answers: Vec<Answer> = if together {
        model.solve_all(&queries, &options).into_iter().map(Result::unwrap).collect()
    } else {
        queries.iter().map(|query| model.solve(query, &options).unwrap()).collect()
    };
    for (answer, (changed, floors, exhausted)) in answers.iter().zip(&right) {
        prop_assert_eq!(&said(changed, answer, floors), exhausted);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn a_question_is_answered_as_trying_every_timetable_of_the_changed_event_does(
        (event, asked) in questions(),
        every in any::<bool>(),
        together in any::<bool>(),
    ) {
        agrees(&event, &asked, if every { Keep::EveryTimetable } else { Keep::Optimum }, together)?;
    }
}

fn flagship() -> CheckedEvent {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/tremplin.json")).unwrap();
    Event::read(&text).unwrap()
}

fn never(talk: &TalkId) -> Rule {
    Rule::required(Count::of(Measure::Talks).max(0)).talks(Selection::ids([talk.clone()]))
}

#[test]
fn questions_asked_together_are_answered_as_by_themselves_on_any_number_of_threads() {
    let event = flagship();
    let talks: Vec<TalkId> = event.event().talks.iter().map(|talk| talk.id.clone()).collect();
    let queries: Vec<Query> = talks.iter().map(|talk| Query::new().rule(never(talk))).collect();
    let told = |threads: usize| {
        let options = SolveOptions::new().threads(threads).work_limit(100_000);
        let answers = Model::new(event.clone(), Keep::Optimum).solve_all(&queries, &options);
        answers.into_iter().map(|answer| answer.map(|a| (a.status, a.value, a.placements)).unwrap()).collect::<Vec<_>>()
    };
    let answers = told(1);
    assert_eq!(answers, told(2));
    assert_eq!(answers, told(3));
    for (talk, (status, value, placements)) in talks.iter().zip(&answers) {
        let alone = solve(&event.clone().with_rule(&own(never(talk))).unwrap(), &SolveOptions::new()).unwrap();
        assert_eq!((*status, *value), (alone.status, alone.value), "without {talk}");
        assert!(placements.iter().all(|placement| placement.talk != *talk));
    }
}

/// A rule as one of the embedding code's own.
fn own(rule: Rule) -> Rule<Count> {
    let slotwise::rules::Kind::Count(kind) = rule.kind else { unreachable!("these rules count") };
    Rule::required(kind).talks(rule.talks)
}

#[test]
fn an_answer_is_the_known_one_where_a_question_leaves_that_as_it_is() {
    let event = flagship();
    let model = Model::new(event, Keep::Optimum);
    let best = model.solve(&Query::new(), &SolveOptions::new()).unwrap();
    let left_out = best.left_out[0].clone();
    let answer = model.solve(&Query::new().rule(never(&left_out)), &SolveOptions::new()).unwrap();
    assert_eq!((answer.status, answer.value, &answer.placements), (best.status, best.value, &best.placements));
    assert_eq!(answer.search.nodes, 0, "nothing is searched");
    assert_eq!(answer.rules.len(), best.rules.len() + 1, "the question's own rule is reported");
}

#[test]
fn a_question_that_names_what_is_not_there_says_where() {
    let model = Model::new(flagship(), Keep::Optimum);
    let start =
        Timetable::from_json(r#"{"placements": [{"talk": "nobody", "room": "hall", "start": "2026-10-30T09:15"}]}"#);
    let query = Query::new().rule(never(&"p9999".into())).without(99).start(start.unwrap());
    let Err(SolveError::Query(problems)) = model.solve(&query, &SolveOptions::new()) else { panic!("no problems") };
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    let own = ["query.without[0]", "query.rules[0].talks.ids[0]", "query.start.placements[0].talk"];
    assert!(own.iter().all(|path| paths.contains(path)), "{problems}");
}

#[test]
fn a_floor_that_nothing_reaches_leaves_no_timetable_and_one_that_is_just_reached_leaves_the_best() {
    let model = Model::new(flagship(), Keep::Optimum);
    let best = model.solve(&Query::new(), &SolveOptions::new()).unwrap();
    let thousandths = (best.priorities[0].value * 1000.0).round() as i64;
    let above = |more: i64| Query::new().floor(1, (thousandths + more) as f64 / 1000.0);
    let status = |query: Query| model.solve(&query, &SolveOptions::new()).unwrap();
    assert_eq!(status(above(1)).status, Status::Infeasible);
    assert_eq!(status(above(0)).value, best.value);
}

#[test]
fn limits_are_kept_by_questions_asked_together() {
    let model = Model::new(flagship(), Keep::Optimum);
    let queries: Vec<Query> = (0..20).map(|_| Query::new().floor(1, 0.0)).collect();
    let options = SolveOptions::new().time_limit(std::time::Duration::ZERO);
    for answer in model.solve_all(&queries, &options) {
        assert!(matches!(answer.unwrap().status, Status::Feasible | Status::Unknown | Status::Optimal));
    }
}

/// A required rule of one's own that gains, too: each of these talks is worth a hundred where it is placed.
#[derive(Clone, Debug)]
struct Prizes(Vec<TalkId>);

impl Prizes {
    fn wins(&self, event: &CheckedEvent, talk: TalkIx) -> bool {
        self.0.contains(event.talk_id(talk))
    }
}

impl RuleKind for Prizes {
    fn kind(&self) -> &'static str {
        "prizes"
    }

    fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
        let won = placed.spots().iter().filter(|spot| self.wins(scope.event(), spot.talk));
        won.map(|spot| Finding::gain(100_000, vec![spot.talk])).collect()
    }

    fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
        for talk in draft.event().talk_indices().filter(|talk| self.wins(scope.event(), *talk)) {
            draft.earn_placed(scope, talk, 100_000);
        }
    }
}

#[test]
fn what_is_known_of_an_event_does_not_settle_a_question_whose_own_rule_gains() {
    let model = Model::new(flagship(), Keep::Optimum);
    let best = model.solve(&Query::new(), &SolveOptions::new()).unwrap();
    let prizes = Rule::<Prizes>::required(Prizes(best.left_out.clone()));
    let answer = model.solve(&Query::new().own_rule(prizes.clone()), &SolveOptions::new()).unwrap();
    let alone = solve(&flagship().with_rule(&prizes).unwrap(), &SolveOptions::new()).unwrap();
    assert_eq!((answer.status, answer.value), (alone.status, alone.value));
    assert!(answer.value > best.value);
}

#[test]
fn of_equal_answers_the_one_near_to_a_timetable_is_taken() {
    let event = Event::read(
        r#"{"name": "Two hours", "timezone": "UTC", "rooms": [{"id": "hall"}],
            "slots": [{"id": "s1", "start": "2026-10-30T09:00", "end": "2026-10-30T09:30", "rooms": ["hall"]},
                      {"id": "s2", "start": "2026-10-30T10:00", "end": "2026-10-30T10:30", "rooms": ["hall"]},
                      {"id": "s3", "start": "2026-10-30T11:00", "end": "2026-10-30T11:30", "rooms": ["hall"]}],
            "talks": [{"id": "a", "minutes": 20, "merit": 1}, {"id": "b", "minutes": 20, "merit": 1}],
            "rules": [{"kind": "merit", "weight": 1}]}"#,
    )
    .unwrap();
    let model = Model::new(event, Keep::Optimum);
    let starts = ["2026-10-30T09:00", "2026-10-30T10:00", "2026-10-30T11:00"];
    for (first, second) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
        let placement = |talk: &str, start: usize| {
            slotwise::Placement::new(talk, "hall", starts[start].parse::<slotwise::CivilTime>().unwrap())
        };
        let wanted = Timetable::new([placement("a", first), placement("b", second)]);
        let answer = model.solve(&Query::new().close_to(wanted.clone()), &SolveOptions::new()).unwrap();
        assert_eq!((answer.status, answer.value), (Status::Optimal, Some(2.0)));
        let start = |talk: &str| answer.placements.iter().find(|p| p.talk.as_str() == talk).map(|p| p.start);
        assert_eq!([start("a"), start("b")], [0, 1].map(|i| Some(wanted.placements[i].start)));
        assert!(Audit::of(model.event(), &answer.timetable().unwrap()).unwrap().valid);
    }
}

/// Hours in one room, and a talk a word: `a!` is accepted.
fn hours(hours: std::ops::Range<u32>, talks: &str, rules: &serde_json::Value) -> CheckedEvent {
    let slot = |hour: u32| {
        serde_json::json!({"id": format!("s{hour}"), "start": format!("2026-10-30T{hour:02}:00"),
            "end": format!("2026-10-30T{hour:02}:30"), "rooms": ["hall"]})
    };
    let talk = |word: &str| {
        let status = if word.ends_with('!') { "accepted" } else { "proposed" };
        serde_json::json!({"id": word.trim_end_matches('!'), "minutes": 20, "merit": 1, "status": status})
    };
    let event = serde_json::json!({
        "name": "Hours", "timezone": "UTC", "rooms": [{"id": "hall"}], "slots": hours.map(slot).collect::<Vec<_>>(),
        "talks": talks.split(' ').map(talk).collect::<Vec<_>>(), "rules": rules,
    });
    Event::read(&event.to_string()).unwrap()
}

#[test]
fn what_is_better_first_is_not_better_where_a_floor_is_enough() {
    let place = |want: &str, priority: u32| serde_json::json!({"kind": "place", "where": {"slots": ["s9"]}, "want": want, "weight": 1, "priority": priority});
    let event = hours(9..11, "a!", &serde_json::json!([place("out", 1), place("in", 2)]));
    for keep in [Keep::Optimum, Keep::EveryTimetable] {
        let model = Model::new(event.clone(), keep);
        let start = |query: Query| model.solve(&query, &SolveOptions::new()).unwrap().placements[0].slot.clone();
        assert_eq!(start(Query::new()), Some("s10".into()));
        assert_eq!(start(Query::new().floor(1, -1.0)), Some("s9".into()));
        assert_eq!(start(Query::new().floor(2, 0.0)), Some("s9".into()));
    }
}

#[test]
fn a_timetable_to_begin_with_that_the_event_does_not_offer_is_no_timetable() {
    let rules = serde_json::json!([{"kind": "merit", "weight": 1}]);
    let mut event = hours(9..11, "a b", &rules).event().clone();
    event.talks[0].status = slotwise::TalkStatus::Declined;
    let event = event.check().unwrap();
    let at = |talk: &str, hour: i8| {
        slotwise::Placement::new(talk, "hall", slotwise::civil::date(2026, 10, 30).at(hour, 0, 0, 0))
    };
    for (first, second) in [(9, 10), (9, 9)] {
        let start = Timetable::new([at("a", first), at("b", second)]);
        for outlined in [true, false] {
            let options = SolveOptions::new().outlined(outlined);
            let answer = Model::new(event.clone(), Keep::Optimum).solve(&Query::new().start(start.clone()), &options);
            assert_eq!(answer.unwrap().value, Some(1.0));
        }
    }
}

#[test]
fn no_answer_is_below_a_floor_nor_below_what_it_begins_with_whatever_the_limit() {
    let rules = serde_json::json!([{"kind": "merit", "weight": 1}]);
    let event = hours(8..20, "a b c d e f g h i j k l m n", &rules);
    let model = Model::new(event.clone(), Keep::Optimum);
    let options = [
        SolveOptions::new().time_limit(std::time::Duration::ZERO),
        SolveOptions::new().work_limit(0),
        SolveOptions::new().gap(0.9),
    ];
    let best = model.solve(&Query::new(), &SolveOptions::new()).unwrap();
    for options in options {
        let floored = Model::new(event.clone(), Keep::Optimum).solve(&Query::new().floor(1, 5.0), &options).unwrap();
        assert!(floored.value.is_none_or(|value| value >= 5.0), "{:?}", floored.value);
        let begun = Query::new().start(best.timetable().unwrap());
        let begun = Model::new(event.clone(), Keep::Optimum).solve(&begun, &options).unwrap();
        assert_eq!(begun.value, best.value);
        let on_demand = options.clone().written_out(0);
        let near = Query::new().start(best.timetable().unwrap()).close_to(best.timetable().unwrap());
        assert_eq!(model.solve(&near, &on_demand).unwrap().value, best.value);
    }
}

#[test]
fn a_rule_that_is_switched_off_neither_warns_nor_explains_and_an_added_one_is_called_by_its_name() {
    let four = serde_json::json!({"kind": "count", "measure": "talks", "min": 4, "required": true});
    let event = hours(9..12, "a b c", &serde_json::json!([four, {"kind": "merit", "weight": 1}]));
    let model = Model::new(event, Keep::Optimum);
    assert_eq!(model.solve(&Query::new(), &SolveOptions::new()).unwrap().status, Status::Infeasible);
    let without = Query::new().without(0).rule(never(&"a".into()).named("a is cancelled"));
    let answer = model.solve(&without, &SolveOptions::new()).unwrap();
    assert_eq!((answer.status, answer.value), (Status::Optimal, Some(2.0)));
    assert!(answer.warnings.iter().all(|warning| !warning.impossible), "{:?}", answer.warnings);
    let summary = slotwise::Summary::of(model.event(), &answer);
    assert!(summary.quotas.iter().any(|quota| quota.rule == "a is cancelled"), "{:?}", summary.quotas);
}
