//! The shapes a channel is tried with, and the column each makes of its media.

use ndarray::{Array2, ArrayView1, ArrayViewMut1, s};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::domain::panel::ChannelKind;
use crate::mmm::adstock::Adstock;
use crate::mmm::design::Design;
use crate::mmm::spec::{ChannelPrior, CheckedChannel, PriorTarget};

/// One carry-over and saturation of a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Position in the unit cube of prior quantiles: two of carry-over, half-saturation, slope.
    pub u: [f64; 4],
    /// Parameters as [`Adstock`] names them.
    pub adstock: [f64; 2],
    /// Half-saturation and slope.
    pub saturation: [f64; 2],
}

impl Shape {
    /// The shape at quantiles `u` of the channel's priors.
    #[must_use]
    pub fn at(design: &Design, channel: &CheckedChannel, u: [f64; 4]) -> Self {
        let priors = &design.spec.spec().priors;
        let last = (channel.window - 1) as f64;
        let alpha = |p: f64| channel.alpha.quantile(p).clamp(0.0, 0.98);
        let adstock = match channel.adstock {
            Adstock::Geometric if channel.brand => {
                let half_life = priors.brand_half_life.quantile(u[0]).clamp(8.0, 52.0);
                [0.5f64.powf(1.0 / half_life), 0.0]
            }
            Adstock::Geometric => [alpha(u[0]), 0.0],
            Adstock::Delayed => [alpha(u[0]).max(0.01), priors.delay.quantile(u[1]).clamp(0.0, last)],
            Adstock::WeibullPdf | Adstock::WeibullCdf => [
                priors.weibull_shape.quantile(u[0]).clamp(0.1, 20.0),
                priors.weibull_scale.quantile(u[1]).clamp(0.05, 200.0),
            ],
        };
        let slope = if channel.free_slope { priors.slope.quantile(u[3]).clamp(0.2, 8.0) } else { 1.0 };
        Self { u, adstock, saturation: [channel.half_saturation.quantile(u[2]).max(1e-3), slope] }
    }
}

/// Shapes of every channel and their columns over rows `t * G + g`.
#[derive(Debug)]
pub struct Library {
    /// `C` lists of shapes.
    pub shapes: Vec<Vec<Shape>>,
    /// First column of each channel, and the end: `C + 1`.
    pub starts: Vec<usize>,
    /// `(T * G) x columns`; period-major, so that a block of periods is a block of rows.
    pub columns: Array2<f64>,
    /// Share of the mean outcome that a unit coefficient of each column adds.
    pub share: Vec<f64>,
    /// Prior scale of each channel's share of the outcome, see [`share_scales`].
    pub scale: Vec<f64>,
    /// Penalty of each column's squared coefficient that is a normal prior of that scale on the channel's share, at the
    /// noise last told to [`Library::set_noise`]. Without it a series that hardly varies (a weekly newsletter, a media
    /// plan near saturation) is told from the level of the baseline by noise alone, and may come out as anything.
    pub floor: Vec<f64>,
}

/// Share of the outcome that all paid channels together are expected to have at most a half of, before the data speak.
const PAID_SHARE: f64 = 0.6;

/// Prior scale of each channel's share of the mean outcome. Paid channels divide [`PAID_SHARE`] by the root of their spend
/// (large budgets are believed to do more, but not in proportion); organic ones have the root mean square of their prior.
///
/// Scales that do not shrink as channels are added would let ten channels explain three times the outcome, against a
/// baseline below zero.
fn share_scales(design: &Design) -> Vec<f64> {
    let root = |c: usize| design.panel.total_spend(c).max(0.0).sqrt();
    let channels = design.channels();
    let paid = |c: usize| channels[c].kind == ChannelKind::Paid;
    let roots: f64 = (0..channels.len()).filter(|c| paid(*c)).map(root).sum();
    (0..channels.len())
        .map(|c| match (paid(c), channels[c].effect) {
            (false, ChannelPrior { on: PriorTarget::Share, dist }) => {
                let squares = (0..50).map(|i| dist.quantile((f64::from(i) + 0.5) / 50.0).powi(2));
                (squares.sum::<f64>() / 50.0).sqrt()
            }
            (true, _) if roots > 0.0 => (PAID_SHARE * root(c) / roots).max(0.01),
            _ => 0.25,
        })
        .collect()
}

/// Share of the mean outcome per unit of a column's size-weighted mean.
fn share_per_mean(design: &Design) -> f64 {
    let s = &design.scales;
    let total: f64 = s.geo_size.iter().sum();
    let outcome = design.panel.outcome.iter().map(|y| y.abs()).sum::<f64>() / (total * design.panel.n_periods() as f64);
    s.outcome_scale / outcome
}

