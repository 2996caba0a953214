//! Week by week: what was fitted, what is left, what channels brought.

use tandem_charts::figures::contributions::{Event, Series};
use tandem_charts::figures::*;
use tandem_charts::{Day, Estimate, Unit};

use super::{CHANNELS, caption};

/// Mondays of three years.
pub fn weeks() -> Vec<Day> {
    (0..156).map(|w| Day(Day::from_civil(2024, 1, 1).0 + 7 * w)).collect()
}

/// A wave that repeats exactly, between -1 and 1.
pub fn wave(i: usize, period: f64, phase: f64) -> f64 {
    (i as f64 / period * std::f64::consts::TAU + phase).sin()
}

/// Repeatable noise, about standard normal.
pub fn noise(i: usize) -> f64 {
    let unit = |k: f64| ((i as f64 + 1.0) * k).fract();
    (unit(0.618_033_99) + unit(0.754_877_67) + unit(0.569_840_29) + unit(0.819_172_51) - 2.0) * 1.73
}

pub fn contributions() -> Contributions {
    let dates = weeks();
    let size = [52e3, 31e3, 24e3, 40e3, 9e3, 12e3, 7e3, 15e3];
    let value = |c: usize, i: usize| {
        let pulse = if c == 3 {
            (wave(i, 13.0, 0.4) * 2.0).max(0.0)
        } else {
            1.0 + 0.4 * wave(i, 26.0 + 3.0 * c as f64, c as f64)
        };
        size[c] * (pulse + 0.08 * wave(i, 3.1, c as f64)).max(0.0)
    };
    let channels = CHANNELS.iter().enumerate().map(|(color, channel)| Series {
        channel: (*channel).into(),
        color,
        values: (0..dates.len()).map(|i| value(color, i)).collect(),
    });
    Contributions {
        caption: caption(),
        unit: Unit::money("EUR"),
        outcome: "revenue".into(),
        baseline: (0..dates.len()).map(|i| 330e3 + 600.0 * i as f64 + 45e3 * wave(i, 52.18, -1.2)).collect(),
        channels: channels.collect(),
        events: vec![
            Event { date: Day::from_civil(2024, 9, 16), label: "Product launch".into() },
            Event { date: Day::from_civil(2025, 11, 3), label: "Price change".into() },
        ],
        dates,
    }
}

pub fn fit() -> Fit {
    let dates = weeks();
    let level = |i: usize| 420e3 + 700.0 * i as f64 + 60e3 * wave(i, 52.18, -1.2) + 38e3 * wave(i, 13.0, 0.4).max(0.0);
    let fitted = (0..dates.len()).map(|i| {
        let wide = if i >= 143 { 62e3 } else { 44e3 };
        Estimate::new(level(i) - wide, level(i), level(i) + wide)
    });
    let actual =
        (0..dates.len()).map(|i| (i != 60).then(|| level(i) + 24e3 * noise(i) + if i >= 143 { 15e3 } else { 0.0 }));
    Fit {
        caption: caption(),
        unit: Unit::money("EUR"),
        outcome: "revenue".into(),
        fitted: fitted.collect(),
        actual: actual.collect(),
        holdout_from: Some(dates[143]),
        r2: Some(0.924),
        mape: Some(0.041),
        holdout_mape: Some(0.062),
        dates,
    }
}

pub fn channel() -> ChannelPast {
    let dates = weeks();
    let middle = |i: usize| 48e3 + 17e3 * wave(i, 26.0, 0.3) + 4e3 * noise(i);
    ChannelPast {
        caption: caption(),
        channel: CHANNELS[1].into(),
        color: 1,
        unit: Unit::money("EUR"),
        outcome: "revenue".into(),
        values: (0..dates.len()).map(|i| Estimate::new(0.4 * middle(i), middle(i), 1.7 * middle(i))).collect(),
        spend: (0..dates.len()).map(|i| (30e3 + 18e3 * wave(i, 26.0, 0.0)).max(0.0)).collect(),
        total: Estimate::new(3.1e6, 7.5e6, 12.7e6),
        share: 0.11,
        dates,
    }
}

pub fn residuals() -> Residuals {
    let dates = weeks();
    Residuals {
        caption: caption(),
        unit: Unit::money("EUR"),
        residuals: (0..dates.len()).map(|i| 24e3 * noise(i)).collect(),
        dates,
    }
}

pub fn pacing() -> Pacing {
    let dates: Vec<Day> = (0..14).map(|w| Day(Day::from_civil(2026, 9, 28).0 + 7 * w)).collect();
    let target: Vec<f64> = (0..14).map(|i| 4.2e6 * (f64::from(i) / 13.0).powf(1.15)).collect();
    let actual: Vec<f64> =
        (0..9).map(|i| 4.2e6 * (f64::from(i) / 13.0).powf(1.15) * (0.9 + 0.02 * noise(i as usize))).collect();
    let landing = (9..14).map(|i| {
        let (mid, wide) = (target[i] * 0.93, 0.07e6 * (i as f64 - 8.0).sqrt() * 2.0);
        Estimate::new(mid - wide, mid, mid + wide)
    });
    Pacing {
        caption: caption(),
        unit: Unit::money("EUR"),
        outcome: "won revenue".into(),
        landing: landing.collect(),
        dates,
        actual,
        target,
        probability: Some(0.21),
    }
}
