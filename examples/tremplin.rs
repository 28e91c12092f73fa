//! From votes to a ranking to guaranteed places: an evening of new speakers, and a conference that keeps places for those
//! who win it.
//!
//! ```text
//! cargo run --release --example tremplin
//! ```
//!
//! A small Tremplin; the whole of it is `examples/data/tremplin.json`.

use slotwise::{
    Amount, Answer, Event, Format, Opening, Room, Slot, SolveOptions, Speaker, Talk, Window, civil,
    event::TalkId,
    rules::{Count, Measure, Merit, Place, Rule, Selection, Where},
    solve,
};
use std::error::Error;

/// Title, company, and how many people voted for it.
const CANDIDATES: [(&str, &str, u32); 7] = [
    ("Mon premier cluster tient dans un sac à dos", "Terril Nuageux", 58),
    ("J'ai supprimé la prod", "Terril Nuageux", 56),
    ("Le tableau de bord que personne ne regardait", "Terril Nuageux", 52),
    ("Chiffrer les photos de ma grand-mère", "Opale sous Tension", 42),
    ("Un modèle de langage dans ma tablette", "Houblon Compilé", 35),
    ("Une revue de code qui ne fait pas pleurer", "Houblon Compilé", 34),
    ("Dessiner une architecture sur une nappe", "Frituur & Fils", 31),
];

fn main() -> Result<(), Box<dyn Error>> {
    let evening = evening()?;
    let answer = programme(evening)?;
    // Whoever the evening places is a winner.
    let winners: Vec<TalkId> = answer.placements.into_iter().map(|place| place.talk).collect();
    programme(conference(&winners)).map(drop)
}

/// Three places of ten minutes for seven candidates.
fn evening() -> Result<Event, Box<dyn Error>> {
    let mut event = Event::new("Le Tremplin", "Europe/Paris");
    let at = |hour, minute| civil::date(2026, 6, 18).at(hour, minute, 0, 0);
    event.rooms.push(Room::new("estaminet"));
    event.formats.push(Format::new("springboard", 10).changeover(5));
    event.openings.push(Opening::new(at(19, 30), at(20, 15), 15).rooms(["estaminet"]));
    add_candidates(&mut event, "springboard");
    for (talk, (_, _, votes)) in event.talks.iter_mut().zip(CANDIDATES) {
        // Public votes are counted, not calibrated: a talk's merit is its votes.
        talk.merit = Some(Amount::whole(votes));
    }
    // The second candidate has a train to catch.
    event.speakers[1] = event.speakers[1].clone().available(at(19, 0), at(19, 45));
    let late = Where::window(Window::new(at(20, 0), at(20, 15)));
    event.rules = vec![
        Rule::weighted(Amount::ONE, Merit::new()).named("The public's votes decide"),
        Rule::required(Count::of(Measure::Talks).each(["speaker:company"]).max(2))
            .named("At most two talks of a company"),
        // A later priority never changes what an earlier one settled: who wins does not depend on the running order.
        Rule::weighted(Amount::new(0.5)?, Place::within(late))
            .talks(Selection::ids(["t1"]))
            .priority(2)
            .named("The favourite closes the evening"),
    ];
    Ok(event)
}

/// A main event with four places, some of them for the winners.
fn conference(winners: &[TalkId]) -> Event {
    let mut event = Event::new("Cloud Nord", "Europe/Paris");
    let at = |hour, minute| civil::date(2026, 10, 30).at(hour, minute, 0, 0);
    event.rooms.push(Room::new("teilhard"));
    event.formats.push(Format::new("quickie", 20));
    for (i, id) in ["q1", "q2", "q3", "q4"].into_iter().enumerate() {
        let start = at(11 + i as i8, 55);
        event.slots.push(Slot::new(id, start, at(12 + i as i8, 15)).rooms(["teilhard"]));
    }
    add_candidates(&mut event, "quickie");
    event.talks.retain(|talk| winners.contains(&talk.id));
    for talk in &mut event.talks {
        talk.tags.insert("tremplin", "winner");
        talk.merit = Some(Amount::whole(3));
    }
    for (id, title, merit) in [("p1", "Le GitOps", 5), ("p2", "Les SLO", 4), ("p3", "Helm", 4), ("p4", "Nix", 2)] {
        event.talks.push(Talk::new(id, title).format("quickie").merit(Amount::whole(merit)));
    }
    event.rules = vec![
        Rule::weighted(Amount::ONE, Merit::new()).named("The committee's marks decide"),
        Rule::required(Count::of(Measure::Talks).min(winners.len() as u32))
            .talks(Selection::tag("tremplin", ["winner"]))
            .named("The Tremplin's winners have their places"),
    ];
    event
}

fn add_candidates(event: &mut Event, format: &str) {
    for (i, (title, company, _)) in CANDIDATES.into_iter().enumerate() {
        let speaker = Speaker::new(format!("n{}", i + 1), "").company(company);
        event.talks.push(Talk::new(format!("t{}", i + 1), title).by(speaker.id.clone()).format(format));
        event.speakers.push(speaker);
    }
}

/// Solves the event and prints who speaks where and when, and what each rule came to.
fn programme(event: Event) -> Result<Answer, Box<dyn Error>> {
    let event = event.check()?;
    let answer = solve(&event, &SolveOptions::new())?;
    println!("{}: {:?}, worth {}", event.event().name, answer.status, answer.value.unwrap_or_default());
    for place in &answer.placements {
        let talk = event.find_talk(&place.talk).map(|t| &event.written_talk(t).title);
        println!("{} {:10} {}", place.start, place.room, talk.map_or("", String::as_str));
    }
    println!("left out: {}", answer.left_out.iter().map(TalkId::as_str).collect::<Vec<_>>().join(", "));
    for rule in answer.rules.iter().filter(|rule| rule.cost > 0.0) {
        println!("{} costs {}", rule.name, rule.cost);
    }
    Ok(answer)
}
