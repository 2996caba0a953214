//! Worlds simulated over the customer's own spend, with a known truth.

use std::sync::Arc;

use ndarray::Array2;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal, StudentT};
use serde::{Deserialize, Serialize};

use super::{Assumption, Trial};
use crate::domain::panel::KpiKind;
use crate::mmm::design::Design;
use crate::mmm::diagnostics::OutcomeNoise;
use crate::mmm::interval::Interval;
use crate::mmm::posterior::{Draws, Posterior};
use crate::mmm::sample::Sampled;

/// What a simulated world is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorldKind {
    /// As the model assumes, its parameters those of one posterior draw.
    Clean,
    /// The same totals by another saturation.
    OtherSaturation,
    /// The same totals by another carry-over.
    OtherCarryOver,
    /// Noise with heavy tails (Student-t with 3 degrees of freedom, the same spread).
    HeavyTails,
    /// Demand that nobody recorded, half as correlated with media as it could be, as large as the noise.
    Confounded,
}

/// A world: its outcome and what each channel truly caused.
#[derive(Debug, Clone)]
pub struct World {
    kind: WorldKind,
    /// `G x T`, KPI units.
    outcome: Array2<f64>,
    /// By channel, KPI units.
    truth: Vec<f64>,
}

/// The worlds that a verdict rests on, in a fixed order.
const KINDS: [WorldKind; 8] = [
    WorldKind::Clean,
    WorldKind::OtherSaturation,
    WorldKind::Clean,
    WorldKind::OtherCarryOver,
    WorldKind::Clean,
    WorldKind::HeavyTails,
    WorldKind::Clean,
    WorldKind::Confounded,
];

/// Simulates every kind from posterior draws far apart.
pub(super) fn worlds(sampled: &Sampled, seed: u64) -> Vec<World> {
    let posterior = &sampled.posterior;
    let n = posterior.len();
    KINDS
        .iter()
        .enumerate()
        .filter_map(|(i, &kind)| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x2545_F491_4F6C_DD1D);
            rng.set_stream(i as u64);
            simulate(posterior, kind, (2 * i + 1) * n / (2 * KINDS.len()), &mut rng)
        })
        .collect()
}

fn simulate(posterior: &Posterior, kind: WorldKind, d: usize, rng: &mut ChaCha8Rng) -> Option<World> {
    let told = match kind {
        WorldKind::OtherSaturation => reshaped(posterior, d, Assumption::OtherSaturation)?.expand(0),
        WorldKind::OtherCarryOver => reshaped(posterior, d, Assumption::OtherCarryOver)?.expand(0),
        _ => posterior.expand(d),
    };
    let media = told.media.sum_axis(ndarray::Axis(0));
    let mean = &media + &told.baseline;
    let noise = OutcomeNoise::of(posterior, d);
    let heavy = StudentT::new(3.0).ok()?;
    let mut outcome = mean.clone();
    for ((g, t), y) in outcome.indexed_iter_mut() {
        *y = noise.draw(g, mean[(g, t)], rng);
        if kind == WorldKind::HeavyTails {
            // t(3) has standard deviation sqrt 3
            let z: f64 = heavy.sample(rng);
            *y = mean[(g, t)] + posterior.draws.sigma[(d, g)] * posterior.design.kpi_scale(g) * z / 3f64.sqrt();
        }
    }
    if kind == WorldKind::Confounded {
        for (g, mut row) in outcome.rows_mut().into_iter().enumerate() {
            let size = posterior.draws.sigma[(d, g)] * posterior.design.kpi_scale(g);
            row.iter_mut().zip(hidden_demand(&media.row(g).to_vec(), rng)).for_each(|(y, u)| *y += size * u);
        }
    }
    if posterior.design.panel.kpi_kind == KpiKind::Count {
        outcome.mapv_inplace(|y| y.max(0.0));
    }
    let truth = told.media.outer_iter().map(|plane| plane.sum()).collect();
    Some(World { kind, outcome, truth })
}

/// Standardised: half the media's own movement, half a slow wave of its own.
fn hidden_demand(media: &[f64], rng: &mut ChaCha8Rng) -> Vec<f64> {
    let standard = |v: Vec<f64>| -> Vec<f64> {
        let (mean, sd) = crate::mmm::scales::mean_sd(v.iter().copied());
        v.iter().map(|x| (x - mean) / sd.max(1e-300)).collect()
    };
    let mut level = 0.0;
    let wave = (0..media.len())
        .map(|_| {
            let step: f64 = StandardNormal.sample(rng);
            level = 0.8 * level + step;
            level
        })
        .collect();
    let half = 0.5f64;
    let other = (1.0 - half * half).sqrt();
    standard(media.to_vec()).iter().zip(standard(wave)).map(|(m, w)| half * m + other * w).collect()
}

/// Draw `d` with other shapes, every channel's total kept.
fn reshaped(posterior: &Posterior, d: usize, assumption: Assumption) -> Option<Posterior> {
    let before: Vec<f64> = posterior.expand(d).media.outer_iter().map(|plane| plane.sum()).collect();
    let design = assumption.design(&posterior.design)?;
    let old = &posterior.draws;
    let mut draws = Draws::zeros(1, &design);
    for c in 0..design.channels().len() {
        let channel = &design.channels()[c];
        for i in 0..2 {
            draws.adstock[(0, c, i)] = old.adstock[(d, c, i)];
            draws.saturation[(0, c, i)] = old.saturation[(d, c, i)];
        }
        if assumption == Assumption::OtherCarryOver && !channel.brand {
            // a peak one period late, or a plain decay at the same mean lag
            draws.adstock[(0, c, 0)] =
                if channel.adstock.parameters() == 2 { old.adstock[(d, c, 0)].clamp(0.1, 0.9) } else { 0.5 };
            draws.adstock[(0, c, 1)] = 1.0;
        }
        for g in 0..design.dims().1 {
            draws.beta[(0, c, g)] = old.beta[(d, c, g)];
        }
    }
    draws.intercept.row_mut(0).assign(&old.intercept.row(d));
    draws.linear.row_mut(0).assign(&old.linear.row(d));
    draws.sigma.row_mut(0).assign(&old.sigma.row(d));
    let mut out = Posterior { design, draws };
    let after: Vec<f64> = out.expand(0).media.outer_iter().map(|plane| plane.sum()).collect();
    for (c, (before, after)) in before.iter().zip(&after).enumerate() {
        let factor = if *after > 0.0 { before / after } else { 1.0 };
        out.draws.beta.index_axis_mut(ndarray::Axis(1), c).mapv_inplace(|b| b * factor);
    }
    Some(out)
}

impl World {
    /// The customer's design with this world's outcome, scales taken anew.
    pub(super) fn design(&self, design: &Design) -> Arc<Design> {
        let mut panel = design.panel.clone();
        panel.outcome = self.outcome.clone();
        if panel.kpi_kind == KpiKind::Count {
            panel.outcome.mapv_inplace(f64::round);
        }
        Arc::new(Design::new(&panel, &design.spec, None))
    }

    /// How the model did for channel `c`.
    pub(super) fn trial(&self, c: usize, told: &Interval) -> Trial {
        let truth = self.truth[c];
        let usual = self.truth.iter().map(|t| t.abs()).sum::<f64>() / self.truth.len() as f64;
        Trial {
            kind: self.kind,
            truth,
            estimate: told.mean,
            error: (told.mean - truth).abs() / truth.abs().max(0.05 * usual).max(1e-300),
            covered: told.p05 <= truth && truth <= told.p95,
        }
    }
}
