//! What is sampled: the design laid out for the kernel, its priors, and where each parameter stands in the vector.

use super::block::Block;
use super::lanes::F8;
use super::linear::Linear;
use super::rows::Layout;
use crate::mmm::adstock::Adstock;
use crate::mmm::prior::{Prior, Support};

/// The time axis of media: carry-in, the panel, carry-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// Periods before the panel that hold assumed media.
    pub before: usize,
    /// Periods of the panel.
    pub periods: usize,
    /// Periods after it in which its media still work.
    pub after: usize,
}

impl Axis {
    /// All of them.
    #[must_use]
    pub fn len(self) -> usize {
        self.before + self.periods + self.after
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// What a channel's effect prior is a distribution of. `H` is the channel's total per unit of coefficient, in units of
/// the quantity the prior is on, so that total = coefficient * `H`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The total itself: ROI where values are worth over spend, share where they are shares of the outcome.
    Total,
    /// The coefficient.
    Coefficient,
    /// The return of the next unit: (`H` at media up by `step` - `H`) / `step`.
    Marginal {
        /// The functional holding `H` at higher media.
        functional: usize,
    },
}

/// Media up by this share stand for "the next unit of spend".
pub const MARGINAL_STEP: f64 = 0.01;

/// A channel's priors.
#[derive(Debug, Clone)]
pub struct ChannelPriors {
    /// Carry-over shape.
    pub adstock: Adstock,
    /// The first carry-over parameter is a half-life in periods, not a share.
    pub half_life: bool,
    /// Of the one or two carry-over parameters, with the support each is kept to.
    pub carry: Vec<(Prior, Support)>,
    /// Of half-saturation, where the curve has one.
    pub half: Option<Prior>,
    /// Of the Hill slope, where free.
    pub slope: Option<Prior>,
    /// What the effect prior is on.
    pub target: Target,
    /// The effect prior.
    pub effect: Prior,
    /// Of the spread of geos' log effects, where effects differ by geo.
    pub spread: Option<Prior>,
    /// Basis of the effect's movement over the whole axis, by knot, where it moves; its coordinates are standard normal.
    pub drift: Option<Vec<Vec<f64>>>,
}

/// A price, promotion or other column whose coefficient has a prior of its own and is sampled.
#[derive(Debug, Clone)]
pub struct Lever {
    /// Column of the design's linear block that it is.
    pub feature: usize,
    /// Of the coefficient before its sign.
    pub prior: Prior,
    /// +1 or -1.
    pub sign: f64,
    /// Its values, packed.
    pub z: Vec<F8>,
}

/// A scalar that depends on media other than those that ran.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Functional {
    /// Channel it is of.
    pub channel: usize,
    /// What it is for.
    pub kind: FunctionalKind,
}

/// Use of a functional.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FunctionalKind {
    /// `H` at higher media, for a prior on the marginal return.
    Marginal,
    /// coefficient * functional was measured as `lift` with standard error `se`.
    Experiment {
        /// Measured.
        lift: f64,
        /// Its standard error.
        se: f64,
    },
}

/// Noise of the outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Noise {
    /// Normal; the linear block is integrated out.
    Normal,
    /// Student-t, degrees of freedom `1 + x`, `x ~ Gamma(2, 0.1)`; the linear block is sampled.
    StudentT,
    /// Negative binomial with mean `unit * soft(level + mu)` and variance `m + m^2 / size`; the linear block is sampled.
    Counts {
        /// Counts, packed.
        counts: Vec<F8>,
        /// Counts per unit of mean by row, packed; 1 in padding.
        unit: Vec<F8>,
        /// Added to the mean before the positive part is taken.
        level: f64,
    },
}

/// Where a channel's parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelSlots {
    /// Size of effect.
    pub effect: usize,
    /// Carry-over, `count` of them from here.
    pub carry: usize,
    /// Half-saturation.
    pub half: Option<usize>,
    /// Hill slope.
    pub slope: Option<usize>,
    /// Spread of geos.
    pub spread: Option<usize>,
    /// First of the `G` standardised deviations of geos.
    pub deviations: Option<usize>,
    /// First of the coordinates of the effect's movement.
    pub drift: Option<usize>,
}

/// Where every parameter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    /// By channel.
    pub channels: Vec<ChannelSlots>,
    /// By lever.
    pub levers: Vec<usize>,
    /// Noise scale; absent for counts.
    pub sigma: Option<usize>,
    /// Degrees of freedom or inverse root size.
    pub dispersion: Option<usize>,
    /// First of the linear block's standardised coordinates, where they are sampled.
    pub linear: Option<usize>,
    /// Length of the vector.
    pub len: usize,
}

/// Everything the density needs.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Geos.
    pub geos: usize,
    /// Time axis of media.
    pub axis: Axis,
    /// Layout of observations.
    pub layout: Layout,
    /// Priors by channel.
    pub channels: Vec<ChannelPriors>,
    /// Media.
    pub blocks: Vec<Block>,
    /// Levers.
    pub levers: Vec<Lever>,
    /// What-ifs.
    pub functionals: Vec<Functional>,
    /// The linear block.
    pub linear: Linear,
    /// Scaled outcome, packed; zeros for counts.
    pub y: Vec<F8>,
    /// Noise.
    pub noise: Noise,
    /// Prior of the noise scale.
    pub sigma: Prior,
    /// Where the sampled linear block is centred and how it is scaled; empty where it is integrated out.
    pub linear_start: Vec<(f64, f64)>,
    /// Where parameters stand.
    pub slots: Slots,
}

impl Slots {
    /// The order of parameters for channels with `priors` and so many levers.
    #[must_use]
    pub fn new(priors: &[ChannelPriors], levers: usize, geos: usize, noise: &Noise, columns: usize) -> Slots {
        let mut len = 0;
        let mut take = |n: usize| {
            len += n;
            len - n
        };
        let channels = priors
            .iter()
            .map(|p| {
                // a steep curve ties half-saturation to carry-over: the frame tells later coordinates by earlier ones
                let steep = p.slope.map(|_| (take(p.carry.len()), take(1)));
                let effect = take(1);
                let carry = steep.map_or_else(|| take(p.carry.len()), |(carry, _)| carry);
                ChannelSlots {
                    effect,
                    carry,
                    half: p.half.map(|_| take(1)),
                    slope: steep.map(|(_, slope)| slope),
                    spread: p.spread.map(|_| take(1)),
                    deviations: p.spread.map(|_| take(geos)),
                    drift: p.drift.as_ref().map(|basis| take(basis.len())),
                }
            })
            .collect();
        let levers = (0..levers).map(|_| take(1)).collect();
        let sigma = (!matches!(noise, Noise::Counts { .. })).then(|| take(1));
        let sampled = *noise != Noise::Normal;
        let dispersion = sampled.then(|| take(1));
        let linear = sampled.then(|| take(columns));
        Slots { channels, levers, sigma, dispersion, linear, len }
    }
}

impl Problem {
    /// Whether an experiment measured channel `c`.
    #[must_use]
    pub fn tested(&self, c: usize) -> bool {
        self.functionals.iter().any(|f| f.channel == c && matches!(f.kind, FunctionalKind::Experiment { .. }))
    }
}
