//! The options, each with the world that calls for it and the specs with and without it.

use ndarray::Array2;
use rand::RngExt;
use rand_distr::{Distribution, Gamma, Poisson, StudentT};
use tandem_models::domain::panel::{ControlSeries, KpiKind};

use crate::base::{CHANNELS, Company, Planted, World};

/// An option of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The effect of the first channel moves; its last half year is planted.
    Drift,
    /// A price that is cut while the first channel is pushed.
    Lever,
    /// The first channel works with a half-life of 16 to 26 weeks.
    Brand,
    /// Effects differ by geo; each geo's own are planted.
    Geo,
    /// Counts of a few dozen a week, scattering more the more there are.
    Counts,
    /// Noise with two to three degrees of freedom.
    Tails,
}

const NOISE: f64 = 20.0;

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] = [Kind::Drift, Kind::Lever, Kind::Brand, Kind::Geo, Kind::Counts, Kind::Tails];

    /// As tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Drift => "drift",
            Kind::Lever => "lever",
            Kind::Brand => "brand",
            Kind::Geo => "geo",
            Kind::Counts => "negative_binomial",
            Kind::Tails => "student_t",
        }
    }

    /// The spec that has the option.
    pub fn with(self) -> &'static str {
        match self {
            Kind::Drift => "[[channel]]\nname = 'c0'\ndrift = { knots = 4, sd = 0.4 }",
            Kind::Lever => "[[lever]]\nname = 'price'\nsign = 'negative'",
            Kind::Brand => "[[channel]]\nname = 'c0'\nbrand = true",
            Kind::Geo => "[geo]\neffect_sd = 0.4",
            Kind::Counts => "likelihood = 'negative_binomial'",
            Kind::Tails => "likelihood = 'student_t'",
        }
    }

    /// The spec without it.
    pub fn without(self) -> &'static str {
        match self {
            Kind::Lever => "controls = []",
            Kind::Geo => "[geo]\nhierarchy = false",
            _ => "",
        }
    }

    /// The world of `seed`.
    pub fn world(self, seed: u64) -> World {
        match self {
            Kind::Drift => drift(seed),
            Kind::Lever => lever(seed),
            Kind::Brand => brand(seed),
            Kind::Geo => geo(seed),
            Kind::Counts => counts(seed),
            Kind::Tails => tails(seed),
        }
    }
}

/// Demand and normal noise.
fn usual(c: &mut Company, _: usize, t: usize) -> f64 {
    c.demand(t) + NOISE * c.normal()
}

fn drift(seed: u64) -> World {
    let mut company = Company::draw(seed, 1, 156);
    let mut effects = company.effects();
    // a walk over four stretches, straight between them
    let mut level = vec![0.0];
    (0..4).for_each(|i| level.push(level[i] + 0.4 * company.normal()));
    for (t, e) in effects[0][0].iter_mut().enumerate() {
        let at = t as f64 / 155.0 * 4.0;
        let i = (at as usize).min(3);
        let share = at - i as f64;
        *e *= (level[i] * (1.0 - share) + level[i + 1] * share).exp();
    }
    let mut world = company.world(&effects, usual);
    let truth = effects[0][0][130..].iter().sum();
    world.planted.push(Planted { truth, channel: 0, geo: None, from: 130 });
    world
}

fn lever(seed: u64) -> World {
    let mut company = Company::draw(seed, 1, 156);
    let spend = company.spend[0][0].clone();
    // the price goes down in the weeks in which the first channel is pushed
    let price: Vec<f64> =
        (0..156).map(|t| 100.0 - 6.0 * (spend[t] / 100.0).min(3.0) + 3.0 * company.normal()).collect();
    let effects = company.effects();
    let cost = company.rng.random_range(5.0..9.0);
    let mut world = company.world(&effects, |c, g, t| usual(c, g, t) - cost * (price[t] - 100.0));
    world.panel.controls =
        vec![ControlSeries { name: "price".into(), values: Array2::from_shape_vec((1, 156), price).unwrap() }];
    world
}

fn brand(seed: u64) -> World {
    let mut company = Company::draw(seed, 1, 208);
    // bursts of a quarter, so that a slow rise and fall is to be seen
    let (on, pause) = (company.rng.random_range(10..16), company.rng.random_range(36..52));
    for (t, x) in company.spend[0][0].iter_mut().enumerate() {
        *x = if t % (on + pause) < on { 2.0 * *x + 60.0 } else { 0.0 };
    }
    company.keep[0] = 0.5f64.powf(1.0 / company.rng.random_range(16.0..26.0));
    company.largest[0] *= 1.5;
    let effects = company.effects();
    company.world(&effects, usual)
}

fn geo(seed: u64) -> World {
    const GEOS: usize = 8;
    let mut company = Company::draw(seed, GEOS, 104);
    let mut effects = company.effects();
    for of_channel in &mut effects {
        for of_geo in of_channel {
            let own = (0.4 * company.normal()).exp();
            of_geo.iter_mut().for_each(|e| *e *= own);
        }
    }
    let mut world = company.world(&effects, usual);
    for channel in 0..CHANNELS {
        for g in 0..GEOS {
            let truth = effects[channel][g].iter().sum();
            world.planted.push(Planted { truth, channel, geo: Some(g), from: 0 });
        }
    }
    world
}

fn counts(seed: u64) -> World {
    let company = Company::draw(seed, 1, 156);
    // a few dozen a week; demand that all but ends in the off season
    let scale = 0.06;
    let effects = company.effects();
    let mut world = company.world(&effects, |c, _, t| c.demand(t) - 850.0 + 90.0 * (t as f64 / 8.3).sin());
    let mut company = Company::draw(seed, 1, 156);
    world.panel.outcome.mapv_inplace(|mean| {
        let mean = (mean * scale).max(0.5);
        let rate = Gamma::new(6.0, mean / 6.0).unwrap().sample(&mut company.rng);
        if rate > 0.0 { Poisson::new(rate).unwrap().sample(&mut company.rng) } else { 0.0 }
    });
    world.planted.iter_mut().for_each(|p| p.truth *= scale);
    world.panel.kpi = "leads".into();
    world.panel.kpi_kind = KpiKind::Count;
    world
}

fn tails(seed: u64) -> World {
    let mut company = Company::draw(seed, 1, 156);
    let heavy = StudentT::new(company.rng.random_range(2.0..3.0)).unwrap();
    let effects = company.effects();
    company.world(&effects, move |c, _, t| c.demand(t) + 25.0 * heavy.sample(&mut c.rng))
}
