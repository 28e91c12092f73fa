//! Chooses the talks of a conference and places them in rooms and time, by integer programming, with a proof of how good
//! the answer is.
//!
//! An [`Event`] says what there is: rooms, times, people, talks, reviews, and the [`rules`] of the programme. It is
//! read from JSON or built in code, and then [checked](Event::check). [`solve()`] finds the best [`Timetable`] and proves it;
//! an [`Audit`] judges any timetable, whoever made it. A [`Model`] states an event once and is asked many times, a little
//! changed each time ([`Query`]).
//!
//! ```
//! use slotwise::{Amount, Event, Room, Slot, SolveOptions, Talk, civil::date, rules::{Merit, Rule}, solve};
//!
//! let evening = date(2026, 10, 30);
//! let mut event = Event::new("Meetup", "Europe/Paris");
//! event.rooms.push(Room::new("hall"));
//! event.slots.push(Slot::new("s1", evening.at(19, 0, 0, 0), evening.at(19, 50, 0, 0)).rooms(["hall"]));
//! event.talks.push(Talk::new("good", "Good").minutes(50).merit(Amount::whole(4)));
//! event.talks.push(Talk::new("better", "Better").minutes(50).merit(Amount::whole(5)));
//! event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
//!
//! let answer = solve(&event.check()?, &SolveOptions::new())?;
//! assert!(answer.is_proven());
//! assert_eq!(answer.placements[0].talk.as_str(), "better");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`event`] | what an organiser says: types, builder, reading, checks |
//! | [`reviews`] | marks to merit |
//! | [`rules`] | one rule, one file: its meaning, how it audits, how it states itself; the trait for rules of your own |
//! | [`program`] | the one small language that rules state themselves in |
//! | [`solve`](mod@solve) | the search and its proof |
//! | [`timetable`] | the answer: placements, audit, difference, summary |
//! | [`explore`] | what else would do: alternatives, and re-planning what was published |
//!
//! # Embedding
//!
//! - **In and out.** Events, [`SolveOptions`] and [`Answer`]s are read from JSON; these, [`Progress`], [`Summary`], audits and
//!   [`Problems`] are written to it. An answer that was stored is read back to the last byte.
//! - **Limits.** A search stops by time, by work, at a gap, or when a [`CancelFlag`] is raised from any thread; it then answers
//!   with the best that it has found. See [`SolveOptions`].
//! - **Threads.** A search works on the rayon pool that it is called in, unless [`SolveOptions::threads`] says a number, so many
//!   searches can share one pool.
//! - **Rules of your own** implement [`rules::RuleKind`]. They are added in code ([`CheckedEvent::with_rule`]), or read from JSON
//!   like the built-in ones ([`Event::read_with`] and a [`rules::Registry`]).
//! - **Errors.** What is wrong with an event is a list of [`Problem`]s with path and line; nothing that can be read panics.
//!
//! # Features
//!
//! | feature | what it does |
//! | --- | --- |
//! | `microlp` (default) | the pure-Rust solver: builds anywhere in seconds, serves ordinary conferences |
//! | `highs` | the solver HiGHS, for large events: its build needs cmake and libclang |
//! | `tracing` | spans around the steps of a search: `solve`, `stating`, `presolve`, `component`, `local_search`, `backend` |
//!
//! One of the two solvers has to be on. Where both are, [`SolveOptions::backend`] says which one is used.

pub mod event;
pub mod explore;
pub mod program;
pub mod reviews;
pub mod rules;
pub mod solve;
mod text;
pub mod timetable;
mod trace;

#[doc(inline)]
pub use event::{
    Amount, Block, BlockId, CheckedEvent, CivilTime, Event, Format, FormatId, Interest, NotATime, NotAnAmount,
    NotAnOffset, Opening, Pin, Problem, Problems, Published, Review, Reviewer, ReviewerId, Room, RoomId, Share, Slot,
    SlotId, Speaker, SpeakerId, Tags, Talk, TalkId, TalkStatus, UtcOffset, Warning, Window,
};
pub use jiff::civil;
#[doc(inline)]
pub use solve::{BackendKind, CancelFlag, Keep, Model, Phase, Progress, Query, SolveError, SolveOptions, solve};
#[doc(inline)]
pub use timetable::{Answer, Audit, Difference, Placement, Summary, Timetable};

/// The README's example runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
