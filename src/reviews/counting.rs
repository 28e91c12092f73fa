//! Which reviews count, and why the others do not.

use crate::event::{Event, Review, SpeakerId, SpeakerIx};
use std::{
    collections::{HashMap, HashSet},
    fmt,
};

/// The largest mark that counts, as [`Event::check`](crate::Event::check) asks: the squares of larger ones would drown
/// all others.
const LARGEST: f64 = 1e6;

/// Why a review does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SetAside {
    /// The reviewer stood back from the talk.
    Recused,
    /// The reviewer is a speaker of the talk.
    OwnTalk {
        /// That speaker.
        speaker: SpeakerIx,
    },
    /// The reviewer works where one of the talk's speakers does.
    SameCompany {
        /// The first such speaker of the talk.
        speaker: SpeakerIx,
    },
    /// There is no mark.
    NoMark,
    /// The mark is not a number from 0 to a million.
    UnusableMark,
    /// The reviewer has marked the talk already: the first mark counts.
    Repeated,
    /// No reviewer has that id.
    UnknownReviewer,
    /// No talk has that id.
    UnknownTalk,
}

impl fmt::Display for SetAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recused => "the reviewer stood back",
            Self::OwnTalk { .. } => "the reviewer is a speaker of the talk",
            Self::SameCompany { .. } => "the reviewer and a speaker are of the same company",
            Self::NoMark => "there is no mark",
            Self::UnusableMark => "the mark is not a number from 0 to a million",
            Self::Repeated => "the reviewer has marked the talk before",
            Self::UnknownReviewer => "nobody on the committee has that id",
            Self::UnknownTalk => "no talk has that id",
        })
    }
}

/// A mark that counts; talk and reviewer are positions in the event's lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) talk: usize,
    pub(super) reviewer: usize,
    pub(super) value: f64,
}

/// Every review, judged.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// The marks that count, in the order of the event.
    pub(super) marks: Vec<Mark>,
    /// For each review of the event, why it does not count.
    pub(super) set_aside: Vec<Option<SetAside>>,
    /// How many reviews of each talk do not count.
    pub(super) by_talk: Vec<u32>,
    /// How many reviews of each reviewer do not count.
    pub(super) by_reviewer: Vec<u32>,
}

impl Judged {
    pub(super) fn of(event: &Event) -> Self {
        let committee = Committee::of(event);
        let mut judged = Self {
            by_talk: vec![0; event.talks.len()],
            by_reviewer: vec![0; event.reviewers.len()],
            ..Self::default()
        };
        let mut seen = HashSet::new();
        for review in &event.reviews {
            let verdict = committee.judge(review, &mut seen);
            if let Ok(mark) = verdict {
                judged.marks.push(mark);
            } else {
                if let Some(talk) = committee.talks.get(review.talk.as_str()) {
                    judged.by_talk[*talk] += 1;
                }
                if let Some(reviewer) = committee.reviewers.get(review.reviewer.as_str()) {
                    judged.by_reviewer[*reviewer] += 1;
                }
            }
            judged.set_aside.push(verdict.err());
        }
        judged
    }
}

/// The names that reviews use, and who works where.
struct Committee<'e> {
    talks: HashMap<&'e str, usize>,
    reviewers: HashMap<&'e str, usize>,
    /// The companies of each reviewer: the one named, or those of the speaker that the reviewer is.
    employers: Vec<Vec<String>>,
    /// Who each reviewer is among the speakers.
    speaks_as: Vec<Option<SpeakerIx>>,
    /// The speakers of each talk.
    given_by: Vec<Vec<SpeakerIx>>,
    /// The companies behind each talk, with the speaker of each.
    behind: Vec<Vec<(String, SpeakerIx)>>,
    /// Where a reviewer stood back at least once: of two reviews that contradict each other, the recusal is believed.
    recused: HashSet<(usize, usize)>,
}

