//! From a design to what is sampled: priors by channel, media in lanes, what-ifs, and the linear block.

use std::sync::Arc;

use ndarray::Array3;

use super::block::{Block, Lane, Role, Shape};
use super::curve::CurveKind;
use super::error::SampleError;
use super::lanes::{F8, LANES};
use super::linear::{Columns, Linear};
use super::problem::{
    Axis, ChannelPriors, Functional, FunctionalKind, Lever, MARGINAL_STEP, Noise, Problem, Slots, Target,
};
use super::rows::Layout;
use crate::mmm::adstock::Adstock;
use crate::mmm::calibration::{self, Experiment};
use crate::mmm::design::Design;
use crate::mmm::features::Part;
use crate::mmm::prior::{Prior, Support};
use crate::mmm::spec::{CarryIn, CheckedChannel, Likelihood, PriorTarget};

/// Half-lives that a brand channel may have, in periods.
const BRAND_HALF_LIFE: Support = Support::Between(8.0, 52.0);

/// Lays `design` out for sampling.
///
/// # Errors
/// [`SampleError::Spec`] where a prior cannot be used by the sampler, [`SampleError::Linear`] where the columns are unusable.
pub fn problem(design: &Design) -> Result<Problem, SampleError> {
    let (_, geos, periods, _) = design.dims();
    let spec = design.spec.spec();
    let layout = Layout::of(geos, periods);
    let experiments = calibration::experiments(design);
    let axis = axis(design, &experiments);

    let mut functionals = Vec::new();
    let mut channels: Vec<ChannelPriors> = Vec::new();
    for (c, channel) in design.channels().iter().enumerate() {
        let target = match channel.effect.on {
            // terms that take their scale from the panel are shares of its outcome by now
            PriorTarget::Roi | PriorTarget::Share | PriorTarget::PerSpendShare | PriorTarget::CostPerUnit => {
                Target::Total
            }
            PriorTarget::Coefficient => Target::Coefficient,
            PriorTarget::Mroi => {
                functionals.push(Functional { channel: c, kind: FunctionalKind::Marginal });
                Target::Marginal { functional: functionals.len() - 1 }
            }
        };
        channels.push(ChannelPriors { drift: drift(design, axis, c), ..channel_priors(design, channel, target) });
    }
    let mut series = media(design, axis, &channels);
    for e in &experiments {
        let kind = FunctionalKind::Experiment { lift: e.lift, se: e.se };
        functionals.push(Functional { channel: e.channel, kind });
        series.extend(experiment_series(design, axis, e, functionals.len() - 1));
    }
    let blocks = blocks(design, series, axis, geos);

    let columns = columns(design)?;
    let linear = Linear::new(&columns, layout)?;
    let offset = linear_offset(design)?;
    let noise = noise(design, layout);
    let mut y = layout.pack(|g, t| design.outcome[(g, t)] - offset[(g, t)]);
    let mut linear_start = Vec::new();
    if noise != Noise::Normal {
        // rough coordinates of the linear block: as if there were no media, noise a third of the spread
        linear_start = linear.conditional(&y, 0.3f64.ln(), &mut linear.state());
    }
    if matches!(noise, Noise::Counts { .. }) {
        y.fill(F8::ZERO);
        for (y, o) in y.iter_mut().zip(layout.pack(|g, t| -offset[(g, t)])) {
            *y = o;
        }
    }
    let levers = levers(design, layout);
    let slots = Slots::new(&channels, levers.len(), geos, &noise, linear.columns());
    let sigma = spec.priors.sigma;
    Ok(Problem {
        geos,
        axis,
        layout,
        channels,
        blocks,
        levers,
        functionals,
        linear,
        y,
        noise,
        sigma,
        linear_start,
        slots,
    })
}

fn axis(design: &Design, experiments: &[Experiment]) -> Axis {
    let windows = design.channels().iter().enumerate();
    let longest = windows.clone().map(|(_, c)| c.window).max().unwrap_or(1);
    let carried_out = windows
        .filter(|(i, c)| c.effect.needs_money() || experiments.iter().any(|e| e.channel == *i))
        .map(|(_, c)| c.window)
        .max()
        .unwrap_or(1);
    Axis {
        before: if design.spec.spec().carry_in == CarryIn::Mean { longest - 1 } else { 0 },
        periods: design.dims().2,
        after: carried_out - 1,
    }
}

