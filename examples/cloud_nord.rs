//! A call for papers, in code: which talks to take, and where and when to put them, in one go.
//!
//! ```text
//! cargo run --release --example cloud_nord
//! ```
//!
//! A small Cloud Nord; the whole of it is `examples/data/cloud-nord.json`.

use slotwise::{
    Amount, Event, Format, NotAnAmount, Review, Reviewer, Room, Slot, SolveOptions, Speaker, Talk, civil,
    event::TalkId,
    rules::{Clash, ClashOf, Count, Fit, Measure, Merit, Rule, Selection},
    solve,
};
use std::error::Error;

/// Title, format, topic, level, people expected, the speaker's company, and the marks of Ada, Bo and Cleo.
type Proposal = (&'static str, &'static str, &'static str, &'static str, u32, &'static str, [f64; 3]);

const PROPOSALS: [Proposal; 14] = [
    ("Kubernetes sans se faire peur", "talk", "containers", "beginner", 180, "Beffroi & Bits", [4.0, 3.5, 4.5]),
    ("Cilium : plongée sous le capot", "talk", "containers", "advanced", 90, "Pelote d'Infra", [4.5, 4.0, 4.5]),
    ("Helm : mon erreur préférée", "quickie", "containers", "intermediate", 120, "Terril Nuageux", [3.0, 3.5, 3.0]),
    ("Le RAG en production", "talk", "data-ai", "intermediate", 240, "Grenier à Logs", [5.0, 4.0, 4.5]),
    ("Premiers pas avec DuckDB", "talk", "data-ai", "beginner", 140, "Houblon Compilé", [3.5, 3.0, 4.0]),
    ("Les LLM, sans diapositives", "quickie", "data-ai", "beginner", 160, "Pelote d'Infra", [4.0, 3.5, 4.0]),
    ("La supply chain logicielle", "talk", "security", "intermediate", 150, "Carillon Sécurité", [4.0, 4.5, 3.5]),
    ("OAuth 2 à trois heures du matin", "talk", "security", "advanced", 110, "Frituur & Fils", [3.5, 4.0, 4.0]),
    ("Trois raisons d'aimer les passkeys", "quickie", "security", "beginner", 100, "Beffroi & Bits", [4.5, 5.0, 4.0]),
    ("Le FinOps, deux ans après", "talk", "cloud", "intermediate", 130, "Grenier à Logs", [3.5, 3.5, 3.0]),
    ("Comprendre la facture cloud", "talk", "cloud", "beginner", 110, "Terril Nuageux", [3.5, 4.0, 3.5]),
    ("OpenTofu, vingt minutes chrono", "quickie", "cloud", "intermediate", 90, "Ardoise et Octets", [3.0, 3.5, 3.5]),
    ("Atelier : prendre en main Argo CD", "lab", "cloud", "beginner", 24, "Houblon Compilé", [4.0, 4.0, 3.5]),
    ("Atelier : un premier modèle", "lab", "data-ai", "beginner", 28, "Grenier à Logs", [4.0, 3.5, 4.5]),
];

/// The companies of the region.
const AT_HOME: [&str; 4] = ["Beffroi & Bits", "Terril Nuageux", "Houblon Compilé", "Carillon Sécurité"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut event = Event::new("Cloud Nord", "Europe/Paris");
    let at = |hour, minute| civil::date(2026, 10, 30).at(hour, minute, 0, 0);
    event.rooms.push(Room::new("teilhard").capacity(300));
    event.rooms.push(Room::new("mf1092").capacity(140));
    event.rooms.push(Room::new("hands-on").capacity(30));
    event.formats = vec![Format::new("talk", 50), Format::new("quickie", 20), Format::new("lab", 120)];
    let stages = ["teilhard", "mf1092"];
    event.slots = vec![
        Slot::new("t1", at(9, 50), at(10, 40)).rooms(stages).formats(["talk"]),
        Slot::new("l1", at(9, 50), at(11, 50)).rooms(["hands-on"]).formats(["lab"]),
        Slot::new("t2", at(11, 0), at(11, 50)).rooms(stages).formats(["talk"]),
        Slot::new("q1", at(11, 55), at(12, 15)).rooms(stages).formats(["quickie"]),
    ];

    // Bo works for Beffroi & Bits: Bo's marks on its talks never count, whoever forgets to stand back.
    event.reviewers = vec![Reviewer::new("ada"), Reviewer::new("bo").company("Beffroi & Bits"), Reviewer::new("cleo")];
    for (i, (title, format, topic, level, audience, company, marks)) in PROPOSALS.into_iter().enumerate() {
        let (id, speaker) = (format!("p{}", i + 1), format!("s{}", i + 1));
        let region = if AT_HOME.contains(&company) { "home" } else { "away" };
        event.speakers.push(Speaker::new(&speaker, "").company(company).tag("region", region));
        event.reviews.extend(["ada", "bo", "cleo"].iter().zip(marks).map(|(who, mark)| Review::new(*who, &id, mark)));
        let talk = Talk::new(id, title).by(speaker).format(format).audience(audience);
        event.talks.push(talk.tag("topic", topic).tag("level", level));
    }
    event.rules = rules()?;
    programme(event)
}

fn rules() -> Result<Vec<Rule>, NotAnAmount> {
    let at_home = Selection::speaker_tag("region", ["home"]);
    let beginners = Selection::tag("level", ["beginner"]);
    Ok(vec![
        Rule::weighted(Amount::whole(10), Merit::new()).named("The committee's marks decide"),
        Rule::required(Count::of(Measure::Speakers).share(Amount::new(0.4)?, Amount::new(0.6)?))
            .talks(at_home)
            .named("About half of the speakers are from the region"),
        Rule::required(Count::of(Measure::Talks).each(["tag:topic"]).max(2)).named("No topic takes over"),
        Rule::required(Count::of(Measure::Talks).each(["speaker:company"]).max(2)).named("No company takes over"),
        Rule::weighted(Amount::whole(4), Count::of(Measure::Talks).each(["start"]).min(1))
            .talks(beginners)
            .named("Beginners have a choice whenever talks start"),
        Rule::weighted(Amount::whole(5), Clash::of(ClashOf::Tag("topic".into())))
            .named("Talks on the same topic are not against each other"),
        Rule::weighted(Amount::new(0.05)?, Fit::new()).named("Nobody stands"),
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
    println!("left out: {}", answer.left_out.iter().map(TalkId::as_str).collect::<Vec<_>>().join(", "));
    for rule in answer.rules.iter().filter(|rule| rule.cost > 0.0) {
        println!("{} costs {}", rule.name, rule.cost);
    }
    Ok(())
}
