//! How long the proof takes, from the text of an event to the audited optimum; and how long it takes to state a congress.
//!
//! `cargo bench --bench solve` measures the example events, and 100 talks to place, on the default solver; with
//! `--features highs`, on both. Larger events are in the tables of `families.rs`.

#[expect(dead_code, reason = "the tables print what is not measured here")]
#[path = "families/mod.rs"]
mod families;

use criterion::{Criterion, criterion_group, criterion_main};
use families::Family;
use slotwise::{BackendKind, CheckedEvent, Event, SolveOptions, program::Program, solve};
use std::{fs, hint::black_box, path::Path};

const EVENTS: [&str; 4] = ["cloud-nord", "cloud-native-days", "etat-dans-le-nuage", "tremplin"];

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data").join(format!("{name}.json"));
    fs::read_to_string(path).expect("the example events are part of the repository")
}

fn event(name: &str) -> CheckedEvent {
    Event::from_json(&text(name)).and_then(Event::check).expect("the example events are right")
}

fn reading(c: &mut Criterion) {
    let mut group = c.benchmark_group("read and check");
    for name in EVENTS {
        let text = text(name);
        group.bench_function(name, |b| b.iter(|| Event::from_json(black_box(&text)).and_then(Event::check)));
    }
    group.finish();
}

fn proving(c: &mut Criterion) {
    let mut group = c.benchmark_group("prove the optimum");
    group.sample_size(10);
    let placement = families::event(Family::Placement, 100, 1).check().expect("the families' events are right");
    let examples = EVENTS.into_iter().map(|name| (name, event(name)));
    for (name, event) in examples.chain([("placement of 100 talks", placement)]) {
        for backend in BackendKind::ALL {
            let options = SolveOptions::new().backend(*backend);
            let answer = solve(&event, &options).expect("the events can be solved");
            assert!(answer.is_proven(), "{name} on {backend}: {:?}", answer.stopped_by);
            group.bench_function(format!("{name}/{backend}"), |b| b.iter(|| solve(black_box(&event), &options)));
        }
    }
    group.finish();
}

fn stating(c: &mut Criterion) {
    let congress = families::event(Family::Congress, 1100, 1).check().expect("the families' events are right");
    let mut group = c.benchmark_group("state the program");
    group.sample_size(10);
    group.bench_function("congress of 1100 papers, 19 000 rules", |b| b.iter(|| Program::of(black_box(&congress))));
    group.finish();
}

criterion_group!(benches, reading, proving, stating);
criterion_main!(benches);
