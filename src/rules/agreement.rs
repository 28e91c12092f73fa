//! Whether a rule states what it audits: a test for rules, and a way to tell which of them is at fault.

use super::{Placed, Scope, Spot, TooLarge};
use crate::{
    event::CheckedEvent,
    program::{Alone, Planned},
    timetable::Timetable,
};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::fmt;

/// Compares what every rule of the event audits with what it states, on so many random timetables.
///
/// Rules by other hands are tested with this: an event or two on which the rule has something to say, small enough for every
/// place of every talk to be written out, and a thousand timetables. The timetables keep rooms to one talk at a time and
/// talks to places that the event offers; speakers may be in two places, and other rules be broken. The same seed gives the
/// same timetables. Three promises of a rule are tested, each with every rule by itself:
///
/// - [`state`](super::RuleKind::state) charges what [`audit`](super::RuleKind::audit) finds, and is broken where that is;
/// - so it does where rooms are planned as one that [`rooms_seen`](super::RuleKind::rooms_seen) does not tell apart;
/// - so it does where starts are planned as one that [`times_seen`](super::RuleKind::times_seen) does not tell apart.
///
/// # Errors
///
/// The first [`Mismatch`], with as few talks as show it; or that the event's weights are [too large](TooLarge).
///
/// ```
/// use slotwise::{
///     Amount, Event, Room, Slot, Talk, civil::date,
///     program::{Draft, Sum},
///     rules::{AgreementError, Finding, Method, Placed, RoomsSeen, Rule, RuleKind, Scope, check_agreement},
/// };
///
/// /// Nobody likes the cellar.
/// #[derive(Clone, Debug)]
/// struct NotInTheCellar { rooms: RoomsSeen }
///
/// impl RuleKind for NotInTheCellar {
///     fn kind(&self) -> &'static str {
///         "not_in_the_cellar"
///     }
///
///     fn rooms_seen(&self, _scope: &Scope<'_>) -> RoomsSeen {
///         self.rooms.clone()
///     }
///
///     fn audit(&self, scope: &Scope<'_>, placed: &Placed<'_>) -> Vec<Finding> {
///         let cellar = scope.event().find_room("cellar");
///         let spots = placed.of(scope.talks()).filter(|spot| Some(spot.room) == cellar);
///         spots.map(|spot| Finding::against(1, scope.price(), vec![spot.talk])).collect()
///     }
///
///     fn state(&self, scope: &Scope<'_>, draft: &mut Draft<'_>) {
///         let cellar = scope.event().find_room("cellar");
///         for talk in scope.talks() {
///             let there = draft.atoms(*talk).filter(|atom| Some(draft.spot(*atom).room) == cellar).collect::<Vec<_>>();
///             let charge = draft.charge(scope, Vec::new(), vec![*talk]);
///             draft.at_most(charge, Sum::each(there), 0);
///         }
///     }
/// }
///
/// let day = date(2026, 10, 30);
/// let mut event = Event::new("Meetup", "Europe/Paris");
/// event.rooms = ["hall", "cellar"].map(Room::new).to_vec();
/// event.slots.push(Slot::new("s1", day.at(19, 0, 0, 0), day.at(19, 30, 0, 0)).rooms(["hall", "cellar"]));
/// event.talks.push(Talk::new("t1", "Hello").minutes(20));
/// let event = event.check()?;
///
/// let rule = |rooms| Rule::<NotInTheCellar>::weighted(Amount::ONE, NotInTheCellar { rooms });
/// check_agreement(&event.clone().with_rule(&rule(RoomsSeen::Each))?, 100, 1)?;
///
/// // It looks at a room, and says that it looks at none.
/// let wrong = event.with_rule(&rule(RoomsSeen::Ignored))?;
/// let Err(AgreementError::Mismatch(mismatch)) = check_agreement(&wrong, 100, 1) else { panic!() };
/// assert_eq!(mismatch.look_at, Method::RoomsSeen);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_agreement(event: &CheckedEvent, tries: u32, seed: u64) -> Result<(), AgreementError> {
    let mut timetables = Vec::new();
    for scope in event.scopes() {
        let Some(apart) = Alone::of(&scope, Planned::Apart)? else { continue };
        if timetables.is_empty() {
            timetables = random_timetables(&apart.places(), tries, seed);
        }
        let mut statements = vec![(Method::State, apart)];
        for (method, planned) in AS_ONE {
            statements.extend(Alone::of(&scope, planned)?.map(|statement| (method, statement)));
        }
        for (method, statement) in &statements {
            let differs = |spots: &[Spot]| difference(&scope, statement, spots);
            if let Some(spots) = timetables.iter().find(|spots| differs(spots).is_some()) {
                let spots = fewest(spots, |spots| differs(spots).is_some());
                if let Some((audited, stated)) = differs(&spots) {
                    return Err(Mismatch::new(&scope, *method, &spots, audited, stated).into());
                }
            }
        }
    }
    Ok(())
}

/// The first rule that audits this very timetable otherwise than it states it.
pub(crate) fn mismatch_in(event: &CheckedEvent, placed: &Placed<'_>) -> Option<Mismatch> {
    let spots = placed.spots();
    event.stated_scopes().find_map(|scope| {
        let mut planned = std::iter::once((Method::State, Planned::Apart)).chain(AS_ONE);
        planned.find_map(|(method, planned)| {
            let statement = Alone::over(&scope, planned, spots).ok().flatten()?;
            let (audited, stated) = difference(&scope, &statement, spots)?;
            Some(Mismatch::new(&scope, method, spots, audited, stated))
        })
    })
}

