//! scratch
use slotwise::*;
use std::time::{Duration, Instant};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let event = Event::from_json(&text).unwrap().check().unwrap();
    let w: u64 = a.get(2).map_or(3_000_000, |s| s.parse().unwrap());
    let outlined = a.get(3).is_none_or(|s| s != "no");
    let t = Instant::now();
    let r = solve(
        &event,
        &SolveOptions::new()
            .written_out(w)
            .outlined(outlined)
            .time_limit(Duration::from_secs(5))
            .seed(a.get(4).map_or(0, |s| s.parse().unwrap())),
    )
    .unwrap();
    println!(
        "{:?} {:?} v={:?} b={:?} ff={:?} {:.3}s",
        r.status,
        r.stopped_by,
        r.value,
        r.bound,
        r.search.first_feasible_seconds,
        t.elapsed().as_secs_f64()
    );
}
