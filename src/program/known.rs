//! Known indicators: the same sum and threshold give the same indicator.

use super::Indicator;
use std::collections::HashMap;

/// Finds an indicator among those there are, by a fingerprint of it: the indicators themselves are kept once.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<u64, Vec<u32>>);

impl Known {
    /// The indicator's position in the list, to which it is added where it is new.
    pub(super) fn position(&mut self, list: &mut Vec<Indicator>, indicator: Indicator) -> usize {
        let alike = self.0.entry(fingerprint(&indicator)).or_default();
        if let Some(known) = alike.iter().find(|i| list[**i as usize] == indicator) {
            return *known as usize;
        }
        alike.push(list.len() as u32);
        list.push(indicator);
        list.len() - 1
    }
}

/// Equal for equal indicators, and hardly ever for others: a polynomial of the terms.
fn fingerprint(indicator: &Indicator) -> u64 {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    indicator.terms.iter().fold(indicator.at_least as u64, |mixed, (var, factor)| {
        let term = (u64::from(var.0) + 1) ^ (*factor as u64).wrapping_mul(0xff51_afd7_ed55_8ccd);
        (mixed ^ (mixed >> 29)).wrapping_mul(BASE).wrapping_add(term)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Var;

    #[test]
    fn an_indicator_stated_twice_is_one() {
        let any = |vars: &[u32], at_least| Indicator { terms: vars.iter().map(|v| (Var(*v), 1)).collect(), at_least };
        let (mut known, mut list) = (Known::default(), Vec::new());
        let mut position = |indicator| known.position(&mut list, indicator);
        assert_eq!(position(any(&[1, 2], 1)), 0);
        assert_eq!(position(any(&[1, 3], 1)), 1);
        assert_eq!(position(any(&[1, 2], 2)), 2);
        assert_eq!(position(any(&[1, 2], 1)), 0);
        assert_eq!(list.len(), 3);
    }
}
