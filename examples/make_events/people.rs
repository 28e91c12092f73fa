//! Invented people: names put together from lists, and the seeded dice that everything here is thrown with.

use rand::{
    RngExt, SeedableRng,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

/// Seeded dice. They only ever deal in whole numbers, so that every machine throws the same.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn between(&mut self, range: RangeInclusive<i32>) -> i32 {
        self.0.random_range(range)
    }

    /// True so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.0.random_ratio(percent, 100)
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        list.choose(&mut self.0).expect("a list with something in it")
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }

    /// A number around 0 in a bell's shape, with about that standard deviation.
    pub(crate) fn bell(&mut self, spread: i32) -> i32 {
        let sum: i32 = (0..4).map(|_| self.between(-50..=50)).sum();
        sum * spread / 58
    }
}

/// Full names, each of them once.
pub(crate) struct Names {
    first: Vec<&'static str>,
    last: Vec<&'static str>,
    given: usize,
}

impl Names {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let (mut first, mut last) = (FIRST.to_vec(), LAST.to_vec());
        dice.shuffle(&mut first);
        dice.shuffle(&mut last);
        // Walking both lists round and round repeats a pair only after the least common multiple of their lengths.
        assert_eq!((first.len(), last.len()), (95, 84));
        Self { first, last, given: 0 }
    }

    pub(crate) fn next(&mut self) -> String {
        let name = format!("{} {}", self.first[self.given % self.first.len()], self.last[self.given % self.last.len()]);
        self.given += 1;
        name
    }
}

/// Where people of an invented company live, and what it is called.
pub(crate) struct Company {
    pub(crate) name: &'static str,
    pub(crate) region: &'static str,
}

const fn company(name: &'static str, region: &'static str) -> Company {
    Company { name, region }
}

/// The region whose share of the speakers Cloud Nord keeps.
pub(crate) const HOME: &str = "hauts-de-france";

pub(crate) const AT_HOME: [Company; 12] = [
    company("Beffroi & Bits", HOME),
    company("Terril Nuageux", HOME),
    company("Houblon Compilé", HOME),
    company("Braderie à Paquets", HOME),
    company("Opale sous Tension", HOME),
    company("Courée et Code", HOME),
    company("Géants du Lys numérique", HOME),
    company("Estaminet de la Donnée", HOME),
    company("Wassingue Ops", HOME),
    company("Écluse Sambre Logiciel", HOME),
    company("Carillon Sécurité", HOME),
    company("Betterave Libre", HOME),
];

pub(crate) const ELSEWHERE: [Company; 12] = [
    company("Nimbus et Nénuphar", "ile-de-france"),
    company("Pergélisol Logiciels", "ile-de-france"),
    company("Lanterne à Paquets", "ile-de-france"),
    company("Grenier à Logs", "ile-de-france"),
    company("Les Quatre Vents binaires", "bretagne"),
    company("Ardoise et Octets", "pays-de-la-loire"),
    company("Archipel des Sondes", "bretagne"),
    company("Tramontane et Cie", "occitanie"),
    company("Pelote d'Infra", "auvergne-rhone-alpes"),
    company("Boussole Vagabonde", "grand-est"),
    company("Cigogne Asynchrone", "grand-est"),
    company("Frituur & Fils", "belgique"),
];

const FIRST: [&str; 95] = [
    "Adèle",
    "Aïcha",
    "Alban",
    "Amandine",
    "Anaïs",
    "Antonin",
    "Apolline",
    "Armand",
    "Assia",
    "Augustin",
    "Aurore",
    "Bahia",
    "Baptiste",
    "Bastien",
    "Bérénice",
    "Bintou",
    "Camille",
    "Capucine",
    "Célestin",
    "Chadia",
    "Clémence",
    "Constance",
    "Corentin",
    "Dalila",
    "Damien",
    "Diariatou",
    "Edmée",
    "Élias",
    "Éloïse",
    "Émeline",
    "Enzo",
    "Fanta",
    "Farid",
    "Fatoumata",
    "Firmin",
    "Flore",
    "Gaël",
    "Garance",
    "Ghislain",
    "Hadrien",
    "Hakim",
    "Hélia",
    "Honorine",
    "Idriss",
    "Ilyes",
    "Inès",
    "Isaure",
    "Ismaël",
    "Jasmine",
    "Joachim",
    "Jolan",
    "Kadiatou",
    "Karim",
    "Léandre",
    "Leïla",
    "Linh",
    "Lison",
    "Loïs",
    "Lucile",
    "Maëlle",
    "Malik",
    "Margaux",
    "Marius",
    "Mathurin",
    "Mei",
    "Minh",
    "Moussa",
    "Nadège",
    "Naïm",
    "Nour",
    "Octave",
    "Ombeline",
    "Oumar",
    "Pénélope",
    "Perrine",
    "Quentin",
    "Rachid",
    "Rokhaya",
    "Rosalie",
    "Salomé",
    "Samir",
    "Sibylle",
    "Soline",
    "Tancrède",
    "Thaïs",
    "Théodore",
    "Tiphaine",
    "Ulysse",
    "Victoire",
    "Wassim",
    "Yaël",
    "Yasmine",
    "Youssef",
    "Zélie",
    "Zoé",
];

const LAST: [&str; 84] = [
    "Abadie",
    "Amrani",
    "Bailleul",
    "Beaucamp",
    "Belkacem",
    "Bertholet",
    "Bouvines",
    "Brasseur",
    "Caradec",
    "Carlier",
    "Caudron",
    "Chassagne",
    "Cissé",
    "Coudekerque",
    "Courcelles",
    "Dacosta",
    "Debruyne",
    "Decroix",
    "Delattre",
    "Delepoulle",
    "Dequesne",
    "Desmazières",
    "Dhaenens",
    "Diallo",
    "Dierick",
    "Dubrulle",
    "Duhem",
    "Escoffier",
    "Fauquembergue",
    "Ferhat",
    "Flament",
    "Fontanel",
    "Gaillard",
    "Ghesquière",
    "Gosselin",
    "Guérin",
    "Haddad",
    "Hennebelle",
    "Herbaut",
    "Hocquet",
    "Houssin",
    "Jaubert",
    "Kaboré",
    "Keller",
    "Lacombe",
    "Lambrecht",
    "Lannoy",
    "Leblond",
    "Lefort",
    "Lemahieu",
    "Lesage",
    "Loison",
    "Maertens",
    "Magnier",
    "Malherbe",
    "Mansouri",
    "Marescaux",
    "Mercadier",
    "Moreau",
    "Ouattara",
    "Paquier",
    "Pham",
    "Plancke",
    "Quesnoy",
    "Rahmani",
    "Ravaud",
    "Roussel",
    "Saïdi",
    "Salembier",
    "Sarrazin",
    "Sénéchal",
    "Tahon",
    "Ternois",
    "Thibaut",
    "Tournier",
    "Traoré",
    "Vandamme",
    "Vanhoutte",
    "Vasseur",
    "Verdier",
    "Verhaeghe",
    "Wattel",
    "Wiart",
    "Zaoui",
];
