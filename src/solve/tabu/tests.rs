//! Claims about choices at a price.

use super::*;
use crate::solve::{
    SolveOptions,
    ilp::Column,
    testing::{limited, limits},
};
use proptest::prelude::*;

/// Up to four choices of three columns, and rows over them all.
fn choices() -> impl Strategy<Value = Ilp> {
    let objectives = proptest::collection::vec(proptest::array::uniform3(-9_i64..=9), 1..5);
    let rows = proptest::collection::vec((proptest::collection::vec(-1_i64..=2, 12), 0_i64..4, any::<bool>()), 0..6);
    (objectives, rows).prop_map(|(objectives, rows)| {
        let column = |objective: &i64| Column { upper: 1, integer: true, objective: *objective };
        let mut ilp = Ilp {
            columns: objectives.iter().flatten().map(column).collect(),
            exclusive: (0..objectives.len()).collect(),
            ..Ilp::empty()
        };
        for choice in 0..objectives.len() {
            let terms = (3 * choice..3 * choice + 3).map(|c| (c, 1)).collect();
            ilp.rows.push(IlpRow { terms, lower: Some(1), upper: Some(1) });
        }
        for (factors, side, upper) in rows {
            let terms = (0..ilp.columns.len()).zip(factors).filter(|(_, f)| *f != 0).collect();
            let (lower, upper) = if upper { (None, Some(side)) } else { (Some(side), None) };
            ilp.rows.push(IlpRow { terms, lower, upper });
        }
        ilp
    })
}

/// What values are worth, less the price of what they break.
fn score(ilp: &Ilp, price: i64, values: &[f64]) -> i64 {
    let sum = |row: &IlpRow| row.terms.iter().map(|(c, f)| f * values[*c] as i64).sum();
    ilp.value(values) as i64 - price * ilp.rows.iter().map(|row| outside(row, sum(row))).sum::<i64>()
}

/// Every way to take one column of each choice.
fn ways(ilp: &Ilp) -> Vec<Vec<f64>> {
    let mut ways = vec![vec![0.0; ilp.columns.len()]];
    for choice in 0..ilp.exclusive.len() {
        let with = |way: &Vec<f64>, c: usize| {
            let mut way = way.clone();
            way[3 * choice + c] = 1.0;
            way
        };
        ways = ways.iter().flat_map(|way| (0..3).map(move |c| with(way, c))).collect();
    }
    ways
}

proptest! {
    #[test]
    fn of_few_choices_the_best_is_found(ilp in choices(), price in 0_i64..20) {
        let found = choose(&ilp, price, &limits()).expect("every column is of a choice");
        let best = ways(&ilp).iter().map(|way| score(&ilp, price, way)).max();
        prop_assert_eq!(Some(score(&ilp, price, &found)), best);
    }

    #[test]
    fn scores_kept_step_by_step_are_those_worked_out_anew(ilp in choices(), price in 0_i64..20, steps in 0_u64..30) {
        let mut search = Search::of(&ilp, price, 1).expect("every column is of a choice");
        for step in 1..=steps {
            let mut values = vec![0.0; ilp.columns.len()];
            search.taken.iter().for_each(|c| values[*c] = 1.0);
            prop_assert_eq!(search.score, score(&ilp, price, &values));
            let Some((choice, column)) = search.next(step) else { break };
            search.take(choice, column);
        }
    }

    #[test]
    fn stopped_at_once_it_is_still_one_column_of_each_choice(ilp in choices()) {
        let found = choose(&ilp, 1, &limited(&SolveOptions::new().work_limit(0))).expect("every column is of a choice");
        prop_assert!(ways(&ilp).contains(&found));
    }
}

#[test]
fn a_column_of_no_choice_is_not_for_it() {
    let column = Column { upper: 1, integer: true, objective: 1 };
    let ilp = Ilp {
        columns: vec![column; 2],
        rows: vec![IlpRow { terms: vec![(0, 1)], lower: Some(1), upper: Some(1) }],
        exclusive: vec![0],
        ..Ilp::empty()
    };
    assert_eq!(choose(&ilp, 1, &limits()), None);
}
