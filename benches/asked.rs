//! Questions to one model, beside the same questions put to `solve` one by one.
//!
//! ```text
//! cargo bench --bench asked                        the example events that choose talks: each talk forbidden in turn
//! cargo bench --bench asked -- cloud-nord 100      one of them, and so many talks
//! ```

use slotwise::{
    Answer, Event, Keep, Model, Query, SolveOptions, TalkId,
    rules::{Count, Measure, Rule, Selection},
    solve,
};
use std::{collections::BTreeMap, fs, path::Path, time::Instant};

/// The talk is not chosen.
fn never<K: From<Count>>(talk: &TalkId) -> Rule<K> {
    Rule::required(Count::of(Measure::Talks).max(0)).talks(Selection::ids([talk.clone()]))
}

/// Counts the talks that both answers place at the same start.
fn kept(answer: &Answer, best: &Answer) -> usize {
    let places = |answer: &Answer| -> BTreeMap<String, String> {
        answer.placements.iter().map(|p| (p.talk.to_string(), p.start.to_string())).collect()
    };
    let best = places(best);
    places(answer).iter().filter(|(talk, place)| best.get(*talk) == Some(place)).count()
}

fn ask(name: &str, most: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data").join(format!("{name}.json"));
    let text = fs::read_to_string(path).expect("the example events are part of the repository");
    let event = Event::read(&text).expect("the example events are right");
    let options = SolveOptions::new();
    let best = solve(&event, &options).expect("the event can be solved");
    // Those that are chosen come first: they are the questions that take a search.
    let chosen = best.placements.iter().map(|p| p.talk.clone());
    let talks: Vec<TalkId> = chosen.chain(best.left_out.iter().cloned()).take(most).collect();

    let began = Instant::now();
    let alone = |talk: &TalkId| {
        let event = event.clone().with_rule(&never::<Count>(talk)).expect("a rule of the event");
        solve(&event, &options).expect("the event can be solved")
    };
    let alone: Vec<Answer> = talks.iter().map(alone).collect();
    let by_solve = began.elapsed().as_secs_f64();

    let began = Instant::now();
    let model = Model::new(event.clone(), Keep::Optimum);
    let near = best.timetable().expect("a timetable");
    let asked = |talk| Query::new().rule(never(talk)).close_to(near.clone());
    let queries: Vec<Query> = talks.iter().map(asked).collect();
    let answers = model.solve_all(&queries, &options);
    let by_model = began.elapsed().as_secs_f64();

    let mut same = Vec::new();
    for ((answer, alone), talk) in answers.into_iter().zip(&alone).zip(&talks) {
        let answer = answer.expect("the event can be solved");
        assert_eq!((answer.status, answer.value), (alone.status, alone.value), "{name} without {talk}");
        same.push(kept(&answer, &best));
    }
    let mut of_chosen = same[..same.len().min(best.placements.len())].to_vec();
    of_chosen.sort_unstable();
    same.sort_unstable();
    println!(
        "{name}: {} questions; solve {by_solve:.2} s, model {by_model:.2} s, {:.1} times as fast; of {} placements, {} are \
         kept in the median, {} at least ({} and {} of questions about chosen talks)",
        talks.len(),
        by_solve / by_model,
        best.placements.len(),
        same[same.len() / 2],
        same[0],
        of_chosen[of_chosen.len() / 2],
        of_chosen[0],
    );
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let most = words.get(1).map_or(usize::MAX, |most| most.parse().expect("a number of talks"));
    match words.first() {
        Some(name) => ask(name, most),
        None => ["tremplin", "cloud-nord"].iter().for_each(|name| ask(name, most)),
    }
}
