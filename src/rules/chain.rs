//! Selections and places put together: `a.and(b)`, `a.or(b)`, `a.not()`.

use super::{Selection, Where};
use crate::event::Tags;

/// Whether two conditions on tags can stand in one list of keys: no key is in both.
fn are_apart(one: &Tags, other: &Tags) -> bool {
    one.0.keys().all(|key| !other.0.contains_key(key))
}

macro_rules! parts {
    ($of:ty) => {
        impl $of {
            /// The parts of a list `all` beside which nothing is said: it can grow. Otherwise this as the only part.
            fn all_parts(mut self) -> Vec<Self> {
                match self.all.take() {
                    Some(parts) if self == Self::default() => parts,
                    all => vec![Self { all, ..self }],
                }
            }

            /// The same of a list `any`.
            fn any_parts(mut self) -> Vec<Self> {
                match self.any.take() {
                    Some(parts) if self == Self::default() => parts,
                    any => vec![Self { any, ..self }],
                }
            }
        }
    };
}

parts!(Selection);
parts!(Where);

impl Selection {
    /// The talks that are in both selections.
    ///
    /// What only one of the two says stands beside what the other says; otherwise the two stand in a list `all`. So
    /// tags of speakers that are joined in this way may be those of two speakers of one talk.
    ///
    /// ```
    /// use slotwise::rules::Selection;
    /// let short_rust = Selection::tag("topic", ["rust"]).and(Selection::formats(["quickie"]));
    /// assert_eq!(serde_json::to_string(&short_rust)?, r#"{"tags":{"topic":["rust"]},"formats":["quickie"]}"#);
    ///
    /// let rust_and_web = Selection::tag("topic", ["rust"]).and(Selection::tag("topic", ["web"]));
    /// assert_eq!(rust_and_web.all.map(|both| both.len()), Some(2));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn and(mut self, other: Self) -> Self {
        let apart = !(self.ids.is_some() && other.ids.is_some()
            || self.formats.is_some() && other.formats.is_some()
            || self.status.is_some() && other.status.is_some()
            || self.min_merit.is_some() && other.min_merit.is_some()
            || self.any.is_some() && other.any.is_some()
            || self.not.is_some() && other.not.is_some())
            && are_apart(&self.tags, &other.tags)
            // One speaker bears all the tags that stand beside each other.
            && (self.speaker_tags.is_empty() || other.speaker_tags.is_empty());
        if !apart {
            let mut parts = self.all_parts();
            parts.push(other);
            return Self { all: Some(parts), ..Self::default() };
        }
        self.tags.extend(other.tags);
        self.speaker_tags.extend(other.speaker_tags);
        self.all = match (self.all, other.all) {
            (Some(one), Some(more)) => Some(one.into_iter().chain(more).collect()),
            (one, more) => one.or(more),
        };
        Self {
            ids: self.ids.or(other.ids),
            formats: self.formats.or(other.formats),
            status: self.status.or(other.status),
            min_merit: self.min_merit.or(other.min_merit),
            any: self.any.or(other.any),
            not: self.not.or(other.not),
            ..self
        }
    }

    /// The talks that are in one of the two selections, or in both.
    ///
    /// ```
    /// use slotwise::rules::Selection;
    /// let early = Selection::ids(["keynote"]).or(Selection::tag("mood", ["opening"])).or(Selection::formats(["panel"]));
    /// assert_eq!(early.any.map(|parts| parts.len()), Some(3));
    /// assert_eq!(Selection::ids(["keynote"]).or(Selection::all()), Selection::all());
    /// ```
    pub fn or(self, other: Self) -> Self {
        if self == Self::all() || other == Self::all() {
            return Self::all();
        }
        let mut parts = self.any_parts();
        parts.push(other);
        Self { any: Some(parts), ..Self::default() }
    }

    /// The talks that are not in the selection.
    ///
    /// ```
    /// use slotwise::rules::Selection;
    /// let rust = Selection::tag("topic", ["rust"]);
    /// assert_eq!(rust.clone().not(), Selection::none_of(rust.clone()));
    /// assert_eq!(rust.clone().not().not(), rust);
    /// ```
    #[expect(
        clippy::should_implement_trait,
        reason = "a chain of methods ends in it; `!` would stand at the other end"
    )]
    pub fn not(mut self) -> Self {
        match self.not.take() {
            Some(part) if self == Self::default() => *part,
            not => Self::none_of(Self { not, ..self }),
        }
    }
}

