//! What following the advice would have cost: the advised budget's true outcome beside the best one's.

use ndarray::Axis;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::posterior::{Draws, Posterior};
use tandem_models::optimizer::{limits, optimize};
use tandem_models::response::CurveSet;

use super::worlds::World;

/// Spend may move by this share either way.
const REACH: f64 = 0.5;
/// Draws behind the advice.
const DRAWS: usize = 200;

/// Losses against the best plan of the same budget and limits, as shares of what that plan would truly cause.
#[derive(Debug, Clone, Copy)]
pub struct Regret {
    /// Of the advised plan.
    pub advised: f64,
    /// Of leaving everything as it was.
    pub unchanged: f64,
}

/// Of the advice that `posterior` gives in `world`, or of changing nothing where it is not `followed`.
pub fn regret(posterior: &Posterior, world: &World, followed: bool) -> Option<Regret> {
    let curves = CurveSet::new(&thinned(posterior), Window::all(posterior), 2.0);
    let spent = world.spent();
    let advice = optimize(&curves, spent.iter().sum(), &limits(&curves, 1.0 - REACH, 1.0 + REACH)).ok()?;
    let advised: Vec<f64> = advice.channels.iter().zip(&spent).map(|(c, s)| c.recommended / s).collect();
    let best = best(world, &spent, &advised);
    let loss = |plan: &[f64]| (best - world.caused(plan)) / best;
    let unchanged = loss(&vec![1.0; spent.len()]);
    Some(Regret { advised: if followed { loss(&advised) } else { unchanged }, unchanged })
}

/// The best true outcome: shifts of spend between pairs of channels, smaller and smaller, from several plans.
fn best(world: &World, spent: &[f64], advised: &[f64]) -> f64 {
    let total: f64 = spent.iter().sum();
    let starts = [vec![1.0; spent.len()], advised.to_vec()];
    let climb = |start: &Vec<f64>| {
        let (mut plan, mut value) = (start.clone(), world.caused(start));
        let mut step = 0.08 * total;
        while step > 0.002 * total {
            let mut improved = false;
            for from in 0..spent.len() {
                for to in 0..spent.len() {
                    let mut trial = plan.clone();
                    trial[from] -= step / spent[from];
                    trial[to] += step / spent[to];
                    if from == to || trial[from] < 1.0 - REACH || trial[to] > 1.0 + REACH {
                        continue;
                    }
                    let v = world.caused(&trial);
                    if v > value {
                        (plan, value, improved) = (trial, v, true);
                    }
                }
            }
            if !improved {
                step /= 2.0;
            }
        }
        value
    };
    starts.iter().map(climb).fold(f64::NEG_INFINITY, f64::max)
}

/// The posterior with fewer draws.
fn thinned(p: &Posterior) -> Posterior {
    let at = p.thin(DRAWS);
    let d = &p.draws;
    let draws = Draws {
        chains: 1,
        adstock: d.adstock.select(Axis(0), &at),
        saturation: d.saturation.select(Axis(0), &at),
        beta: d.beta.select(Axis(0), &at),
        drift: if d.drift.is_empty() { d.drift.clone() } else { d.drift.select(Axis(0), &at) },
        intercept: d.intercept.select(Axis(0), &at),
        linear: d.linear.select(Axis(0), &at),
        geo_linear: d.geo_linear.clone(),
        sigma: d.sigma.select(Axis(0), &at),
        worth: if d.worth.is_empty() { d.worth.clone() } else { d.worth.select(Axis(0), &at) },
        dispersion: d.dispersion.clone(),
    };
    Posterior { design: p.design.clone(), draws }
}
