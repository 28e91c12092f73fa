//! A solution of the relaxation that is worth the bound proves both: no other solver is asked.

use super::*;
use crate::{
    program::Var,
    solve::{
        SolveOptions,
        ilp::{Column, IlpRow},
        progress::Watch,
    },
};
use proptest::prelude::*;
use std::time::Instant;

fn limits() -> Limits {
    Limits::new(&SolveOptions::new(), Instant::now(), Watch::new(Instant::now(), None))
}

/// Talks of some audience, to be placed in rooms of which the largest holds the most, away from their themes.
fn placing(audiences: &[i64], rooms: usize, slots: usize, needed: bool) -> Ilp {
    let mut ilp = Ilp::empty();
    let mut places = vec![Vec::new(); rooms * slots];
    let mut themes = vec![Vec::new(); 3 * slots];
    for (talk, audience) in audiences.iter().enumerate() {
        let mut own = Vec::new();
        for (place, inside) in places.iter_mut().enumerate() {
            let column = ilp.columns.len();
            let over = (audience - 40 * (1 + (place % rooms) as i64)).max(0);
            let objective = if needed { -over } else { audience / 2 - over };
            ilp.columns.push(Column { upper: 1, integer: true, objective });
            ilp.vars.push(Var(column as u32));
            own.push((column, 1));
            inside.push((column, 1));
            themes[talk % 3 * slots + place / rooms].push((column, 1));
        }
        ilp.exclusive.push(ilp.rows.len());
        ilp.rows.push(IlpRow { terms: own, lower: needed.then_some(1), upper: Some(1) });
    }
    places.into_iter().for_each(|terms| ilp.push(terms, None, Some(1)));
    for mut terms in themes {
        // The second talk of a theme at once costs 30, every further one 60.
        for (upper, objective) in [(1, -30), (audiences.len() as i64, -60)] {
            terms.push((ilp.columns.len(), -1));
            ilp.columns.push(Column { upper, integer: false, objective });
        }
        ilp.push(terms, None, Some(1));
    }
    ilp
}

/// Lets no two places of a talk be worth the same.
fn told_apart(ilp: &mut Ilp) {
    let places = ilp.vars.len();
    for (i, column) in ilp.columns[..places].iter_mut().enumerate() {
        column.objective = 8 * column.objective - i64::from(columns::scrambled(i as u32) % 8);
    }
    ilp.columns[places..].iter_mut().for_each(|column| column.objective *= 8);
}

/// Whether the relaxation's solution satisfies the rows and is worth the bound, both up to what steps leave.
fn proves_itself(ilp: &Ilp, relaxed: &Relaxed) -> Result<(), String> {
    let mut values = vec![0.0; ilp.columns.len()];
    relaxed.primal.iter().for_each(|(column, value)| values[*column] = *value);
    let near = 0.03;
    for row in &ilp.rows {
        let sum: f64 = row.terms.iter().map(|(c, f)| *f as f64 * values[*c]).sum();
        let holds = row.lower.is_none_or(|lower| sum >= lower as f64 - near)
            && row.upper.is_none_or(|upper| sum <= upper as f64 + near);
        if !holds {
            return Err(format!("{sum} in {row:?}"));
        }
    }
    let worth = ilp.value(&values);
    let bound = relaxed.bound.units() as f64;
    // The bound is rounded down to whole units.
    if worth < bound - 0.1 || worth > bound + 1.1 {
        return Err(format!("worth {worth}, bound {bound}"));
    }
    Ok(())
}

/// Audiences that are not all alike.
fn audiences(talks: usize) -> Vec<i64> {
    (0..talks as i64).map(|t| 20 + t * 37 % 150).collect()
}

#[test]
fn a_tight_program_is_solved_from_few_of_its_columns() {
    let mut ilp = placing(&audiences(58), 4, 15, true);
    told_apart(&mut ilp);
    let relaxed = relax(&ilp, None, &limits()).expect("there is something to relax");
    assert!(relaxed.solved, "{} rounds", relaxed.rounds);
    proves_itself(&ilp, &relaxed).expect("its own solution is worth its bound");
    assert!(relaxed.columns_used < ilp.columns.len() * 3 / 4, "{} of {}", relaxed.columns_used, ilp.columns.len());
}

