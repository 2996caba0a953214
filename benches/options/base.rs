//! The company that every option starts from: spend in flights, carry-over, saturation, a season and a trend.

use ndarray::{Array2, Array3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use tandem_models::domain::panel::{ChannelKind, ChannelSeries, KpiKind, Panel};
use tandem_models::domain::period::Day;

/// Channels of each company.
pub const CHANNELS: usize = 3;

/// A figure that was planted, and where it is read from the media of a draw.
pub struct Planted {
    pub truth: f64,
    pub channel: usize,
    pub geo: Option<usize>,
    /// First period counted.
    pub from: usize,
}

impl Planted {
    /// The same figure of contributions `C x G x T`.
    pub fn read(&self, media: &Array3<f64>) -> f64 {
        let plane = media.slice(ndarray::s![self.channel, .., self.from..]);
        self.geo.map_or_else(|| plane.sum(), |g| plane.row(g).sum())
    }
}

/// What an analyst is given, and what was planted.
pub struct World {
    pub panel: Panel,
    pub planted: Vec<Planted>,
}

/// Spend, carry-over and curves of one company.
pub struct Company {
    pub rng: ChaCha8Rng,
    pub geos: usize,
    pub weeks: usize,
    /// `[channel][geo][week]`.
    pub spend: Vec<Vec<Vec<f64>>>,
    pub keep: [f64; CHANNELS],
    pub half: [f64; CHANNELS],
    pub largest: [f64; CHANNELS],
}

impl Company {
    /// Draws a company; effects return 0.5 to 3 per unit of spend.
    pub fn draw(seed: u64, geos: usize, weeks: usize) -> Company {
        let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(7919) + 17);
        let normal = |rng: &mut ChaCha8Rng| rng.sample::<f64, _>(StandardNormal);
        let spend = (0..CHANNELS)
            .map(|c| {
                (0..geos)
                    .map(|_| {
                        let mut level = 100.0;
                        (0..weeks)
                            .map(|t| {
                                if t % (5 + 2 * c) == 0 {
                                    level = 100.0 * (0.7 * normal(&mut rng)).exp();
                                }
                                if rng.random_bool(0.15) { 0.0 } else { level * rng.random_range(0.7..1.3) }
                            })
                            .collect()
                    })
                    .collect()
            })
            .collect();
        let keep = std::array::from_fn(|_| rng.random_range(0.1..0.7));
        let half = std::array::from_fn(|_| 100.0 * (0.3 * normal(&mut rng)).exp());
        let largest = std::array::from_fn(|_| 260.0 * (0.4 * normal(&mut rng)).exp());
        Company { rng, geos, weeks, spend, keep, half, largest }
    }

    /// What channel `c` brings in geo `g` by week.
    pub fn effect(&self, c: usize, g: usize) -> Vec<f64> {
        let mut carried = 0.0;
        let mut step = |x: &f64| {
            carried = self.keep[c] * carried + (1.0 - self.keep[c]) * x;
            self.largest[c] * carried / (carried + self.half[c])
        };
        self.spend[c][g].iter().map(&mut step).collect()
    }

    /// Demand without media: a level, a slow trend and a season.
    pub fn demand(&self, t: usize) -> f64 {
        let u = t as f64;
        1000.0 + 0.5 * u + 60.0 * (std::f64::consts::TAU * u / 52.18).sin()
    }

    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        self.rng.sample(StandardNormal)
    }

    /// The world in which channel `c` brings `effects[c][g][t]` and everything else `rest(self, g, t)`, noise included.
    pub fn world(
        mut self,
        effects: &[Vec<Vec<f64>>],
        mut rest: impl FnMut(&mut Company, usize, usize) -> f64,
    ) -> World {
        let (geos, weeks) = (self.geos, self.weeks);
        let monday = Day::from_civil(2022, 1, 3);
        let outcome = Array2::from_shape_fn((geos, weeks), |(g, t)| {
            effects.iter().map(|e| e[g][t]).sum::<f64>() + rest(&mut self, g, t)
        });
        let series = |c: usize| ChannelSeries {
            name: format!("c{c}"),
            kind: ChannelKind::Paid,
            spend: Array2::from_shape_fn((geos, weeks), |(g, t)| self.spend[c][g][t]),
            exposure: None,
        };
        let planted = effects.iter().enumerate().map(|(channel, e)| Planted {
            truth: e.iter().flatten().sum(),
            channel,
            geo: None,
            from: 0,
        });
        let planted = planted.collect();
        let channels = (0..CHANNELS).map(series).collect();
        let panel = Panel {
            kpi: "revenue".into(),
            kpi_kind: KpiKind::Revenue,
            currency: "EUR".into(),
            periods: (0..weeks as i32).map(|i| Day(monday.0 + 7 * i)).collect(),
            period_days: 7,
            geos: if geos == 1 { vec!["national".into()] } else { (0..geos).map(|g| format!("g{g}")).collect() },
            population: None,
            outcome,
            value_per_unit: None,
            margin: None,
            channels,
            controls: Vec::new(),
        };
        World { panel, planted }
    }

    /// Effects of all channels as they are.
    pub fn effects(&self) -> Vec<Vec<Vec<f64>>> {
        (0..CHANNELS).map(|c| (0..self.geos).map(|g| self.effect(c, g)).collect()).collect()
    }
}
