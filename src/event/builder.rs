//! The builder: an event in code, as readable as the file.
//!
//! Every type has a constructor that takes what it cannot do without, and a method for each thing it may have. Lists of
//! the event are plain `Vec`s: push to them.

use super::{
    Amount, Block, BlockId, CivilTime, Event, Format, FormatId, Interest, Opening, Pin, Published, Review, Reviewer,
    ReviewerId, Room, RoomId, Slot, SlotId, Speaker, SpeakerId, Tags, Talk, TalkId, TalkStatus, Window,
};

impl Event {
    /// An event without anything in it yet, in a zone named as in the IANA database (`Europe/Paris`).
    ///
    /// ```
    /// use slotwise::{Amount, Event, Format, Room, Slot, Talk, civil::date, rules::{Merit, Rule}};
    ///
    /// let evening = date(2026, 10, 30);
    /// let mut event = Event::new("Meetup", "Europe/Paris");
    /// event.rooms.push(Room::new("hall").capacity(80));
    /// event.formats.push(Format::new("talk", 50));
    /// event.slots.push(Slot::new("s1", evening.at(19, 0, 0, 0), evening.at(19, 50, 0, 0)).rooms(["hall"]));
    /// event.talks.push(Talk::new("t1", "Kubernetes").format("talk").merit(Amount::whole(4)));
    /// event.talks.push(Talk::new("t2", "WebAssembly").format("talk").merit(Amount::whole(3)));
    /// event.rules.push(Rule::weighted(Amount::ONE, Merit::new()));
    ///
    /// let event = event.check()?;
    /// assert_eq!(event.talks().len(), 2);
    /// # Ok::<(), slotwise::Problems>(())
    /// ```
    pub fn new(name: impl Into<String>, timezone: impl Into<String>) -> Self {
        Self { name: name.into(), timezone: timezone.into(), ..Self::default() }
    }
}

impl Room {
    /// A room.
    pub fn new(id: impl Into<RoomId>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// It seats so many people.
    pub fn capacity(mut self, people: u32) -> Self {
        self.capacity = Some(people);
        self
    }

    /// It has a tag's value.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key, value);
        self
    }

    /// No talk runs in it then.
    pub fn unavailable(mut self, start: impl Into<CivilTime>, end: impl Into<CivilTime>) -> Self {
        self.unavailable.push(Window::new(start, end));
        self
    }
}

impl Format {
    /// A kind of talk that runs so many minutes.
    pub fn new(id: impl Into<FormatId>, minutes: u32) -> Self {
        Self { id: id.into(), minutes, changeover: 0 }
    }

    /// In an opening, the room stays taken so many minutes afterwards.
    pub fn changeover(mut self, minutes: u32) -> Self {
        self.changeover = minutes;
        self
    }
}

impl Block {
    /// A named stretch of time.
    pub fn new(id: impl Into<BlockId>, start: impl Into<CivilTime>, end: impl Into<CivilTime>) -> Self {
        Self { id: id.into(), start: start.into(), end: end.into() }
    }
}

impl Slot {
    /// A fixed start and end; it exists in the rooms that [`Slot::rooms`] names.
    pub fn new(id: impl Into<SlotId>, start: impl Into<CivilTime>, end: impl Into<CivilTime>) -> Self {
        Self {
            id: id.into(),
            start: start.into(),
            end: end.into(),
            rooms: Vec::new(),
            formats: Vec::new(),
            tags: Tags::default(),
        }
    }

    /// It exists in these rooms.
    pub fn rooms<I: Into<RoomId>>(mut self, rooms: impl IntoIterator<Item = I>) -> Self {
        self.rooms.extend(rooms.into_iter().map(Into::into));
        self
    }

    /// It takes these formats only.
    pub fn formats<I: Into<FormatId>>(mut self, formats: impl IntoIterator<Item = I>) -> Self {
        self.formats.extend(formats.into_iter().map(Into::into));
        self
    }

    /// It has a tag's value.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key, value);
        self
    }
}

impl Opening {
    /// A stretch in which talks start every so many minutes; it exists in the rooms that [`Opening::rooms`] names.
    pub fn new(start: impl Into<CivilTime>, end: impl Into<CivilTime>, every_minutes: u32) -> Self {
        Self { start: start.into(), end: end.into(), every_minutes, rooms: Vec::new(), formats: Vec::new() }
    }

    /// It exists in these rooms.
    pub fn rooms<I: Into<RoomId>>(mut self, rooms: impl IntoIterator<Item = I>) -> Self {
        self.rooms.extend(rooms.into_iter().map(Into::into));
        self
    }

