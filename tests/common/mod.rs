//! What the property tests share: random events, random timetables, and judges that owe nothing to the program.

pub(crate) mod exhaustive;
pub(crate) mod judge;
pub(crate) mod random;
pub(crate) mod rules;
pub(crate) mod shuffle;

use proptest::test_runner::{Config, RngSeed};

/// How a property is run: so many cases, the same on every run.
///
/// `PROPTEST_CASES` asks for another number of them, `PROPTEST_RNG_SEED` for others.
pub(crate) fn config(cases: u32) -> Config {
    let asked = |name: &str| std::env::var(name).is_ok();
    let mut config =
        Config { failure_persistence: None, max_shrink_iters: 20_000, max_shrink_time: 60_000, ..Config::default() };
    if !asked("PROPTEST_CASES") {
        config.cases = cases;
    }
    if !asked("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(2026);
    }
    config
}
