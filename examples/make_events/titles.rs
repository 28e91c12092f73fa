//! Invented titles: a subject, and a way to talk about it that suits the length and the level.
//!
//! No way to talk puts a subject behind "de" or "à", which would have to contract with its article.

use super::people::Dice;
use std::collections::{BTreeMap, BTreeSet};

/// Titles, each of them once, and every subject of a theme before any of them comes back.
#[derive(Default)]
pub(crate) struct Titles {
    used: BTreeSet<String>,
    times: BTreeMap<&'static str, u32>,
}

impl Titles {
    pub(crate) fn next(&mut self, dice: &mut Dice, subjects: &[&'static str], ways: &[&str]) -> String {
        let times = |subject: &str| self.times.get(subject).copied().unwrap_or(0);
        let fewest = subjects.iter().map(|s| times(s)).min().unwrap_or(0);
        let rarest: Vec<_> = subjects.iter().copied().filter(|s| times(s) == fewest).collect();
        let subject = *dice.pick(&rarest);
        let mut ways = ways.to_vec();
        dice.shuffle(&mut ways);
        let title = ways.iter().map(|way| fill(way, subject)).find(|title| !self.used.contains(title));
        let title = title.expect("a way to talk that this subject was not talked about in");
        *self.times.entry(subject).or_default() += 1;
        self.used.insert(title.clone());
        title
    }
}

fn fill(way: &str, subject: &str) -> String {
    let mut letters = subject.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    way.replace("{S}", &capital).replace("{s}", subject)
}

pub(crate) const CLOUD: &[&str] = &[
    "le cloud souverain",
    "le multi-cloud",
    "le FinOps",
    "Terraform",
    "OpenTofu",
    "Crossplane",
    "le serverless",
    "l'edge computing",
    "la facture cloud",
    "le cloud hybride",
    "le platform engineering",
    "le stockage objet",
];
pub(crate) const SECURITY: &[&str] = &[
    "la supply chain logicielle",
    "les SBOM",
    "le zero trust",
    "OAuth 2",
    "les secrets",
    "Kyverno",
    "Falco",
    "les passkeys",
    "la gestion des identités",
    "les honeypots",
    "la signature des images",
];
pub(crate) const DISCOVERY: &[&str] = &[
    "l'écoconception",
    "l'accessibilité numérique",
    "le libre associatif",
    "le mentorat",
    "la documentation",
    "l'onboarding",
    "le numérique responsable",
    "la domotique libre",
    "l'auto-hébergement",
    "la veille technique",
];
pub(crate) const ARCHITECTURE: &[&str] = &[
    "l'architecture hexagonale",
    "les microservices",
    "le monolithe modulaire",
    "l'event sourcing",
    "les API asynchrones",
    "gRPC",
    "CQRS",
    "le Domain-Driven Design",
    "les files de messages",
    "la cohérence à terme",
    "WebAssembly",
    "le cache distribué",
];
pub(crate) const DATA: &[&str] = &[
    "PostgreSQL",
    "les lakehouses",
    "Kafka",
    "DuckDB",
    "le change data capture",
    "les pipelines de données",
    "la qualité des données",
    "Airflow",
    "les séries temporelles",
];
pub(crate) const AI: &[&str] = &[
    "les LLM en local",
    "le RAG",
    "les agents autonomes",
    "le MLOps",
    "MCP",
    "les assistants de code",
    "l'inférence sur CPU",
    "les embeddings",
    "le partage de GPU",
    "l'évaluation des modèles",
];
pub(crate) const OPERATIONS: &[&str] = &[
    "OpenTelemetry",
    "le GitOps",
    "Argo CD",
    "les SLO",
    "les post-mortems",
    "Prometheus",
    "l'astreinte",
    "le chaos engineering",
    "les tests de charge",
    "l'intégration continue",
    "Ansible",
    "les feature flags",
];
pub(crate) const CONTAINERS: &[&str] = &[
    "les opérateurs Kubernetes",
    "Podman",
    "l'autoscaling",
    "les images minimales",
    "les conteneurs rootless",
    "K3s",
    "Cluster API",
    "les admission webhooks",
    "Helm",
    "etcd",
];
pub(crate) const NETWORK: &[&str] = &[
    "Cilium",
    "le service mesh",
    "la Gateway API",
    "le DNS du cluster",
    "IPv6",
    "WireGuard",
    "les CNI",
    "l'équilibrage de charge",
    "les network policies",
];
pub(crate) const DEVELOPERS: &[&str] = &[
    "les portails développeurs",
    "les monorepos",
    "Nix",
    "les revues de code",
    "les golden paths",
    "les devcontainers",
    "les environnements éphémères",
];

pub(crate) const FOR_BEGINNERS: &[&str] = &[
    "Premiers pas avec {s}",
    "Comprendre {s} sans se faire peur",
    "{S} : les bases, sans jargon",
    "Débuter avec {s} : ce que j'aurais aimé savoir",
    "Dessine-moi {s}",
];
pub(crate) const FOR_EVERYBODY: &[&str] = &[
    "{S} en production : retour d'expérience",
    "Cinq pièges rencontrés avec {s}",
    "Passer à l'échelle avec {s}",
    "Deux ans avec {s} : le bilan",
    "Faire la paix avec {s}",
    "Choisir {s} : nos critères, nos regrets",
    "{S} : ce que les tutoriels ne disent pas",
];
pub(crate) const FOR_EXPERTS: &[&str] = &[
    "{S} : plongée sous le capot",
    "{S} : autopsie d'un incident",
    "{S}, au-delà du tutoriel",
    "{S} à très grande échelle : ce qui casse",
];
pub(crate) const IN_SHORT: &[&str] = &[
    "{S} en vingt minutes chrono",
    "{S}, sans diapositives",
    "{S} : mon erreur préférée",
    "Trois raisons d'aimer {s}",
    "Un an avec {s}, un seul regret",
];
pub(crate) const HANDS_ON: &[&str] =
    &["Atelier : {s}, en pratique", "Atelier : un premier projet avec {s}", "Atelier : {s}, clavier en main"];
pub(crate) const IN_A_FLASH: &[&str] = &[
    "{S} en dix minutes",
    "{S} : la démo",
    "Un petit outil pour {s}",
    "{S} : deux minutes de théorie, huit de démo",
    "{S} : le strict nécessaire",
];
