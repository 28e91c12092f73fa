//! Cloud Native Days: 51 accepted sessions by 67 speakers, to be placed in four rooms of very different size.
//!
//! The grid is that of the day in Paris: a keynote, talks of 45 and 30 minutes, and rounds of ten-minute lightning talks
//! between them.

use super::{
    grid::{Day, amount},
    people::{AT_HOME, Dice, ELSEWHERE, Names},
    titles::{self, Titles},
};
use slotwise::{
    Block, Event, Format, Opening, Room, Speaker, Talk, TalkStatus,
    event::SpeakerId,
    rules::{Clash, ClashOf, Fit, Order, Plenary, Relation, Rest, Rule, Selection, Together},
};
use std::collections::BTreeSet;

const DAY: Day = Day("2026-11-24");
const ROOMS: [(&str, u32); 4] = [("horizon", 1000), ("panorama", 500), ("passerelle", 250), ("alcove", 120)];

/// How many sessions there are of each format beside the keynote, by how many speakers.
const SESSIONS: [(&str, usize, usize); 7] = [
    ("talk-45", 1, 6),
    ("talk-45", 2, 5),
    ("talk-30", 1, 8),
    ("talk-30", 2, 9),
    ("talk-30", 3, 1),
    ("lightning", 2, 2),
    ("lightning", 1, 19),
];

/// Each theme, what it is about, and how many sessions it has.
const THEMES: [(&str, &[&str], usize); 9] = [
    ("infrastructure", titles::CLOUD, 7),
    ("containers", titles::CONTAINERS, 8),
    ("operations", titles::OPERATIONS, 7),
    ("security", titles::SECURITY, 8),
    ("network", titles::NETWORK, 6),
    ("data", titles::DATA, 4),
    ("ai", titles::AI, 5),
    ("developers", titles::DEVELOPERS, 3),
    ("culture", titles::DISCOVERY, 2),
];

pub(crate) fn event(dice: &mut Dice, names: &mut Names) -> Event {
    let mut event = Event::new("Cloud Native Days", "Europe/Paris");
    grid(&mut event);
    sessions(dice, names, &mut event);
    event.rules = rules();
    assert_promises(&event);
    event
}

