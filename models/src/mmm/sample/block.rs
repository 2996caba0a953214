//! Eight media series at a time: from scaled media to effect, and back to the parameters' slopes.

use std::sync::Arc;

use super::carry::Carry;
use super::curve::{Curve, CurveKind};
use super::fused::{self, Kept, Line, Ratio, Rows, Slopes, Tanh};
use super::hill::Hill;
use super::lanes::{F8, LANES};
use crate::mmm::adstock::Adstock;
use crate::mmm::spec::Order;

/// What lanes of one block must have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Carry-over.
    pub adstock: Adstock,
    /// Lags, this period included, `>= 1`.
    pub window: usize,
    /// Saturation form.
    pub curve: CurveKind,
    /// Which comes first.
    pub order: Order,
}

/// What a lane's series is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// Nothing: fills the block up.
    Padding,
    /// The channel's media in one geo: feeds the mean and the channel's total.
    Media,
    /// Media as they would have been: `sign * sum_t value[t] * effect[t]` is added to a functional.
    WhatIf {
        /// Index into the problem's functionals.
        functional: usize,
        /// +1 or -1.
        sign: f64,
    },
}

/// One lane's place in the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lane {
    /// Channel, index into the problem's channels; 0 for padding.
    pub channel: usize,
    /// Geo; 0 for padding.
    pub geo: usize,
    /// What it is for.
    pub role: Role,
}

/// Eight series of one shape. Time runs over `before` carry-in periods, the panel's, and the carry-out's.
#[derive(Debug, Clone)]
pub struct Block {
    /// What they share.
    pub shape: Shape,
    /// Which they are.
    pub lanes: [Lane; LANES],
    /// Scaled media, `>= 0`, over the whole axis, after as many zeros as the window is long.
    pub led: Vec<F8>,
    /// Worth of one unit of effect over the whole axis, over `worth`; 0 outside what the total counts. Mostly the same in all
    /// blocks, which then hold it together: a gradient of thousands of series waits for memory.
    pub value: Arc<Vec<F8>>,
    /// Worth of one unit of effect at the panel's end.
    pub worth: F8,
    /// In geo layout, which rows the lanes add to: all rows of this block of geos.
    pub rows: usize,
    /// Whether any lane feeds the mean.
    pub feeds_mean: bool,
}

impl Block {
    /// Scaled media over the whole axis.
    #[inline(always)]
    pub fn x(&self) -> &[F8] {
        &self.led[self.shape.window..]
    }
}

/// A block's working memory for one chain.
#[derive(Debug, Clone)]
pub struct BlockState {
    /// Whether both ways go in one pass.
    fuses: bool,
    /// Whether stocks and logarithms are kept for the way back, or computed again.
    keeps: bool,
    carry: Carry,
    curve: Curve,
    half: F8,
    slope: F8,
    /// After the first of the two transformations.
    mid: Vec<F8>,
    /// Transformed media.
    h: Vec<F8>,
    logs: Vec<F8>,
    g: Vec<F8>,
    /// What the effect is multiplied by over time, set before [`BlockState::forward`]; empty where no lane's effect moves.
    pub drift: Vec<F8>,
    /// Transformed media times drift; empty where no effect moves.
    moved: Vec<F8>,
    /// `d ln p / d ln drift` by time, after [`BlockState::backward`].
    pub by_log_drift: Vec<F8>,
}

/// Room for one block's stocks, after a leading zero, and logarithms where blocks do not keep them.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    u: Vec<F8>,
    logs: Vec<F8>,
}

impl Scratch {
    /// Room for `n` periods.
    #[must_use]
    pub fn new(n: usize) -> Scratch {
        Scratch { u: vec![F8::ZERO; n + 1], logs: vec![F8::ZERO; n] }
    }
}

/// Slopes of the log density by a block's shape parameters, by lane.
#[derive(Debug, Clone, Copy)]
pub struct ShapeSlopes {
    /// By the two carry-over parameters.
    pub adstock: [F8; 2],
    /// By half-saturation and Hill slope.
    pub curve: [F8; 2],
}

impl BlockState {
    /// Working memory for `block`.
    #[must_use]
    pub fn new(block: &Block) -> BlockState {
        let n = block.x().len();
        let Shape { adstock, order, .. } = block.shape;
        let fuses = adstock == Adstock::Geometric && order == Order::AdstockFirst;
        let zero = || vec![F8::ZERO; n];
        BlockState {
            fuses,
            keeps: true,
            carry: Carry::new(block.shape.adstock, block.shape.window),
            curve: Curve::new(block.shape.curve, F8::splat(1.0), F8::splat(1.0)),
            half: F8::splat(1.0),
            slope: F8::splat(1.0),
            // in one pass, stocks after a leading zero
            mid: if fuses { vec![F8::ZERO; n + 1] } else { zero() },
            h: zero(),
            logs: if block.shape.curve == CurveKind::Hill { zero() } else { Vec::new() },
            g: if fuses { Vec::new() } else { zero() },
            drift: Vec::new(),
            moved: Vec::new(),
            by_log_drift: Vec::new(),
        }
    }