impl Library {
    /// Shapes spread evenly over the priors: a Halton sequence, randomly shifted by `seed`; `per` a channel.
    #[must_use]
    pub fn spread(design: &Design, per: usize, seed: u64) -> Self {
        Self::build(design, |c| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(c as u64 + 1);
            let shift: [f64; 4] = std::array::from_fn(|_| rng.random());
            halton(per).map(|h| std::array::from_fn(|i| open((h[i] + shift[i]).fract()))).collect()
        })
    }

    /// The same shapes and `per` more in a cube of half-width `radius` around the `best` shape of each channel.
    #[must_use]
    pub fn refined(&self, design: &Design, best: &[usize], per: usize, radius: f64) -> Self {
        Self::build(design, |c| {
            let centre = self.shapes[c][best[c]].u;
            let near = halton(per).map(|h| {
                std::array::from_fn(|i| {
                    let v = centre[i] + (2.0 * h[i] - 1.0) * radius;
                    open(if v < 0.0 {
                        -v
                    } else if v > 1.0 {
                        2.0 - v
                    } else {
                        v
                    })
                })
            });
            self.shapes[c].iter().map(|s| s.u).chain(near).collect()
        })
    }

    fn build(design: &Design, points: impl Fn(usize) -> Vec<[f64; 4]>) -> Self {
        let shapes: Vec<Vec<Shape>> = design
            .channels()
            .iter()
            .enumerate()
            .map(|(c, channel)| points(c).into_iter().map(|u| Shape::at(design, channel, u)).collect())
            .collect();
        let mut starts = vec![0];
        shapes.iter().for_each(|s| starts.push(starts[starts.len() - 1] + s.len()));
        let (_, geos, periods, _) = design.dims();
        let flat: Vec<(usize, Shape)> =
            shapes.iter().enumerate().flat_map(|(c, list)| list.iter().map(move |s| (c, *s))).collect();
        // One column a row first, so that each thread writes its own memory; turned afterwards.
        let mut turned = Array2::zeros((flat.len(), geos * periods));
        turned
            .rows_mut()
            .into_iter()
            .zip(&flat)
            .par_bridge()
            .for_each(|(row, (c, shape))| column(design, *c, shape, row));
        let sizes = &design.scales.geo_size;
        let mean = |row: ArrayView1<'_, f64>| {
            let sum: f64 = row.iter().enumerate().map(|(i, v)| v * sizes[i % geos]).sum();
            sum / (sizes.iter().sum::<f64>() * periods as f64)
        };
        let per_mean = share_per_mean(design);
        let share: Vec<f64> = turned.rows().into_iter().map(|row| mean(row) * per_mean).collect();
        let columns = turned.t().as_standard_layout().into_owned();
        let floor = vec![0.0; share.len()];
        Self { shapes, starts, columns, share, scale: share_scales(design), floor }
    }

    /// Weighs the prior on shares against noise of this variance, scaled outcome.
    pub fn set_noise(&mut self, variance: f64) {
        for (c, scale) in self.scale.iter().enumerate() {
            for j in self.starts[c]..self.starts[c + 1] {
                self.floor[j] = variance * (self.share[j] / scale).powi(2);
            }
        }
    }

    /// Share of the mean outcome that `columns` add with coefficients `beta`.
    #[must_use]
    pub fn total_share(&self, columns: &[usize], beta: &[f64]) -> f64 {
        columns.iter().zip(beta).map(|(&j, b)| self.share[j] * b).sum()
    }
}

/// Transformed media of channel `c` under `shape`, rows `t * G + g`.
fn column(design: &Design, c: usize, shape: &Shape, mut out: ArrayViewMut1<'_, f64>) {
    let (_, geos, periods, _) = design.dims();
    let channel = &design.channels()[c];
    let weights = channel.adstock.weights(shape.adstock, channel.window);
    let mut h = vec![0.0; periods];
    for g in 0..geos {
        let x = design.media.slice(s![c, g, ..]);
        let x: Vec<f64> = x.iter().copied().collect();
        design.transform(c, &weights, shape.saturation, &x, design.before[(c, g)], &mut h);
        h.iter().enumerate().for_each(|(t, v)| out[t * geos + g] = *v);
    }
}

/// The first `n` points of the four-dimensional Halton sequence, bases 2, 3, 5, 7.
fn halton(n: usize) -> impl Iterator<Item = [f64; 4]> {
    let radical = |mut i: usize, base: usize| {
        let (mut value, mut digit) = (0.0, 1.0);
        while i > 0 {
            digit /= base as f64;
            value += digit * (i % base) as f64;
            i /= base;
        }
        value
    };
    (1..=n).map(move |i| [2, 3, 5, 7].map(|base| radical(i, base)))
}

/// Kept away from the ends, where quantiles may be infinite.
fn open(u: f64) -> f64 {
    u.clamp(0.004, 0.996)
}