    /// It takes these formats only.
    pub fn formats<I: Into<FormatId>>(mut self, formats: impl IntoIterator<Item = I>) -> Self {
        self.formats.extend(formats.into_iter().map(Into::into));
        self
    }
}

impl Speaker {
    /// A speaker.
    pub fn new(id: impl Into<SpeakerId>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), ..Self::default() }
    }

    /// Works there.
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// Can be there then; without any such window, always.
    pub fn available(mut self, start: impl Into<CivilTime>, end: impl Into<CivilTime>) -> Self {
        self.available.push(Window::new(start, end));
        self
    }

    /// Cannot be there then.
    pub fn unavailable(mut self, start: impl Into<CivilTime>, end: impl Into<CivilTime>) -> Self {
        self.unavailable.push(Window::new(start, end));
        self
    }

    /// Has a tag's value.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key, value);
        self
    }
}

impl Talk {
    /// A proposed talk. It needs a [`Talk::format`] or [`Talk::minutes`].
    pub fn new(id: impl Into<TalkId>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), ..Self::default() }
    }

    /// Is given by that speaker, and by those named before.
    pub fn by(mut self, speaker: impl Into<SpeakerId>) -> Self {
        self.speakers.push(speaker.into());
        self
    }

    /// Is given by these speakers, and by those named before.
    ///
    /// ```
    /// use slotwise::Talk;
    /// let talk = Talk::new("p1", "Pairing").speakers(["ann", "bob"]);
    /// assert_eq!(talk.speakers, ["ann", "bob"]);
    /// ```
    pub fn speakers<I: Into<SpeakerId>>(mut self, speakers: impl IntoIterator<Item = I>) -> Self {
        self.speakers.extend(speakers.into_iter().map(Into::into));
        self
    }

    /// Is of that format.
    pub fn format(mut self, format: impl Into<FormatId>) -> Self {
        self.format = Some(format.into());
        self
    }

    /// Runs so many minutes, whatever its format.
    pub fn minutes(mut self, minutes: u32) -> Self {
        self.minutes = Some(minutes);
        self
    }

    /// Has that status.
    pub fn status(mut self, status: TalkStatus) -> Self {
        self.status = status;
        self
    }

    /// Has a tag's value.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key, value);
        self
    }

    /// Expects so many people.
    pub fn audience(mut self, people: u32) -> Self {
        self.audience = Some(people);
        self
    }

    /// Is worth that, whatever the reviews say.
    pub fn merit(mut self, merit: Amount) -> Self {
        self.merit = Some(merit);
        self
    }

    /// Needs a room that has a tag's value.
    pub fn needs(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.needs.insert(key, value);
        self
    }

    /// Is in that room, if placed.
    pub fn pin_room(mut self, room: impl Into<RoomId>) -> Self {
        self.pin.get_or_insert_with(Pin::default).room = Some(room.into());
        self
    }

    /// Starts then, if placed.
    pub fn pin_start(mut self, start: impl Into<CivilTime>) -> Self {
        self.pin.get_or_insert_with(Pin::default).start = Some(start.into());
        self
    }
}

impl Reviewer {
    /// A member of the committee.
    pub fn new(id: impl Into<ReviewerId>) -> Self {
        Self { id: id.into(), company: None, speaker: None }
    }

    /// Works there: marks on talks by its people do not count.
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// Is that speaker too: marks on own talks do not count, and the company is the speaker's where none is named.
    pub fn speaker(mut self, speaker: impl Into<SpeakerId>) -> Self {
        self.speaker = Some(speaker.into());
        self
    }
}

impl Review {
    /// A reviewer's mark on a talk.
    pub fn new(reviewer: impl Into<ReviewerId>, talk: impl Into<TalkId>, mark: f64) -> Self {
        Self { reviewer: reviewer.into(), talk: talk.into(), mark: Some(mark), recused: false }
    }

    /// A reviewer who stands back from a talk.
    pub fn recusal(reviewer: impl Into<ReviewerId>, talk: impl Into<TalkId>) -> Self {
        Self { reviewer: reviewer.into(), talk: talk.into(), mark: None, recused: true }
    }
}

impl Interest {
    /// Somebody wants to hear these talks.
    pub fn new<I: Into<TalkId>>(talks: impl IntoIterator<Item = I>) -> Self {
        Self { talks: talks.into_iter().map(Into::into).collect(), weight: Amount::ONE }
    }

    /// So many people do, or so much.
    pub fn weight(mut self, weight: Amount) -> Self {
        self.weight = weight;
        self
    }
}

impl Published {
    /// A talk of the programme that is already public.
    pub fn new(talk: impl Into<TalkId>, room: impl Into<RoomId>, start: impl Into<CivilTime>) -> Self {
        Self { talk: talk.into(), room: room.into(), start: start.into(), start_offset: None }
    }
}
