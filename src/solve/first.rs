//! A first timetable of an event that takes long to be stated.
//!
//! Every rule states itself over a few places a talk instead of all of them, which takes milliseconds: those of a greedy
//! timetable in which nobody and no room is in two places at once, and some others spread over the event. [Local
//! search](super::local) makes a timetable of that, of which every rule is judged exactly; then each talk keeps its place
//! among other ones, and so on for a few rounds. (Most constrained talk first: Brélaz, *New methods to color the vertices of
//! a graph*, 1979; the rounds are a large-neighbourhood search over sets of places: Shaw, 1998.)

use super::{
    answer::{self, is_more},
    limits::{Limits, Stop},
    local::{Ground, Local},
    outlined::Sketch,
    parts::{self, Part},
    progress::Phase,
    settle::{self, Aim, Pinned, Settled},
};
use crate::{
    event::{CheckedEvent, Span, TalkIx, TalkStatus},
    program::{Atom, ClassIx, Fixing, Halt, Places, Program, TooLarge, Var},
};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Events of fewer places are stated in no time.
const MANY: u64 = 10_000;
/// How many places all talks have together in a round, and a talk at least and at most.
const PLACES: usize = 6_000;
const FEWEST: usize = 3;
const MOST: usize = 24;
/// How many places the greedy timetable looks at for a talk, at most.
const LOOKS: usize = 4_000;
/// How many rounds there are, and the moves of each for a talk.
const ROUNDS: usize = 4;
const MOVES: u64 = 30;
/// Rounds end after so many in a row without a better timetable.
const PATIENCE: u32 = 60;

/// Whether the event takes long enough to be stated.
pub(super) fn is_worth_while(places: &Places) -> bool {
    places.count() > MANY
}

/// Rounds of places, and the best timetable so far. It bounds nothing.
pub(super) struct Rounds<'a> {
    event: &'a CheckedEvent,
    places: &'a Places,
    random: Xoshiro256PlusPlus,
    /// Where each talk is at best, and what that is worth: what a round has to exceed.
    own: Vec<Option<Atom>>,
    held: Option<BTreeMap<u32, i64>>,
    pub(super) best: Option<Sketch>,
    /// How long a round took at most.
    longest: Duration,
}

impl<'a> Rounds<'a> {
    /// Begins with a timetable, if there is one, or with a greedy one.
    pub(super) fn new(event: &'a CheckedEvent, places: &'a Places, begin: Option<&Sketch>, seed: u64) -> Self {
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut rounds =
            Self { event, places, random, own: Vec::new(), held: None, best: None, longest: Duration::ZERO };
        match begin.filter(|sketch| sketch.settled.chosen.is_some()) {
            Some(sketch) => rounds.hold(sketch),
            None => rounds.own = greedy(event, places),
        }
        rounds
    }

    /// Goes on from a timetable.
    pub(super) fn hold(&mut self, sketch: &Sketch) {
        if let Some(chosen) = &sketch.settled.chosen {
            self.own = own(self.event, &sketch.program, chosen);
            self.held = Some(sketch.values.clone());
        }
    }

    /// The first few rounds. Where nothing else is a timetable, one of them is made whatever the clock says.
    pub(super) fn first(&mut self, limits: &Limits) -> Result<(), TooLarge> {
        limits.enter(Phase::Constructing);
        let needed = self.best.is_none() && !answer::can_be_empty(self.event);
        for round in 0..ROUNDS {
            if needed && round == 0 {
                self.round(limits, Halt::NEVER)?;
            } else {
                self.round_in_time(limits)?;
            }
        }
        Ok(())
    }

    /// Rounds until it is time to stop, or until many in a row have found nothing better.
    pub(super) fn on(&mut self, limits: &Limits) -> Result<(), TooLarge> {
        let mut idle = 0;
        while idle < PATIENCE && self.stop(limits).is_none() {
            let before = self.held.clone();
            self.round_in_time(limits)?;
            idle = if self.held == before { idle + 1 } else { 0 };
        }
        Ok(())
    }

