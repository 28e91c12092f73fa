//! Symmetric positive definite systems of a few hundred unknowns: Cholesky's factor, what it solves, and the inverse.
//!
//! The textbook method (Golub and Van Loan, *Matrix Computations*, 4.2), written so that every inner loop is the product of
//! two contiguous rows. A matrix library would bring a hundred times this code for the same numbers.

/// A square matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    size: usize,
    rows: Vec<f64>,
}

impl Matrix {
    pub(super) fn zero(size: usize) -> Self {
        Self { size, rows: vec![0.0; size * size] }
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.rows[row * self.size + column]
    }

    pub(super) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.rows[row * self.size + column] += value;
    }

    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.rows[row * self.size + column] = value;
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.rows[row * self.size..(row + 1) * self.size]
    }
}

/// The lower triangular factor `L` of a matrix `L Lᵀ`.
#[derive(Clone, Debug)]
pub(super) struct Cholesky {
    lower: Matrix,
}

impl Cholesky {
    /// Factors the matrix, of which only the lower triangle is read; none where it is not positive definite.
    pub(super) fn of(mut matrix: Matrix) -> Option<Self> {
        for i in 0..matrix.size {
            for j in 0..=i {
                let rest = matrix.at(i, j) - dot(&matrix.row(i)[..j], &matrix.row(j)[..j]);
                if i > j {
                    matrix.set(i, j, rest / matrix.at(j, j));
                } else if rest > 0.0 && rest.is_finite() {
                    matrix.set(i, i, rest.sqrt());
                } else {
                    return None;
                }
            }
        }
        Some(Self { lower: matrix })
    }

    /// The `x` of `L Lᵀ x = right`.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let l = &self.lower;
        let mut x = right.to_vec();
        for i in 0..l.size {
            x[i] = (x[i] - dot(&l.row(i)[..i], &x[..i])) / l.at(i, i);
        }
        for i in (0..l.size).rev() {
            x[i] /= l.at(i, i);
            let settled = x[i];
            for (earlier, factor) in x[..i].iter_mut().zip(l.row(i)) {
                *earlier -= factor * settled;
            }
        }
        x
    }

    /// The inverse of `L Lᵀ`, both triangles.
    pub(super) fn inverse(&self) -> Matrix {
        let l = &self.lower;
        // Row j holds column j of L's inverse, which is 0 before the diagonal.
        let mut columns = Matrix::zero(l.size);
        for j in 0..l.size {
            columns.set(j, j, 1.0 / l.at(j, j));
            for i in j + 1..l.size {
                let sum = dot(&l.row(i)[j..i], &columns.row(j)[j..i]);
                columns.set(j, i, -sum / l.at(i, i));
            }
        }
        let mut inverse = Matrix::zero(l.size);
        for i in 0..l.size {
            for j in 0..=i {
                let value = dot(&columns.row(i)[i..], &columns.row(j)[i..]);
                inverse.set(i, j, value);
                inverse.set(j, i, value);
            }
        }
        inverse
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_solved_solves_and_the_inverse_inverts(
            size in 1_usize..8,
            entries in prop::collection::vec(-2.0_f64..2.0, 64),
            right in prop::collection::vec(-5.0_f64..5.0, 8),
        ) {
            // B Bᵀ and a ridge is positive definite whatever B.
            let mut matrix = Matrix::zero(size);
            for i in 0..size {
                for j in 0..size {
                    let product = (0..size).map(|k| entries[8 * i + k] * entries[8 * j + k]).sum::<f64>();
                    matrix.add(i, j, product + if i == j { 0.5 } else { 0.0 });
                }
            }
            let factor = Cholesky::of(matrix.clone()).expect("positive definite");
            let (x, inverse) = (factor.solve(&right[..size]), factor.inverse());
            for (i, wanted) in right[..size].iter().enumerate() {
                prop_assert!((dot(matrix.row(i), &x) - wanted).abs() < 1e-9);
                for j in 0..size {
                    let product = dot(matrix.row(i), inverse.row(j));
                    prop_assert!((product - f64::from(u8::from(i == j))).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_factor() {
        let mut matrix = Matrix::zero(2);
        matrix.add(0, 0, 1.0);
        matrix.add(1, 0, 1.0);
        matrix.add(1, 1, 1.0);
        assert!(Cholesky::of(matrix.clone()).is_none());
        matrix.add(1, 1, f64::NAN);
        assert!(Cholesky::of(matrix).is_none());
    }
}
