//! What the search on demand reads: an outline at one priority, with times that no talk tells apart in one band.
//!
//! A **band** is to times what a class is to rooms: times at which every talk has the same rooms open and earns the same.
//! Bounds and prices then know a place by its **node**, a band and a class of rooms: a hundred nodes instead of ten
//! thousand places a talk.
//!
//! **Why it is exact enough.** What a talk earns in a node is the most that it earns in any place of it, and a node holds
//! no more talks than its rooms have disjoint times. So a bound over nodes is a bound over places, whatever the bands are;
//! that times are alike only makes it tight. Where there would be too many bands, all times are one.

use crate::{
    event::{TalkIx, TalkStatus},
    program::{ClassIx, Crowd, Crowding, Moment, Outline, OutlinedLevel},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

/// The most nodes that prices are computed for.
const MOST_NODES: usize = 256;

/// A place: a time and a class of rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) time: u32,
    pub(super) class: u32,
}

/// Talks that had better not, or must not, run at once.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) talks: Vec<TalkIx>,
    /// What being at once costs; none where it is forbidden.
    pub(super) crowd: Option<Crowd>,
}

/// An outline at one priority.
#[derive(Debug)]
pub(super) struct Ground<'o> {
    pub(super) outline: &'o Outline<'o>,
    level: &'o OutlinedLevel,
    pub(super) talks: usize,
    pub(super) classes: usize,
    /// How many rooms each class has.
    pub(super) rooms: Vec<i64>,
    /// Whether the talk must be placed.
    pub(super) must: Vec<bool>,
    /// The band of each time, and the times of each band.
    pub(super) band_of: Vec<u32>,
    pub(super) bands: Vec<Vec<u32>>,
    /// How many talks each node holds at most.
    pub(super) supply: Vec<i64>,
    /// What the talk earns by time, at the best time of each band, where that makes a difference.
    by_band: HashMap<TalkIx, Vec<i64>>,
    /// Whether a sort of talk has a place in a node: sort x node.
    in_node: Vec<bool>,
    /// The groups, and those of each talk.
    pub(super) groups: Vec<Group>,
    pub(super) groups_of: Vec<Vec<u32>>,
    /// The times at which talks meet a talk at that time, itself among them.
    pub(super) meets: Vec<Vec<u32>>,
    /// The times at which a room is taken for a talk at that time, itself among them.
    pub(super) blocks: Vec<Vec<u32>>,
    /// A few points of time, of which every time holds one: the bands of the times that are counted at each, and how many
    /// points are alike in that.
    pub(super) points: BTreeMap<Vec<u32>, i64>,
}

