//! A speaker cancels and a room is closed: the fewest changes to what was published, and whom to tell.
//!
//! ```text
//! cargo run --release --example replan
//! ```

use slotwise::{Event, SolveOptions, explore::Replan, solve};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let event = Event::read(&std::fs::read_to_string("examples/data/cloud-nord.json")?)?;
    let published = solve(&event, &SolveOptions::new())?.timetable().ok_or("no timetable")?;

    let first = &published.placements[0];
    let (room, start) = (first.room.clone(), first.start);
    let end = first.end.ok_or("an answer says when talks end")?;
    let cancelled = published.placements[3].talk.clone();
    let replan = Replan::of(published).cancel_talk(cancelled).close(room, start, end).fill();
    let mended = replan.solve(&event, &SolveOptions::new())?;

    if mended.timetable.value.is_none() {
        println!("no timetable keeps what must hold: {:?}", mended.timetable.status);
        return Ok(());
    }
    println!("changes: {}{}", mended.changes, if mended.fewest { ", proven the least" } else { "" });
    for change in &mended.difference.changes {
        println!("  {change}");
    }
    for tell in &mended.tell {
        println!("tell {}: {}, since {}", tell.speaker, tell.what, tell.why);
    }
    Ok(())
}
