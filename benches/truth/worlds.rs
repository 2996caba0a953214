//! Sixteen worlds over the spend of a business-to-business company: what was planted, and what an analyst would be handed.

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution, StandardNormal, StudentT};
use tandem_models::domain::panel::{ChannelKind, ChannelSeries, ControlSeries, KpiKind, Panel};
use tandem_models::domain::period::Day;

const WEEKS: usize = 156;
const NAMES: [&str; 5] = ["paid_search", "paid_social", "events", "display", "partners"];
/// Largest weekly effect, KPI units a week; partners do next to nothing (no effect at all is outside a positive prior).
const EFFECTS: [f64; 5] = [160.0, 120.0, 140.0, 90.0, 12.0];
/// How far a company's effects and half-saturations lie from these, on the log scale.
const SPREAD: f64 = 0.3;
/// Noise of a week, KPI units.
const NOISE: f64 = 25.0;
/// Weekly spend around which a channel runs.
const LEVELS: [f64; 5] = [60.0, 45.0, 50.0, 40.0, 15.0];

/// What is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Clean,
    UnobservedConfounding,
    ControlledConfounding,
    ReverseCausality,
    Collinear,
    WrongAdstock,
    WrongSaturation,
    TimeVarying,
    Synergy,
    SpendOutliers,
    NegativeEffect,
    TrendBreak,
    WrongSeason,
    ManyControls,
    HeavyTails,
    Everything,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 16] = [
        Kind::Clean,
        Kind::UnobservedConfounding,
        Kind::ControlledConfounding,
        Kind::ReverseCausality,
        Kind::Collinear,
        Kind::WrongAdstock,
        Kind::WrongSaturation,
        Kind::TimeVarying,
        Kind::Synergy,
        Kind::SpendOutliers,
        Kind::NegativeEffect,
        Kind::TrendBreak,
        Kind::WrongSeason,
        Kind::ManyControls,
        Kind::HeavyTails,
        Kind::Everything,
    ];

    /// As tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Clean => "clean",
            Kind::UnobservedConfounding => "unobserved_confounding",
            Kind::ControlledConfounding => "controlled_confounding",
            Kind::ReverseCausality => "reverse_causality",
            Kind::Collinear => "collinear",
            Kind::WrongAdstock => "wrong_adstock",
            Kind::WrongSaturation => "wrong_saturation",
            Kind::TimeVarying => "time_varying",
            Kind::Synergy => "synergy",
            Kind::SpendOutliers => "spend_outliers",
            Kind::NegativeEffect => "negative_effect",
            Kind::TrendBreak => "trend_break",
            Kind::WrongSeason => "wrong_season",
            Kind::ManyControls => "many_controls",
            Kind::HeavyTails => "heavy_tails",
            Kind::Everything => "everything",
        }
    }
}

/// A panel and what each channel truly caused, KPI units over the panel: the outcome less the outcome without it.
pub struct World {
    pub panel: Panel,
    pub truth: Vec<f64>,
    kind: Kind,
    spend: Vec<Vec<f64>>,
    company: Company,
}

/// What is true of one company's channels.
#[derive(Debug, Clone, Copy)]
struct Company {
    /// Carry-over.
    alpha: [f64; 5],
    /// Spend at half of the largest effect.
    half: [f64; 5],
    /// Largest weekly effect.
    largest: [f64; 5],
}

impl Company {
    fn draw(rng: &mut ChaCha8Rng) -> Company {
        let carry = Beta::new(2.0, 3.0).unwrap();
        let mut around = |base: [f64; 5]| base.map(|b| b * (SPREAD * normal(rng)).exp());
        let (half, largest) = (around(LEVELS), around(EFFECTS));
        Company { alpha: [0; 5].map(|_| carry.sample(rng)), half, largest }
    }
}

impl World {
    /// What all channels together would have caused with each channel's spend multiplied, KPI units.
    pub fn caused(&self, multiples: &[f64]) -> f64 {
        let spend: Vec<Vec<f64>> =
            self.spend.iter().zip(multiples).map(|(s, m)| s.iter().map(|x| x * m).collect()).collect();
        let mut carried = [0.0; 5];
        (0..WEEKS).map(|t| effects(self.kind, &self.company, &spend, t, &mut carried).iter().sum::<f64>()).sum()
    }

