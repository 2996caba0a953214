//! Small symmetric systems: lower triangles, their Cholesky factors and solutions.

/// The lower triangle of a symmetric matrix or a lower triangular matrix, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Square {
    n: usize,
    rows: Vec<f64>,
}

impl Square {
    /// All zeros, `n x n`.
    #[must_use]
    pub fn zeros(n: usize) -> Square {
        Square { n, rows: vec![0.0; n * (n + 1) / 2] }
    }

    /// Row `i` up to its diagonal.
    #[inline(always)]
    #[must_use]
    pub fn row(&self, i: usize) -> &[f64] {
        let first = i * (i + 1) / 2;
        &self.rows[first..=first + i]
    }

    /// Element `i, j`, in either order.
    #[must_use]
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.row(i.max(j))[i.min(j)]
    }

    /// Adds to element `i, j`, `j <= i`.
    #[inline(always)]
    pub fn add(&mut self, i: usize, j: usize, by: f64) {
        self.rows[i * (i + 1) / 2 + j] += by;
    }

    /// The lower Cholesky factor; `None` where there is none (rounding).
    #[must_use]
    pub fn cholesky(&self) -> Option<Square> {
        let mut l = self.clone();
        for i in 0..self.n {
            for j in 0..=i {
                let below: f64 = l.row(i)[..j].iter().zip(l.row(j)).map(|(a, b)| a * b).sum();
                let v = self.row(i)[j] - below;
                let v = if i == j { v.sqrt() } else { v / l.row(j)[j] };
                if !v.is_finite() || (i == j && v <= 0.0) {
                    return None;
                }
                l.rows[i * (i + 1) / 2 + j] = v;
            }
        }
        Some(l)
    }

    /// The `x` of a lower triangular matrix times `x` being `y`.
    #[must_use]
    pub fn forward(&self, y: &[f64]) -> Vec<f64> {
        let mut x = Vec::with_capacity(self.n);
        for i in 0..self.n {
            let row = self.row(i);
            let known: f64 = row[..i].iter().zip(&x).map(|(a, b)| a * b).sum();
            x.push((y[i] - known) / row[i]);
        }
        x
    }
}

/// The solution of a positive definite system; `None` where it is not one.
#[must_use]
pub fn solve(a: Square, right: &[f64]) -> Option<Vec<f64>> {
    let l = a.cholesky()?;
    let mut x = l.forward(right);
    for i in (0..x.len()).rev() {
        x[i] /= l.row(i)[i];
        let own = x[i];
        for (x, l) in x[..i].iter_mut().zip(l.row(i)) {
            *x -= l * own;
        }
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_a_singular_one_refused() {
        let mut a = Square::zeros(3);
        for (i, j, v) in [(0, 0, 4.0), (1, 0, 1.0), (1, 1, 3.0), (2, 0, -1.0), (2, 1, 0.5), (2, 2, 2.0)] {
            a.add(i, j, v);
        }
        let x = solve(a.clone(), &[1.0, 2.0, 3.0]).expect("it is positive definite");
        for (i, want) in [1.0, 2.0, 3.0].iter().enumerate() {
            let got: f64 = (0..3).map(|j| a.at(i, j) * x[j]).sum();
            assert!((got - want).abs() < 1e-12);
        }
        a.add(2, 2, -2.0);
        assert!(solve(a, &[1.0, 2.0, 3.0]).is_none());
    }
}