impl<'o> Ground<'o> {
    pub(super) fn of(outline: &'o Outline<'o>, priority: u32) -> Option<Self> {
        let level = outline.levels.get(&priority)?;
        let event = outline.event();
        let places = &outline.places;
        let classes = places.classes.len();
        let (band_of, bands) = bands(outline, level);

        let mut open = vec![false; places.times.len() * classes];
        let mut in_node = vec![false; places.sorts() * bands.len() * classes];
        for sort in 0..places.sorts() {
            for offer in places.of_sort(sort) {
                let band = band_of[offer.time as usize] as usize;
                for class in &places.class_lists[offer.classes as usize] {
                    open[offer.time as usize * classes + class.at()] = true;
                    in_node[(sort * bands.len() + band) * classes + class.at()] = true;
                }
            }
        }
        let rooms: Vec<i64> = places.classes.iter().map(|c| c.rooms.len() as i64).collect();
        let supply = bands
            .iter()
            .flat_map(|band| {
                let (open, rooms) = (&open, &rooms);
                (0..classes).map(move |class| {
                    let times = band.iter().filter(|t| open[**t as usize * classes + class]);
                    rooms[class] * most_apart(times.map(|t| places.times[*t as usize].busy()).collect())
                })
            })
            .collect();

        let crowds = level.crowds.iter().map(|c| Group { talks: c.talks.clone(), crowd: Some(c.clone()) });
        let apart: BTreeSet<Vec<TalkIx>> = outline
            .apart
            .iter()
            .map(|talks| talks.iter().copied().collect::<BTreeSet<_>>().into_iter().collect())
            .collect();
        let groups: Vec<Group> = apart.into_iter().map(|talks| Group { talks, crowd: None }).chain(crowds).collect();
        let mut groups_of = vec![Vec::new(); event.talks().len()];
        for (i, group) in groups.iter().enumerate() {
            group.talks.iter().for_each(|t| groups_of[t.at()].push(i as u32));
        }

        let mut ground = Self {
            outline,
            level,
            talks: event.talks().len(),
            classes,
            rooms,
            must: event.talks().iter().map(|t| t.status == TalkStatus::Accepted).collect(),
            band_of,
            bands,
            supply,
            by_band: HashMap::new(),
            in_node,
            groups,
            groups_of,
            meets: overlapping(&places.times, |t| (t.start, t.end)),
            blocks: overlapping(&places.times, |t| (t.start, t.busy_until)),
            points: BTreeMap::new(),
        };
        ground.points = points(&places.times, &ground.band_of);
        ground.by_band = event.talk_indices().filter_map(|t| Some((t, ground.best_by_band(t)?))).collect();
        Some(ground)
    }

    pub(super) fn nodes(&self) -> usize {
        self.supply.len()
    }

    pub(super) fn node(&self, cell: Cell) -> usize {
        self.band_of[cell.time as usize] as usize * self.classes + cell.class as usize
    }

    /// What the talk earns by time at the best time of each band: the least there is where it has none.
    fn best_by_band(&self, talk: TalkIx) -> Option<Vec<i64>> {
        let times = self.level.by_time(talk);
        let offers = self.outline.places.offers(talk);
        if times.is_none() && offers.iter().all(|o| self.outline.allows_time(talk, o.time)) {
            return None;
        }
        let mut best = vec![NEVER; self.bands.len()];
        for offer in offers.iter().filter(|o| self.outline.allows_time(talk, o.time)) {
            let of_band = &mut best[self.band_of[offer.time as usize] as usize];
            *of_band = (*of_band).max(times.map_or(0, |list| list[offer.time as usize]));
        }
        Some(best)
    }

    /// The most that the talk earns in a node; none where it has no place there.
    pub(super) fn in_node(&self, talk: TalkIx, node: usize) -> Option<i64> {
        let sort = self.outline.places.sort(talk);
        let class = ClassIx((node % self.classes) as u32);
        if !self.in_node[sort * self.nodes() + node] || !self.outline.allows_class(talk, class) {
            return None;
        }
        let by_time = self.by_band.get(&talk).map_or(0, |list| list[node / self.classes]);
        (by_time != NEVER).then(|| by_time + self.level.in_class(talk, class, self.classes))
    }

    /// Whether the talk may be there.
    pub(super) fn may(&self, talk: TalkIx, cell: Cell) -> bool {
        self.outline.places.open(talk, cell.time).binary_search(&ClassIx(cell.class)).is_ok()
            && self.outline.allows_time(talk, cell.time)
            && self.outline.allows_class(talk, ClassIx(cell.class))
    }

    /// What the talk earns there by itself.
    pub(super) fn earns(&self, talk: TalkIx, cell: Cell) -> i64 {
        let by_time = self.level.by_time(talk).map_or(0, |list| list[cell.time as usize]);
        by_time + self.level.in_class(talk, ClassIx(cell.class), self.classes)
    }
}

/// What a talk earns where it may not be.
const NEVER: i64 = i64::MIN;

