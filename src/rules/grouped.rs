//! Groups of a timetable, and groups that there could be: what `count` and `balance` share.

use super::{
    Check, Dimension, Measure, Placed, Scope, Spot, Where,
    group::{GroupKey, Grouping, Key, tuples},
};
use crate::{
    event::{CheckedEvent, Minute, TalkIx},
    program::{Draft, Var},
    text::quoted,
};
use std::collections::{BTreeMap, BTreeSet};

/// The most dimensions that groups are made of: what anybody means by a group is said with two or three.
const MOST_DIMENSIONS: usize = 4;
/// The most groups that one talk is in, whatever its place: several dimensions of many values multiply.
const MOST_GROUPS: usize = 1000;

/// What `count` and `balance` ask of their groups.
pub(super) fn check_groups(check: &mut Check<'_>, each: &[Dimension], measure: &Measure) {
    if *measure == Measure::Distinct(Dimension::Time) {
        check.problem("measure", "\"distinct:time\"", "another dimension: moments cannot be counted apart");
    }
    if each.len() > MOST_DIMENSIONS {
        check.problem("each", format!("{} dimensions", each.len()), format!("at most {MOST_DIMENSIONS}"));
        return;
    }
    for (i, dimension) in each.iter().enumerate() {
        if each[..i].contains(dimension) {
            check.problem(
                &format!("each[{i}]"),
                format!("{} a second time", quoted(&dimension.to_string())),
                "each dimension once",
            );
        }
    }
    if each.iter().filter(|dimension| !dimension.is_place()).count() > 1 {
        check_products(check, &Grouping::of(each));
    }
}

/// No talk is in very many groups.
fn check_products(check: &mut Check<'_>, grouping: &Grouping<'_>) {
    let event = check.event();
    let groups = event.talk_indices().map(|talk| (grouping.talk_groups(event, talk), talk));
    if let Some((groups, talk)) = groups.max_by_key(|(n, _)| *n).filter(|(n, _)| *n > MOST_GROUPS) {
        let found = format!("dimensions by which {} is in {groups} groups", quoted(&event.talk_id(talk).0));
        check.problem("each", found, format!("at most {MOST_GROUPS} groups a talk: fewer dimensions or fewer values"));
    }
}

/// The groups of a timetable.
pub(super) struct AuditedGroups<'r> {
    pub(super) grouping: Grouping<'r>,
    spots: Vec<Spot>,
    places: BTreeMap<Vec<Key>, Vec<u32>>,
    standing: BTreeSet<Vec<Key>>,
    /// The spots of each group, by its place: of thousands of groups most are empty.
    inside: BTreeMap<Vec<Key>, BTreeMap<Vec<Key>, Vec<u32>>>,
}

impl<'r> AuditedGroups<'r> {
    pub(super) fn of(event: &CheckedEvent, each: &'r [Dimension], within: &Where, placed: &Placed<'_>) -> Self {
        let grouping = Grouping::of(each);
        let within = within.resolve(event);
        let spots: Vec<Spot> = placed.spots().iter().copied().filter(|s| within.has(s)).collect();
        let mut moments: Vec<Minute> = spots.iter().map(|s| s.start).collect();
        moments.dedup();
        let mut by_place: BTreeMap<Vec<Key>, Vec<u32>> = BTreeMap::new();
        if !grouping.by_place() {
            by_place.insert(Vec::new(), Vec::new());
        }
        for (i, spot) in spots.iter().enumerate() {
            for tuple in grouping.place_tuples(event, spot, &moments) {
                by_place.entry(tuple).or_default().push(i as u32);
            }
        }
        let tuples: Vec<BTreeSet<Vec<Key>>> =
            spots.iter().map(|s| grouping.talk_tuples(event, s.talk).into_iter().collect()).collect();
        let mut inside: BTreeMap<Vec<Key>, BTreeMap<Vec<Key>, Vec<u32>>> = BTreeMap::new();
        for (place, list) in &by_place {
            let groups = inside.entry(place.clone()).or_default();
            for i in list {
                tuples[*i as usize].iter().for_each(|tuple| groups.entry(tuple.clone()).or_default().push(*i));
            }
        }
        Self { standing: grouping.standing(event), grouping, spots, places: by_place, inside }
    }

    /// Every group there is.
    pub(super) fn each(&self) -> impl Iterator<Item = GroupKey> + '_ {
        self.places.keys().flat_map(|place| self.standing.iter().map(|talk| (place.clone(), talk.clone())))
    }

    /// The same, without those empty groups that nobody asks after: of every speaker in every block nearly all are.
    pub(super) fn each_that_says_something(&self) -> Vec<GroupKey> {
        if !self.grouping.by_place() || !self.grouping.by_talk() {
            return self.each().collect();
        }
        let groups = self.inside.iter().flat_map(|(place, of)| of.keys().map(move |talk| (place, talk)));
        let standing = groups.filter(|(_, talk)| self.standing.contains(*talk));
        standing.map(|(place, talk)| (place.clone(), talk.clone())).collect()
    }

    /// Every spot in the group, selected or not.
    pub(super) fn spots<'a>(&'a self, key: &'a GroupKey) -> impl Iterator<Item = &'a Spot> + Clone + 'a {
        let list = self.inside.get(&key.0).and_then(|groups| groups.get(&key.1)).map_or(&[][..], Vec::as_slice);
        list.iter().map(|i| &self.spots[*i as usize])
    }

    /// Every spot in the group's place.
    pub(super) fn in_place<'a>(&'a self, place: &'a [Key]) -> impl Iterator<Item = &'a Spot> + Clone + 'a {
        let list = self.places.get(place).map_or(&[][..], Vec::as_slice);
        list.iter().map(|i| &self.spots[*i as usize])
    }
}