fn channel_priors(design: &Design, channel: &CheckedChannel, target: Target) -> ChannelPriors {
    let p = &design.spec.spec().priors;
    let own = |prior: Prior| (prior, prior.support());
    let carry = if channel.brand {
        vec![(p.brand_half_life, BRAND_HALF_LIFE)]
    } else {
        match channel.adstock {
            // a window of one period has nothing to carry, and a parameter without data only costs
            _ if channel.window <= 1 => Vec::new(),
            Adstock::Geometric => vec![own(channel.alpha)],
            Adstock::Delayed => vec![own(channel.alpha), own(p.delay)],
            Adstock::WeibullPdf | Adstock::WeibullCdf => vec![own(p.weibull_shape), own(p.weibull_scale)],
        }
    };
    let curve = CurveKind::of(channel.saturation, channel.free_slope);
    let geo = &design.spec.spec().geo;
    ChannelPriors {
        adstock: channel.adstock,
        half_life: channel.brand,
        carry,
        half: (curve.parameters() > 0).then_some(channel.half_saturation),
        slope: (curve.parameters() > 1).then_some(p.slope),
        target,
        effect: channel.effect.dist,
        drift: None,
        spread: (geo.hierarchy && design.dims().1 > 1).then_some(Prior::HalfNormal { sd: geo.effect_sd }),
    }
}

/// Basis of channel `c`'s movement over the axis: before the panel as in its first period, after it as in its last.
fn drift(design: &Design, axis: Axis, c: usize) -> Option<Vec<Vec<f64>>> {
    let basis = design.drift[c].as_ref()?;
    let row = |row: ndarray::ArrayView1<'_, f64>| {
        let (first, last) = (row[0], row[row.len() - 1]);
        let before = std::iter::repeat_n(first, axis.before);
        before.chain(row.iter().copied()).chain(std::iter::repeat_n(last, axis.after)).collect()
    };
    Some(basis.rows().into_iter().map(row).collect())
}

fn levers(design: &Design, layout: Layout) -> Vec<Lever> {
    let features = design.lever_features();
    let one = |(lever, &feature): (&crate::mmm::spec::CheckedLever, &usize)| Lever {
        feature,
        prior: lever.prior,
        sign: lever.sign.factor(),
        z: layout.pack(|g, t| design.z[(feature, g, t)]),
    };
    design.spec.levers().iter().zip(&features).map(one).collect()
}

/// One lane to be: media and values over the whole axis.
struct Series {
    lane: Lane,
    x: Vec<f64>,
    value: Vec<f64>,
}

/// Scaled media of channel `c`, geo `g` over the whole axis, the panel's as `then(t, ran)` changes it.
fn along(design: &Design, axis: Axis, c: usize, g: usize, then: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let before = std::iter::repeat_n(design.before[(c, g)], axis.before);
    let panel = (0..axis.periods).map(|t| then(t, design.media[(c, g, t)]).max(0.0));
    before.chain(panel).chain(std::iter::repeat_n(0.0, axis.after)).collect()
}

/// `value(t)` over panel and carry-out (there the mean of the last 13 periods, as in [`crate::mmm::incremental`]), 0 before.
fn valued(axis: Axis, carry_out: bool, value: impl Fn(usize) -> f64) -> Vec<f64> {
    let late = axis.periods.saturating_sub(13)..axis.periods;
    let mean = late.clone().map(&value).sum::<f64>() / late.len() as f64;
    let after = if carry_out { mean } else { 0.0 };
    std::iter::repeat_n(0.0, axis.before)
        .chain((0..axis.periods).map(&value))
        .chain(std::iter::repeat_n(after, axis.after))
        .collect()
}

fn media(design: &Design, axis: Axis, channels: &[ChannelPriors]) -> Vec<Series> {
    let (_, geos, periods, _) = design.dims();
    let mut out = Vec::new();
    for (c, channel) in design.channels().iter().enumerate() {
        let spend = design.spend(c).sum();
        let outcome = design.panel.outcome.sum();
        for g in 0..geos {
            let unit = design.kpi_scale(g);
            let value = match channel.effect.on {
                PriorTarget::Roi | PriorTarget::Mroi => {
                    valued(axis, true, |t| unit * design.panel.value_at(g, t) / spend)
                }
                PriorTarget::Share | PriorTarget::PerSpendShare | PriorTarget::CostPerUnit => {
                    valued(axis, false, |_| unit / outcome)
                }
                PriorTarget::Coefficient => valued(axis, false, |_| 1.0 / (geos * periods) as f64),
            };
            if let Target::Marginal { functional } = channels[c].target {
                out.push(Series {
                    lane: Lane { channel: c, geo: g, role: Role::WhatIf { functional, sign: 1.0 } },
                    x: along(design, axis, c, g, |_, x| x * (1.0 + MARGINAL_STEP)),
                    value: value.clone(),
                });
            }
            out.push(Series {
                lane: Lane { channel: c, geo: g, role: Role::Media },
                x: along(design, axis, c, g, |_, x| x),
                value,
            });
        }
    }
    out
}

