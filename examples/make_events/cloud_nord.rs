//! Cloud Nord: a call for papers with 117 proposals for a day of 21 places in two talk rooms and a lab room.
//!
//! The grid and the formats are those announced for 30 October 2026; the keynote and the breaks are nobody's to plan.

use super::{
    grid::{Day, amount},
    people::{AT_HOME, Company, Dice, ELSEWHERE, HOME, Names},
    titles::{self, Titles},
    tremplin::Winner,
};
use slotwise::{
    Block, Event, Format, Review, Reviewer, Room, Speaker, Talk,
    rules::{Clash, ClashOf, Count, Fit, Measure, Merit, Place, Rule, Selection, Where},
};
use std::collections::{BTreeMap, BTreeSet};

const DAY: Day = Day("2026-10-30");
const STAGES: [&str; 2] = ["teilhard", "mf1092"];

/// How many proposals came of each format, beside the Tremplin's winners.
const PROPOSALS: [(&str, usize); 3] = [("talk", 82), ("quickie", 22), ("lab", 8)];
/// How many of them come from a speaker's second idea, and how many from two people.
const SECOND_IDEAS: usize = 20;
const DUOS: usize = 12;

struct Topic {
    name: &'static str,
    /// How many of a hundred proposals are about it.
    share: i32,
    subjects: &'static [&'static [&'static str]],
    /// How many people more, or fewer, come to hear about it.
    pull: i32,
}

const TOPICS: [Topic; 7] = [
    Topic { name: "cloud", share: 18, subjects: &[titles::CLOUD], pull: 10 },
    Topic { name: "security", share: 13, subjects: &[titles::SECURITY], pull: 15 },
    Topic { name: "discovery", share: 10, subjects: &[titles::DISCOVERY], pull: -30 },
    Topic { name: "architecture", share: 14, subjects: &[titles::ARCHITECTURE], pull: 0 },
    Topic { name: "data-ai", share: 19, subjects: &[titles::DATA, titles::AI], pull: 35 },
    Topic { name: "devops-sre", share: 17, subjects: &[titles::OPERATIONS], pull: 10 },
    Topic { name: "containers", share: 9, subjects: &[titles::CONTAINERS, titles::NETWORK], pull: 5 },
];

/// What the dice say of a proposal before anybody marks it.
struct Proposal {
    talk: Talk,
    /// Its worth in hundredths of a mark.
    worth: i32,
}

pub(crate) fn event(dice: &mut Dice, names: &mut Names, winners: &[Winner]) -> Event {
    let mut event = Event::new("Cloud Nord", "Europe/Paris");
    grid(&mut event);
    let mut proposals = proposals(dice, names, &mut event.speakers);
    proposals.extend(winners.iter().enumerate().map(|(rank, winner)| springboard(dice, winner, rank)));
    event.speakers.extend(winners.iter().flat_map(|w| &w.speakers).cloned().map(|mut speaker| {
        speaker.available.clear();
        speaker
    }));
    dice.shuffle(&mut proposals);
    for (i, proposal) in proposals.iter_mut().enumerate() {
        proposal.talk.id = format!("p{:03}", i + 1).into();
    }
    committee(&mut event);
    reviews(dice, &mut event, &proposals);
    event.talks = proposals.into_iter().map(|p| p.talk).collect();
    event.rules = rules(winners.len() as u32);
    assert_promises(&event);
    event
}

fn grid(event: &mut Event) {
    event.rooms = vec![
        Room::new("teilhard").capacity(300).tag("equipment", "recording"),
        Room::new("mf1092").capacity(140).tag("equipment", "recording"),
        Room::new("hands-on").capacity(30).tag("equipment", "tables"),
    ];
    event.formats = vec![Format::new("talk", 50), Format::new("quickie", 20), Format::new("lab", 120)];
    event.blocks = vec![
        Block::new("morning", DAY.at("09:50"), DAY.at("12:15")),
        Block::new("afternoon", DAY.at("13:05"), DAY.at("17:55")),
    ];
    let talk = |id, start, end| DAY.slot(id, (start, end), STAGES, ["talk"]);
    let quickie = |id, start, end| DAY.slot(id, (start, end), STAGES, ["quickie"]);
    let lab = |id, start, end| DAY.slot(id, (start, end), ["hands-on"], ["lab"]);
    event.slots = vec![
        talk("t1", "09:50", "10:40").tag("mood", "opening"),
        lab("l1", "09:50", "11:50"),
        talk("t2", "11:00", "11:50"),
        quickie("q1", "11:55", "12:15"),
        talk("t3", "13:05", "13:55"),
        lab("l2", "13:05", "15:05"),
        talk("t4", "14:00", "14:50"),
        quickie("q2", "14:55", "15:15"),
        talk("t5", "15:45", "16:35"),
        lab("l3", "15:45", "17:45"),
        talk("t6", "16:40", "17:30"),
        quickie("q3", "17:35", "17:55").tag("mood", "closing"),
    ];
}

/// Everybody's proposals but the Tremplin's; their speakers are added to the list.
fn proposals(dice: &mut Dice, names: &mut Names, speakers: &mut Vec<Speaker>) -> Vec<Proposal> {
    let formats: Vec<&str> = PROPOSALS.iter().flat_map(|(format, n)| vec![*format; *n]).collect();
    let authors = formats.len() - SECOND_IDEAS;
    let mut writers: Vec<usize> = (0..authors).chain(0..SECOND_IDEAS).collect();
    for _ in 0..authors {
        let speaker = speaker(dice, names, speakers.len() + 1);
        speakers.push(speaker);
    }
    dice.shuffle(&mut writers);
    let mut titles = Titles::default();
    let mut topics = deal_topics(dice, formats.len());
    let mut list = Vec::new();
    for (i, format) in formats.into_iter().enumerate() {
        let author = speakers[writers[i]].clone();
        let mut proposal = proposal(dice, &mut titles, topics.pop().expect("a topic a proposal"), format, &author);
        // The first twelve proposals of full talks are by two people.
        if i < DUOS {
            let mut partner = speaker_of(dice, names, speakers.len() + 1, author.company.as_deref(), &author);
            partner.available.clone_from(&author.available);
            proposal.talk = proposal.talk.by(partner.id.clone());
            speakers.push(partner);
        }
        list.push(proposal);
    }
    list
}

/// Topics by their shares, shuffled.
fn deal_topics(dice: &mut Dice, proposals: usize) -> Vec<&'static Topic> {
    let mut deck: Vec<&Topic> = TOPICS.iter().flat_map(|t| vec![t; (t.share * 12 / 10) as usize]).collect();
    dice.shuffle(&mut deck);
    assert!(deck.len() >= proposals);
    deck
}

