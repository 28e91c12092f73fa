//! Committees for the tests.

use crate::event::{Event, Review, Reviewer, Talk};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// An event with so many talks (`t0`...) and reviewers (`r0`...), and marks as (reviewer, talk, mark).
pub(super) fn event(talks: usize, reviewers: usize, marks: impl IntoIterator<Item = (usize, usize, f64)>) -> Event {
    let mut event = Event::new("Test", "Europe/Paris");
    event.talks.extend((0..talks).map(|i| Talk::new(format!("t{i}"), "").minutes(20)));
    event.reviewers.extend((0..reviewers).map(|i| Reviewer::new(format!("r{i}"))));
    event.reviews.extend(marks.into_iter().map(|(r, t, mark)| Review::new(format!("r{r}"), format!("t{t}"), mark)));
    event
}

/// A committee drawn from the model, around a mean of 50.
pub(super) struct Drawn {
    pub(super) event: Event,
    pub(super) merits: Vec<f64>,
    pub(super) severities: Vec<f64>,
}

/// How a committee is drawn: numbers, and standard deviations.
#[derive(Clone, Copy)]
pub(super) struct Draw {
    pub(super) talks: usize,
    pub(super) reviewers: usize,
    /// How many reviewers, drawn at random, mark each talk.
    pub(super) readers: usize,
    pub(super) variety: f64,
    pub(super) disparity: f64,
    pub(super) noise: f64,
}

impl Draw {
    pub(super) fn seed(self, seed: u64) -> Drawn {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let merits: Vec<f64> = (0..self.talks).map(|_| 50.0 + self.variety * normal(&mut random)).collect();
        let severities: Vec<f64> = (0..self.reviewers).map(|_| self.disparity * normal(&mut random)).collect();
        let mut marks = Vec::new();
        for (talk, merit) in merits.iter().enumerate() {
            let mut readers: Vec<usize> = (0..self.reviewers).collect();
            for nth in 0..self.readers {
                let other = random.random_range(nth..readers.len());
                readers.swap(nth, other);
                let mark = merit - severities[readers[nth]] + self.noise * normal(&mut random);
                marks.push((readers[nth], talk, mark));
            }
        }
        Drawn { event: event(self.talks, self.reviewers, marks), merits, severities }
    }
}

/// Near enough to a normal draw: the sum of twelve uniform ones.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| random.random_range(0.0..1.0)).sum::<f64>() - 6.0
}