/// Times at which every talk has the same rooms open and earns the same. Two hashes that fell together would only make
/// the bound weaker.
fn bands(outline: &Outline<'_>, level: &OutlinedLevel) -> (Vec<u32>, Vec<Vec<u32>>) {
    let places = &outline.places;
    let mut columns = vec![DefaultHasher::new(); places.times.len()];
    for sort in 0..places.sorts() {
        places.of_sort(sort).iter().for_each(|o| (sort, o.classes).hash(&mut columns[o.time as usize]));
    }
    for talk in outline.event().talk_indices() {
        for (time, column) in columns.iter_mut().enumerate() {
            if !outline.allows_time(talk, time as u32) {
                (talk, NEVER).hash(column);
            }
        }
        for (column, amount) in columns.iter_mut().zip(level.by_time(talk).unwrap_or(&[])) {
            (talk, amount).hash(column);
        }
    }
    let mut known: HashMap<u64, u32> = HashMap::new();
    let mut bands: Vec<Vec<u32>> = Vec::new();
    let mut band_of = Vec::with_capacity(columns.len());
    for (time, column) in columns.into_iter().enumerate() {
        let band = *known.entry(column.finish()).or_insert(bands.len() as u32);
        if band as usize == bands.len() {
            bands.push(Vec::new());
        }
        bands[band as usize].push(time as u32);
        band_of.push(band);
    }
    if bands.len() > 1 && bands.len() * places.classes.len() > MOST_NODES {
        return (vec![0; places.times.len()], vec![(0..places.times.len() as u32).collect()]);
    }
    (band_of, bands)
}

/// Few points of time of which every time holds one: the last minutes of times that no point is in yet, by their ends.
/// Each time is counted at the first point that it holds.
fn points(times: &[Moment], band_of: &[u32]) -> BTreeMap<Vec<u32>, i64> {
    let mut by_end: Vec<(Moment, u32)> = times.iter().copied().zip(band_of.iter().copied()).collect();
    by_end.sort_unstable_by_key(|(time, _)| (time.end, time.start));
    let mut point = i64::MIN;
    let mut bands_at: BTreeMap<i64, BTreeSet<u32>> = BTreeMap::new();
    for (time, band) in by_end {
        if time.start > point {
            point = time.end - 1;
        }
        bands_at.entry(point).or_default().insert(band);
    }
    let mut points = BTreeMap::new();
    for bands in bands_at.into_values() {
        *points.entry(bands.into_iter().collect()).or_default() += 1;
    }
    points
}

/// How many of the spans can be chosen of which no two overlap: by their ends, each that is free (Kleinberg and Tardos,
/// *Algorithm Design*, 2006, section 4.1).
fn most_apart(mut spans: Vec<crate::event::Span>) -> i64 {
    spans.sort_unstable_by_key(|s| (s.end, s.start));
    let mut free_from = i64::MIN;
    let mut count = 0;
    for span in spans {
        if span.start >= free_from {
            count += 1;
            free_from = span.end;
        }
    }
    count
}

/// For each time, those that it overlaps. Times come by start.
fn overlapping(times: &[Moment], span: impl Fn(&Moment) -> (i64, i64)) -> Vec<Vec<u32>> {
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); times.len()];
    for (i, time) in times.iter().enumerate() {
        let (_, end) = span(time);
        lists[i].push(i as u32);
        for (j, other) in times.iter().enumerate().skip(i + 1) {
            let (start, _) = span(other);
            if start >= end {
                break;
            }
            lists[i].push(j as u32);
            lists[j].push(i as u32);
        }
    }
    lists
}

impl Group {
    /// What one more talk at a time at which `others` of the group run costs: forbidden meetings, and thousandths.
    #[inline]
    pub(super) fn one_more(&self, others: i64) -> (i64, i64) {
        match &self.crowd {
            None => (others, 0),
            Some(crowd) => match crowd.crowding {
                Crowding::Pairs => (0, crowd.price * others),
                Crowding::AllButOne => (0, if others > 0 { crowd.price } else { 0 }),
            },
        }
    }
}
