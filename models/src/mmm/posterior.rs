//! The one fitted shape: draws of parameters over a fixed design, filled by ridge (bootstrap) and Bayes (NUTS) alike.

use ndarray::{Array1, Array2, Array3, s};
use std::sync::Arc;

use super::design::Design;
use super::series::{Room, Shape, numbers};

/// Parameter draws, `D` of them, chain after chain; all in model units (see [`super::scales::Scales`]).
///
/// `mu_gt = intercept_g + sum_k (linear_k + geo_linear_gk) z_kgt + sum_c beta_cg h_c(x_cg)_t`, where `h_c` is carry-over and
/// saturation in the order of the spec, times the channel's drift where its effect moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// Chains the draws come from; `D` is a multiple of it. 1 for ridge.
    pub chains: usize,
    /// Carry-over parameters as [`super::adstock::Adstock`] names them, `D x C x 2`.
    pub adstock: Array3<f64>,
    /// Half-saturation and slope as [`super::saturation::Saturation`] names them, `D x C x 2`.
    pub saturation: Array3<f64>,
    /// Effect of transformed media, `D x C x G`; the same in every geo where effects are shared.
    pub beta: Array3<f64>,
    /// Movement of effects over time: standard normals behind [`super::drift`], `D x C x knots`; `0 x 0 x 0` where none moves.
    pub drift: Array3<f64>,
    /// Level of each geo, `D x G`.
    pub intercept: Array2<f64>,
    /// Coefficients of the linear block, `D x K`.
    pub linear: Array2<f64>,
    /// Deviations of a geo from `linear`, `D x G x K`; `0 x 0 x 0` where coefficients are shared.
    pub geo_linear: Array3<f64>,
    /// Noise scale, `D x G`.
    pub sigma: Array2<f64>,
    /// What a KPI unit that a channel causes is worth over what the panel says, `D x C`; `0 x 0` where that is taken as known.
    pub worth: Array2<f64>,
    /// Student-t degrees of freedom or negative-binomial size, `D`; empty where the likelihood has neither.
    pub dispersion: Array1<f64>,
}

impl Draws {
    /// Room for `d` draws of `design`, all zeros, coefficients shared.
    #[must_use]
    pub fn zeros(d: usize, design: &Design) -> Self {
        let (c, g, _, k) = design.dims();
        Self {
            chains: 1,
            adstock: Array3::zeros((d, c, 2)),
            saturation: Array3::zeros((d, c, 2)),
            beta: Array3::zeros((d, c, g)),
            drift: match design.drift_knots() {
                0 => Array3::zeros((0, 0, 0)),
                knots => Array3::zeros((d, c, knots)),
            },
            intercept: Array2::zeros((d, g)),
            linear: Array2::zeros((d, k)),
            geo_linear: Array3::zeros((0, 0, 0)),
            sigma: Array2::zeros((d, g)),
            worth: Array2::zeros((0, 0)),
            dispersion: Array1::zeros(0),
        }
    }
}

/// Draws and the design they belong to.
#[derive(Debug, Clone)]
pub struct Posterior {
    /// The fixed side.
    pub design: Arc<Design>,
    /// The fitted side.
    pub draws: Draws,
}

/// One draw told in KPI units. `media.sum over C + baseline` is the fitted outcome of the draw.
#[derive(Debug, Clone)]
pub struct Expanded {
    /// Contribution of each channel, `C x G x T`.
    pub media: Array3<f64>,
    /// Everything else, `G x T`.
    pub baseline: Array2<f64>,
}

