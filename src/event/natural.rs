//! The natural order of names: digits in them compare as numbers, so that `t2` comes before `t10`.

use std::cmp::Ordering;

/// Compares two names as people sort them: runs of digits as numbers, all else byte by byte. Names that differ only in
/// leading zeros compare byte by byte, so that only equal names are equal.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    while let (Some(x), Some(y)) = (left.first(), right.first()) {
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (m, n) = (number(&mut left), number(&mut right));
            m.len().cmp(&n.len()).then_with(|| m.cmp(n))
        } else {
            (left, right) = (&left[1..], &right[1..]);
            x.cmp(y)
        };
        if order.is_ne() {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// Takes the digits off the front: the number without its leading zeros.
fn number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let digits = text.iter().take_while(|c| c.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    *text = rest;
    &number[number.iter().take_while(|c| **c == b'0').count()..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_compare_as_numbers_and_letters_byte_by_byte() {
        let sorted = ["", "T1", "a-2", "a2b", "a10", "a10b", "room 9", "room 10", "t", "t0", "t02", "t2", "t10", "é1"];
        for pair in sorted.windows(2) {
            assert_eq!(natural(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        let long = "9".repeat(40);
        assert_eq!(natural(&long, &format!("1{}", "0".repeat(40))), Ordering::Less);
    }

    proptest! {
        #[test]
        fn it_is_an_order_in_which_only_equal_names_are_equal(names in proptest::collection::vec("[ab0-2-]{0,5}", 3)) {
            let [a, b, c] = &names[..] else { unreachable!("three names") };
            prop_assert_eq!(natural(a, b), natural(b, a).reverse());
            prop_assert_eq!(natural(a, b).is_eq(), a == b);
            if natural(a, b).is_le() && natural(b, c).is_le() {
                prop_assert!(natural(a, c).is_le());
            }
        }
    }
}