impl<'e> Committee<'e> {
    fn of(event: &'e Event) -> Self {
        // Where an id is repeated its first bearer is meant, as everywhere in the checks.
        let speakers = positions(event.speakers.iter().map(|s| s.id.as_str()));
        let talks = positions(event.talks.iter().map(|t| t.id.as_str()));
        let reviewers = positions(event.reviewers.iter().map(|r| r.id.as_str()));
        let companies: Vec<Vec<String>> = event
            .speakers
            .iter()
            .map(|s| s.company.iter().chain(s.tags.values("company")).filter_map(|name| company(name)).collect())
            .collect();
        let speaker = |id: &SpeakerId| speakers.get(id.as_str()).map(|s| SpeakerIx(*s as u32));
        let given_by: Vec<Vec<SpeakerIx>> =
            event.talks.iter().map(|talk| talk.speakers.iter().filter_map(speaker).collect()).collect();
        let behind = given_by
            .iter()
            .map(|given_by| given_by.iter().flat_map(|s| companies[s.at()].iter().map(|c| (c.clone(), *s))).collect())
            .collect();
        let speaks_as: Vec<Option<SpeakerIx>> =
            event.reviewers.iter().map(|r| r.speaker.as_ref().and_then(speaker)).collect();
        let recused = event
            .reviews
            .iter()
            .filter(|r| r.recused)
            .filter_map(|r| Some((*reviewers.get(r.reviewer.as_str())?, *talks.get(r.talk.as_str())?)));
        let recused = recused.collect();
        let named = event.reviewers.iter().map(|r| r.company.as_deref().and_then(company));
        let employers = named
            .zip(&speaks_as)
            .map(|(named, speaks_as)| match (named, speaks_as) {
                (Some(named), _) => vec![named],
                (None, Some(speaker)) => companies[speaker.at()].clone(),
                (None, None) => Vec::new(),
            })
            .collect();
        Self { talks, reviewers, employers, speaks_as, given_by, behind, recused }
    }

    fn judge(&self, review: &Review, seen: &mut HashSet<(usize, usize)>) -> Result<Mark, SetAside> {
        let reviewer = *self.reviewers.get(review.reviewer.as_str()).ok_or(SetAside::UnknownReviewer)?;
        let talk = *self.talks.get(review.talk.as_str()).ok_or(SetAside::UnknownTalk)?;
        if self.recused.contains(&(reviewer, talk)) {
            return Err(SetAside::Recused);
        }
        if let Some(speaker) = self.speaks_as[reviewer].filter(|s| self.given_by[talk].contains(s)) {
            return Err(SetAside::OwnTalk { speaker });
        }
        let employers = &self.employers[reviewer];
        if let Some((_, speaker)) = self.behind[talk].iter().find(|(company, _)| employers.contains(company)) {
            return Err(SetAside::SameCompany { speaker: *speaker });
        }
        let mark = review.mark.ok_or(SetAside::NoMark)?;
        if !(0.0..=LARGEST).contains(&mark) {
            return Err(SetAside::UnusableMark);
        }
        if !seen.insert((reviewer, talk)) {
            return Err(SetAside::Repeated);
        }
        Ok(Mark { talk, reviewer, value: mark })
    }
}

/// Where each id first stands.
fn positions<'e>(ids: impl Iterator<Item = &'e str>) -> HashMap<&'e str, usize> {
    let mut positions = HashMap::new();
    for (i, id) in ids.enumerate() {
        positions.entry(id).or_insert(i);
    }
    positions
}

