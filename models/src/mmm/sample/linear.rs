//! The linear block with Normal priors, integrated out: in the basis where prior and data are both diagonal.
//!
//! With `W = Z L^(-1/2)` (`L` the prior precisions) and `W'W = V D V'`, the marginal covariance of the residual is
//! `s2 I + W W'`, so with `c = V'W'r`
//!
//! `log p = -1/2 [ n ln(2 pi s2) + sum ln(1 + d/s2) + (r'r - sum c^2/(s2 + d)) / s2 ]`.
//!
//! `D` and `V` do not depend on any sampled parameter, so a gradient costs two products with `Z` and, for many geos,
//! two small dense ones. Columns that are the same in all geos, and columns that live in one geo, are found and stored once.

use linfa_linalg::eigh::EighInto;
use ndarray::{Array2, Array3};

use super::error::SampleError;
use super::lanes::{F8, LANES, as_they_lie};
use super::rows::Layout;

/// Columns `P x G x T`, each with a Normal prior of mean 0.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Values, `P x G x T`.
    pub z: Array3<f64>,
    /// Prior standard deviations, `P`, `> 0`.
    pub sd: Vec<f64>,
}

/// The block, ready for sampling.
#[derive(Debug, Clone)]
pub struct Linear {
    layout: Layout,
    form: Form,
    /// Eigenvalues of `W'W`, `P`, `>= 0`.
    d: Vec<f64>,
    /// `L^(-1/2) V`, `P x P`: from the diagonal basis to coefficients.
    to_coefficients: Array2<f64>,
}

#[derive(Debug, Clone)]
enum Form {
    /// `Q = W V`, one row a column of the basis, `P x len`.
    Dense { q: Vec<F8> },
    /// `Z` by kinds of columns, then the small dense `L^(-1/2) V` in rows of `wide` vectors.
    Structured { shared: Vec<Shared>, local: Vec<Local>, m: Vec<F8>, wide: usize },
}

/// A column that is the same in all geos, time packed.
#[derive(Debug, Clone)]
struct Shared {
    column: usize,
    profile: Vec<F8>,
}

/// Up to eight columns, each living in one geo of a block of geos, or one column that varies over all of them.
#[derive(Debug, Clone)]
struct Local {
    block: usize,
    profile: Vec<F8>,
    columns: [usize; LANES],
}

/// Marks a lane of [`Local`] without a column.
const NONE: usize = usize::MAX;

/// Value and slopes of the marginal log likelihood.
#[derive(Debug, Clone, Copy)]
pub struct Marginal {
    /// `ln p`.
    pub log_density: f64,
    /// `d ln p / d ln sigma`.
    pub by_log_sigma: f64,
}

/// Working memory of one chain.
#[derive(Debug, Clone)]
pub struct LinearState {
    /// `c = V'W'r`, padded.
    pub c: Vec<F8>,
    /// `Z'r` or coefficients, by column.
    z: Vec<f64>,
    /// A time series over all geos, packed.
    total: Vec<F8>,
}

impl Linear {
    /// Prepares the block.
    ///
    /// # Errors
    /// Where the eigen-decomposition does not converge (columns that are not numbers).
    pub fn new(columns: &Columns, layout: Layout) -> Result<Linear, SampleError> {
        let (p, _, _) = columns.z.dim();
        let n = layout.count();
        let mut w = Array2::zeros((p, n));
        for (j, plane) in columns.z.outer_iter().enumerate() {
            for (i, v) in plane.iter().enumerate() {
                w[(j, i)] = v * columns.sd[j];
            }
        }
        let gram = w.dot(&w.t());
        let (d, v) = gram.eigh_into().map_err(|e| SampleError::Linear(e.to_string()))?;
        let mut to_coefficients = v.clone();
        for (mut row, sd) in to_coefficients.rows_mut().into_iter().zip(&columns.sd) {
            row *= *sd;
        }
        let d: Vec<f64> = d.iter().map(|x| x.max(0.0)).collect();
        let form = match layout {
            Layout::National { .. } => {
                let q = v.t().dot(&w);
                Form::Dense { q: (0..p).flat_map(|j| layout.pack(|_, t| q[(j, t)])).collect() }
            }
            Layout::Geo { geos, periods } => structured(columns, layout, geos, periods, &to_coefficients),
        };
        Ok(Linear { layout, form, d, to_coefficients })
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.d.len()
    }

    /// Working memory.
    #[must_use]
    pub fn state(&self) -> LinearState {
        let p = self.columns();
        let periods = match self.layout {
            Layout::National { .. } => 0,
            Layout::Geo { periods, .. } => periods,
        };
        LinearState {
            c: vec![F8::ZERO; p.div_ceil(LANES)],
            z: vec![0.0; p],
            total: vec![F8::ZERO; periods.div_ceil(LANES)],
        }
    }

