//! Other programmes that are nearly as good as the best: what a committee still has to talk about.
//!
//! ```text
//! cargo run --release --example alternatives
//! ```

use slotwise::{
    Event, Keep, Model, SolveOptions,
    explore::{AlternativesOptions, Loss},
};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let event = Event::read(&std::fs::read_to_string("examples/data/tremplin.json")?)?;
    let model = Model::new(event, Keep::Optimum);
    let wanted = AlternativesOptions::new().count(3).within(Loss::Share(0.05));
    let found = model.alternatives(&wanted, &SolveOptions::new())?;

    let Some(value) = found.best.value else {
        println!("no timetable: {:?}", found.best.status);
        return Ok(());
    };
    println!("the best is worth {value}; {} talks are in every programme shown", found.agreed.chosen.len());
    for alternative in &found.alternatives {
        println!("worth {}, {} talks are other ones or at another time", alternative.value, alternative.distance);
        for change in &alternative.difference.changes {
            println!("  {change}");
        }
        for rule in &alternative.rules {
            println!("  {:+} {}", rule.change, rule.name);
        }
    }
    println!("{}", if found.complete { "there are no others" } else { "there are others" });
    Ok(())
}
