//! Writes the events of `examples/data/`: real shapes, invented people.
//!
//! ```text
//! cargo run --example make_events              rewrites the files
//! cargo run --example make_events -- --check   exits with 1 where a file is not what would be written
//! ```
//!
//! Grids, formats, counts and shares are those of conferences that took place or are announced; every name, company,
//! title, mark and vote is invented, by dice whose seed is fixed below: two runs write the same bytes. Each event is
//! asserted to pass its checks and to have the numbers it promises, so a change here cannot quietly spoil one.

/// One event, one file; `people` and `titles` are what they are made of.
mod make_events {
    pub(super) mod cloud_native_days;
    pub(super) mod cloud_nord;
    pub(super) mod etat_dans_le_nuage;
    mod grid;
    pub(super) mod people;
    mod titles;
    pub(super) mod tremplin;
}

use make_events::{
    cloud_native_days, cloud_nord, etat_dans_le_nuage,
    people::{Dice, Names},
    tremplin,
};
use slotwise::Event;
use std::{error::Error, fs, path::Path, process::ExitCode};

/// Where the events come from; another seed makes other people, marks and votes of the same shapes.
const SEED: u64 = 2026;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let only_check = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => {
            eprintln!("usage: make_events [--check]");
            return Ok(ExitCode::from(2));
        }
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data");
    let mut stale = false;
    for (file, event) in events()? {
        let text = event.to_json()? + "\n";
        assert_eq!(Event::from_json(&text)?, event, "{file} reads back as it was written");
        event.check()?;
        let path = folder.join(file);
        if !only_check {
            fs::write(&path, text)?;
        } else if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            eprintln!("{file} is not what make_events writes: run it and commit the file");
            stale = true;
        }
    }
    Ok(if stale { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Every file and its event. Each event has dice of its own, so that a change to one leaves the others as they are.
fn events() -> Result<Vec<(&'static str, Event)>, Box<dyn Error>> {
    let mut names = Names::new(&mut Dice::new(SEED));
    let springboard = tremplin::event(&mut Dice::new(SEED + 1), &mut names);
    let winners = tremplin::winners(&springboard)?;
    Ok(vec![
        ("cloud-nord.json", cloud_nord::event(&mut Dice::new(SEED + 2), &mut names, &winners)),
        ("cloud-native-days.json", cloud_native_days::event(&mut Dice::new(SEED + 3), &mut names)),
        ("etat-dans-le-nuage.json", etat_dans_le_nuage::event(&mut Dice::new(SEED + 4), &mut names)),
        ("tremplin.json", springboard),
    ])
}
