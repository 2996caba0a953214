//! The search over shapes and penalty: many starts, each improved one channel at a time until nothing improves.

use ndarray::{Array2, ArrayView2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::folds::Folds;
use super::library::Library;
use super::solve::Solver;

/// Penalties tried, as a share of each column's own sum of squares: from none to a halved coefficient.
pub const PENALTIES: [f64; 10] = [1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.2, 0.4, 1.0];

/// A shape for each channel and a penalty, with what cross-validation says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Index of each channel's shape in the library, `C`.
    pub shapes: Vec<usize>,
    /// Index into [`PENALTIES`].
    pub penalty: usize,
    /// Mean squared error of prediction in each fold, times its rows over all rows; they sum to the error.
    pub errors: Vec<f64>,
}

impl Candidate {
    /// Mean squared error of prediction over all folds, scaled outcome.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.errors.iter().sum()
    }
}

/// Buffers of one thread, so that scoring allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    solver: Solver,
    gram: Array2<f64>,
    rhs: Vec<f64>,
    penalty: Vec<f64>,
    /// Coefficients of the last solve.
    pub beta: Vec<f64>,
}

impl Scratch {
    /// Nonnegative ridge coefficients of `columns` of `gram` against `rhs`, penalty `lambda` of each column's own
    /// sum of squares and its `floor`.
    /// Returns `rhs' beta`: the penalised sum of squares is that of no media less this.
    pub fn fit(
        &mut self,
        gram: ArrayView2<'_, f64>,
        rhs: impl Fn(usize) -> f64,
        columns: &[usize],
        lambda: f64,
        floor: &[f64],
    ) -> f64 {
        let n = columns.len();
        if self.rhs.len() != n {
            self.gram = Array2::zeros((n, n));
            self.rhs = vec![0.0; n];
            self.penalty = vec![0.0; n];
            self.beta = vec![0.0; n];
        }
        for (i, &a) in columns.iter().enumerate() {
            for (j, &b) in columns.iter().enumerate() {
                self.gram[(i, j)] = gram[(a, b)];
            }
            self.rhs[i] = rhs(a);
            self.penalty[i] = lambda * gram[(a, a)] + floor[a];
        }
        self.solver.solve(self.gram.view(), &self.rhs, &self.penalty, |_| true, &mut self.beta);
        self.rhs.iter().zip(&self.beta).map(|(r, b)| r * b).sum()
    }
}

/// Cross-validated error of `shapes` at penalty `lambda`, fold by fold into `out`; the sum is returned.
fn score(
    folds: &Folds,
    library: &Library,
    scratch: &mut Scratch,
    columns: &[usize],
    lambda: f64,
    out: &mut [f64],
) -> f64 {
    for (fold, error) in folds.folds.iter().zip(out.iter_mut()) {
        let y = fold.train.ncols() - 1;
        scratch.fit(fold.train.view(), |j| fold.train[(j, y)], columns, lambda, &library.floor);
        let mut sum = fold.test[(y, y)];
        for (i, &a) in columns.iter().enumerate() {
            let cross: f64 = columns.iter().zip(&scratch.beta).map(|(&b, beta)| fold.test[(a, b)] * beta).sum();
            sum += scratch.beta[i] * (cross - 2.0 * fold.test[(a, y)]);
        }
        *error = sum / folds.rows as f64;
    }
    out.iter().sum()
}

/// Improves a start one channel, then the penalty, at a time; at most `sweeps` rounds.
fn descend(folds: &Folds, library: &Library, mut shapes: Vec<usize>, mut penalty: usize, sweeps: usize) -> Candidate {
    let mut scratch = Scratch::default();
    let mut errors = vec![0.0; folds.folds.len()];
    let mut columns: Vec<usize> = shapes.iter().zip(&library.starts).map(|(s, start)| s + start).collect();
    let mut best = score(folds, library, &mut scratch, &columns, PENALTIES[penalty], &mut errors);
    for _ in 0..sweeps {
        let before = best;
        for c in 0..shapes.len() {
            for s in 0..library.shapes[c].len() {
                columns[c] = library.starts[c] + s;
                let error = score(folds, library, &mut scratch, &columns, PENALTIES[penalty], &mut errors);
                if error < best {
                    (best, shapes[c]) = (error, s);
                }
            }
            columns[c] = library.starts[c] + shapes[c];
        }
        for (i, lambda) in PENALTIES.iter().enumerate() {
            let error = score(folds, library, &mut scratch, &columns, *lambda, &mut errors);
            if error < best {
                (best, penalty) = (error, i);
            }
        }
        if before - best <= 1e-9 * before {
            break;
        }
    }
    score(folds, library, &mut scratch, &columns, PENALTIES[penalty], &mut errors);
    Candidate { shapes, penalty, errors }
}

/// Local optima from `starts` random starts, best first; ties keep the order of the starts.
#[must_use]
pub fn search(folds: &Folds, library: &Library, starts: usize, seed: u64) -> Vec<Candidate> {
    let found = (0..starts)
        .into_par_iter()
        .map(|i| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(1_000 + i as u64);
            let shapes = library.shapes.iter().map(|s| rng.random_range(0..s.len())).collect();
            descend(folds, library, shapes, 4, 6)
        })
        .collect();
    sorted(found)
}

/// Improves the best `most` candidates over a larger library that begins with the shapes they were found in.
#[must_use]
pub fn improve(folds: &Folds, library: &Library, candidates: &[Candidate], most: usize) -> Vec<Candidate> {
    let found =
        candidates.par_iter().take(most).map(|c| descend(folds, library, c.shapes.clone(), c.penalty, 6)).collect();
    sorted(found)
}

fn sorted(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by(|a, b| a.error().total_cmp(&b.error()));
    found.dedup();
    found
}

/// Candidates that cross-validation cannot tell from the best: those whose fold errors exceed the best's by no more than
/// one standard error of the differences, each at every penalty of which the same holds. Never empty.
#[must_use]
pub fn near_best(folds: &Folds, library: &Library, found: &[Candidate]) -> Vec<Candidate> {
    let Some(best) = found.first() else { return Vec::new() };
    let alike = |errors: &[f64]| {
        let n = errors.len() as f64;
        let differences: Vec<f64> = errors.iter().zip(&best.errors).map(|(a, b)| a - b).collect();
        let mean = differences.iter().sum::<f64>() / n;
        let var = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1.0);
        mean <= (var / n).sqrt() + 1e-12 * best.error()
    };
    let mut scratch = Scratch::default();
    let mut near = Vec::new();
    for candidate in found {
        let columns: Vec<usize> = candidate.shapes.iter().zip(&library.starts).map(|(s, start)| s + start).collect();
        for (penalty, lambda) in PENALTIES.iter().enumerate() {
            let mut errors = vec![0.0; best.errors.len()];
            score(folds, library, &mut scratch, &columns, *lambda, &mut errors);
            if alike(&errors) {
                near.push(Candidate { shapes: candidate.shapes.clone(), penalty, errors });
            }
        }
    }
    near
}
