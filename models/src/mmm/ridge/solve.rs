//! Least squares with a penalty a column and coefficients that may not be negative, from normal equations.

use ndarray::{Array2, ArrayView2};

/// `min b'Gb/2 - r'b + sum penalty_j b_j^2 / 2` subject to `b >= 0` where asked; `G` symmetric positive semidefinite.
///
/// An active-set method (Lawson and Hanson 1974, ch. 23) on a Cholesky factor in a small reused buffer: the search solves
/// tens of thousands of systems of fewer than 30 unknowns, where allocating a matrix costs more than factoring it.
#[derive(Debug, Default)]
pub struct Solver {
    free: Vec<usize>,
    factor: Vec<f64>,
    trial: Vec<f64>,
}

impl Solver {
    /// Writes the minimiser to `b` (length `n` of `gram`, `rhs` and `penalty`); `nonnegative(j)` says which are bounded.
    pub fn solve(
        &mut self,
        gram: ArrayView2<'_, f64>,
        rhs: &[f64],
        penalty: &[f64],
        nonnegative: impl Fn(usize) -> bool,
        b: &mut [f64],
    ) {
        let n = rhs.len();
        self.trial.resize(n, 0.0);
        // Start from everything free: most fits have few coefficients at the bound, so most solves end in one step.
        self.free.clear();
        self.free.extend(0..n);
        b.fill(0.0);
        let mut feasible = false;
        for _ in 0..4 * n + 8 {
            self.unconstrained(gram, rhs, penalty);
            if self.free.iter().enumerate().all(|(i, &j)| self.trial[i] >= 0.0 || !nonnegative(j)) {
                b.fill(0.0);
                self.free.iter().enumerate().for_each(|(i, &j)| b[j] = self.trial[i]);
                feasible = true;
                let tolerance = 1e-10 * rhs.iter().fold(0.0f64, |m, r| m.max(r.abs()));
                let gain = |j: usize| rhs[j] - (0..n).map(|k| gram[(j, k)] * b[k]).sum::<f64>();
                let worst = (0..n)
                    .filter(|j| !self.free.contains(j))
                    .map(|j| (j, gain(j)))
                    .filter(|(_, g)| *g > tolerance)
                    .max_by(|a, b| a.1.total_cmp(&b.1));
                match worst {
                    Some((j, _)) => self.free.push(j),
                    None => return,
                }
            } else if feasible {
                self.step_to_bound(&nonnegative, b);
            } else {
                let trial = std::mem::take(&mut self.trial);
                let mut i = 0;
                self.free.retain(|&j| {
                    i += 1;
                    trial[i - 1] > 0.0 || !nonnegative(j)
                });
                self.trial = trial;
            }
        }
    }

    /// From a feasible `b` as far towards the trial as no bound is crossed; the blocking coefficient leaves the free set.
    fn step_to_bound(&mut self, nonnegative: &impl Fn(usize) -> bool, b: &mut [f64]) {
        let mut step = (1.0, usize::MAX);
        for (i, &j) in self.free.iter().enumerate() {
            if self.trial[i] < 0.0 && nonnegative(j) {
                let share = b[j] / (b[j] - self.trial[i]);
                if share < step.0 || step.1 == usize::MAX {
                    step = (share.min(step.0), j);
                }
            }
        }
        for (i, &j) in self.free.iter().enumerate() {
            b[j] += step.0 * (self.trial[i] - b[j]);
        }
        if step.1 != usize::MAX {
            b[step.1] = 0.0;
            self.free.retain(|&j| j != step.1);
        }
    }

    /// The minimiser over the free set, into `trial` in the order of `free`.
    fn unconstrained(&mut self, gram: ArrayView2<'_, f64>, rhs: &[f64], penalty: &[f64]) {
        let m = self.free.len();
        self.factor.clear();
        self.factor.resize(m * m, 0.0);
        let f = &mut self.factor;
        for i in 0..m {
            let row = self.free[i];
            for j in 0..=i {
                let column = self.free[j];
                let mut v = gram[(row, column)];
                if i == j {
                    v += penalty[row];
                }
                let dot: f64 = (0..j).map(|k| f[i * m + k] * f[j * m + k]).sum();
                f[i * m + j] = if i == j {
                    // A column without variance of its own gets a huge pivot, that is a coefficient of 0.
                    let pivot = v - dot;
                    if pivot > 1e-12 * (v.abs() + 1e-300) { pivot.sqrt() } else { 1e150 }
                } else {
                    (v - dot) / f[j * m + j]
                };
            }
        }
        for i in 0..m {
            let dot: f64 = (0..i).map(|k| f[i * m + k] * self.trial[k]).sum();
            self.trial[i] = (rhs[self.free[i]] - dot) / f[i * m + i];
        }
        for i in (0..m).rev() {
            let dot: f64 = (i + 1..m).map(|k| f[k * m + i] * self.trial[k]).sum();
            self.trial[i] = (self.trial[i] - dot) / f[i * m + i];
        }
    }
}

/// Coefficients of `y ~ X b` with penalty `penalty` on every squared coefficient / 2 and the bound `b >= 0` where asked.
#[must_use]
pub fn ridge(x: &Array2<f64>, y: &[f64], penalty: f64, nonnegative: bool) -> Vec<f64> {
    let gram = x.t().dot(x);
    let rhs = x.t().dot(&ndarray::ArrayView1::from(y)).to_vec();
    let mut b = vec![0.0; rhs.len()];
    Solver::default().solve(gram.view(), &rhs, &vec![penalty; rhs.len()], |_| nonnegative, &mut b);
    b
}
