//! Alternatives: other timetables that are nearly as good as the best, and as different from each other as can be.
//!
//! **Method.** The optimum is proven first. Every further timetable is the one that is farthest from all those before it,
//! among those within the loss: values become floors, and the least of the distances is maximised, which is greedy max-min
//! dispersion; then the value is maximised at that distance. Where each step is proven, the greedy choice is within a factor
//! of two of the best possible set (Ravi, Rosenkrantz and Tayi 1994, for metric distances, as this one is). Under limited
//! effort, a timetable as far as the one before is enough, and beside each question for value, another asks for the best
//! timetable that is farther. For diverse solutions of integer programs see Glover, Løkketangen and Woodruff, *Scatter search
//! to generate diverse MIP solutions* (2000), and Danna and Woodruff, *How to select a small set of diverse solutions to mixed
//! integer programming problems* (2009).
//!
//! **What is proven** is told for each timetable: that none is farther (`farthest`), and of the whole list, that there are
//! no others (`complete`). Both take exact answers to questions that can be hard, so each question has an
//! [effort](AlternativesOptions::effort()).

mod page;
mod search;
mod told;

use crate::{
    event::{CivilTime, TalkId, UtcOffset},
    solve::{Model, SolveError, SolveOptions},
    timetable::{Answer, Difference, Level, Placement, StoppedBy},
};
use schemars::JsonSchema;
use serde::Serialize;

/// The units of work that each question has, unless options say otherwise.
const EFFORT: u64 = 200;

/// How much less than the best a timetable may be worth.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Loss {
    /// A share of what the best is worth, in size: 0.01 is one percent.
    Share(f64),
    /// So much of the value.
    Amount(f64),
}

impl Loss {
    /// What may be lost of that value, in thousandths. What is negative or not a number is no loss.
    fn of(self, value: i64) -> i64 {
        let most = match self {
            Self::Share(share) => share * value.abs() as f64,
            Self::Amount(amount) => amount * 1000.0,
        };
        // What a double loses of a thousandth does not take it away.
        (most + 1e-6).max(0.0).floor() as i64
    }
}

/// What is asked of [`Model::alternatives`].
///
/// ```
/// use slotwise::explore::{AlternativesOptions, Loss};
/// let ten = AlternativesOptions::new().count(10).within(Loss::Share(0.005));
/// # let _ = ten;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AlternativesOptions {
    /// The number of alternatives wanted, besides the best.
    pub count: usize,
    /// How much less than the best they may be worth.
    pub within: Loss,
    /// The units of [work](SolveOptions::work_limit()) that each question has; none: until it is proven.
    pub effort: Option<u64>,
    /// Whether the talks that all agree on are asked about one by one.
    pub prove_agreed: bool,
}

impl Default for AlternativesOptions {
    fn default() -> Self {
        Self { count: 5, within: Loss::Share(0.01), effort: Some(EFFORT), prove_agreed: false }
    }
}

impl AlternativesOptions {
    /// Five alternatives, each worth at most one percent less than the best.
    pub fn new() -> Self {
        Self::default()
    }

    /// So many alternatives.
    pub fn count(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// Each may lose that much.
    ///
    /// A share is taken at each priority of what the best is worth there; where that is 0, nothing may be lost. An amount
    /// may be lost at each priority from the first one on at which the best is worth something other than 0; before it,
    /// nothing.
    pub fn within(mut self, loss: Loss) -> Self {
        self.within = loss;
        self
    }

    /// Each question has so many units of work. More of it finds timetables that are farther apart and worth more.
    pub fn effort(mut self, units: u64) -> Self {
        self.effort = Some(units);
        self
    }

    /// Of each talk that all timetables found choose, or leave out, it is asked whether every timetable within the loss does:
    /// [`Agreed::always`] and [`Agreed::never`]. That is one question for each such talk, several at once.
    pub fn prove_agreed(mut self) -> Self {
        self.prove_agreed = true;
        self
    }

    /// Each question is asked until its answer is proven, however long that takes, or until [`SolveOptions`] end it.
    pub fn until_proven(mut self) -> Self {
        self.effort = None;
        self
    }
}

/// The best timetable, and others that are nearly as good.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Alternatives {
    /// The best timetable, or why there is none.
    pub best: Answer,
    /// What ended the search: a proof where every alternative is proven to be the farthest, or where there are no others.
    pub stopped_by: StoppedBy,
    /// Whether these are all, proven: no other timetable is within the loss. Timetables that differ in the names of rooms
    /// alone are one.
    pub complete: bool,
    /// What every alternative is worth at least, by priority.
    pub floors: Vec<Floor>,
    /// What the best and all alternatives have in common.
    pub agreed: Agreed,
    /// The alternatives: those worth most come first.
    pub alternatives: Vec<Alternative>,
    /// How many questions were asked of the model.
    pub questions: usize,
}

