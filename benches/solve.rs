//! How long the proof takes, from the text of an event to the audited optimum.
//!
//! `cargo bench --bench solve` measures the example events on the default solver; with `--features highs`, on both.

use criterion::{Criterion, criterion_group, criterion_main};
use slotwise::{BackendKind, CheckedEvent, Event, SolveOptions, solve};
use std::{fs, hint::black_box, path::Path};

const EVENTS: [&str; 4] = ["cloud-nord", "cloud-native-days", "etat-dans-le-nuage", "tremplin"];

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data").join(format!("{name}.json"));
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
    for name in EVENTS {
        let event = event(name);
        for backend in BackendKind::ALL {
            let options = SolveOptions::new().backend(*backend);
            let answer = solve(&event, &options).expect("the example events can be solved");
            assert!(answer.is_proven(), "{name} on {backend}: {:?}", answer.stopped_by);
            group.bench_function(format!("{name}/{backend}"), |b| b.iter(|| solve(black_box(&event), &options)));
        }
    }
    group.finish();
}

criterion_group!(benches, reading, proving);
criterion_main!(benches);
