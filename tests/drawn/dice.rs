//! Seeded dice: the same throws on every machine.

use rand::{
    RngExt, SeedableRng,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn between(&mut self, range: RangeInclusive<usize>) -> usize {
        self.0.random_range(range)
    }

    /// True so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.0.random_ratio(percent, 100)
    }

    pub(crate) fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list.choose(&mut self.0).expect("a list with something in it").clone()
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }

    /// Some of the list, in an order of chance: at least `least`, if there are so many, and at most `most`.
    pub(crate) fn some<T: Clone>(&mut self, list: &[T], least: usize, most: usize) -> Vec<T> {
        let most = most.min(list.len());
        let mut list = list.to_vec();
        self.shuffle(&mut list);
        list.truncate(self.between(least.min(most)..=most));
        list
    }

    /// A number from 0.1 to `most`, often whole, with up to three decimals.
    pub(crate) fn amount(&mut self, most: usize) -> f64 {
        let whole = self.between(1..=most);
        match self.between(0..=5) {
            0 => self.between(1..=most * 10) as f64 / 10.0,
            1 => self.between(1..=most * 1000) as f64 / 1000.0,
            _ => whole as f64,
        }
    }
}