/// What an alternative is worth at least at one priority.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Floor {
    /// The priority.
    pub priority: u32,
    /// What the best is worth there.
    pub best: f64,
    /// What an alternative is worth there at least.
    pub least: f64,
}

/// What several timetables have in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Agreed {
    /// The talks that all of them choose, by id.
    pub chosen: Vec<TalkId>,
    /// The talks that all of them leave out, by id.
    pub left_out: Vec<TalkId>,
    /// The talks that all of them place at the same time, by id.
    pub placed: Vec<AgreedPlace>,
    /// The talks that every timetable within the loss chooses, those that were not found too: proven. Empty unless it was
    /// [asked for](AlternativesOptions::prove_agreed()) or all timetables are known.
    pub always: Vec<TalkId>,
    /// The talks that every timetable within the loss leaves out: proven, as `always`.
    pub never: Vec<TalkId>,
}

/// A talk that several timetables place at the same time.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AgreedPlace {
    /// The talk.
    pub talk: TalkId,
    /// When it starts.
    pub start: CivilTime,
    /// How far the clocks are ahead of UTC then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_offset: Option<UtcOffset>,
}

/// A timetable that is nearly as good as the best.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Alternative {
    /// Gains less costs, over all priorities.
    pub value: f64,
    /// How much less that is than the value of the best. Negative where what is lost at one priority is more than made up
    /// at a later one.
    pub loss: f64,
    /// Value by priority, where there is more than one; `bound` is the floor.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Level>,
    /// How far it is from the best: the talks that are in one of the two, or in both at different starts. Rooms do not count.
    pub distance: u32,
    /// How far it is from the nearest of all the others, the best among them.
    pub nearest: u32,
    /// Its position in the order in which the alternatives were chosen, from 1.
    pub step: usize,
    /// How far it was then from the nearest of those before it and the best.
    pub step_distance: u32,
    /// Whether that is proven to be as far as can be.
    pub farthest: bool,
    /// Whether it is proven that no timetable so far from those is worth more.
    pub best_there: bool,
    /// The timetable, by start and room.
    pub placements: Vec<Placement>,
    /// The talks that are not placed and were not declined, by id.
    pub left_out: Vec<TalkId>,
    /// What it takes to get there from the best.
    pub difference: Difference,
    /// The rules that gain or cost another amount than in the best, in the event's order.
    pub rules: Vec<RuleChange>,
}

/// What one rule comes to in the best timetable and in another one.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RuleChange {
    /// What to call the rule.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// At which priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// What it gains less what it costs in the best.
    pub best: f64,
    /// The same in this timetable.
    pub value: f64,
    /// How much more that is; negative for less.
    pub change: f64,
}

impl Model {
    /// Finds timetables that are worth nearly as much as the best, and as different from it and from each other as can be.
    ///
    /// A time limit is one for all of it, half of which the best has at most; a work limit is one for each question. What
    /// was found until then is returned, with what ended the search. Where the event has no timetable, `best` says so.
    /// Under a limit of work, or none, the result is the same on any number of threads.
    ///
    /// # Errors
    ///
    /// As [`Model::solve`]. Alternatives need floors, so an event whose places are too many to be
    /// [written out](SolveOptions::written_out()) is a [`SolveError::Query`].
    ///
    /// ```
    /// use slotwise::{Amount, Event, Keep, Model, Room, Slot, SolveOptions, Talk, civil::date};
    /// use slotwise::{explore::{AlternativesOptions, Loss}, rules::{Merit, Rule}};
    ///
    /// let evening = date(2026, 10, 30);
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.rooms.push(Room::new("hall"));
    /// event.slots.push(Slot::new("s1", evening.at(19, 0, 0, 0), evening.at(19, 50, 0, 0)).rooms(["hall"]));
    /// for (id, merit) in [("good", 49), ("better", 50), ("poor", 10)] {
    ///     event.talks.push(Talk::new(id, id).minutes(50).merit(Amount::whole(merit)));
    /// }
    /// event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
    ///
    /// let model = Model::new(event.check()?, Keep::Optimum);
    /// let options = AlternativesOptions::new().within(Loss::Share(0.02));
    /// let found = model.alternatives(&options, &SolveOptions::new())?;
    /// assert_eq!(found.best.placements[0].talk.as_str(), "better");
    /// assert_eq!(found.alternatives[0].placements[0].talk.as_str(), "good");
    /// assert!(found.complete, "the poor talk is worth too little");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn alternatives(
        &self,
        wanted: &AlternativesOptions,
        options: &SolveOptions,
    ) -> Result<Alternatives, SolveError> {
        search::alternatives(self, wanted, options)
    }
}