impl Where {
    /// The places that are in both.
    ///
    /// What only one of the two says stands beside what the other says; otherwise the two stand in a list `all`.
    ///
    /// ```
    /// use slotwise::rules::Where;
    /// let opening = Where::rooms(["hall"]).and(Where::slot_tag("mood", ["opening"]));
    /// assert_eq!(serde_json::to_string(&opening)?, r#"{"rooms":["hall"],"slot_tags":{"mood":["opening"]}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn and(mut self, other: Self) -> Self {
        let apart = !(self.rooms.is_some() && other.rooms.is_some()
            || self.slots.is_some() && other.slots.is_some()
            || self.blocks.is_some() && other.blocks.is_some()
            || self.days.is_some() && other.days.is_some()
            || self.windows.is_some() && other.windows.is_some()
            || self.any.is_some() && other.any.is_some()
            || self.not.is_some() && other.not.is_some())
            && are_apart(&self.room_tags, &other.room_tags)
            && are_apart(&self.slot_tags, &other.slot_tags);
        if !apart {
            let mut parts = self.all_parts();
            parts.push(other);
            return Self { all: Some(parts), ..Self::default() };
        }
        self.room_tags.extend(other.room_tags);
        self.slot_tags.extend(other.slot_tags);
        self.all = match (self.all, other.all) {
            (Some(one), Some(more)) => Some(one.into_iter().chain(more).collect()),
            (one, more) => one.or(more),
        };
        Self {
            rooms: self.rooms.or(other.rooms),
            slots: self.slots.or(other.slots),
            blocks: self.blocks.or(other.blocks),
            days: self.days.or(other.days),
            windows: self.windows.or(other.windows),
            any: self.any.or(other.any),
            not: self.not.or(other.not),
            ..self
        }
    }

    /// The places that are in one of the two, or in both.
    ///
    /// ```
    /// use slotwise::rules::Where;
    /// let large = Where::rooms(["hall"]).or(Where::room_tag("size", ["large"]));
    /// assert_eq!(large.any.map(|parts| parts.len()), Some(2));
    /// ```
    pub fn or(self, other: Self) -> Self {
        if self.is_anywhere() || other.is_anywhere() {
            return Self::anywhere();
        }
        let mut parts = self.any_parts();
        parts.push(other);
        Self { any: Some(parts), ..Self::default() }
    }

    /// The places outside it.
    ///
    /// ```
    /// use slotwise::rules::Where;
    /// let hall = Where::rooms(["hall"]);
    /// assert_eq!(hall.clone().not(), Where::none_of(hall.clone()));
    /// assert_eq!(hall.clone().not().not(), hall);
    /// ```
    #[expect(
        clippy::should_implement_trait,
        reason = "a chain of methods ends in it; `!` would stand at the other end"
    )]
    pub fn not(mut self) -> Self {
        match self.not.take() {
            Some(part) if self == Self::default() => *part,
            not => Self::none_of(Self { not, ..self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Amount, CheckedEvent, Format, Speaker, TalkIx, TalkStatus},
        rules::testing::{checked, grid, talk},
    };
    use std::collections::HashSet;

    fn event() -> CheckedEvent {
        let mut event = grid("a", "09:00");
        event.formats = vec![Format::new("lab", 60)];
        event.speakers =
            vec![Speaker::new("ann", "").tag("region", "north"), Speaker::new("bob", "").tag("region", "south")];
        event.talks = vec![
            talk("ann").by("ann").tag("topic", "rust").tag("level", "easy").merit(Amount::whole(4)),
            talk("bob").by("bob").tag("topic", "rust").tag("topic", "web").status(TalkStatus::Accepted),
            talk("both").speakers(["ann", "bob"]).tag("topic", "web").merit(Amount::whole(3)),
            talk("lab").format("lab").status(TalkStatus::Declined),
        ];
        checked(&event, [])
    }

    /// Everything that a selection can say, alone.
    fn selections() -> Vec<Selection> {
        vec![
            Selection::all(),
            Selection::ids(["ann", "lab"]),
            Selection::tag("topic", ["rust"]),
            Selection::tag("topic", ["web"]),
            Selection::tag("level", ["easy"]),
            Selection::speaker_tag("region", ["north"]),
            Selection::speaker_tag("region", ["south"]),
            Selection::formats(["lab"]),
            Selection::status([TalkStatus::Proposed]),
            Selection { min_merit: Some(Amount::whole(4)), ..Selection::all() },
        ]
    }

    fn selected(event: &CheckedEvent, selection: &Selection) -> HashSet<TalkIx> {
        selection.select(event).into_iter().collect()
    }

    #[test]
    fn selections_put_together_select_what_sets_of_talks_put_together_hold() {
        let event = event();
        let of = |selection: &Selection| selected(&event, selection);
        let all = of(&Selection::all());
        let alone = selections();
        let pairs = || alone.iter().flat_map(|a| alone.iter().map(move |b| (a.clone(), b.clone())));
        let some = pairs().flat_map(|(a, b)| [a.clone().and(b.clone()), a.or(b)]);
        let some: Vec<_> = some.chain(alone.iter().map(|a| a.clone().not())).chain(alone.clone()).collect();
        for (a, b) in some.iter().flat_map(|a| alone.iter().map(move |b| (a, b))) {
            let (in_a, in_b) = (of(a), of(b));
            for (a, in_a, b, in_b) in [(a, &in_a, b, &in_b), (b, &in_b, a, &in_a)] {
                assert_eq!(of(&a.clone().and(b.clone())), in_a & in_b, "{a:?} and {b:?}");
                assert_eq!(of(&a.clone().or(b.clone())), in_a | in_b, "{a:?} or {b:?}");
                assert_eq!(of(&a.clone().not()), &all - in_a, "not {a:?}");
            }
        }
    }

    #[test]
    fn places_put_together_are_where_both_or_one_of_them_is() {
        let (hall, attic) = (Where::rooms(["hall"]), Where::rooms(["attic"]));
        assert_eq!(hall.clone().and(attic.clone()).all, Some(vec![hall.clone(), attic.clone()]));
        assert_eq!(hall.clone().or(attic.clone()).any, Some(vec![hall.clone(), attic.clone()]));
        assert_eq!(hall.clone().and(Where::anywhere()), hall);
        assert_eq!(hall.clone().or(Where::anywhere()), Where::anywhere());
        let early = Where::blocks(["early"]).not();
        let beside = hall.clone().and(early.clone());
        assert_eq!((beside.rooms, beside.not, beside.all), (hall.rooms.clone(), early.not.clone(), None));
        assert_eq!(
            early.clone().and(hall.not()).all.map(|parts| parts.len()),
            Some(2),
            "two negations do not fit in one"
        );
    }
}
