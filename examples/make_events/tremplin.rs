//! The Tremplin: an evening for people who have never, or hardly ever, spoken. Twelve candidates, five places of ten
//! minutes, and the public votes. Its winners are guaranteed places at Cloud Nord.

use super::{
    grid::{Day, amount},
    people::{AT_HOME, Company, Dice, ELSEWHERE, HOME, Names},
};
use slotwise::{
    Amount, Event, Format, Opening, Room, SolveOptions, Speaker, Talk,
    rules::{Count, Measure, Merit, Place, Rule, Selection, Where},
    solve,
    timetable::Status,
};
use std::{collections::BTreeSet, error::Error};

const DAY: Day = Day("2026-06-18");
/// How many talks the evening has room for.
const PLACES: usize = 5;
/// How many people voted; each names up to three talks.
const VOTERS: usize = 150;

/// A talk of the evening, and who gave it.
pub(crate) struct Winner {
    pub(crate) talk: Talk,
    pub(crate) speakers: Vec<Speaker>,
}

struct Candidate {
    title: &'static str,
    topic: &'static str,
    level: &'static str,
    company: Option<&'static Company>,
    /// How many of a hundred people it appeals to.
    appeal: u32,
    speakers: usize,
    /// Whether its speakers have never been on a stage; the others have been, once.
    first: bool,
}

const fn candidate(
    title: &'static str,
    (topic, level): (&'static str, &'static str),
    company: Option<&'static Company>,
    appeal: u32,
) -> Candidate {
    Candidate { title, topic, level, company, appeal, speakers: 1, first: true }
}

const fn candidates() -> [Candidate; 12] {
    let (terril, houblon, opale) = (Some(&AT_HOME[1]), Some(&AT_HOME[2]), Some(&AT_HOME[4]));
    let mut list = [
        candidate("Mon premier cluster tient dans un sac à dos", ("containers", "beginner"), terril, 52),
        candidate("J'ai supprimé la prod, et tout le monde m'a dit merci", ("devops-sre", "beginner"), terril, 49),
        candidate("Une revue de code qui ne fait pas pleurer", ("discovery", "beginner"), houblon, 31),
        candidate("Le tableau de bord que personne ne regardait", ("devops-sre", "intermediate"), terril, 62),
        candidate("Chiffrer les photos de ma grand-mère", ("security", "beginner"), opale, 46),
        candidate("Un modèle de langage dans ma vieille tablette", ("data-ai", "intermediate"), None, 38),
        candidate("Reconversion : de la boulangerie au pipeline", ("devops-sre", "beginner"), Some(&AT_HOME[9]), 36),
        candidate("Dessiner une architecture sur une nappe", ("architecture", "beginner"), Some(&ELSEWHERE[11]), 27),
        candidate("Ce que mon alternance m'a appris sur les sauvegardes", ("cloud", "beginner"), houblon, 25),
        candidate("Compter les watts d'un conteneur", ("containers", "intermediate"), None, 23),
        candidate(
            "Trois lignes de Rust et un capteur de pluie",
            ("discovery", "intermediate"),
            Some(&ELSEWHERE[2]),
            20,
        ),
        candidate("Pourquoi mon DNS ment", ("cloud", "advanced"), opale, 17),
    ];
    list[5].speakers = 2;
    list[4].first = false;
    list[7].first = false;
    list[11].first = false;
    list
}