    /// Planted carry-over by channel.
    pub fn carry_over(&self) -> [f64; 5] {
        self.company.alpha
    }

    /// Spend by channel.
    pub fn spent(&self) -> Vec<f64> {
        self.spend.iter().map(|s| s.iter().sum()).collect()
    }
}

/// What each channel causes in week `t`; `carried` is what earlier weeks left.
fn effects(kind: Kind, company: &Company, spend: &[Vec<f64>], t: usize, carried: &mut [f64; 5]) -> [f64; 5] {
    let has = |k: Kind| kind == k || kind == Kind::Everything;
    let mut out = [0.0; 5];
    for c in 0..5 {
        let alpha = company.alpha[c];
        carried[c] = if kind == Kind::WrongAdstock {
            // a peak two weeks late: half of the effect waits for it
            let late = |l: usize| if t >= l { spend[c][t - l] } else { 0.0 };
            0.1 * late(0) + 0.25 * late(1) + 0.35 * late(2) + 0.2 * late(3) + 0.1 * late(4)
        } else {
            alpha * carried[c] + (1.0 - alpha) * spend[c][t]
        };
        let x = carried[c] / company.half[c];
        let shape = if kind == Kind::WrongSaturation { x.powf(2.5) / (1.0 + x.powf(2.5)) } else { x / (1.0 + x) };
        out[c] = company.largest[c] * shape;
        if has(Kind::TimeVarying) && c == 0 {
            out[c] *= 0.6 + 0.8 * t as f64 / WEEKS as f64;
        }
        if kind == Kind::NegativeEffect && c == 3 {
            out[c] *= -0.6;
        }
    }
    if has(Kind::Synergy) {
        // search works better while social runs; without either the joint part is lost
        let joint = 0.5 * out[0] * out[1] / company.largest[1];
        out[0] += joint / 2.0;
        out[1] += joint / 2.0;
    }
    out
}

