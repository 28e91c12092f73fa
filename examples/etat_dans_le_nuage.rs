//! A day of round tables: panels of many people who are each there for some of it, and formats that take turns.
//!
//! ```text
//! cargo run --release --example etat_dans_le_nuage
//! ```
//!
//! A small day of L'État dans le nuage; the whole of it is `examples/data/etat-dans-le-nuage.json`.

use slotwise::{
    Amount, Event, Format, NotAnAmount, Room, Share, Slot, SolveOptions, Speaker, Talk, TalkStatus, civil,
    event::Block,
    rules::{Count, Fit, Measure, Order, Plenary, Relation, Rule, Selection, Together},
    solve,
};
use std::error::Error;

/// Title, format, people expected, and who gives it.
type Session = (&'static str, &'static str, u32, &'static [&'static str]);

const SESSIONS: [Session; 11] = [
    ("Ouverture : dix ans de nuage public", "plenary", 350, &["apolline"]),
    ("Clôture : nos engagements", "plenary", 350, &["bastien"]),
    ("Table ronde : qui tient les clés ?", "round-table", 240, &["chadia", "damien", "edmée", "farid"]),
    ("Table ronde : acheter sans s'enfermer", "round-table", 210, &["garance", "hakim", "isaure", "joachim"]),
    ("Un socle partagé", "talk", 180, &["kadiatou", "linh"]),
    ("Chiffrer partout", "talk", 110, &["malik"]),
    ("La paie sort du grand système", "experience", 150, &["nadège"]),
    ("Des cartes pour les pompiers", "experience", 100, &["octave", "perrine"]),
    ("Un registre de trente ans", "experience", 90, &["rachid"]),
    ("Vos questions sur le socle", "questions", 80, &["kadiatou"]),
    ("Vos questions sur les marchés", "questions", 130, &["garance"]),
];

/// The speakers who are not public agents.
const PRIVATE: [&str; 6] = ["damien", "farid", "isaure", "linh", "malik", "octave"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut event = Event::new("L'État dans le nuage", "Europe/Paris");
    let at = |hour, minute| civil::date(2026, 12, 10).at(hour, minute, 0, 0);
    event.rooms.push(Room::new("auditorium").capacity(350).tag("stage", "large"));
    event.rooms.push(Room::new("belvédère").capacity(120));
    event.formats = vec![
        Format::new("plenary", 30),
        Format::new("round-table", 45),
        Format::new("talk", 25),
        Format::new("experience", 25),
        Format::new("questions", 15),
    ];
    event.blocks = vec![Block::new("morning", at(9, 0), at(12, 30)), Block::new("afternoon", at(13, 30), at(17, 0))];
    let rooms = ["auditorium", "belvédère"];
    let plenary = |id, start, end| Slot::new(id, start, end).rooms(["auditorium"]).formats(["plenary"]);
    let long = |id, start, end| Slot::new(id, start, end).rooms(rooms).formats(["round-table", "talk", "experience"]);
    let short = |id, start, end| Slot::new(id, start, end).rooms(rooms).formats(["talk", "experience", "questions"]);
    event.slots = vec![
        plenary("opening", at(9, 0), at(9, 30)),
        long("m1", at(9, 40), at(10, 25)),
        short("m2", at(10, 30), at(10, 55)),
        long("a1", at(14, 0), at(14, 45)),
        short("a2", at(14, 50), at(15, 15)),
        short("a3", at(15, 30), at(15, 55)),
        plenary("closing", at(16, 0), at(16, 30)),
    ];

    for (i, (title, format, audience, speakers)) in SESSIONS.into_iter().enumerate() {
        let mut talk = Talk::new(format!("e{}", i + 1), title).format(format).audience(audience);
        if format == "round-table" {
            talk = talk.needs("stage", "large");
        }
        for name in speakers {
            talk = talk.by(*name);
            if event.speakers.iter().all(|s| s.id.as_str() != *name) {
                let sector = if PRIVATE.contains(name) { "private" } else { "public" };
                event.speakers.push(Speaker::new(*name, *name).tag("sector", sector));
            }
        }
        event.talks.push(talk.status(TalkStatus::Accepted));
    }
    // A panel meets only when its busiest member can: hakim is there until noon. Rachid comes after it.
    for speaker in &mut event.speakers {
        match speaker.id.as_str() {
            "hakim" => *speaker = speaker.clone().available(at(8, 0), at(12, 30)),
            "rachid" => *speaker = speaker.clone().available(at(13, 0), at(18, 0)),
            _ => {}
        }
    }
    event.talks[0] = event.talks[0].clone().pin_start(at(9, 0));
    event.talks[1] = event.talks[1].clone().pin_start(at(16, 0));
    event.rules = rules()?;
    programme(event)
}

fn rules() -> Result<Vec<Rule>, NotAnAmount> {
    let mut agents = Count::of(Measure::Speakers).each(["block"]);
    agents.min_share = Some(Share::ratio(3, 5));
    Ok(vec![
        Rule::required(Plenary::new())
            .talks(Selection::formats(["plenary"]))
            .named("The opening and the closing are for everybody"),
        Rule::required(agents)
            .talks(Selection::speaker_tag("sector", ["public"]))
            .named("At least 60 % of the speakers of each half-day are public agents"),
        Rule::required(Count::of(Measure::Talks).each(["block", "format"]).min(1))
            .named("Both halves of the day mix formats"),
        Rule::required(Order::of(Together::sequence(["e5", "e10"]), Relation::Before))
            .named("Questions on the shared platform come after its talk"),
        Rule::required(Order::of(Together::sequence(["e4", "e11"]), Relation::Before))
            .named("Questions on contracts come after their round table"),
        Rule::weighted(Amount::new(0.1)?, Fit::new()).named("The crowd fits the room"),
    ])
}

/// Solves the event and prints who speaks where and when, and what each rule came to.
fn programme(event: Event) -> Result<(), Box<dyn Error>> {
    let event = event.check()?;
    let answer = solve(&event, &SolveOptions::new())?;
    println!("{:?}, worth {}", answer.status, answer.value.unwrap_or_default());
    for place in &answer.placements {
        let talk = event.find_talk(&place.talk).map(|t| &event.written_talk(t).title);
        println!("{} {:10} {}", place.start, place.room, talk.map_or("", String::as_str));
    }
    for rule in answer.rules.iter().filter(|rule| rule.cost > 0.0) {
        println!("{} costs {}", rule.name, rule.cost);
    }
    Ok(())
}