/// What is planned as one where a method says that it is alike.
const AS_ONE: [(Method, Planned); 2] =
    [(Method::RoomsSeen, Planned::RoomsAsOne), (Method::TimesSeen, Planned::StartsAsOne)];

/// What the rule audits and what it states, where that is not the same.
fn difference(scope: &Scope<'_>, statement: &Alone, spots: &[Spot]) -> Option<(Verdict, Verdict)> {
    let stated = statement.judge(spots)?;
    let findings = scope.kind().audit(scope, &Placed::new(scope.event(), spots.to_vec()));
    let broken = findings.iter().any(|f| f.broken || scope.required() && f.units > 0);
    // Both are sums of what is at stake: neither saturates where that is in range, and it is where there is a statement.
    let value = findings.iter().map(|f| f.gain.saturating_sub(f.cost)).fold(0, i64::saturating_add);
    let audited = Verdict { thousandths: value, broken };
    let value = stated.values.values().copied().fold(0, i64::saturating_add);
    let stated = Verdict { thousandths: value, broken: !stated.broken.is_empty() };
    (audited != stated).then_some((audited, stated))
}

/// The empty timetable, then random ones: few talks or many, each room with one at a time.
fn random_timetables(places: &[Vec<Spot>], tries: u32, seed: u64) -> Vec<Vec<Spot>> {
    /// How many places of a talk are tried before it is left out.
    const LOOKS: usize = 8;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut order: Vec<&Vec<Spot>> = places.iter().filter(|of_talk| !of_talk.is_empty()).collect();
    let mut timetables = vec![Vec::new()];
    for _ in 1..tries {
        order.shuffle(&mut rng);
        let fullness = rng.random_range(0.2..=1.0);
        let mut spots: Vec<Spot> = Vec::new();
        for of_talk in &order {
            if !rng.random_bool(fullness) {
                continue;
            }
            let free = |spot: &Spot| !spots.iter().any(|s| s.room == spot.room && s.busy().overlaps(spot.busy()));
            let mut looks = (0..LOOKS).map(|_| of_talk[rng.random_range(0..of_talk.len())]);
            spots.extend(looks.find(free));
        }
        timetables.push(spots);
    }
    timetables
}

/// As few of the spots as still do what all of them do.
fn fewest(spots: &[Spot], still: impl Fn(&[Spot]) -> bool) -> Vec<Spot> {
    let mut spots = spots.to_vec();
    let mut i = 0;
    while i < spots.len() {
        let out = spots.remove(i);
        if !still(&spots) {
            spots.insert(i, out);
            i += 1;
        }
    }
    spots
}

/// A timetable that a rule audits otherwise than it states it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The rule's name, or its title.
    pub rule: String,
    /// Its position among the rules of the event.
    pub position: u32,
    /// The method that breaks its promise, if the rule's `audit` is right.
    pub look_at: Method,
    /// The timetable.
    pub timetable: Timetable,
    /// What the audit says of it.
    pub audited: Verdict,
    /// What the statement says of it.
    pub stated: Verdict,
}

/// A method of [`RuleKind`](super::RuleKind) that promises something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// [`RuleKind::state`](super::RuleKind::state): it states something else than is audited, with every room and start by
    /// itself.
    State,
    /// [`RuleKind::rooms_seen`](super::RuleKind::rooms_seen): rooms are planned as one that the rule tells apart.
    RoomsSeen,
    /// [`RuleKind::times_seen`](super::RuleKind::times_seen): starts are planned as one that the rule tells apart.
    TimesSeen,
}

/// What one side says of a timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// What it gains by the rule, less what it costs, in thousandths.
    pub thousandths: i64,
    /// Whether something that must hold is broken.
    pub broken: bool,
}

/// Why rules cannot be said to state what they audit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// One does not.
    #[error(transparent)]
    Mismatch(Box<Mismatch>),
    /// The event's weights are too large for exact sums.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

impl From<Mismatch> for AgreementError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(Box::new(mismatch))
    }
}

impl Mismatch {
    fn new(scope: &Scope<'_>, look_at: Method, spots: &[Spot], audited: Verdict, stated: Verdict) -> Self {
        let timetable = Timetable::of(scope.event(), spots);
        Self { rule: scope.name().to_owned(), position: scope.index(), look_at, timetable, audited, stated }
    }
}

impl std::error::Error for Mismatch {}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Of a large timetable the beginning is told.
        const MOST: usize = 12;
        let Self { rule, position, look_at, audited, stated, .. } = self;
        write!(f, "the rule {rule:?} (rules[{position}]) audits {audited} and states {stated}{}", look_at.condition())?;
        write!(f, "; look at its `{look_at}`. The timetable:")?;
        let placements = &self.timetable.placements;
        for (i, placement) in placements.iter().take(MOST).enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(f, "{comma} {} in {} at {}", placement.talk, placement.room, placement.start)?;
        }
        match placements.len() {
            0 => f.write_str(" empty"),
            n if n > MOST => write!(f, " and {} more", n - MOST),
            _ => Ok(()),
        }
    }
}

impl Method {
    /// When the statement differs from the audit.
    fn condition(self) -> &'static str {
        match self {
            Self::State => "",
            Self::RoomsSeen => " where rooms are planned as one that it does not say to tell apart",
            Self::TimesSeen => " where starts are planned as one that it does not say to tell apart",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State => "state",
            Self::RoomsSeen => "rooms_seen",
            Self::TimesSeen => "times_seen",
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.thousandths as f64 / 1000.0)?;
        if self.broken { f.write_str(", broken,") } else { Ok(()) }
    }
}
