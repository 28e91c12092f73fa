//! Sessions that are all accepted, rooms of very different size: which goes where, and when.
//!
//! ```text
//! cargo run --release --example cloud_native_days
//! ```
//!
//! A small Cloud Native Days; the whole of it is `examples/data/cloud-native-days.json`.

use slotwise::{
    Amount, Event, Format, NotAnAmount, Opening, Room, Slot, SolveOptions, Speaker, Talk, TalkStatus, civil,
    rules::{Clash, ClashOf, Fit, Order, Plenary, Relation, Rest, Rule, Selection, Together},
    solve,
};
use std::error::Error;

/// Title, format, theme, people expected, and who gives it.
type Session = (&'static str, &'static str, &'static str, u32, &'static [&'static str]);

const SESSIONS: [Session; 13] = [
    ("Ouverture", "keynote", "opening", 1000, &["mei"]),
    ("Le service mesh : autopsie d'un incident", "talk", "network", 610, &["farid", "lison"]),
    ("Deux ans avec les SLO : le bilan", "talk", "operations", 480, &["thaïs"]),
    ("Faire la paix avec Helm", "talk", "containers", 420, &["octave", "nour"]),
    ("Kyverno en production", "talk", "security", 230, &["gaël"]),
    ("Passer à l'échelle avec Prometheus", "talk", "operations", 110, &["perrine"]),
    ("IPv6 : ce que les tutoriels ne disent pas", "talk", "network", 90, &["soline"]),
    ("Les SBOM en dix minutes", "lightning", "security", 120, &["gaël"]),
    ("Falco : la démo", "lightning", "security", 200, &["idriss"]),
    ("Un petit outil pour les secrets", "lightning", "security", 90, &["maëlle"]),
    ("K3s : la démo", "lightning", "containers", 150, &["wassim"]),
    ("Podman en dix minutes", "lightning", "containers", 80, &["zélie"]),
    ("Un petit outil pour etcd", "lightning", "containers", 60, &["tiphaine"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut event = Event::new("Cloud Native Days", "Europe/Paris");
    let at = |hour, minute| civil::date(2026, 11, 24).at(hour, minute, 0, 0);
    event.rooms.push(Room::new("horizon").capacity(1000));
    event.rooms.push(Room::new("panorama").capacity(500));
    event.rooms.push(Room::new("alcove").capacity(120));
    event.formats =
        vec![Format::new("keynote", 75), Format::new("talk", 45), Format::new("lightning", 10).changeover(5)];
    let talks = |id, hour, minute| Slot::new(id, at(hour, minute), at(hour + 1, minute - 15)).formats(["talk"]);
    event.slots = vec![
        Slot::new("keynote", at(9, 0), at(10, 15)).rooms(["horizon"]).formats(["keynote"]),
        talks("a", 10, 30).rooms(["horizon", "panorama", "alcove"]),
        talks("b", 11, 30).rooms(["horizon", "panorama", "alcove"]),
        talks("c", 13, 15).rooms(["horizon"]),
    ];
    // Lightning talks come in rounds of three: one starts every quarter of an hour.
    for room in ["panorama", "alcove"] {
        event.openings.push(Opening::new(at(13, 15), at(14, 0), 15).rooms([room]).formats(["lightning"]));
    }

    for (i, (title, format, theme, audience, speakers)) in SESSIONS.into_iter().enumerate() {
        let mut talk = Talk::new(format!("c{}", i + 1), title).format(format).tag("theme", theme).audience(audience);
        for speaker in speakers {
            talk = talk.by(*speaker);
            if event.speakers.iter().all(|s| s.id.as_str() != *speaker) {
                event.speakers.push(Speaker::new(*speaker, *speaker));
            }
        }
        event.talks.push(talk.status(TalkStatus::Accepted));
    }
    // Somebody has to leave for the airport.
    event.speakers[3] = event.speakers[3].clone().unavailable(at(11, 30), at(19, 0));
    event.rules = rules()?;
    programme(event)
}

fn rules() -> Result<Vec<Rule>, NotAnAmount> {
    let lightning = Selection::formats(["lightning"]);
    Ok(vec![
        Rule::required(Plenary::new()).talks(Selection::formats(["keynote"])).named("Nothing runs against the keynote"),
        Rule::required(Rest::minutes(15).room_change(20)).named("Nobody runs from one stage to the next"),
        Rule::weighted(Amount::new(0.1)?, Fit::new()).named("The crowd fits the room"),
        Rule::weighted(Amount::whole(10), Clash::of(ClashOf::Tag("theme".into())))
            .named("Sessions on the same theme are not against each other"),
        Rule::weighted(Amount::whole(15), Order::of(Together::Tag("theme".into()), Relation::SameRoom))
            .talks(lightning)
            .named("Lightning talks on a theme keep their room"),
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
