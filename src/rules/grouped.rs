//! Groups of a timetable, and groups that there could be: what `count` and `balance` share.

use super::{
    Check, Dimension, Measure, Placed, Scope, Spot, Where,
    group::{GroupKey, Grouping, Key},
};
use crate::{
    event::{CheckedEvent, Minute},
    program::{Draft, Var},
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
            check.problem(&format!("each[{i}]"), format!("\"{dimension}\" a second time"), "each dimension once");
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
        let found = format!("dimensions by which {:?} is in {groups} groups", event.talk_id(talk).0);
        check.problem("each", found, format!("at most {MOST_GROUPS} groups a talk: fewer dimensions or fewer values"));
    }
}

/// The groups of a timetable.
pub(super) struct AuditedGroups<'r> {
    pub(super) grouping: Grouping<'r>,
    spots: Vec<Spot>,
    places: BTreeMap<Vec<Key>, Vec<u32>>,
    standing: BTreeSet<Vec<Key>>,
    tuples: Vec<Vec<Vec<Key>>>,
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
        let tuples = spots.iter().map(|s| grouping.talk_tuples(event, s.talk)).collect();
        Self { standing: grouping.standing(event), grouping, spots, places: by_place, tuples }
    }

    /// Every group there is.
    pub(super) fn each(&self) -> impl Iterator<Item = GroupKey> + '_ {
        self.places.keys().flat_map(|place| self.standing.iter().map(|talk| (place.clone(), talk.clone())))
    }

    /// Every spot in the group, selected or not.
    pub(super) fn spots<'a>(&'a self, key: &'a GroupKey) -> impl Iterator<Item = &'a Spot> + Clone + 'a {
        let list = self.places.get(&key.0).map_or(&[][..], Vec::as_slice);
        list.iter().filter(|i| self.tuples[**i as usize].contains(&key.1)).map(|i| &self.spots[*i as usize])
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
    pub(super) fn of(
        draft: &Draft<'_>,
        scope: &Scope<'_>,
        grouping: Grouping<'r>,
        places: &Where,
        needs: Needs,
    ) -> Self {
        let event = scope.event();
        let within = places.resolve(event);
        let all_atoms = || draft.all_atoms().filter(|v| within.has(&draft.spot(*v)));
        let mut starting: BTreeMap<Minute, Vec<Var>> = BTreeMap::new();
        let mut running_on = BTreeSet::new();
        if grouping.by_time() {
            for var in all_atoms() {
                starting.entry(draft.atom(var).start).or_default().push(var);
            }
        }
        let moments: Vec<Minute> = starting.keys().copied().collect();
        let mut in_place: BTreeMap<Vec<Key>, Vec<Var>> = BTreeMap::new();
        if grouping.by_place() && (needs.existence || needs.standing) || needs.whole {
            for var in all_atoms() {
                for tuple in grouping.place_tuples(event, &draft.spot(var), &moments) {
                    in_place.entry(tuple).or_default().push(var);
                }
            }
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
        for talk in scope.talks() {
            let talk_tuples = grouping.talk_tuples(event, *talk);
            for var in draft.atoms(*talk).filter(|v| within.has(&draft.spot(*v))) {
                let spot = draft.spot(var);
                if grouping.by_time() {
                    let after = moments.partition_point(|m| *m <= spot.start);
                    running_on.extend(moments[after..].iter().take_while(|m| **m < spot.end));
                }
                for place in grouping.place_tuples(event, &spot, &moments) {
                    for talk in &talk_tuples {
                        atoms.entry((place.clone(), talk.clone())).or_default().push(var);
                    }
                }
            }
        }
        if needs.whole && grouping.by_time() {
            // Shares are of everything that runs.
            for var in all_atoms() {
                let atom = draft.atom(var);
                let after = moments.partition_point(|m| *m <= atom.start);
                running_on.extend(moments[after..].iter().take_while(|m| **m < atom.end));
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