    /// Whether there is no time for another round, and why.
    pub(super) fn stop(&self, limits: &Limits) -> Option<Stop> {
        let in_time = limits.seconds_left().is_none_or(|left| left > self.longest.as_secs_f64());
        limits.stop().or((!in_time).then_some(Stop::Time))
    }

    /// The better of a sketch and the best timetable so far, which is given away.
    pub(super) fn better(&mut self, sketch: Sketch) -> Sketch {
        match self.best.take() {
            Some(found) => found.or_better(Some(sketch)),
            None => sketch,
        }
    }

    /// A round, unless it is time to stop or the round before took longer than is left; it is left off once time is up.
    fn round_in_time(&mut self, limits: &Limits) -> Result<(), TooLarge> {
        let late = || limits.is_late();
        if self.stop(limits).is_some() {
            return Ok(());
        }
        let began = Instant::now();
        let ended = self.round(limits, Halt::when(&late));
        self.longest = self.longest.max(began.elapsed());
        ended
    }

    fn round(&mut self, limits: &Limits, halt: Halt<'_>) -> Result<(), TooLarge> {
        let places = some(self.event, self.places, &self.own, &mut self.random);
        let Some(program) = Program::over_unless(self.event, &places, halt)? else { return Ok(()) };
        let Some(chosen) = search(&program, &self.own, limits, halt) else { return Ok(()) };
        let evaluation = program.evaluate(&chosen);
        let held = self.held.as_ref();
        if !evaluation.broken.is_empty() || held.is_some_and(|held| !is_more(&evaluation.values, held)) {
            return Ok(());
        }
        let best = self.best.as_ref();
        let first_feasible = best.and_then(|best| best.settled.first_feasible).or_else(|| Some(Instant::now()));
        let stopped = Settled::stopped(Stop::Work, BTreeMap::new());
        let settled = Settled { chosen: Some(chosen), first_feasible, ..stopped };
        let found = Sketch { program, settled, values: evaluation.values };
        self.hold(&found);
        self.best = Some(found);
        Ok(())
    }
}

/// Where a choice of atoms places each talk of the event.
fn own(event: &CheckedEvent, program: &Program, chosen: &[Var]) -> Vec<Option<Atom>> {
    let mut own = vec![None; event.talks().len()];
    chosen.iter().map(|var| program.atoms[var.at()]).for_each(|atom| own[atom.talk.at()] = Some(atom));
    own
}

/// Local search over the program, part by part, beginning with these places where they break nothing.
fn search(program: &Program, own: &[Option<Atom>], limits: &Limits, halt: Halt<'_>) -> Option<Vec<Var>> {
    let fixing = program.fix_unless(halt);
    if fixing.impossible.is_some() || halt.is_due() {
        return None;
    }
    let has = |atom: &Atom| own[atom.talk.at()].as_ref() == Some(atom);
    let begin: Vec<Var> = (0..program.atoms.len() as u32).map(Var).filter(|v| has(&program.atoms[v.at()])).collect();
    let parts = parts::parts(program, &fixing, halt);
    let mut chosen = settle::decided(program, &fixing, &parts.decided).chosen?;
    for part in &parts.open {
        if halt.is_due() {
            return None;
        }
        chosen.extend(search_part(program, &fixing, part, &begin, limits)?);
    }
    Some(chosen)
}

fn search_part(program: &Program, fixing: &Fixing, part: &Part, begin: &[Var], limits: &Limits) -> Option<Vec<Var>> {
    let limits = &limits.muted();
    let mut own = settle::first(program, fixing, part, Aim::best(Some(begin)), limits)?;
    // Priority after priority, each as far as a short search gets; what was reached before stays.
    let mut reached = Pinned::default();
    for priority in settle::priorities(program, part) {
        let ground = Ground::of(program, fixing, part, priority, &reached, 1);
        let mut local = Local::new(&ground, Some(&own), limits.seed());
        if limits.stop().is_none() {
            local.round(MOVES * ground.talks() as u64, i64::MAX, limits);
        }
        let (value, chosen) = local.best()?;
        own = settle::within(program, fixing, part, &chosen);
        reached.values.insert(priority, value);
    }
    Some(own)
}