/// The evening as the public's votes leave it.
pub(crate) fn event(dice: &mut Dice, names: &mut Names) -> Event {
    let mut event = Event::new("Le Tremplin", "Europe/Paris");
    event.rooms.push(Room::new("estaminet").capacity(120));
    event.formats.push(Format::new("springboard", 10).changeover(5));
    // Five talks of ten minutes with five to change over: that is all there is room for.
    event.openings.push(Opening::new(DAY.at("19:30"), DAY.at("20:45"), 15).rooms(["estaminet"]));

    let candidates = candidates();
    let votes = votes(dice, &candidates);
    for (i, (candidate, votes)) in candidates.iter().zip(votes).enumerate() {
        // Public votes are counted, not calibrated: a voter names the talks to hear and marks none, so there is no
        // severity to take out. So a talk's merit is its votes, rather than a mark of 1 a voter in `reviews`.
        let mut talk = Talk::new(format!("t{:02}", i + 1), candidate.title)
            .format("springboard")
            .tag("topic", candidate.topic)
            .tag("level", candidate.level)
            .merit(Amount::whole(votes));
        for _ in 0..candidate.speakers {
            let speaker = speaker(event.speakers.len() + 1, names, candidate);
            talk = talk.by(speaker.id.clone());
            event.speakers.push(speaker);
        }
        event.talks.push(talk);
    }
    // The last train.
    event.speakers[1].available.push(DAY.window("18:30", "20:15"));
    event.rules = rules();
    assert_eq!((event.talks.len(), event.speakers.len()), (12, 13));
    let votes: BTreeSet<_> = event.talks.iter().map(|t| t.merit).collect();
    assert_eq!(votes.len(), 12, "no two candidates have as many votes");
    event
}

fn speaker(number: usize, names: &mut Names, candidate: &Candidate) -> Speaker {
    let mut speaker = Speaker::new(format!("n{number:02}"), names.next())
        .tag("region", candidate.company.map_or(HOME, |company| company.region))
        .tag("first_time", if candidate.first { "yes" } else { "no" });
    speaker.company = candidate.company.map(|company| company.name.to_owned());
    speaker
}

/// How many people voted for each candidate.
fn votes(dice: &mut Dice, candidates: &[Candidate]) -> Vec<u32> {
    let mut votes = vec![0; candidates.len()];
    for _ in 0..VOTERS {
        let mut ballot: Vec<usize> = (0..candidates.len()).collect();
        dice.shuffle(&mut ballot);
        ballot.retain(|i| dice.chance(candidates[*i].appeal));
        ballot.iter().take(3).for_each(|i| votes[*i] += 1);
    }
    votes
}

fn rules() -> Vec<Rule> {
    let newcomers = Selection::speaker_tag("first_time", ["yes"]);
    vec![
        Rule::weighted(Amount::ONE, Merit::new()).named("The public's votes decide"),
        Rule::required(Count::of(Measure::Talks).each(["speaker:company"]).max(2))
            .named("At most two talks of a company"),
        Rule::required(Count::of(Measure::Talks).each(["tag:topic"]).max(2)).named("At most two talks on a topic"),
        Rule::required(Count::of(Measure::Talks).min(4))
            .talks(newcomers)
            .named("At least four talks by people who have never been on a stage"),
        Rule::weighted(amount(2.0), Place::within(Where::window(DAY.window("19:30", "20:15"))))
            .talks(Selection::tag("level", ["beginner"]))
            // The order of the evening never decides who wins it.
            .priority(2)
            .named("What everybody can follow comes first"),
    ]
}

/// The talks that win a place, the most votes first: those that the best programme of the evening places.
pub(crate) fn winners(event: &Event) -> Result<Vec<Winner>, Box<dyn Error>> {
    let answer = solve(&event.clone().check()?, &SolveOptions::new())?;
    assert_eq!((answer.status, answer.placements.len()), (Status::Optimal, PLACES), "the evening is full");
    let placed = |talk: &&Talk| answer.placements.iter().any(|p| p.talk == talk.id);
    let mut talks: Vec<&Talk> = event.talks.iter().filter(placed).collect();
    talks.sort_by_key(|talk| std::cmp::Reverse(talk.merit));
    let speakers = |talk: &Talk| event.speakers.iter().filter(|s| talk.speakers.contains(&s.id)).cloned().collect();
    Ok(talks.into_iter().map(|talk| Winner { talk: talk.clone(), speakers: speakers(talk) }).collect())
}
