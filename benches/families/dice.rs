//! The seeded dice. They deal in whole numbers, and in floating-point sums and products at most, so that every machine
//! throws the same.

use rand::{
    RngExt, SeedableRng,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(super) fn between(&mut self, range: RangeInclusive<usize>) -> usize {
        self.0.random_range(range)
    }

    /// A number below the given one.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    /// True so many times in a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.0.random_ratio(percent, 100)
    }

    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        list.choose(&mut self.0).expect("a list with something in it")
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }

    /// The numbers below `end`, shuffled.
    pub(super) fn order(&mut self, end: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..end).collect();
        self.shuffle(&mut order);
        order
    }

    /// How many people come: log-normal around the median (its logarithm's standard deviation is about 0.8), as many
    /// talks draw few and few draw many.
    pub(super) fn audience(&mut self, median: u32, largest: u32) -> u32 {
        // Four throws make a bell of standard deviation 58; 80 steps of one percent are a factor of e to the 0.8.
        let bell: i32 = (0..4).map(|_| self.0.random_range(-50..=50)).sum();
        grown(median, bell * 80 / 58).clamp(5, largest)
    }
}

/// The number after so many steps of one percent up or down.
pub(super) fn grown(from: u32, steps: i32) -> u32 {
    let step = if steps < 0 { 1.0 / 1.01 } else { 1.01 };
    let number = (0..steps.unsigned_abs()).fold(f64::from(from), |number, _| number * step);
    number.round() as u32
}
