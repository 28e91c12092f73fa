//! Placements by day and by room, in the order in which they start.

use super::{Answer, Placement, Timetable};
use jiff::civil::Date;
use std::{cmp::Reverse, collections::BTreeMap};

/// The placements by a key, each group in the order of its starts.
fn grouped<'p, K: Ord>(
    placements: &'p [Placement],
    key: impl Fn(&'p Placement) -> K,
) -> BTreeMap<K, Vec<&'p Placement>> {
    let mut groups: BTreeMap<K, Vec<&Placement>> = BTreeMap::new();
    placements.iter().for_each(|placement| groups.entry(key(placement)).or_default().push(placement));
    // Of two starts that the clocks show alike, the one further ahead of UTC is earlier; without an offset, the first is meant.
    let start = |p: &&Placement| (p.start, p.start_offset.map(Reverse));
    groups.values_mut().for_each(|group| group.sort_by_key(start));
    groups
}

impl Timetable {
    /// The placements, in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Placement> {
        self.placements.iter()
    }

    /// The placements of each day on which something starts, in the order of their starts.
    ///
    /// A talk belongs to the day on which it starts.
    ///
    /// ```
    /// use slotwise::{Placement, Timetable, civil::date};
    /// let (friday, saturday) = (date(2026, 10, 30), date(2026, 10, 31));
    /// let timetable = Timetable::new([
    ///     Placement::new("p1", "hall", saturday.at(9, 0, 0, 0)),
    ///     Placement::new("p2", "hall", friday.at(14, 0, 0, 0)),
    ///     Placement::new("p3", "annex", friday.at(9, 0, 0, 0)),
    /// ]);
    /// let days = timetable.by_day();
    /// assert_eq!(days.keys().copied().collect::<Vec<_>>(), [friday, saturday]);
    /// assert_eq!(days[&friday].iter().map(|p| p.talk.as_str()).collect::<Vec<_>>(), ["p3", "p2"]);
    /// ```
    pub fn by_day(&self) -> BTreeMap<Date, Vec<&Placement>> {
        grouped(&self.placements, |placement| placement.start.date())
    }

    /// The placements in each room in which something is, by the room's id, in the order of their starts.
    ///
    /// ```
    /// use slotwise::{Placement, Timetable, civil::date};
    /// let day = date(2026, 10, 30);
    /// let timetable = Timetable::new([
    ///     Placement::new("p1", "hall", day.at(14, 0, 0, 0)),
    ///     Placement::new("p2", "annex", day.at(9, 0, 0, 0)),
    ///     Placement::new("p3", "hall", day.at(9, 0, 0, 0)),
    /// ]);
    /// let rooms = timetable.by_room();
    /// assert_eq!(rooms["hall"].iter().map(|p| p.talk.as_str()).collect::<Vec<_>>(), ["p3", "p1"]);
    /// assert_eq!(rooms.get("attic"), None);
    /// ```
    pub fn by_room(&self) -> BTreeMap<&str, Vec<&Placement>> {
        grouped(&self.placements, |placement| placement.room.as_str())
    }
}

impl Answer {
    /// The placements of each day, as [`Timetable::by_day`] has them; none without a timetable.
    pub fn by_day(&self) -> BTreeMap<Date, Vec<&Placement>> {
        grouped(&self.placements, |placement| placement.start.date())
    }

    /// The placements in each room, as [`Timetable::by_room`] has them; none without a timetable.
    pub fn by_room(&self) -> BTreeMap<&str, Vec<&Placement>> {
        grouped(&self.placements, |placement| placement.room.as_str())
    }
}

impl IntoIterator for Timetable {
    type Item = Placement;
    type IntoIter = std::vec::IntoIter<Placement>;

    fn into_iter(self) -> Self::IntoIter {
        self.placements.into_iter()
    }
}

impl<'t> IntoIterator for &'t Timetable {
    type Item = &'t Placement;
    type IntoIter = std::slice::Iter<'t, Placement>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Placement> for Timetable {
    fn from_iter<I: IntoIterator<Item = Placement>>(placements: I) -> Self {
        Self::new(placements)
    }
}

impl Extend<Placement> for Timetable {
    fn extend<I: IntoIterator<Item = Placement>>(&mut self, placements: I) {
        self.placements.extend(placements);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::CivilTime;

    fn at(start: &str, offset: Option<&str>) -> Placement {
        let start: CivilTime = start.parse().expect("a time");
        let start_offset = offset.map(|offset| offset.parse().expect("an offset"));
        Placement { start_offset, ..Placement::new(format!("{start} {offset:?}"), "hall", start) }
    }

    #[test]
    fn of_two_starts_that_the_clocks_show_alike_the_one_further_ahead_of_utc_is_first() {
        let night = |offset| at("2026-10-25T02:30", offset);
        let in_order = [night(None), night(Some("+02:00")), night(Some("+01:00")), at("2026-10-25T03:00", None)];
        let mut timetable: Timetable = in_order.iter().rev().cloned().collect();
        assert_eq!(timetable.by_room()["hall"], in_order.iter().collect::<Vec<_>>());
        timetable.extend([at("2026-10-24T09:00", None)]);
        let first = timetable.by_day().into_values().next().map(|day| day.len());
        assert_eq!((timetable.into_iter().count(), first), (5, Some(1)));
    }
}