/// What the rows of a rule need to know of its groups beside their selected atoms.
#[derive(Clone, Copy)]
pub(super) struct Needs {
    /// Groups of talks that could be empty.
    pub(super) standing: bool,
    /// Where some talk is placed at all.
    pub(super) existence: bool,
    /// Every talk's atoms, group of place by group of place.
    pub(super) whole: bool,
}

/// The groups that there could be.
pub(super) struct StatedGroups<'r> {
    pub(super) grouping: Grouping<'r>,
    /// The selected atoms of each group.
    pub(super) atoms: BTreeMap<GroupKey, Vec<Var>>,
    /// Every talk's atoms in each group of place, where asked for.
    pub(super) in_place: BTreeMap<Vec<Key>, Vec<Var>>,
    needs: Needs,
    starting: BTreeMap<Minute, Vec<Var>>,
    /// Moments at which something may run that started earlier.
    running_on: BTreeSet<Minute>,
}

impl<'r> StatedGroups<'r> {
    /// The groups of a rule. `idle` says of which talks a group would have nothing to say, wherever they are placed.
    pub(super) fn of(
        draft: &mut Draft<'_>,
        scope: &Scope<'_>,
        grouping: Grouping<'r>,
        places: &Where,
        needs: Needs,
        idle: impl Fn(&[TalkIx]) -> bool,
    ) -> Self {
        let event = scope.event();
        let sites = draft.sites(places);
        let draft = &*draft;
        let mut starting: BTreeMap<Minute, Vec<Var>> = BTreeMap::new();
        if grouping.by_time() {
            for talk in event.talk_indices() {
                sites.each(draft, talk, |time, var| {
                    starting.entry(draft.times().list()[time as usize].start).or_default().push(var);
                });
            }
        }
        let mut table = PlaceTable::of(event, &grouping, starting.keys().copied().collect());
        let mut in_place: BTreeMap<Vec<Key>, Vec<Var>> = BTreeMap::new();
        if grouping.by_place() && (needs.existence || needs.standing) || needs.whole {
            let mut buckets = Buckets::default();
            for talk in event.talk_indices() {
                sites.each(draft, talk, |time, var| {
                    table.of_atom(draft, time, var).iter().for_each(|tuple| buckets.put(*tuple, var));
                });
            }
            buckets.take(
                |tuple| tuple,
                |tuple, vars| {
                    in_place.insert(table.tuples[tuple as usize].clone(), vars.to_vec());
                },
            );
        }
        let mut atoms: BTreeMap<GroupKey, Vec<Var>> = BTreeMap::new();
        if needs.standing {
            let everywhere = BTreeMap::from([(Vec::new(), Vec::new())]);
            let places = if grouping.by_place() { &in_place } else { &everywhere };
            let standing = grouping.standing(event);
            for place in places.keys() {
                for talk in &standing {
                    atoms.insert((place.clone(), talk.clone()), Vec::new());
                }
            }
        }
        let mut talks_of: BTreeMap<Vec<Key>, Vec<TalkIx>> = BTreeMap::new();
        for talk in scope.talks() {
            for tuple in grouping.talk_tuples(event, *talk) {
                talks_of.entry(tuple).or_default().push(*talk);
            }
        }
        let mut running_on = BTreeSet::new();
        let mut buckets = Buckets::default();
        for (tuple, talks) in talks_of.into_iter().filter(|(_, talks)| !idle(talks)) {
            for talk in talks {
                sites.each(draft, talk, |time, var| {
                    table.of_atom(draft, time, var).iter().for_each(|place| buckets.put(*place, var));
                    table.run_on(draft, var, &mut running_on);
                });
            }
            buckets.take(
                |place| place,
                |place, vars| {
                    atoms.insert((table.tuples[place as usize].clone(), tuple.clone()), vars.to_vec());
                },
            );
        }
        if needs.whole {
            // Shares are of everything that runs.
            for talk in event.talk_indices() {
                sites.each(draft, talk, |_, var| table.run_on(draft, var, &mut running_on));
            }
        }
        Self { grouping, atoms, in_place, needs, starting, running_on }
    }

    /// The moment that a group is measured at.
    fn moment(&self, place: &[Key]) -> Option<Minute> {
        match place.get(self.grouping.time_position()?) {
            Some(Key::Minute(moment)) => Some(*moment),
            _ => None,
        }
    }