/// A company's name as it is compared: people write `ACME`, `Acme` and `acme ` for the same employer. An empty name is
/// no employer, or all who left the field empty would be colleagues.
fn company(name: &str) -> Option<String> {
    let name = name.trim().to_lowercase();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use crate::event::{Reviewer, Speaker, Talk};

    /// Whether a mark by somebody of the one company counts for a talk by a speaker of the other.
    fn counts(reviewer: &str, speaker: Speaker) -> bool {
        let mut event = Event::new("Test", "Europe/Paris");
        event.reviewers.push(Reviewer::new("r").company(reviewer));
        event.talks.push(Talk::new("t", "").by("stranger").by("unknown").by(speaker.id.clone()));
        event.speakers.extend([Speaker::new("stranger", "").company("Elsewhere"), speaker]);
        event.reviews.push(Review::new("r", "t", 4.0));
        let judged = Judged::of(&event);
        let expected = [Some(SetAside::SameCompany { speaker: SpeakerIx(1) })];
        assert!(judged.set_aside == [None] || judged.set_aside == expected, "{:?}", judged.set_aside);
        judged.marks.len() == 1
    }

    #[test]
    fn a_mark_by_a_colleague_of_any_speaker_does_not_count() {
        let speaker = || Speaker::new("s", "");
        assert!(!counts("ACME", speaker().company("ACME")));
        assert!(!counts("ACME", speaker().tag("company", "Other").tag("company", "ACME")));
        assert!(counts("ACME", speaker().company("ACME Labs")));
        assert!(counts("ACME", speaker()));
    }

    #[test]
    fn companies_are_the_same_whatever_their_case_and_blanks() {
        assert!(!counts(" Société Générale", Speaker::new("s", "").company("SOCIÉTÉ GÉNÉRALE ")));
        assert!(!counts("acme", Speaker::new("s", "").tag("company", "Acme\t")));
    }

    #[test]
    fn a_reviewer_who_is_a_speaker_has_the_speakers_company_unless_another_is_named() {
        let mut event = Event::new("Test", "Europe/Paris");
        event.reviewers = vec![Reviewer::new("r").speaker("self"), Reviewer::new("q").speaker("self").company("Other")];
        event.talks.push(Talk::new("t", "").by("colleague"));
        event.speakers = ["self", "colleague"].map(|id| Speaker::new(id, "").company("ACME")).to_vec();
        event.reviews = vec![Review::new("r", "t", 4.0), Review::new("q", "t", 4.0)];
        let colleague = SetAside::SameCompany { speaker: SpeakerIx(1) };
        assert_eq!(Judged::of(&event).set_aside, [Some(colleague), None]);
    }

    #[test]
    fn people_without_a_company_are_not_colleagues() {
        assert!(counts("", Speaker::new("s", "").company("")));
        assert!(counts("  ", Speaker::new("s", "").tag("company", " ")));
    }

    #[test]
    fn a_recusal_does_not_count_with_or_without_a_mark() {
        let mut event = sample::event(2, 1, [(0, 0, 5.0)]);
        event.reviews[0].recused = true;
        event.reviews.push(Review::recusal("r0", "t1"));
        let judged = Judged::of(&event);
        assert_eq!(judged.set_aside, [Some(SetAside::Recused); 2]);
        assert_eq!((judged.marks, judged.by_talk, judged.by_reviewer), (vec![], vec![1, 1], vec![2]));
    }

    #[test]
    fn a_recusal_is_believed_against_a_mark_of_the_same_reviewer() {
        let mut event = sample::event(1, 1, [(0, 0, 5.0)]);
        event.reviews.push(Review::recusal("r0", "t0"));
        assert_eq!(Judged::of(&event).set_aside, [Some(SetAside::Recused); 2]);
    }

    #[test]
    fn what_is_no_mark_is_set_aside_for_what_it_is() {
        let marks = [f64::NAN, -1.0, f64::INFINITY, 1e7, 3.0, 4.0];
        let mut event = sample::event(1, 1, marks.map(|mark| (0, 0, mark)));
        event.reviews.push(Review { mark: None, ..event.reviews[0].clone() });
        event.reviews.push(Review::new("nobody", "t0", 3.0));
        event.reviews.push(Review::new("r0", "nothing", 3.0));
        let judged = Judged::of(&event);
        assert_eq!(judged.marks, [Mark { talk: 0, reviewer: 0, value: 3.0 }]);
        let unusable = Some(SetAside::UnusableMark);
        let rest = [SetAside::Repeated, SetAside::NoMark, SetAside::UnknownReviewer, SetAside::UnknownTalk].map(Some);
        assert_eq!(judged.set_aside[..5], [unusable, unusable, unusable, unusable, None]);
        assert_eq!(judged.set_aside[5..], rest);
        assert_eq!((judged.by_talk, judged.by_reviewer), (vec![7], vec![7]));
    }
}
