//! Variables and sums of them.

/// An atom or an indicator: atoms come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(pub u32);

impl Var {
    /// The position as a `usize`.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// An integer-weighted sum of variables, and a constant.
///
/// Factors that leave 64 bits stay at the end of their range; a draft refuses a row with such a factor, as too large.
///
/// ```
/// use slotwise::program::{Sum, Var};
/// let mut sum = Sum::constant(2);
/// sum.add(Var(0), 3);
/// sum.add(Var(0), -1);
/// assert_eq!(sum.normal().terms, [(Var(0), 2)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sum {
    /// Variables and their factors.
    pub terms: Vec<(Var, i64)>,
    /// What is added whatever the variables.
    pub constant: i64,
}

impl Sum {
    /// Nothing but a constant.
    pub fn constant(constant: i64) -> Self {
        Self { terms: Vec::new(), constant }
    }

    /// Each variable once.
    pub fn each(vars: impl IntoIterator<Item = Var>) -> Self {
        Self { terms: vars.into_iter().map(|v| (v, 1)).collect(), constant: 0 }
    }

    /// Adds a variable so many times.
    pub fn add(&mut self, var: Var, factor: i64) {
        self.terms.push((var, factor));
    }

    /// Adds another sum so many times.
    pub fn add_sum(&mut self, other: &Sum, factor: i64) {
        self.terms.extend(other.terms.iter().map(|(v, f)| (*v, f.saturating_mul(factor))));
        self.constant = self.constant.saturating_add(other.constant.saturating_mul(factor));
    }

    /// The same sum with each variable once, in order, and none with the factor 0.
    pub fn normal(mut self) -> Self {
        if self.terms.is_sorted_by(|a, b| a.0 < b.0) && self.terms.iter().all(|(_, f)| *f != 0) {
            return self;
        }
        self.terms.sort_unstable_by_key(|(v, _)| *v);
        self.terms.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 = first.1.saturating_add(later.1);
            }
            same
        });
        self.terms.retain(|(_, f)| *f != 0);
        self
    }

    /// The least and the most it can be, each variable taken for itself.
    pub fn range(&self) -> (i64, i64) {
        self.terms.iter().fold((self.constant, self.constant), |(low, high), (_, f)| {
            (low.saturating_add(*f.min(&0)), high.saturating_add(*f.max(&0)))
        })
    }
}

impl From<Var> for Sum {
    fn from(var: Var) -> Self {
        Self::each([var])
    }
}