    /// Whether talks may run then that started earlier, so that a bound must not count unless something starts.
    pub(super) fn only_at_starts(&self, place: &[Key]) -> bool {
        self.needs.existence && self.moment(place).is_some_and(|m| self.running_on.contains(&m))
    }

    /// The indicator that the group of place exists; none where groups always do, or nothing asked.
    pub(super) fn exists(&self, draft: &mut Draft<'_>, place: &[Key]) -> Option<Var> {
        if !self.grouping.by_place() || !self.needs.existence {
            return None;
        }
        let there = self.in_place.get(place).cloned().unwrap_or_default();
        let there = draft.any(there);
        let exists = match self.moment(place) {
            None => there,
            Some(moment) => {
                let starts = self.starting.get(&moment).cloned().unwrap_or_default();
                let starts = draft.any(starts);
                if place.len() == 1 { starts } else { draft.all(&[starts, there]) }
            }
        };
        Some(draft.as_var(exists))
    }
}

/// Variables in lists by number: what was put is taken out list by list.
#[derive(Default)]
pub(super) struct Buckets {
    lists: Vec<Vec<Var>>,
    filled: Vec<u32>,
}

impl Buckets {
    pub(super) fn put(&mut self, bucket: u32, var: Var) {
        self.list(bucket).push(var);
    }

    pub(super) fn put_all(&mut self, bucket: u32, vars: &[Var]) {
        self.list(bucket).extend_from_slice(vars);
    }

    fn list(&mut self, bucket: u32) -> &mut Vec<Var> {
        if self.lists.len() <= bucket as usize {
            self.lists.resize_with(bucket as usize + 1, Vec::new);
        }
        let list = &mut self.lists[bucket as usize];
        if list.is_empty() {
            self.filled.push(bucket);
        }
        list
    }

    /// Hands on every list that something was put in, in the order of what `key` says of their numbers. All are empty
    /// afterwards, and keep their room in memory.
    pub(super) fn take<K: Ord>(&mut self, key: impl Fn(u32) -> K, mut hand: impl FnMut(u32, &[Var])) {
        self.filled.sort_unstable_by_key(|bucket| key(*bucket));
        for bucket in self.filled.drain(..) {
            let list = &mut self.lists[bucket as usize];
            hand(bucket, list);
            list.clear();
        }
    }
}

/// The tuples of each time and class, once they are worked out.
type Cells = Vec<Option<Box<[u32]>>>;

/// The groups of place that atoms are in: they depend on the time, the length where there are moments, and the room where
/// rooms make groups, so few of them are ever worked out.
struct PlaceTable<'a> {
    event: &'a CheckedEvent,
    place: Vec<&'a Dimension>,
    moments: Vec<Minute>,
    by_room: bool,
    by_time: bool,
    tuples: Vec<Vec<Key>>,
    known: BTreeMap<Vec<Key>, u32>,
    /// For each length of talks, and each time and class: the tuples, once worked out.
    cells: Vec<(Minute, Cells)>,
}

impl<'a> PlaceTable<'a> {
    fn of(event: &'a CheckedEvent, grouping: &Grouping<'a>, moments: Vec<Minute>) -> Self {
        Self {
            event,
            place: grouping.place_dimensions().to_vec(),
            moments,
            by_room: grouping.by_room(),
            by_time: grouping.by_time(),
            tuples: Vec::new(),
            known: BTreeMap::new(),
            cells: Vec::new(),
        }
    }

    /// The tuples of keys of place that the atom has.
    fn of_atom(&mut self, draft: &Draft<'_>, time: u32, var: Var) -> &[u32] {
        let atom = draft.atom(var);
        let length = if self.by_time { atom.end - atom.start } else { 0 };
        let (cell, of_time) = if self.by_room { (atom.class.at(), draft.classes().len()) } else { (0, 1) };
        let cell = time as usize * of_time + cell;
        let lengths = self.cells.iter().position(|(l, _)| *l == length).unwrap_or_else(|| {
            self.cells.push((length, vec![None; draft.times().list().len() * of_time]));
            self.cells.len() - 1
        });
        if self.cells[lengths].1[cell].is_none() {
            let spot = draft.spot(var);
            let list =
                tuples(&self.place, |dimension, keys| dimension.place_keys(self.event, &spot, &self.moments, keys));
            let ids = list.into_iter().map(|tuple| {
                *self.known.entry(tuple).or_insert_with_key(|tuple| {
                    self.tuples.push(tuple.clone());
                    self.tuples.len() as u32 - 1
                })
            });
            self.cells[lengths].1[cell] = Some(ids.collect());
        }
        self.cells[lengths].1[cell].as_deref().unwrap_or_default()
    }

    /// Notes the moments at which the atom runs on, having started earlier.
    fn run_on(&self, draft: &Draft<'_>, var: Var, running_on: &mut BTreeSet<Minute>) {
        if self.by_time {
            let atom = draft.atom(var);
            let after = self.moments.partition_point(|m| *m <= atom.start);
            running_on.extend(self.moments[after..].iter().take_while(|m| **m < atom.end));
        }
    }
}
