//! Claims about what a round does to the timetable in hand, on random congresses.

use super::*;
use crate::{
    program::shrinking::dice,
    solve::{
        SolveOptions,
        backend::backend,
        testing::{congress, kind, limited, parts_of},
    },
};
use proptest::prelude::*;

/// Rounds from one timetable to the next.
const ROUNDS: usize = 4;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_round_gives_a_better_timetable_or_none_and_is_the_same_in_every_run(
        dice in dice(),
        seed in any::<u64>(),
        work in prop::sample::select(vec![0_u64, 7, 1_000_000]),
    ) {
        let Some((program, fixing)) = congress(&dice) else { return Ok(()) };
        let solver = backend(kind());
        for ilp in parts_of(&program, &fixing) {
            // Any timetable to begin with: the worst that there is.
            let mut worst = ilp.clone();
            worst.columns.iter_mut().for_each(|column| column.objective *= -1);
            let limits = limited(&SolveOptions::new());
            let Ok(Outcome::Found(Found { values: Some(mut values), .. })) = solver.maximise(&worst, None, &limits) else {
                continue;
            };
            let limits = limited(&SolveOptions::new().work_limit(work));
            let again = limited(&SolveOptions::new().work_limit(work));
            let mut rounds = Neighbourhoods::new(&program, &ilp, &*solver, seed);
            let mut repeated = Neighbourhoods::new(&program, &ilp, &*solver, seed);
            for _ in 0..ROUNDS {
                let better = rounds.round(&values, &limits).expect("an answer");
                prop_assert_eq!(&better, &repeated.round(&values, &again).expect("an answer"));
                let Some(better) = better else { continue };
                prop_assert!(ilp.admits(&better));
                prop_assert!(ilp.value(&better) > ilp.value(&values) + 0.5);
                values = better;
            }
        }
    }
}