fn speaker(dice: &mut Dice, names: &mut Names, number: usize) -> Speaker {
    let company: &Company = if dice.chance(64) { dice.pick(&AT_HOME) } else { dice.pick(&ELSEWHERE) };
    let mut speaker = Speaker::new(format!("s{number:03}"), names.next()).tag("region", company.region);
    // One in six works on their own account.
    speaker.company = (!dice.chance(16)).then(|| company.name.to_owned());
    speaker = speaker.tag("first_time", if dice.chance(24) { "yes" } else { "no" });
    // Some are only there for half of the day.
    match dice.between(1..=100) {
        1..=9 => speaker.available.push(DAY.window("08:00", "12:45")),
        10..=18 => speaker.available.push(DAY.window("12:45", "19:00")),
        _ => {}
    }
    speaker
}

/// The second speaker of a duo: a colleague from the same place.
fn speaker_of(dice: &mut Dice, names: &mut Names, number: usize, company: Option<&str>, like: &Speaker) -> Speaker {
    let mut speaker = Speaker::new(format!("s{number:03}"), names.next());
    speaker.company = company.map(str::to_owned);
    for region in like.tags.values("region") {
        speaker = speaker.tag("region", region);
    }
    speaker.tag("first_time", if dice.chance(35) { "yes" } else { "no" })
}