impl Posterior {
    /// Number of draws, `D`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.draws.intercept.nrows()
    }

    /// Whether there is no draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Indices of at most `most` draws, evenly spaced over all chains; what heavy answers thin to.
    #[must_use]
    pub fn thin(&self, most: usize) -> Vec<usize> {
        let n = self.len();
        if n <= most { (0..n).collect() } else { (0..most).map(|i| i * n / most).collect() }
    }

    /// Carry-over weights of channel `c` in draw `d`, its window long.
    #[must_use]
    pub fn weights(&self, d: usize, c: usize) -> Vec<f64> {
        let channel = &self.design.channels()[c];
        let p = [self.draws.adstock[(d, c, 0)], self.draws.adstock[(d, c, 1)]];
        channel.adstock.weights(p, channel.window)
    }

    /// Transformed media `h_c` of scaled series `x` in draw `d`, effect 1: `weights` as [`Posterior::weights`] gives them,
    /// `before` the scaled media of earlier periods; an `out` longer than `x` receives the carry-out.
    pub fn transform(&self, d: usize, c: usize, weights: &[f64], x: &[f64], before: f64, out: &mut [f64]) {
        self.design.transform(c, weights, self.bend(d, c), x, before, out);
    }

    /// What a KPI unit that channel `c` causes is worth in draw `d` over what the panel says.
    #[must_use]
    pub fn worth(&self, d: usize, c: usize) -> f64 {
        self.draws.worth.get((d, c)).copied().unwrap_or(1.0)
    }

    /// Lets the worth of a KPI unit vary over draws: as `values` around their mean, which the panel states, times what
    /// `of_channel` (draws x channels, as many draws as wanted) says of each channel's own units.
    pub fn set_worth(&mut self, values: &[f64], of_channel: &[Vec<f64>]) {
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        if mean > 0.0 && !of_channel.is_empty() {
            let channels = self.design.channels().len();
            let own = |d: usize, c: usize| of_channel[d % of_channel.len()].get(c).copied().unwrap_or(1.0);
            self.draws.worth =
                Array2::from_shape_fn((self.len(), channels), |(d, c)| values[d % values.len()] / mean * own(d, c));
        }
    }

    /// Whether the effect of channel `c` moves.
    #[must_use]
    pub fn drifts(&self, c: usize) -> bool {
        self.design.drift[c].is_some() && !self.draws.drift.is_empty()
    }

    /// What the effect of channel `c` in draw `d` is multiplied by in period `t`; past the panel as in its last period.
    #[must_use]
    pub fn drift(&self, d: usize, c: usize, t: usize) -> f64 {
        match &self.design.drift[c] {
            Some(basis) if !self.draws.drift.is_empty() => {
                let at = t.min(basis.ncols() - 1);
                basis.column(at).iter().enumerate().map(|(k, b)| b * self.draws.drift[(d, c, k)]).sum::<f64>().exp()
            }
            _ => 1.0,
        }
    }

    /// Effect of a unit of transformed media of channel `c` at geo `g` and period `t` in draw `d`, model units.
    #[must_use]
    pub fn effect(&self, d: usize, c: usize, g: usize, t: usize) -> f64 {
        self.draws.beta[(d, c, g)] * self.drift(d, c, t)
    }

    /// Half-saturation and slope of channel `c` in draw `d`.
    #[must_use]
    pub fn bend(&self, d: usize, c: usize) -> [f64; 2] {
        [self.draws.saturation[(d, c, 0)], self.draws.saturation[(d, c, 1)]]
    }

    /// Contributions and baseline of draw `d` in KPI units.
    #[must_use]
    pub fn expand(&self, d: usize) -> Expanded {
        Expanded { media: self.media(d), baseline: self.baseline(d) }
    }

    /// Contributions of draw `d` in KPI units, `C x G x T`.
    #[must_use]
    pub fn media(&self, d: usize) -> Array3<f64> {
        let design = &*self.design;
        let (channels, geos, periods, _) = design.dims();
        let mut media = Array3::zeros((channels, geos, periods));
        let mut room = Room::default();
        let mut carried = vec![0.0; periods];
        for (c, (channel, mut plane)) in design.channels().iter().zip(media.outer_iter_mut()).enumerate() {
            let (weights, adstock_first) = (self.weights(d, c), design.spec.adstock_first());
            let shape = Shape { weights: &weights, kind: channel.saturation, bend: self.bend(d, c), adstock_first };
            let drift: Option<Vec<f64>> = self.drifts(c).then(|| (0..periods).map(|t| self.drift(d, c, t)).collect());
            for (g, mut row) in plane.rows_mut().into_iter().enumerate() {
                let unit = self.draws.beta[(d, c, g)] * design.kpi_scale(g);
                let x = numbers(design.media.slice(s![c, g, ..]));
                room.effect(&shape, &x, design.before[(c, g)], unit, &mut carried);
                if let Some(drift) = &drift {
                    carried.iter_mut().zip(drift).for_each(|(o, m)| *o *= m);
                }
                row.iter_mut().zip(&carried).for_each(|(o, v)| *o = *v);
            }
        }
        media
    }

    /// Baseline of draw `d` in KPI units, `G x T`.
    #[must_use]
    pub fn baseline(&self, d: usize) -> Array2<f64> {
        let (_, geos, periods, k) = self.design.dims();
        let mut out = Array2::zeros((geos, periods));
        for (g, mut row) in out.rows_mut().into_iter().enumerate() {
            row.fill(self.draws.intercept[(d, g)]);
            for j in 0..k {
                row.scaled_add(self.coefficient(d, g, j), &self.design.z.slice(s![j, g, ..]));
            }
            let size = self.design.scales.geo_size[g];
            row.mapv_inplace(|v| size * (self.design.scales.outcome_center + self.design.scales.outcome_scale * v));
        }
        out
    }

    /// Coefficient of column `k` of the linear block at geo `g` in draw `d`, model units.
    #[must_use]
    pub fn coefficient(&self, d: usize, g: usize, k: usize) -> f64 {
        let own = if self.draws.geo_linear.is_empty() { 0.0 } else { self.draws.geo_linear[(d, g, k)] };
        self.draws.linear[(d, k)] + own
    }
}