    /// Makes room for a drift, which does not go in one pass.
    pub fn let_drift(&mut self) {
        let n = self.h.len();
        self.fuses = false;
        self.mid.truncate(n);
        self.g.resize(n, F8::ZERO);
        for room in [&mut self.drift, &mut self.moved, &mut self.by_log_drift] {
            room.resize(n, F8::ZERO);
        }
    }

    /// Keeps no more than effects from here to the way back, where both go in one pass.
    pub fn forget(&mut self) {
        if self.fuses {
            self.keeps = false;
            (self.mid, self.logs) = (Vec::new(), Vec::new());
        }
    }

    /// The effect per unit of coefficient.
    #[inline(always)]
    pub fn effect(&self) -> &[F8] {
        if self.drift.is_empty() { &self.h } else { &self.moved }
    }

    /// Computes the effects and returns `sum_t value * effect` by lane.
    #[inline(always)]
    pub fn forward(&mut self, block: &Block, adstock: [F8; 2], half: F8, slope: F8, scratch: &mut Scratch) -> F8 {
        self.carry.set(adstock);
        if self.fuses {
            let (w, window) = (self.carry.geometric(), block.shape.window);
            (self.half, self.slope) = (half, slope);
            let (x, value) = (&block.led, &block.value);
            let (u, logs) = match self.keeps {
                true => (&mut self.mid, &mut self.logs),
                false => (&mut scratch.u, &mut scratch.logs),
            };
            let kept = Kept { u, h: &mut self.h, logs };
            let total = match block.shape.curve {
                CurveKind::Ratio => fused::forward(Ratio::at(half), w, window, x, value, kept),
                CurveKind::Tanh => fused::forward(Tanh::at(half), w, window, x, value, kept),
                CurveKind::Hill => fused::forward(Hill::at(half, slope), w, window, x, value, kept),
                CurveKind::Line => fused::forward(Line, w, window, x, value, kept),
            };
            return total * block.worth;
        }
        self.curve = Curve::new(block.shape.curve, half, slope);
        match block.shape.order {
            Order::AdstockFirst => {
                self.carry.forward(block.x(), &mut self.mid);
                self.curve.values(&self.mid, &mut self.h, &mut self.logs);
            }
            Order::SaturationFirst => {
                self.curve.values(block.x(), &mut self.mid, &mut self.logs);
                self.carry.forward(&self.mid, &mut self.h);
            }
        }
        for ((o, h), m) in self.moved.iter_mut().zip(&self.h).zip(&self.drift) {
            *o = *h * *m;
        }
        let mut total = F8::ZERO;
        for (h, v) in self.effect().iter().zip(block.value.iter()) {
            total = total + *h * *v;
        }
        total * block.worth
    }

    /// Slopes of the shape parameters, given the slopes by effect: `rows` inside the panel.
    #[inline(always)]
    pub fn backward(
        &mut self,
        block: &Block,
        slopes: Slopes<'_>,
        rows: impl Rows,
        scratch: &mut Scratch,
    ) -> ShapeSlopes {
        if self.fuses {
            let (half, slope, w) = (self.half, self.slope, self.carry.geometric());
            let (u, logs) = match self.keeps {
                true => (&mut self.mid, &mut self.logs),
                false => (&mut scratch.u, &mut scratch.logs),
            };
            let (x, window, keeps) = (&block.led, block.shape.window, self.keeps);
            macro_rules! back {
                ($form:expr) => {{
                    if !keeps {
                        fused::again($form, w, window, x, u, logs);
                    }
                    fused::backward($form, w, x, Kept { u, h: &mut self.h, logs }, slopes, rows)
                }};
            }
            let sums = match block.shape.curve {
                CurveKind::Ratio => back!(Ratio::at(half)),
                CurveKind::Tanh => back!(Tanh::at(half)),
                CurveKind::Hill => back!(Hill::at(half, slope)),
                CurveKind::Line => back!(Line),
            };
            // effects are functions of stock over half-saturation, so one slope is the other's mirror
            let by_half = -(sums.by_stock * half.recip());
            let by_slope = sums.by_slope * std::f64::consts::LN_2;
            return ShapeSlopes { adstock: [self.carry.by_alpha(sums), F8::ZERO], curve: [by_half, by_slope] };
        }
        for (g, v) in self.g.iter_mut().zip(slopes.value) {
            *g = slopes.by_value * *v;
        }
        for (i, g) in self.g[slopes.first..slopes.last].iter_mut().enumerate() {
            *g = *g + slopes.amount * rows.at(i);
        }
        for (((o, g), h), m) in self.by_log_drift.iter_mut().zip(&mut self.g).zip(&self.moved).zip(&self.drift) {
            *o = *g * *h;
            *g = *g * *m;
        }
        let g = &mut self.g;
        match block.shape.order {
            Order::AdstockFirst => {
                let curve = self.curve.slopes(&self.mid, &self.h, &self.logs, g);
                let adstock = self.carry.adjoint(block.x(), &self.mid, g, false);
                ShapeSlopes { adstock, curve: [curve.half, curve.slope] }
            }
            Order::SaturationFirst => {
                let adstock = self.carry.adjoint(&self.mid, &self.h, g, true);
                let curve = self.curve.slopes(block.x(), &self.mid, &self.logs, g);
                ShapeSlopes { adstock, curve: [curve.half, curve.slope] }
            }
        }
    }
}