#[test]
fn a_solution_worth_the_bound_ends_the_rounds() {
    // One place a talk: the only solution is the best.
    let mut ilp = placing(&audiences(10), 2, 5, true);
    let mut start = vec![0.0; ilp.columns.len()];
    for (talk, row) in ilp.exclusive.clone().into_iter().enumerate() {
        let (column, _) = ilp.rows[row].terms[talk];
        start[column] = 1.0;
        ilp.rows[row].terms.iter().filter(|(c, _)| *c != column).for_each(|(c, _)| ilp.columns[*c].objective = -1000);
    }
    let theme_costs = |ilp: &mut Ilp| ilp.columns.iter_mut().skip(100).for_each(|c| c.objective = 0);
    theme_costs(&mut ilp);
    let with = relax(&ilp, Some(&start), &limits()).expect("there is something to relax");
    assert!(with.solved);
    assert_eq!(with.bound.units(), ilp.value(&start).round() as i64);
}

#[test]
fn what_cannot_be_satisfied_ends_too() {
    let ilp = placing(&audiences(9), 2, 4, true);
    let relaxed = relax(&ilp, None, &limits()).expect("there is something to relax");
    assert!(!relaxed.solved);
    assert!(relaxed.bound.units() < -100_000, "{}", relaxed.bound.units());
}

#[test]
fn one_thread_or_four_give_the_same_multipliers() {
    let mut ilp = placing(&audiences(200), 9, 23, true);
    told_apart(&mut ilp);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        pool.install(|| relax(&ilp, None, &limits())).expect("there is something to relax")
    };
    let (one, four) = (on(1), on(4));
    assert_eq!(one.multipliers, four.multipliers);
    assert_eq!(one.primal, four.primal);
}

#[test]
fn slots_that_can_be_exchanged_are_one() {
    let ilp = placing(&audiences(58), 4, 15, true);
    let folded = Folded::of(&Matrix::of(&ilp), &limits()).expect("all slots are alike");
    // Fifteen slots in one; of two talks of the same audience and theme there may be one.
    let talks: std::collections::BTreeSet<(i64, usize)> =
        audiences(58).into_iter().enumerate().map(|(t, a)| (a, t % 3)).collect();
    let fines = ilp.columns.len() - ilp.vars.len();
    assert!(folded.matrix.columns() <= talks.len() * 4 + fines / 15, "{} columns", folded.matrix.columns());
}

#[test]
fn what_is_told_apart_is_not_folded() {
    let mut ilp = placing(&audiences(58), 4, 15, true);
    told_apart(&mut ilp);
    assert!(Folded::of(&Matrix::of(&ilp), &limits()).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn folded_multipliers_give_the_bound_that_they_give_to_all_rows(
        audiences in proptest::collection::vec(0_i64..60, 2..24),
        rooms in 1_usize..4,
        needed in any::<bool>(),
        charges in proptest::collection::vec(0.0_f64..40.0, 60),
    ) {
        let ilp = placing(&audiences, rooms, 12, needed);
        let matrix = Matrix::of(&ilp);
        let folded = Folded::of(&matrix, &limits()).expect("all slots are alike");
        let bound = |matrix: &Matrix, multipliers: &[f64]| {
            let mut reduced = vec![0.0; matrix.columns()];
            matrix.price(multipliers, &mut reduced);
            let mut of_sets = Vec::new();
            (matrix.bound(multipliers, &reduced, &mut of_sets), of_sets)
        };
        let few: Vec<f64> = charges.into_iter().cycle().take(folded.matrix.rows.len()).collect();
        let few = folded.matrix.signed(&few);
        let (by_class, of_sets) = bound(&folded.matrix, &few);
        let mut whole = few.clone();
        folded.matrix.sets.iter().zip(&of_sets).for_each(|(set, own)| whole[set.row] = *own);
        let all = folded.multipliers(&whole);
        let (by_row, own) = bound(&matrix, &matrix.signed(&all));
        prop_assert!((by_class - by_row).abs() < 1e-6 * (1.0 + by_row.abs()), "{by_class} {by_row}");
        for (set, own) in matrix.sets.iter().zip(own) {
            prop_assert!((all[set.row] - own).abs() < 1e-6 * (1.0 + own.abs()));
        }
    }

    #[test]
    fn the_few_columns_are_worth_what_all_are(
        audiences in proptest::collection::vec(0_i64..200, 2..24),
        rooms in 1_usize..5,
        needed in any::<bool>(),
        alike in any::<bool>(),
    ) {
        let mut ilp = placing(&audiences, rooms, audiences.len().div_ceil(rooms) + 1, needed);
        if !alike {
            told_apart(&mut ilp);
        }
        let relaxed = relax(&ilp, None, &limits()).expect("there is something to relax");
        prop_assert!(relaxed.solved, "after {} rounds", relaxed.rounds);
        let proof = proves_itself(&ilp, &relaxed);
        prop_assert!(proof.is_ok(), "{:?}", proof);
    }
}
