//! What a programme must or should satisfy: one rule, one file.
//!
//! Every rule does two things, written apart so that one can catch the other's mistakes: it **audits** a timetable, from
//! the event alone, and it **states** itself as rows of the [program](crate::program). The ten built-in kinds and the
//! rules of embedding code go through the same trait, [`RuleKind`]; [`check_agreement`] tests that both say the same.

mod agreement;
mod balance;
mod canonical;
mod chain;
mod check;
mod clash;
mod count;
mod distance;
mod finding;
mod fit;
mod group;
mod grouped;
mod keep;
mod measure;
mod merit;
mod order;
mod own;
mod pairs;
mod place;
mod plenary;
mod read;
mod registry;
mod rest;
mod scope;
mod selection;
mod sites;
mod spec;
mod spot;
mod stakes;
#[cfg(test)]
pub(crate) mod testing;
mod warn;
mod where_;

pub use agreement::{AgreementError, Method, Mismatch, Verdict, check_agreement};
pub use balance::Balance;
pub use check::Check;
pub use clash::{Clash, ClashOf, Factored, Per};
pub use count::Count;
pub use distance::Distance;
pub use finding::{Finding, Group};
pub use fit::Fit;
pub use group::Dimension;
pub use keep::Keep;
pub use measure::Measure;
pub use merit::Merit;
pub use order::{Order, Relation, Together};
pub use own::OwnKind;
pub use place::{Place, Want};
pub use plenary::Plenary;
pub use registry::{NotAKind, Registry};
pub use rest::Rest;
pub use scope::{RoomsSeen, RuleKind, Scope, TimesSeen};
pub use selection::Selection;
pub(crate) use spec::AnyRule;
pub use spec::{Kind, Rule, Strength};
pub use spot::{Placed, Spot};
pub use warn::Warn;
pub use where_::Where;

pub use stakes::TooLarge;

pub(crate) use agreement::mismatch_in;
pub(crate) use read::read;
pub(crate) use sites::Sites;
pub(crate) use stakes::Stakes;