/// Draws one world. The outcome is built week by week, so that spend may follow it.
pub fn world(kind: Kind, seed: u64) -> World {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(kind as u64);
    let has = |k: Kind| kind == k || kind == Kind::Everything;
    // single disturbances that `everything` takes over; the others exclude each other or have worlds of their own
    let confounded = has(Kind::UnobservedConfounding) || kind == Kind::ControlledConfounding;
    let company = Company::draw(&mut rng);
    let demand = wave(&mut rng, 0.9);
    let mut spend = spends(&mut rng);
    if confounded {
        let strength = if kind == Kind::Everything { 0.25 } else { 0.5 };
        for c in 0..2 {
            spend[c].iter_mut().zip(&demand).for_each(|(x, d)| *x *= (strength * d).exp());
        }
    }
    if kind == Kind::Collinear {
        spend[1] = spend[0].iter().map(|x| x * 0.75 * (0.05 * normal(&mut rng)).exp()).collect();
    }
    if has(Kind::SpendOutliers) {
        for c in 0..4 {
            for _ in 0..2 {
                let t = rng.random_range(10..WEEKS);
                spend[c][t] = LEVELS[c] * 8.0;
            }
        }
    }
    let mut y = vec![0.0; WEEKS];
    let mut carried = [0.0; 5];
    let mut before = 0.0;
    let heavy = StudentT::new(2.2).unwrap();
    for t in 0..WEEKS {
        if kind == Kind::ReverseCausality {
            spend[0][t] *= (0.008f64 * before).clamp(-1.2, 1.2).exp();
        }
        let u = t as f64 / WEEKS as f64;
        let mut level = 1000.0 + 120.0 * u;
        level += 60.0 * (std::f64::consts::TAU * t as f64 / 52.18).sin()
            + 30.0 * (2.0 * std::f64::consts::TAU * t as f64 / 52.18).cos();
        if has(Kind::TrendBreak) && t > 90 {
            level -= if kind == Kind::Everything { 60.0 } else { 150.0 };
        }
        if kind == Kind::WrongSeason {
            level += 90.0 * (std::f64::consts::TAU * t as f64 / 13.0).sin() + if t % 52 > 48 { -200.0 } else { 0.0 };
        }
        if confounded {
            level += 50.0 * demand[t];
        }
        let effects = effects(kind, &company, &spend, t, &mut carried);
        let noise = if has(Kind::HeavyTails) { 0.6 * NOISE * heavy.sample(&mut rng) } else { NOISE * normal(&mut rng) };
        y[t] = level + effects.iter().sum::<f64>() + noise;
        before = y[t] - 1250.0 - 120.0 * u;
    }
    let mut world = World { panel: panel(kind, &spend, y, &demand, &mut rng), truth: Vec::new(), kind, spend, company };
    let all = world.caused(&[1.0; 5]);
    let without = |c: usize| world.caused(&[0, 1, 2, 3, 4].map(|other| f64::from(u8::from(other != c))));
    world.truth = (0..5).map(|c| all - without(c)).collect();
    world
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// A slow wave of variance 1.
fn wave(rng: &mut ChaCha8Rng, keep: f64) -> Vec<f64> {
    let mut level = normal(rng);
    (0..WEEKS)
        .map(|_| {
            level = keep * level + (1.0 - keep * keep).sqrt() * normal(rng);
            level
        })
        .collect()
}

/// Always-on search, social in flights, events in bursts, display that is switched, a small partner programme.
fn spends(rng: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
    let mut out = vec![vec![0.0; WEEKS]; 5];
    let search = wave(rng, 0.6);
    let (mut social, mut display, mut left) = (1.0, 1.0, 0usize);
    for t in 0..WEEKS {
        // little is searched, and bought, around the end of the year
        let quiet = if t % 52 >= 50 { 0.15 } else { 1.0 };
        out[0][t] = LEVELS[0] * quiet * (0.55 * search[t]).exp();
        if left == 0 {
            left = rng.random_range(3..8);
            social = if social > 0.0 && rng.random_bool(0.6) { 0.0 } else { rng.random_range(0.5..2.5) };
        }
        left -= 1;
        out[1][t] = LEVELS[1] * social * (0.15 * normal(rng)).exp();
        out[2][t] = if rng.random_bool(0.22) { LEVELS[2] * rng.random_range(1.0..5.0) } else { 0.0 };
        if rng.random_bool(0.08) {
            display = rng.random_range(0.0..2.5);
        }
        out[3][t] = LEVELS[3] * display * (0.2 * normal(rng)).exp();
        out[4][t] = LEVELS[4] * (0.5 * normal(rng)).exp();
    }
    out
}

fn panel(kind: Kind, spend: &[Vec<f64>], y: Vec<f64>, demand: &[f64], rng: &mut ChaCha8Rng) -> Panel {
    let row = |v: Vec<f64>| Array2::from_shape_vec((1, WEEKS), v).unwrap();
    let mut controls = Vec::new();
    if kind == Kind::ControlledConfounding {
        let seen = demand.iter().map(|d| d + 0.1 * normal(rng)).collect();
        controls.push(ControlSeries { name: "demand_index".into(), values: row(seen) });
    }
    if matches!(kind, Kind::ManyControls | Kind::Everything) {
        for k in 0..12 {
            controls.push(ControlSeries { name: format!("index_{k}"), values: row(wave(rng, 0.7)) });
        }
    }
    let monday = Day::from_civil(2023, 1, 2);
    Panel {
        kpi: "revenue".into(),
        kpi_kind: KpiKind::Revenue,
        currency: "EUR".into(),
        periods: (0..WEEKS as i32).map(|t| Day(monday.0 + 7 * t)).collect(),
        period_days: 7,
        geos: vec!["national".into()],
        population: None,
        outcome: row(y),
        value_per_unit: None,
        margin: None,
        channels: NAMES
            .iter()
            .zip(spend)
            .map(|(name, spend)| ChannelSeries {
                name: (*name).into(),
                kind: ChannelKind::Paid,
                spend: row(spend.clone()),
                exposure: None,
            })
            .collect(),
        controls,
    }
}
