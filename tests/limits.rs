//! What limits, progress and a cancelled search promise, on an event with parts, priorities and something to search.
//!
//! `SLOTWISE_MEASURE="examples/data some-event.json" cargo test --test claims limits::measured -- --nocapture` prints, of these
//! files and folders, by how much limits are overrun, how long progress is silent and how late a cancel is heeded.

use serde_json::{Value, json};
use slotwise::{
    Answer, BackendKind, CancelFlag, CheckedEvent, Event, Progress, SolveOptions,
    program::{Draft, Outline, Outlined},
    rules::{Finding, Placed, Rule, RuleKind, Scope},
    solve,
    timetable::{Status, StoppedBy},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Two days that share nothing, each with talks of many sizes for two rooms and six hours; then, second in priority, an
/// early start for some.
fn event() -> CheckedEvent {
    let mut event = json!({
        "name": "Two days", "timezone": "Europe/Paris", "rooms": [], "slots": [], "talks": [],
        "rules": [
            {"kind": "fit", "weight": 1},
            {"kind": "merit", "weight": 7},
            {"kind": "clash", "tag": "theme", "weight": 20},
            {"kind": "place", "talks": {"tags": {"early": ["yes"]}}, "where": {"slots": ["a0", "a1", "b0", "b1"]},
             "want": "in", "weight": 3, "priority": 2},
        ],
    });
    let mut push = |list: &str, value: Value| event[list].as_array_mut().unwrap().push(value);
    for (day, date) in [("a", "2026-10-30"), ("b", "2026-10-31")] {
        let rooms = [format!("{day}-small"), format!("{day}-large")];
        push("rooms", json!({"id": rooms[0], "capacity": 60, "tags": {"day": [day]}}));
        push("rooms", json!({"id": rooms[1], "capacity": 200, "tags": {"day": [day]}}));
        for hour in 0..6 {
            let at = |minute: u32| format!("{date}T{:02}:{minute:02}", 10 + hour);
            push("slots", json!({"id": format!("{day}{hour}"), "start": at(0), "end": at(45), "rooms": rooms}));
        }
        for talk in 0..15 {
            let tags = json!({"theme": [format!("{day}{}", talk * 7 % 5)], "early": [if talk % 3 == 0 { "yes" } else { "no" }]});
            push(
                "talks",
                json!({
                    "id": format!("{day}-{talk}"), "title": "A talk", "minutes": 45, "audience": 20 + (talk * 53) % 190,
                    "merit": 1 + (talk * 11) % 9, "tags": tags, "needs": {"day": [day]},
                }),
            );
        }
    }
    Event::read(&event.to_string()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn solved(options: &SolveOptions) -> Answer {
    solve(&event(), options).unwrap()
}

/// The answer, and everything that was told on the way.
fn watched(options: SolveOptions) -> (Answer, Vec<Progress>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let answer = solved(&options.on_progress(move |progress| ear.lock().unwrap().push(progress.clone())));
    let told = std::mem::take(&mut *told.lock().unwrap());
    (answer, told)
}

fn backends() -> impl Iterator<Item = SolveOptions> {
    BackendKind::ALL.iter().map(|kind| SolveOptions::new().backend(*kind))
}

/// The answer as JSON, less what the clock and the number of threads decide.
fn text(mut answer: Answer) -> String {
    (answer.search.seconds, answer.search.first_feasible_seconds, answer.search.threads) = (0.0, None, 0);
    serde_json::to_string(&answer).unwrap()
}

#[test]
fn limits_of_zero_still_answer_honestly() {
    let best = solved(&SolveOptions::new());
    assert_eq!((best.status, best.search.parts), (Status::Optimal, 2));
    let cancelled = CancelFlag::new();
    cancelled.cancel();
    for options in backends() {
        for (options, why) in [
            (options.clone().time_limit(Duration::ZERO), StoppedBy::Time),
            (options.clone().work_limit(0), StoppedBy::Work),
            (options.cancel(cancelled.clone()), StoppedBy::Cancelled),
        ] {
            let answer = solved(&options);
            assert_eq!(answer.stopped_by, why);
            assert!(matches!(answer.status, Status::Feasible | Status::Unknown), "{:?}", answer.status);
            let first = answer.priorities.first().map(|level| level.bound).or(answer.bound);
            assert!(first >= Some(best.priorities[0].value), "{first:?} is no bound");
        }
    }
}

#[test]
fn progress_only_ever_gets_better() {
    for options in backends() {
        let (answer, told) = watched(options);
        assert!(answer.is_proven() && told.len() > 2);
        for (before, after) in told.iter().zip(&told[1..]) {
            let as_far = before.priority <= after.priority
                && before.work <= after.work
                && before.seconds <= after.seconds
                && before.parts_done <= after.parts_done;
            let same = before.priority == after.priority;
            let falls = same && before.value > after.value;
            let rises = same && before.bound.is_some_and(|bound| after.bound.is_none_or(|later| later > bound));
            assert!(as_far && !falls && !rises, "{before:?}, then {after:?}");
        }
        for progress in &told {
            assert!(progress.value.zip(progress.bound).is_none_or(|(value, bound)| value <= bound), "{progress:?}");
        }
    }
}

#[test]
fn the_last_that_is_told_is_what_is_answered() {
    for options in backends() {
        let (answer, told) = watched(options);
        let (last, level) = (told.last().unwrap(), answer.priorities.last().unwrap());
        assert_eq!((last.priority, last.value, last.bound), (level.priority, Some(level.value), Some(level.bound)));
        assert_eq!((last.gap, last.parts_done, last.parts), (Some(0.0), 2, 2));
    }
}

#[test]
fn a_search_cancelled_at_its_first_timetable_answers_with_it() {
    for options in backends() {
        let flag = CancelFlag::new();
        let raise = flag.clone();
        let seen = Arc::new(Mutex::new(None));
        let note = Arc::clone(&seen);
        let answer = solved(&options.cancel(flag).threads(1).on_progress(move |progress| {
            if progress.value.is_some() && !raise.is_cancelled() {
                *note.lock().unwrap() = progress.value;
                raise.cancel();
            }
        }));
        let seen = seen.lock().unwrap().unwrap();
        assert!(answer.priorities[0].value >= seen, "{seen} was told of, and {:?} is answered", answer.priorities);
        assert!(matches!(answer.stopped_by, StoppedBy::Cancelled | StoppedBy::Proof), "{:?}", answer.stopped_by);
    }
}

#[test]
fn the_same_seed_and_work_limit_give_the_same_answer_on_any_number_of_threads() {
    for options in backends() {
        for (work, seed) in [(1, 0), (3, 1), (20, 2), (1_000_000, 3)] {
            let options = options.clone().work_limit(work).seed(seed);
            let first = text(solved(&options.clone().threads(1)));
            for threads in [1, 2, 8] {
                assert_eq!(text(solved(&options.clone().threads(threads))), first, "work {work} on {threads} threads");
            }
        }
    }
}

#[test]
fn being_watched_changes_nothing() {
    for options in backends() {
        for work in [2, 1_000_000] {
            let options = options.clone().work_limit(work);
            assert_eq!(text(watched(options.clone()).0), text(solved(&options)));
        }
    }
}

#[test]
fn who_watches_may_solve_something_meanwhile() {
    let (answer, _) = watched(SolveOptions::new());
    let meanwhile = Arc::new(Mutex::new(None));
    let inner = Arc::clone(&meanwhile);
    let outer = solved(&SolveOptions::new().threads(2).on_progress(move |_| {
        let mut done = inner.lock().unwrap();
        if done.is_none() {
            *done = Some(solved(&SolveOptions::new().threads(2)));
        }
    }));
    let meanwhile = meanwhile.lock().unwrap().take().unwrap();
    assert_eq!(text(outer), text(answer.clone()));
    assert_eq!(text(meanwhile), text(answer));
}

/// A rule that says nothing, and takes its time for that. It raises a flag when it has been stated so many times.
#[derive(Clone, Debug)]
struct Slow {
    takes: Duration,
    stated: Arc<AtomicUsize>,
    raises_at: usize,
    flag: CancelFlag,
}

impl Slow {
    fn new(takes: Duration, raises_at: usize) -> Self {
        Self { takes, stated: Arc::default(), raises_at, flag: CancelFlag::new() }
    }

    /// The answer for the event with the rule.
    fn solved(&self, options: SolveOptions) -> Answer {
        let event = event().with_rule(&Rule::<Self>::required(self.clone())).unwrap();
        solve(&event, &options.cancel(self.flag.clone())).unwrap()
    }
}

impl RuleKind for Slow {
    fn kind(&self) -> &'static str {
        "slow"
    }

    fn audit(&self, _scope: &Scope<'_>, _placed: &Placed<'_>) -> Vec<Finding> {
        Vec::new()
    }

    fn state(&self, _scope: &Scope<'_>, _draft: &mut Draft<'_>) {
        thread::sleep(self.takes);
        if self.stated.fetch_add(1, Ordering::Relaxed) + 1 == self.raises_at {
            self.flag.cancel();
        }
    }

    fn outline(&self, _scope: &Scope<'_>, _outline: &mut Outline<'_>) -> Outlined {
        Outlined::AllButCosts
    }
}

/// Whether the answer says that it was stopped so, and places anything. No talk has to be placed, so there is a timetable.
fn stopped(answer: &Answer, by: StoppedBy) -> bool {
    assert_eq!((answer.stopped_by, answer.status), (by, Status::Feasible));
    assert!(answer.value.is_some());
    !answer.placements.is_empty()
}

#[test]
fn a_search_that_ends_while_rules_are_stated_says_so_with_what_it_found_before() {
    // First of all rules are stated over few places, where the event is sketched before it is written out.
    for outlined in [false, true] {
        let options = || SolveOptions::new().outlined(outlined).work_limit(20);
        let mut found = Vec::new();
        loop {
            let slow = Slow::new(Duration::from_millis(30), found.len() + 1);
            let answer = slow.solved(options());
            if !slow.flag.is_cancelled() {
                break;
            }
            found.push(stopped(&answer, StoppedBy::Cancelled));
        }
        assert_eq!(found.last(), Some(&outlined), "{found:?}");
        let slow = Slow::new(Duration::from_millis(80), usize::MAX);
        stopped(&slow.solved(options().time_limit(Duration::from_millis(10))), StoppedBy::Time);
    }
}

/// The files that are asked for, and those in the folders that are; paths begin at the root of the repository.
fn files(asked: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in asked.split_whitespace().map(|path| root.join(path)) {
        match std::fs::read_dir(&path) {
            Ok(entries) => files.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => files.push(path),
        }
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// How long a search goes on after it is to stop, and the longest time without a report of progress.
fn lateness(event: &CheckedEvent, options: SolveOptions, limit: Duration, cancelled: bool) -> [Duration; 2] {
    let flag = CancelFlag::new();
    let heard = Arc::new(Mutex::new((Instant::now(), Duration::ZERO)));
    let ear = Arc::clone(&heard);
    let hear = move |_: &Progress| {
        let (last, longest) = &mut *ear.lock().unwrap();
        *longest = (*longest).max(last.elapsed());
        *last = Instant::now();
    };
    let options = options.cancel(flag.clone()).on_progress(hear);
    let options = if cancelled { options } else { options.time_limit(limit) };
    let begun = Instant::now();
    thread::scope(|scope| {
        let (done, ended) = std::sync::mpsc::channel::<()>();
        if cancelled {
            scope.spawn(move || {
                let _ = ended.recv_timeout(limit);
                flag.cancel();
            });
        }
        solve(event, &options).unwrap();
        drop(done);
    });
    let took = begun.elapsed();
    let (last, longest) = *heard.lock().unwrap();
    [took.saturating_sub(limit), longest.max(last.elapsed())]
}

/// Asserts nothing: what the clock says depends on the machine. The figures are for reading.
#[test]
fn measured_overruns_silences_and_delays_of_cancels() {
    let Ok(asked) = std::env::var("SLOTWISE_MEASURE") else { return };
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let row = |name: &str, [overrun, silence, cancel]: [Duration; 3]| {
        println!("{name:50} {:10.1} {:10.1} {:10.1}", millis(overrun), millis(silence), millis(cancel));
    };
    println!("{:50} {:>10} {:>10} {:>10}", "worst, in milliseconds", "overrun", "silence", "cancel");
    let mut all = [Duration::ZERO; 3];
    for file in files(&asked) {
        let Ok(event) = Event::read(&std::fs::read_to_string(&file).unwrap()) else {
            println!("{} is no event", file.display());
            continue;
        };
        let mut worst = [Duration::ZERO; 3];
        for options in backends().flat_map(|options| [options.clone().threads(1), options.threads(2)]) {
            for limit in [0, 10, 100, 500, 2000].map(Duration::from_millis) {
                let [overrun, silence] = lateness(&event, options.clone(), limit, false);
                (worst[0], worst[1]) = (worst[0].max(overrun), worst[1].max(silence));
            }
            for after in [1, 20, 300].map(Duration::from_millis) {
                let [late, silence] = lateness(&event, options.clone(), after, true);
                (worst[1], worst[2]) = (worst[1].max(silence), worst[2].max(late));
            }
        }
        row(&file.file_name().unwrap().to_string_lossy(), worst);
        all = std::array::from_fn(|i| all[i].max(worst[i]));
    }
    row("all", all);
}