fn proposal(dice: &mut Dice, titles: &mut Titles, topic: &Topic, format: &str, author: &Speaker) -> Proposal {
    let level = match (format, dice.between(1..=100)) {
        ("lab", 1..=70) | (_, 1..=40) => "beginner",
        (_, 86..) if topic.name != "discovery" => "advanced",
        _ => "intermediate",
    };
    let ways = match (format, level) {
        ("lab", _) => titles::HANDS_ON,
        ("quickie", _) => titles::IN_SHORT,
        (_, "beginner") => titles::FOR_BEGINNERS,
        (_, "advanced") => titles::FOR_EXPERTS,
        _ => titles::FOR_EVERYBODY,
    };
    let title = titles.next(dice, &topic.subjects.concat(), ways);
    // Committees like depth and known speakers a little better, which is why the rules speak up for the others.
    let worth = 320 + dice.bell(65)
        - if level == "beginner" { 15 } else { 0 }
        - if author.tags.has("first_time", "yes") { 25 } else { 0 };
    let audience = match format {
        "lab" => 22 + dice.bell(6),
        "quickie" => 110 + topic.pull + dice.bell(40) + (worth - 320) / 4,
        _ => 135 + topic.pull + dice.bell(50) + (worth - 320) / 3 - if level == "advanced" { 35 } else { 0 },
    };
    let audience = if format == "lab" { audience.clamp(10, 36) } else { audience.clamp(30, 330) / 5 * 5 };
    let talk = Talk::new("", title)
        .by(author.id.clone())
        .format(format)
        .tag("topic", topic.name)
        .tag("level", level)
        .tag("language", if dice.chance(92) { "fr" } else { "en" })
        .audience(audience as u32);
    Proposal { talk, worth }
}

/// A winner of the Tremplin, who brings the talk of that evening in a longer form: the first two a full talk, the
/// others a quickie.
fn springboard(dice: &mut Dice, winner: &Winner, rank: usize) -> Proposal {
    let mut talk = winner.talk.clone();
    talk.format = Some(if rank < 2 { "talk" } else { "quickie" }.into());
    talk.merit = None;
    talk.audience = Some((130 + dice.bell(30)).unsigned_abs() / 5 * 5);
    talk = talk.tag("language", "fr").tag("tremplin", "winner");
    Proposal { talk, worth: 300 + dice.bell(30) }
}

/// Ten people, half of them from companies that also propose talks.
fn committee(event: &mut Event) {
    event.reviewers = (1..=10).map(|i| Reviewer::new(format!("r{i:02}"))).collect();
    for (i, company) in [(0, &AT_HOME[0]), (2, &AT_HOME[3]), (3, &AT_HOME[8]), (6, &ELSEWHERE[1]), (8, &ELSEWHERE[6])] {
        event.reviewers[i].company = Some(company.name.to_owned());
    }
}

/// Half marks from 1 to 5: the worth, how severe the reviewer is, and what no two reviewers agree on.
fn reviews(dice: &mut Dice, event: &mut Event, proposals: &[Proposal]) {
    let severity = [-60, 35, 0, -20, 50, 10, -45, 25, 5, -10];
    for proposal in proposals {
        for (reviewer, severity) in event.reviewers.iter().zip(severity) {
            if dice.chance(1) {
                event.reviews.push(Review::recusal(reviewer.id.clone(), proposal.talk.id.clone()));
            } else if dice.chance(88) {
                let hundredths = (proposal.worth + severity + dice.bell(55)).clamp(100, 500);
                let mark = f64::from((hundredths + 25) / 50) / 2.0;
                event.reviews.push(Review::new(reviewer.id.clone(), proposal.talk.id.clone(), mark));
            }
        }
    }
}

