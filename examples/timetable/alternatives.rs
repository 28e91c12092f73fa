//! `alternatives`: other programmes that are nearly as good as the best.

use crate::{
    Exit,
    arguments::{Common, Format},
    input, json,
    output::{Failure, Output},
    searched,
};
use slotwise::{
    Keep, Model,
    explore::{AlternativesOptions, Loss},
    timetable::Status,
};
use std::path::{Path, PathBuf};

/// The options of the command.
#[derive(clap::Args, Debug)]
pub(crate) struct Wanted {
    /// The event, as JSON; - reads standard input
    pub(crate) event: PathBuf,
    /// The number of alternatives
    #[arg(short = 'k', long, value_name = "N", default_value_t = 5)]
    count: u16,
    /// How much less than the best each may be worth: a share such as 1% or 1/200, or an amount of value such as 7.5
    #[arg(long, value_parser = loss, value_name = "LOSS", default_value = "1%")]
    within: Loss,
    /// The units of work that each question has: more finds programmes that are farther apart. `proof` asks until each
    /// answer is proven, however long that takes
    #[arg(long, value_parser = effort, value_name = "UNITS", default_value = "200")]
    effort: Effort,
    /// Ask of each talk that all programmes found agree on whether every programme within the loss does
    #[arg(long)]
    prove_agreed: bool,
}

#[derive(Clone, Copy, Debug)]
enum Effort {
    Units(u64),
    Proof,
}

/// Finds alternatives and shows them.
pub(crate) fn run(wanted: &Wanted, common: &Common, output: &Output) -> Result<Exit, Failure> {
    let path: &Path = &wanted.event;
    let options = AlternativesOptions::new().count(usize::from(wanted.count)).within(wanted.within);
    let options = match wanted.effort {
        Effort::Units(units) => options.effort(units),
        Effort::Proof => options.until_proven(),
    };
    let options = if wanted.prove_agreed { options.prove_agreed() } else { options };
    let (model, found) = searched(common, |search| {
        let model = Model::new(input::event(path)?, Keep::Optimum);
        let found = model.alternatives(&options, search);
        found.map(|found| (model, found)).map_err(|error| Failure::of_search(path, error))
    })?;
    output.write(&match common.format {
        Format::Json => json(&found),
        Format::Text => found.text(model.event(), output.columns()) + "\n",
    })?;
    output.say(&format!("{} questions", found.questions));
    Ok(match found.best.status {
        Status::Infeasible => Exit::Infeasible,
        Status::Unknown => Exit::Unknown,
        _ => Exit::Answered,
    })
}

/// `1%`, `1/200`, or an amount.
fn loss(text: &str) -> Result<Loss, String> {
    let wrong =
        || "a share is wanted, such as 1% or 1/200, or an amount of value of at least 0, such as 7.5".to_owned();
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0).ok_or_else(wrong);
    match (text.trim().strip_suffix('%'), text.split_once('/')) {
        (Some(percent), _) => Ok(Loss::Share(number(percent)? / 100.0)),
        (None, Some((part, whole))) => {
            let share = number(part)? / number(whole)?;
            if share.is_finite() { Ok(Loss::Share(share)) } else { Err(wrong()) }
        }
        (None, None) => Ok(Loss::Amount(number(text)?)),
    }
}

fn effort(text: &str) -> Result<Effort, String> {
    if text == "proof" {
        return Ok(Effort::Proof);
    }
    let units = text.parse().map_err(|_| "a number of units of work is wanted, or `proof`".to_owned())?;
    Ok(Effort::Units(units))
}
