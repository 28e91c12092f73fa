//! The example events: proven, audited, and the same on every solver.

use slotwise::{Audit, BackendKind, CheckedEvent, Event, SolveOptions, TalkId, solve, timetable::Status};
use std::{collections::BTreeSet, error::Error, fs, path::Path};

const EVENTS: [&str; 4] = ["cloud-nord", "cloud-native-days", "etat-dans-le-nuage", "tremplin"];

fn event(name: &str) -> Result<CheckedEvent, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data").join(format!("{name}.json"));
    Ok(Event::read(&fs::read_to_string(path)?)?)
}

#[test]
fn every_example_event_is_proven_and_audited_and_worth_the_same_on_every_solver() -> Result<(), Box<dyn Error>> {
    for name in EVENTS {
        let event = event(name)?;
        let mut values = BTreeSet::new();
        for backend in BackendKind::ALL {
            let answer = solve(&event, &SolveOptions::new().backend(*backend))?;
            assert_eq!(answer.status, Status::Optimal, "{name} on {backend}");
            assert_eq!(answer.value, answer.bound, "{name} on {backend}");
            let timetable = answer.timetable().ok_or("an optimum is a timetable")?;
            let audit = Audit::of(&event, &timetable)?;
            assert!(audit.valid, "{name} on {backend}");
            assert_eq!(Some(audit.value), answer.value, "{name} on {backend}");
            values.insert(audit.values);
        }
        assert_eq!(values.len(), 1, "{name}: {values:?}");
    }
    Ok(())
}

#[test]
fn one_thread_or_many_give_the_same_timetable() -> Result<(), Box<dyn Error>> {
    for name in EVENTS {
        let event = event(name)?;
        let placements = |threads| solve(&event, &SolveOptions::new().threads(threads)).map(|a| a.placements);
        let one = placements(1)?;
        assert_eq!(one, placements(2)?, "{name}");
        assert_eq!(one, placements(8)?, "{name}");
    }
    Ok(())
}

#[test]
fn the_tremplins_winners_speak_at_cloud_nord() -> Result<(), Box<dyn Error>> {
    let winners = solve(&event("tremplin")?, &SolveOptions::new())?.placements.len();
    let event = event("cloud-nord")?;
    let answer = solve(&event, &SolveOptions::new())?;
    let placed: BTreeSet<TalkId> = answer.placements.into_iter().map(|p| p.talk).collect();
    let guaranteed = event.event().talks.iter().filter(|t| t.tags.has("tremplin", "winner"));
    assert_eq!(guaranteed.filter(|t| placed.contains(&t.id)).count(), winners);
    Ok(())
}