fn rules(winners: u32) -> Vec<Rule> {
    let at_home = Selection::speaker_tag("region", [HOME]);
    // A lab has thirty seats: it is no choice for everybody else.
    let beginners = Selection::formats(["talk", "quickie"]).and_tag("level", ["beginner"]);
    let mut newcomers = Selection::speaker_tag("first_time", ["yes"]);
    newcomers.not = Some(Box::new(Selection::tag("tremplin", ["winner"])));
    vec![
        Rule::weighted(amount(10.0), Merit::new()).named("The committee's marks decide"),
        Rule::required(Count::of(Measure::Speakers).share(amount(0.45), amount(0.55)))
            .talks(at_home)
            .named("Half of the speakers are from Hauts-de-France"),
        Rule::required(Count::of(Measure::Talks).min(winners))
            .talks(Selection::tag("tremplin", ["winner"]))
            .named("The Tremplin's winners have their places"),
        Rule::required(Count::of(Measure::Speakers).min(3))
            .talks(newcomers)
            .named("At least three speakers are there for the first time, beside the Tremplin's"),
        Rule::required(Count::of(Measure::Talks).each(["speaker"]).max(1)).named("One talk a speaker"),
        Rule::required(Count::of(Measure::Talks).each(["speaker:company"]).max(2)).named("No company takes over"),
        Rule::required(Count::of(Measure::Talks).each(["tag:topic"]).min(2).max(4))
            .named("Every topic has its place, and none takes over"),
        Rule::required(Count::of(Measure::Talks).each(["tag:level"]).min(2).max(10))
            .named("Every level has its place, and none takes over"),
        Rule::weighted(amount(3.0), Count::of(Measure::Talks).each(["start"]).min(1))
            .talks(beginners)
            .named("Beginners have a choice whenever talks start"),
        Rule::weighted(amount(3.0), Count::of(Measure::Talks).each(["block", "tag:level"]).min(1))
            .named("Both halves of the day mix levels"),
        Rule::weighted(amount(5.0), Clash::of(ClashOf::Tag("topic".into())))
            .talks(Selection::formats(["talk", "quickie"]))
            .named("Talks on the same topic are not against each other"),
        Rule::weighted(amount(2.0), Place::outside(Where::slot_tag("mood", ["opening", "closing"])))
            .talks(Selection::tag("level", ["advanced"]))
            .named("The day opens and closes with something for everybody"),
        Rule::weighted(amount(0.05), Fit::new()).named("Nobody stands"),
    ]
}

/// The numbers that the file promises.
fn assert_promises(event: &Event) {
    let talks = &event.talks;
    let of = |format: &str| talks.iter().filter(|t| t.format.as_ref().is_some_and(|f| f.as_str() == format)).count();
    assert_eq!((talks.len(), of("talk"), of("quickie"), of("lab")), (117, 84, 25, 8));
    let titles: BTreeSet<_> = talks.iter().map(|t| &t.title).collect();
    assert_eq!(titles.len(), 117, "no two proposals share a title");
    let mut ideas = BTreeMap::new();
    talks.iter().flat_map(|t| &t.speakers).for_each(|s| *ideas.entry(s).or_insert(0) += 1);
    assert_eq!(ideas.len(), event.speakers.len(), "everybody proposes something");
    assert_eq!(ideas.values().filter(|n| **n == 2).count(), SECOND_IDEAS);
    assert_eq!(talks.iter().filter(|t| t.tags.has("tremplin", "winner")).count(), 5);
    let halves = event.speakers.iter().filter(|s| !s.available.is_empty()).count();
    assert!((10..30).contains(&halves), "{halves} speakers are there for half of the day");
    let marked = event.reviews.iter().filter(|r| r.mark.is_some()).count();
    assert!(marked * 10 > 117 * 10 * 8, "ten reviewers mark most proposals");
    assert!(event.reviews.iter().filter(|r| r.recused).count() >= 5);
    let places: usize = event.slots.iter().map(|s| s.rooms.len()).sum();
    assert_eq!(places, 21);
}