/// Media as they ran and as they would have run, valued from the experiment's start to the end of its carry-over.
fn experiment_series(design: &Design, axis: Axis, e: &Experiment, functional: usize) -> Vec<Series> {
    let mut out = Vec::new();
    for (i, &g) in e.geos.iter().enumerate() {
        let unit = design.kpi_scale(g);
        let worth = |t: usize| if e.money { design.value_after(g, t) } else { 1.0 };
        let value: Vec<f64> = std::iter::repeat_n(0.0, axis.before)
            .chain((0..axis.periods + axis.after).map(|t| if e.counts(t) { unit * worth(t) } else { 0.0 }))
            .collect();
        let ran = along(design, axis, e.channel, g, |_, x| x);
        let instead = along(design, axis, e.channel, g, |t, x| e.media(i, t, x));
        for (sign, x) in [(1.0, ran), (-1.0, instead)] {
            let lane = Lane { channel: e.channel, geo: g, role: Role::WhatIf { functional, sign } };
            out.push(Series { lane, x, value: value.clone() });
        }
    }
    out
}

fn blocks(design: &Design, series: Vec<Series>, axis: Axis, geos: usize) -> Vec<Block> {
    let shape = |c: usize| {
        let channel = &design.channels()[c];
        Shape {
            adstock: channel.adstock,
            window: channel.window,
            curve: CurveKind::of(channel.saturation, channel.free_slope),
            order: design.spec.spec().order,
        }
    };
    let empty = |shape: Shape, rows: usize, feeds_mean: bool| Block {
        shape,
        lanes: [Lane { channel: 0, geo: 0, role: Role::Padding }; LANES],
        led: vec![F8::ZERO; shape.window + axis.len()],
        value: Arc::new(vec![F8::ZERO; axis.len()]),
        worth: F8::ZERO,
        rows,
        feeds_mean,
    };
    let mut out: Vec<Block> = Vec::new();
    for s in series {
        let (own, media) = (shape(s.lane.channel), s.lane.role == Role::Media);
        // one geo: any free lane of a block of the same shape. Many: media lie in the lane of their geo, one channel a
        // block, so that the block adds to the rows as a whole; what-ifs touch no row and fill blocks of their own
        let lane = |b: &Block| {
            if geos == 1 || (!media && !b.feeds_mean) {
                return b.lanes.iter().position(|l| l.role == Role::Padding);
            }
            let (row, at) = (s.lane.geo / LANES, s.lane.geo % LANES);
            let same_use = b
                .lanes
                .iter()
                .filter(|l| l.role != Role::Padding)
                .all(|l| (l.channel, l.role) == (s.lane.channel, s.lane.role));
            (media && b.rows == row && b.feeds_mean && same_use && b.lanes[at].role == Role::Padding).then_some(at)
        };
        let found =
            out.iter().enumerate().rev().find_map(|(i, b)| if b.shape == own { lane(b).map(|l| (i, l)) } else { None });
        let (i, l) = found.unwrap_or_else(|| {
            let row = if geos == 1 { 0 } else { s.lane.geo / LANES };
            out.push(empty(own, row, media));
            (out.len() - 1, if geos == 1 || !media { 0 } else { s.lane.geo % LANES })
        });
        let block = &mut out[i];
        block.feeds_mean |= media;
        block.lanes[l] = s.lane;
        let (worth, pattern) = over_its_end(&s.value, axis);
        block.worth.0[l] = worth;
        let value = Arc::make_mut(&mut block.value);
        for (t, (x, v)) in s.x.iter().zip(pattern).enumerate() {
            block.led[block.shape.window + t].0[l] = *x;
            value[t].0[l] = v;
        }
    }
    share(&mut out);
    out
}

/// Worth at the panel's end (where it is 0, the first that is not), and worth over the axis as a multiple of it.
fn over_its_end(value: &[f64], axis: Axis) -> (f64, impl Iterator<Item = f64>) {
    let last = value[axis.before + axis.periods - 1];
    let worth = if last == 0.0 { value.iter().copied().find(|v| *v != 0.0).unwrap_or(0.0) } else { last };
    // a mean of equals may differ from them in the last bit
    let multiple = move |v: &f64| match if worth == 0.0 { 0.0 } else { v / worth } {
        near if (near - 1.0f64).abs() < 1e-14 => 1.0,
        other => other,
    };
    (worth, value.iter().map(multiple))
}