/// The places of each talk in a round: its own, and others spread over the event.
fn some(
    event: &CheckedEvent,
    places: &Places,
    own: &[Option<Atom>],
    random: &mut Xoshiro256PlusPlus,
) -> Vec<Vec<Atom>> {
    let talks = event.talks().len().max(1);
    let each = (PLACES / talks).clamp(FEWEST, MOST);
    let of_talk = |talk: TalkIx| {
        let mut atoms: Vec<Atom> = own[talk.at()].into_iter().collect();
        let offers = places.offers(talk);
        for _ in 0..if offers.is_empty() { 0 } else { each - 1 } {
            let offer = offers[random.random_range(0..offers.len())];
            let classes = &places.class_lists[offer.classes as usize];
            let class = classes[random.random_range(0..classes.len())];
            atoms.push(places.times[offer.time as usize].atom(talk, class));
        }
        atoms.sort_unstable_by_key(|atom| (atom.start, atom.busy_until, atom.slot, atom.class));
        atoms.dedup();
        atoms
    };
    event.talk_indices().map(of_talk).collect()
}

/// Places talks one by one where nobody and no room is taken: those that must be placed first, those with the fewest places
/// first among them.
fn greedy(event: &CheckedEvent, places: &Places) -> Vec<Option<Atom>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(0);
    let mut at: Vec<Option<Atom>> = vec![None; event.talks().len()];
    let many = |talk: &TalkIx| {
        let of = |offer: &crate::program::Offer| places.class_lists[offer.classes as usize].len();
        places.offers(*talk).iter().map(of).sum::<usize>()
    };
    let mut order: Vec<TalkIx> =
        event.talk_indices().filter(|t| event.talk(*t).status != TalkStatus::Declined).collect();
    order.sort_by_cached_key(|t| {
        let facts = event.talk(*t);
        (facts.status != TalkStatus::Accepted, many(t), std::cmp::Reverse(facts.merit))
    });
    let mut taken: Vec<Vec<Span>> = vec![Vec::new(); places.classes.len()];
    let mut busy: Vec<Vec<Span>> = vec![Vec::new(); event.speakers().len()];
    for talk in order {
        let speakers = &event.talk(talk).speakers;
        let mut offers: Vec<_> = places.offers(talk).to_vec();
        // Talks that come in one order to the same places would all try the same ones first.
        offers.shuffle(&mut random);
        let free = |atom: &Atom| {
            let rooms = places.classes[atom.class.at()].rooms.len();
            is_free(&taken[atom.class.at()], atom.busy(), rooms)
                && speakers.iter().all(|s| busy[s.at()].iter().all(|span| !span.overlaps(atom.span())))
        };
        let atoms = offers.iter().flat_map(|offer| {
            let time = places.times[offer.time as usize];
            places.class_lists[offer.classes as usize].iter().map(move |class: &ClassIx| time.atom(talk, *class))
        });
        let Some(atom) = atoms.take(LOOKS).find(free) else { continue };
        taken[atom.class.at()].push(atom.busy());
        speakers.iter().for_each(|s| busy[s.at()].push(atom.span()));
        at[talk.at()] = Some(atom);
    }
    at
}

/// Whether one of so many rooms is free all the time: at no moment are all of them taken.
fn is_free(taken: &[Span], span: Span, rooms: usize) -> bool {
    let meeting: Vec<&Span> = taken.iter().filter(|other| other.overlaps(span)).collect();
    if meeting.len() < rooms {
        return true;
    }
    let moments = meeting.iter().map(|other| other.start.max(span.start));
    moments.map(|moment| meeting.iter().filter(|other| other.has(moment)).count()).all(|many| many < rooms)
}