fn grid(event: &mut Event) {
    let [horizon, panorama, passerelle, alcove] = ROOMS.map(|(room, _)| room);
    event.rooms = ROOMS.iter().map(|(id, seats)| Room::new(*id).capacity(*seats)).collect();
    for room in &mut event.rooms[..3] {
        room.tags.insert("equipment", "recording");
    }
    event.formats = vec![
        Format::new("keynote", 75),
        Format::new("talk-45", 45),
        Format::new("talk-30", 30),
        Format::new("lightning", 10).changeover(5),
    ];
    // The rounds of lightning talks: what a series is kept together in.
    event.blocks = vec![
        Block::new("round-1", DAY.at("10:30"), DAY.at("11:15")),
        Block::new("round-2", DAY.at("12:00"), DAY.at("12:15")),
        Block::new("round-3", DAY.at("13:00"), DAY.at("13:30")),
        Block::new("round-4", DAY.at("13:45"), DAY.at("14:00")),
        Block::new("round-5", DAY.at("14:15"), DAY.at("15:00")),
        Block::new("round-6", DAY.at("16:30"), DAY.at("17:00")),
    ];
    let long = |id, start, end, rooms: &[&'static str]| {
        DAY.slot(id, (start, end), rooms.iter().copied(), ["talk-45", "talk-30"])
    };
    let short = |id, start, end, rooms: &[&'static str]| DAY.slot(id, (start, end), rooms.iter().copied(), ["talk-30"]);
    event.slots = vec![
        DAY.slot("keynote", ("09:00", "10:15"), [horizon], ["keynote"]),
        // The rooms are open: that nothing runs against the keynote is a rule's to say.
        short("early", "09:30", "10:00", &[panorama, passerelle]),
        long("a1", "10:30", "11:15", &[horizon]),
        short("a1-short", "10:30", "11:00", &[passerelle, alcove]),
        long("a2-long", "11:15", "12:00", &[passerelle, alcove]),
        short("a2", "11:30", "12:00", &[horizon, panorama]),
        long("b1", "13:15", "14:00", &[horizon]),
        short("b1-short", "13:15", "13:45", &[passerelle, alcove]),
        short("b1-late", "13:30", "14:00", &[panorama]),
        long("b2", "14:15", "15:00", &[horizon, panorama]),
        short("c1", "15:15", "15:45", &[horizon, panorama, passerelle, alcove]),
        long("c2", "16:00", "16:45", &[horizon]),
        short("c2-short", "16:00", "16:30", &[panorama, passerelle, alcove]),
        long("d1", "17:00", "17:45", &[horizon, panorama]),
        short("d1-short", "17:00", "17:30", &[passerelle, alcove]),
        long("d2", "17:45", "18:30", &[passerelle, alcove]),
        short("d2-short", "18:00", "18:30", &[horizon, panorama]),
    ];
    let round = |start, end, rooms: &[&'static str]| {
        Opening::new(DAY.at(start), DAY.at(end), 15).rooms(rooms.iter().copied()).formats(["lightning"])
    };
    event.openings = vec![
        round("10:30", "11:15", &[panorama]),
        round("12:00", "12:15", &[panorama, passerelle, alcove]),
        round("13:00", "13:15", &[passerelle, alcove]),
        round("13:00", "13:30", &[panorama]),
        round("13:45", "14:00", &[passerelle, alcove]),
        round("14:15", "15:00", &[passerelle, alcove]),
        round("16:30", "17:00", &[panorama, passerelle, alcove]),
    ];
}

/// The sessions, and who gives them.
fn sessions(dice: &mut Dice, names: &mut Names, event: &mut Event) {
    let mut themes: Vec<_> = THEMES.iter().flat_map(|(name, subjects, n)| vec![(*name, *subjects); *n]).collect();
    dice.shuffle(&mut themes);
    let mut titles = Titles::default();
    let mut talks = vec![keynote(dice, names, &mut event.speakers)];
    let shapes = SESSIONS.iter().flat_map(|(format, people, n)| vec![(*format, *people); *n]);
    for (i, (format, people)) in shapes.enumerate() {
        let company = if dice.chance(50) { dice.pick(&AT_HOME) } else { dice.pick(&ELSEWHERE) }.name;
        let (theme, subjects) = themes.pop().expect("a theme a session");
        let mut talk = Talk::new("", title(dice, &mut titles, subjects, (format, people, company)))
            .format(format)
            .tag("theme", theme)
            .audience(audience(dice, format));
        if dice.chance(30) {
            talk = talk.needs("equipment", "recording");
        }
        // The last two lightning talks are by people who give a talk with a colleague too.
        let again = (i + 2).checked_sub(50).map(|n| talks_of_two(&talks)[n].clone());
        talk.speakers = again.map_or_else(
            || {
                let from = event.speakers.len();
                event.speakers.extend((0..people).map(|n| speaker(dice, names, from + n + 2, company)));
                event.speakers[from..].iter().map(|s| s.id.clone()).collect()
            },
            |speaker| vec![speaker],
        );
        talks.push(talk);
    }
    two_series(&mut talks);
    dice.shuffle(&mut talks[1..]);
    for (i, talk) in talks.iter_mut().enumerate() {
        talk.id = format!("c{:02}", i + 1).into();
        talk.status = TalkStatus::Accepted;
    }
    event.talks = talks;
}

/// The opening, which everybody attends.
fn keynote(dice: &mut Dice, names: &mut Names, speakers: &mut Vec<Speaker>) -> Talk {
    speakers.push(Speaker::new("s01", names.next()).company(dice.pick(&ELSEWHERE).name));
    Talk::new("", "Ouverture : ce que le cloud natif a changé, et ce qu'il n'a pas changé")
        .by("s01")
        .format("keynote")
        .tag("theme", "opening")
        .audience(1000)
        .needs("equipment", "recording")
}

/// The first speakers of the talks that two people give.
fn talks_of_two(talks: &[Talk]) -> Vec<SpeakerId> {
    talks.iter().filter(|t| t.speakers.len() == 2).map(|t| t.speakers[0].clone()).collect()
}

/// Lightning talks on security, and on operations, that were proposed as a series of three.
fn two_series(talks: &mut [Talk]) {
    for (theme, series) in
        [("security", "un quart d'heure pour se protéger"), ("operations", "un quart d'heure d'astreinte")]
    {
        let is_lightning =
            |t: &&mut Talk| t.format.as_ref().is_some_and(|f| f.as_str() == "lightning") && t.tags.has("theme", theme);
        talks.iter_mut().filter(is_lightning).take(3).for_each(|t| t.tags.insert("series", series));
    }
}

fn speaker(dice: &mut Dice, names: &mut Names, number: usize, company: &str) -> Speaker {
    let mut speaker = Speaker::new(format!("s{number:02}"), names.next()).company(company);
    // Some come for the morning, some after lunch, and some have a train to catch.
    match dice.between(1..=100) {
        1..=5 => speaker.available.push(DAY.window("08:00", "12:30")),
        6..=11 => speaker.available.push(DAY.window("12:30", "19:00")),
        12..=16 => speaker.unavailable.push(DAY.window("16:00", "19:00")),
        _ => {}
    }
    speaker
}

fn title(
    dice: &mut Dice,
    titles: &mut Titles,
    subjects: &[&'static str],
    (format, people, company): (&str, usize, &str),
) -> String {
    let ways = match format {
        "lightning" => titles::IN_A_FLASH,
        "talk-45" => titles::FOR_EXPERTS,
        _ => titles::FOR_EVERYBODY,
    };
    let title = titles.next(dice, subjects, ways);
    // Two people on a stage mostly tell what happened where they work.
    if people > 1 { format!("REX {company} - {title}") } else { title }
}

/// Ten-minute talks draw those who pass by; some of the long ones draw half of the conference.
fn audience(dice: &mut Dice, format: &str) -> u32 {
    let people = match format {
        "lightning" => (130 + dice.bell(70)).max(50),
        "talk-45" => (420 + dice.bell(240)).clamp(100, 950),
        _ => (300 + dice.bell(180)).clamp(100, 950),
    };
    people as u32 / 10 * 10
}

fn rules() -> Vec<Rule> {
    vec![
        Rule::required(Plenary::new()).talks(Selection::formats(["keynote"])).named("Nothing runs against the keynote"),
        Rule::required(Rest::minutes(15).room_change(20)).named("Nobody runs from one stage to the next"),
        Rule::weighted(amount(0.1), Fit::new()).named("The crowd fits the room"),
        Rule::weighted(amount(10.0), Clash::of(ClashOf::Tag("theme".into())))
            .named("Sessions on the same theme are not against each other"),
        Rule::weighted(amount(15.0), Order::of(Together::Tag("series".into()), Relation::SameBlock))
            .named("A series of lightning talks is heard in one round"),
        Rule::weighted(amount(10.0), Order::of(Together::Tag("series".into()), Relation::SameRoom))
            .named("A series of lightning talks keeps its room"),
    ]
}

/// The numbers that the file promises.
fn assert_promises(event: &Event) {
    let talks = &event.talks;
    let of = |format: &str| talks.iter().filter(|t| t.format.as_ref().is_some_and(|f| f.as_str() == format)).count();
    assert_eq!((of("keynote"), of("talk-45"), of("talk-30"), of("lightning")), (1, 11, 18, 21));
    assert_eq!((talks.len(), event.speakers.len()), (51, 67));
    assert!(talks.iter().all(|t| t.status == TalkStatus::Accepted));
    let titles: BTreeSet<_> = talks.iter().map(|t| &t.title).collect();
    assert_eq!(titles.len(), 51, "no two sessions share a title");
    let sizes = [1, 2, 3].map(|n| talks.iter().filter(|t| t.speakers.len() == n).count());
    assert_eq!(sizes, [34, 16, 1]);
    let in_series = talks.iter().filter(|t| !t.tags.values("series").is_empty()).count();
    assert_eq!(in_series, 6, "two series of three");
}