    /// `c = V'W'r` into the state.
    #[inline(always)]
    pub fn project(&self, r: &[F8], state: &mut LinearState) {
        state.c.fill(F8::ZERO);
        match &self.form {
            Form::Dense { q } => {
                for (j, row) in q.chunks_exact(r.len()).enumerate() {
                    state.c[j / LANES].0[j % LANES] = dot(row, r);
                }
            }
            Form::Structured { shared, local, m, wide } => {
                let Layout::Geo { periods, .. } = self.layout else { return };
                state.z.fill(0.0);
                // sum over geos, then time packed
                let total = &mut state.total;
                for t in 0..periods {
                    let mut sum = F8::ZERO;
                    for block in r.chunks_exact(periods) {
                        as_they_lie();
                        sum = sum + block[t];
                    }
                    total[t / LANES].0[t % LANES] = sum.sum();
                }
                for s in shared {
                    state.z[s.column] = dot(&s.profile, total);
                }
                for l in local {
                    let by_lane = dot_lanes(&l.profile, &r[l.block * periods..(l.block + 1) * periods]);
                    for (lane, &column) in l.columns.iter().enumerate() {
                        if column != NONE {
                            state.z[column] += by_lane.0[lane];
                        }
                    }
                }
                for (z, row) in state.z.iter().zip(m.chunks_exact(*wide)) {
                    for (c, m) in state.c.iter_mut().zip(row) {
                        as_they_lie();
                        *c = *c + *m * *z;
                    }
                }
            }
        }
    }

    /// `out -= W V c`, `c` as it stands in the state.
    #[inline(always)]
    pub fn subtract(&self, state: &mut LinearState, out: &mut [F8]) {
        let LinearState { c: xi, z, total } = state;
        match &self.form {
            Form::Dense { q } => {
                for (j, row) in q.chunks_exact(out.len()).enumerate() {
                    let x = -xi[j / LANES].0[j % LANES];
                    for (o, q) in out.iter_mut().zip(row) {
                        as_they_lie();
                        *o = *o + *q * x;
                    }
                }
            }
            Form::Structured { shared, local, m, wide } => {
                let Layout::Geo { periods, .. } = self.layout else { return };
                for (z, row) in z.iter_mut().zip(m.chunks_exact(*wide)) {
                    *z = dot(row, xi);
                }
                total.fill(F8::ZERO);
                for s in shared {
                    for (o, p) in total.iter_mut().zip(&s.profile) {
                        as_they_lie();
                        *o = *o + *p * z[s.column];
                    }
                }
                for block in out.chunks_exact_mut(periods) {
                    for (t, o) in block.iter_mut().enumerate() {
                        as_they_lie();
                        *o = *o - F8::splat(total[t / LANES].0[t % LANES]);
                    }
                }
                for l in local {
                    let mut by_lane = F8::ZERO;
                    for (lane, &column) in l.columns.iter().enumerate() {
                        if column != NONE {
                            by_lane.0[lane] = z[column];
                        }
                    }
                    for (o, p) in out[l.block * periods..(l.block + 1) * periods].iter_mut().zip(&l.profile) {
                        as_they_lie();
                        *o = *o - *p * by_lane;
                    }
                }
            }
        }
    }

    /// Marginal log likelihood of the residual `r = y - media`; `r` is overwritten by `-d ln p / dr`.
    ///
    /// Padding lanes of `r` must hold 0. In geo layout they come back dirty where a shared column touches them.
    #[inline(always)]
    pub fn marginal(&self, r: &mut [F8], log_sigma: f64, state: &mut LinearState) -> Marginal {
        let s2 = (2.0 * log_sigma).exp();
        let n = self.layout.count() as f64;
        self.project(r, state);
        let rr = dot(r, r);
        let (mut log_det, mut explained, mut trace) = (0.0, 0.0, 0.0);
        for (j, &d) in self.d.iter().enumerate() {
            let c = &mut state.c[j / LANES].0[j % LANES];
            let shrunk = *c / (s2 + d);
            log_det += (d / s2).ln_1p();
            explained += *c * shrunk;
            // d/ds2 of ln(1 + d/s2), and of -c^2/(s2 + d) over s2
            trace += (shrunk * shrunk - d / (s2 + d)) / s2;
            *c = shrunk;
        }
        let quad = (rr - explained) / s2;
        self.subtract(state, r);
        let inv = 1.0 / s2;
        for e in r.iter_mut() {
            as_they_lie();
            *e = *e * inv;
        }
        let by_s2 = -0.5 * (n / s2 + trace - quad / s2);
        Marginal {
            log_density: -0.5 * (n * (std::f64::consts::TAU * s2).ln() + log_det + quad),
            by_log_sigma: 2.0 * s2 * by_s2,
        }
    }