/// Lets blocks whose worth over time is the same hold it together.
fn share(blocks: &mut [Block]) {
    let mut known: Vec<Arc<Vec<F8>>> = Vec::new();
    for block in blocks {
        match known.iter().find(|k| **k == block.value) {
            Some(same) => block.value = Arc::clone(same),
            None => known.push(Arc::clone(&block.value)),
        }
    }
}

/// Prior mean and standard deviation of a linear coefficient.
fn linear_prior(design: &Design) -> Result<(f64, f64), SampleError> {
    match design.spec.spec().priors.linear {
        Prior::Normal { mean, sd } => Ok((mean, sd)),
        other => Err(SampleError::Spec {
            key: "priors.linear".into(),
            problem: format!("{other:?} cannot be integrated out"),
            accepted: "a `normal` prior".into(),
        }),
    }
}

/// Intercepts (one a geo), the design's columns, then one a geo for each control where controls differ by geo.
fn columns(design: &Design) -> Result<Columns, SampleError> {
    let (_, geos, periods, k) = design.dims();
    let spec = design.spec.spec();
    let (_, linear_sd) = linear_prior(design)?;
    let own: Vec<usize> = geo_columns(design);
    let mut z = Array3::zeros((geos + k + own.len() * geos, geos, periods));
    let mut sd = vec![intercept_sd(design); geos];
    for g in 0..geos {
        z.slice_mut(ndarray::s![g, g, ..]).fill(1.0);
    }
    for (j, feature) in design.features.iter().enumerate() {
        // a lever's coefficient is sampled by itself: its column here is empty, and its coefficient replaced afterwards
        if feature.part != Part::Lever {
            z.slice_mut(ndarray::s![geos + j, .., ..]).assign(&design.z.slice(ndarray::s![j, .., ..]));
        }
        sd.push(if feature.part == Part::Knot { spec.baseline.knot_sd } else { linear_sd });
    }
    for (i, &j) in own.iter().enumerate() {
        for g in 0..geos {
            let at = geos + k + i * geos + g;
            z.slice_mut(ndarray::s![at, g, ..]).assign(&design.z.slice(ndarray::s![j, g, ..]));
            sd.push(spec.geo.control_sd);
        }
    }
    Ok(Columns { z, sd })
}

/// Prior scale of an intercept in scaled outcome: wide enough that the baseline may be anything from nothing to everything.
#[must_use]
pub fn intercept_sd(design: &Design) -> f64 {
    (design.scales.outcome_center / design.scales.outcome_scale).abs().max(5.0)
}

/// Columns whose coefficients differ by geo.
#[must_use]
pub fn geo_columns(design: &Design) -> Vec<usize> {
    if design.dims().1 == 1 || design.spec.spec().geo.control_sd == 0.0 {
        return Vec::new();
    }
    (0..design.features.len()).filter(|&j| design.features[j].part == Part::Control).collect()
}

/// What the linear block adds at its prior mean, `G x T`.
fn linear_offset(design: &Design) -> Result<ndarray::Array2<f64>, SampleError> {
    let (_, geos, periods, _) = design.dims();
    let (mean, _) = linear_prior(design)?;
    let mut out = ndarray::Array2::zeros((geos, periods));
    for (plane, feature) in design.z.outer_iter().zip(&design.features) {
        if !matches!(feature.part, Part::Knot | Part::Lever) {
            out.scaled_add(mean, &plane);
        }
    }
    Ok(out)
}

fn noise(design: &Design, layout: Layout) -> Noise {
    match design.spec.spec().likelihood {
        Likelihood::Normal => Noise::Normal,
        Likelihood::StudentT => Noise::StudentT,
        Likelihood::NegativeBinomial => {
            let mut unit = vec![F8::splat(1.0); layout.len()];
            for (u, v) in unit.iter_mut().zip(layout.pack(|g, _| design.kpi_scale(g))) {
                for (u, v) in u.0.iter_mut().zip(v.0) {
                    *u = if v > 0.0 { v } else { 1.0 };
                }
            }
            Noise::Counts {
                counts: layout.pack(|g, t| design.panel.outcome[(g, t)]),
                unit,
                level: design.scales.outcome_center / design.scales.outcome_scale,
            }
        }
    }
}
