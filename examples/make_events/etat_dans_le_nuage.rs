//! L'État dans le nuage: a day of the public service, 23 sessions by 39 speakers, with round tables of many people who
//! are each there for some of the day.

use super::{
    grid::{Day, amount},
    people::{AT_HOME, Dice, ELSEWHERE, Names},
};
use slotwise::{
    Block, Event, Format, Room, Speaker, Talk, TalkStatus,
    event::SpeakerId,
    rules::{
        Clash, ClashOf, Count, Fit, Measure, Order, Place, Plenary, Relation, Rest, Rule, Selection, Together, Where,
    },
};

const DAY: Day = Day("2026-12-10");
const ROOMS: [&str; 2] = ["auditorium", "belvédère"];

/// Offices that there are none of.
const OFFICES: [&str; 9] = [
    "Office national des phares et des données",
    "Agence des registres partagés",
    "Direction interservices des nuages",
    "Service des archives vivantes",
    "Ville de Montclairvoix",
    "Région Hautes-Rives",
    "Préfecture du Val-d'Ambre",
    "Caisse des mobilités douces",
    "Institut des cartes ouvertes",
];

/// A session: its title, format, theme, how many people give it, and how many come.
type Session = (&'static str, &'static str, &'static str, usize, u32);

const SESSIONS: [Session; 23] = [
    ("Ouverture : dix ans de nuage public, et après ?", "plenary", "strategy", 1, 350),
    ("Clôture : ce que nous nous engageons à faire d'ici un an", "plenary", "strategy", 2, 350),
    ("Table ronde : qui tient les clés de nos données ?", "round-table", "trust", 5, 240),
    ("Table ronde : recruter et garder des ingénieurs publics", "round-table", "people", 4, 190),
    ("Table ronde : acheter du cloud sans s'enfermer", "round-table", "strategy", 5, 210),
    ("Table ronde : l'IA au guichet, promesses et limites", "round-table", "ai", 4, 260),
    ("Un socle Kubernetes partagé entre administrations", "talk", "platform", 2, 180),
    ("Chiffrer partout : doctrine et réalité", "talk", "trust", 1, 130),
    ("Modèles de langage hébergés chez soi : ce que cela coûte", "talk", "ai", 1, 220),
    ("Le logiciel libre, premier fournisseur de l'État", "talk", "open-source", 1, 160),
    ("Mesurer l'empreinte carbone d'un service public", "talk", "strategy", 1, 90),
    ("Une forge commune pour les développeurs publics", "talk", "open-source", 1, 120),
    ("L'identité numérique, de la carte au conteneur", "talk", "trust", 1, 170),
    ("Ouvrir ses données sans ouvrir ses failles", "talk", "data", 1, 110),
    ("Retour d'expérience : la paie sort du grand système", "experience", "platform", 2, 150),
    ("Retour d'expérience : un mois de panne, un an de leçons", "experience", "platform", 2, 200),
    ("Retour d'expérience : des cartes pour les pompiers", "experience", "data", 2, 100),
    ("Retour d'expérience : trois départements, une équipe produit", "experience", "people", 1, 90),
    ("Retour d'expérience : migrer un registre vieux de trente ans", "experience", "data", 1, 140),
    ("Retour d'expérience : un assistant pour les agents d'accueil", "experience", "ai", 1, 170),
    ("Vos questions sur le socle partagé", "questions", "platform", 1, 80),
    ("Vos questions sur les marchés de cloud", "questions", "strategy", 1, 110),
    ("Vos questions sur les carrières numériques", "questions", "people", 1, 70),
];

pub(crate) fn event(dice: &mut Dice, names: &mut Names) -> Event {
    let mut event = Event::new("L'État dans le nuage", "Europe/Paris");
    grid(&mut event);
    event.speakers = (1..=39).map(|number| speaker(dice, names, number)).collect();
    sessions(dice, &mut event);
    event.rules = rules();
    assert_promises(&event);
    event
}

fn grid(event: &mut Event) {
    event.rooms = vec![
        Room::new(ROOMS[0]).capacity(350).tag("stage", "large"),
        Room::new(ROOMS[1]).capacity(120).tag("stage", "small"),
    ];
    event.formats = vec![
        Format::new("plenary", 30),
        Format::new("round-table", 45),
        Format::new("talk", 25),
        Format::new("experience", 25),
        Format::new("questions", 15),
    ];
    event.blocks = vec![
        Block::new("morning", DAY.at("09:00"), DAY.at("13:00")),
        Block::new("afternoon", DAY.at("14:00"), DAY.at("18:30")),
    ];
    // Both rooms are open at both ends of the day: that nothing runs against a plenary is a rule's to say.
    let plenary = |id, start, end| DAY.slot(id, (start, end), ROOMS, ["plenary", "talk", "experience", "questions"]);
    let long = |id, start, end| DAY.slot(id, (start, end), ROOMS, ["round-table", "talk", "experience"]);
    let short = |id, start, end| DAY.slot(id, (start, end), ROOMS, ["talk", "experience", "questions"]);
    event.slots = vec![
        plenary("opening", "09:00", "09:30"),
        long("m1", "09:40", "10:25"),
        short("m2", "10:30", "10:55"),
        long("m3", "11:15", "12:00"),
        short("m4", "12:05", "12:30"),
        short("m5", "12:35", "13:00"),
        short("a1", "14:00", "14:25"),
        long("a2", "14:30", "15:15"),
        short("a3", "15:20", "15:45"),
        long("a4", "16:05", "16:50"),
        short("a5", "16:55", "17:20"),
        short("a6", "17:25", "17:50"),
        plenary("closing", "17:55", "18:25"),
    ];
}

/// 25 of the 39 are public agents, spread evenly over the list: `sector` says who is.
fn speaker(dice: &mut Dice, names: &mut Names, number: usize) -> Speaker {
    let public = number * 25 / 39 > (number - 1) * 25 / 39;
    let company = match (public, dice.chance(50)) {
        (true, _) => *dice.pick(&OFFICES),
        (false, true) => dice.pick(&AT_HOME).name,
        (false, false) => dice.pick(&ELSEWHERE).name,
    };
    Speaker::new(format!("s{number:02}"), names.next())
        .company(company)
        .tag("sector", if public { "public" } else { "private" })
}

/// Who gives what: everybody once, and three of those on a round table a second time.
fn sessions(dice: &mut Dice, event: &mut Event) {
    let mut everybody: Vec<SpeakerId> = event.speakers.iter().map(|s| s.id.clone()).collect();
    dice.shuffle(&mut everybody);
    for (i, (title, format, theme, people, audience)) in SESSIONS.into_iter().enumerate() {
        let mut talk = Talk::new(format!("e{:02}", i + 1), title)
            .format(format)
            .tag("theme", theme)
            .audience(audience)
            .status(TalkStatus::Accepted);
        // Whoever is on the round table about buying, or about people, answers questions on it too.
        talk.speakers = match i {
            21 => vec![event.talks[4].speakers[0].clone()],
            22 => vec![event.talks[3].speakers[0].clone()],
            20 => vec![event.talks[6].speakers[0].clone()],
            _ => everybody.split_off(everybody.len() - people),
        };
        if format != "plenary" {
            availability(dice, event, &talk.speakers);
        }
        if ["plenary", "round-table"].contains(&format) {
            talk = talk.needs("stage", "large");
        }
        event.talks.push(talk);
    }
    assert!(everybody.is_empty(), "everybody speaks");
    event.talks[0] = event.talks[0].clone().pin_start(DAY.at("09:00"));
    event.talks[1] = event.talks[1].clone().pin_start(DAY.at("17:55"));
}

/// Some of a session's people are there for half of the day, and the same half, or a panel could never meet.
fn availability(dice: &mut Dice, event: &mut Event, speakers: &[SpeakerId]) {
    let half = *dice.pick(&[("08:30", "13:00"), ("13:30", "19:00")]);
    for speaker in event.speakers.iter_mut().filter(|s| speakers.contains(&s.id) && s.available.is_empty()) {
        match dice.between(1..=100) {
            1..=22 => speaker.available.push(DAY.window(half.0, half.1)),
            23..=28 => speaker.unavailable.push(DAY.window("11:30", "14:00")),
            _ => {}
        }
    }
}

fn rules() -> Vec<Rule> {
    let public = Selection::speaker_tag("sector", ["public"]);
    let public_share = |each: &[&str]| {
        let mut count = Count::of(Measure::Speakers).each(each.iter().copied());
        count.min_share = Some(amount(0.6).into());
        count
    };
    vec![
        Rule::required(Plenary::new())
            .talks(Selection::formats(["plenary"]))
            .named("The opening and the closing are for everybody"),
        Rule::required(public_share(&[]))
            .talks(public.clone())
            .named("At least 60 % of the speakers are public agents"),
        Rule::required(public_share(&["block"]))
            .talks(public)
            .named("At least 60 % of them in the morning, and in the afternoon"),
        Rule::required(Count::of(Measure::Talks).each(["block", "format"]).min(1).max(4))
            .named("Both halves of the day mix formats"),
        Rule::required(Order::of(Together::sequence(["e07", "e21"]), Relation::Before))
            .named("Questions on the shared platform come after its talk"),
        Rule::required(Order::of(Together::sequence(["e05", "e22"]), Relation::Before))
            .named("Questions on cloud contracts come after their round table"),
        Rule::required(Order::of(Together::sequence(["e04", "e23"]), Relation::Before))
            .named("Questions on careers come after their round table"),
        Rule::required(Rest::minutes(20)).named("Whoever speaks twice has twenty minutes between"),
        Rule::weighted(amount(10.0), Clash::of(ClashOf::Tag("theme".into())))
            .named("Sessions on the same theme are not against each other"),
        Rule::weighted(amount(0.1), Fit::new()).named("The crowd fits the room"),
        Rule::weighted(amount(3.0), Place::within(Where::blocks(["morning"])))
            .talks(Selection::formats(["round-table", "talk", "questions"]).and_tag("theme", ["strategy"]))
            .named("Strategy comes first"),
    ]
}

/// The numbers that the file promises.
fn assert_promises(event: &Event) {
    let talks = &event.talks;
    assert_eq!((talks.len(), event.speakers.len()), (23, 39));
    let public = event.speakers.iter().filter(|s| s.tags.has("sector", "public")).count();
    assert_eq!(public, 25, "25 of 39 are 64 %");
    let is = |t: &Talk, format: &str| t.format.as_ref().is_some_and(|f| f.as_str() == format);
    assert_eq!(talks.iter().filter(|t| is(t, "plenary")).count(), 2);
    let panels: Vec<_> = talks.iter().filter(|t| is(t, "round-table")).map(|t| t.speakers.len()).collect();
    assert_eq!(panels, [5, 4, 5, 4]);
}