    /// Coefficients given the residual `r = y - media` and `sigma`: one exact draw from their conditional posterior,
    /// `normal` giving independent standard normals.
    pub fn draw(&self, r: &[F8], log_sigma: f64, state: &mut LinearState, mut normal: impl FnMut() -> f64) -> Vec<f64> {
        let s2 = (2.0 * log_sigma).exp();
        self.project(r, state);
        let basis: Vec<f64> = self
            .d
            .iter()
            .enumerate()
            .map(|(j, d)| state.c[j / LANES].0[j % LANES] / (s2 + d) + (s2 / (s2 + d)).sqrt() * normal())
            .collect();
        self.coefficients(&basis)
    }

    /// Coefficients of a point in the diagonal basis.
    #[must_use]
    pub fn coefficients(&self, basis: &[f64]) -> Vec<f64> {
        self.to_coefficients.rows().into_iter().map(|row| row.iter().zip(basis).map(|(a, b)| a * b).sum()).collect()
    }

    /// Centre and spread of the diagonal basis given the residual and `sigma`: where a sampler that keeps the
    /// coefficients should start, and by what it should scale them.
    #[must_use]
    pub fn conditional(&self, r: &[F8], log_sigma: f64, state: &mut LinearState) -> Vec<(f64, f64)> {
        let s2 = (2.0 * log_sigma).exp();
        self.project(r, state);
        let at = |j: usize| state.c[j / LANES].0[j % LANES];
        self.d.iter().enumerate().map(|(j, d)| (at(j) / (s2 + d), (s2 / (s2 + d)).sqrt())).collect()
    }
}

/// `sum a * b` over vectors and lanes, in four chains so that additions overlap.
#[inline(always)]
pub fn dot(a: &[F8], b: &[F8]) -> f64 {
    dot_lanes(a, b).sum()
}

/// `sum a * b` over vectors, by lane.
#[inline(always)]
pub fn dot_lanes(a: &[F8], b: &[F8]) -> F8 {
    let mut sums = [F8::ZERO; 4];
    let (mut a4, mut b4) = (a.chunks_exact(4), b.chunks_exact(4));
    for (a, b) in (&mut a4).zip(&mut b4) {
        as_they_lie();
        for (s, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *s = *s + *a * *b;
        }
    }
    for (a, b) in a4.remainder().iter().zip(b4.remainder()) {
        sums[0] = sums[0] + *a * *b;
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// `sum a * b` of vectors and scalars, by lane.
#[inline(always)]
pub fn dot_scalars(a: &[F8], b: &[f64]) -> F8 {
    let mut sums = [F8::ZERO; 4];
    let (mut a4, mut b4) = (a.chunks_exact(4), b.chunks_exact(4));
    for (a, b) in (&mut a4).zip(&mut b4) {
        as_they_lie();
        for (s, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *s = *s + *a * *b;
        }
    }
    for (a, b) in a4.remainder().iter().zip(&b[a.len() / 4 * 4..]) {
        sums[0] = sums[0] + *a * *b;
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

fn structured(columns: &Columns, layout: Layout, geos: usize, periods: usize, to_coefficients: &Array2<f64>) -> Form {
    let blocks = geos.div_ceil(LANES);
    let time = Layout::National { periods };
    let (mut shared, mut local): (Vec<Shared>, Vec<Local>) = (Vec::new(), Vec::new());
    for (j, plane) in columns.z.outer_iter().enumerate() {
        let first = plane.row(0);
        if plane.rows().into_iter().all(|row| row == first) {
            shared.push(Shared { column: j, profile: time.pack(|_, t| first[t]) });
            continue;
        }
        let packed = layout.pack(|g, t| plane[(g, t)]);
        let home: Vec<usize> = (0..geos).filter(|&g| plane.row(g).iter().any(|v| *v != 0.0)).collect();
        if let [g] = home[..] {
            let (block, lane) = (g / LANES, g % LANES);
            let own = &packed[block * periods..(block + 1) * periods];
            // the first profile of this block whose lane is still free takes it in
            match local.iter_mut().find(|l| l.block == block && l.columns[lane] == NONE && !is_wide(l)) {
                Some(l) => {
                    l.columns[lane] = j;
                    for (p, o) in l.profile.iter_mut().zip(own) {
                        p.0[lane] = o.0[lane];
                    }
                }
                None => {
                    let mut taken = [NONE; LANES];
                    taken[lane] = j;
                    local.push(Local { block, profile: own.to_vec(), columns: taken });
                }
            }
        } else {
            for block in 0..blocks {
                let profile = packed[block * periods..(block + 1) * periods].to_vec();
                local.push(Local { block, profile, columns: [j; LANES] });
            }
        }
    }
    let p = columns.sd.len();
    let wide = p.div_ceil(LANES);
    let mut m = vec![F8::ZERO; p * wide];
    for ((i, k), v) in to_coefficients.indexed_iter() {
        m[i * wide + k / LANES].0[k % LANES] = *v;
    }
    Form::Structured { shared, local, m, wide }
}

/// Whether all lanes belong to one column.
fn is_wide(l: &Local) -> bool {
    l.columns[0] != NONE && l.columns.iter().all(|c| *c == l.columns[0])
}
