//! Returns by channel and what stands behind them.

use tandem_charts::density::Shape;
use tandem_charts::figures::models::ModelRow;
use tandem_charts::figures::response_curve::{CurvePoint, PlanPoint};
use tandem_charts::figures::ridgeline::RidgeRow;
use tandem_charts::figures::roi::{Basis, Return, RoiRow};
use tandem_charts::figures::share::ShareRow;
use tandem_charts::figures::*;
use tandem_charts::{Estimate, Unit, Verdict};

use super::weekly::{noise, wave};
use super::{CHANNELS, caption};

pub fn roi() -> Roi {
    let numbers = [
        (1.2, 1.6, 1.8, 2.0, 2.5, Verdict::Decidable),
        (0.5, 0.8, 1.1, 1.4, 2.1, Verdict::NotDecidable),
        (1.7, 2.4, 2.8, 3.2, 4.1, Verdict::Decidable),
        (0.8, 1.1, 1.35, 1.6, 2.2, Verdict::Leaning),
        (0.2, 0.4, 0.55, 0.7, 0.95, Verdict::Decidable),
        (0.9, 2.0, 3.1, 4.9, 11.0, Verdict::Leaning),
        (0.1, 0.3, 0.5, 0.8, 1.4, Verdict::NotDecidable),
        (1.05, 1.3, 1.5, 1.7, 2.1, Verdict::Decidable),
    ];
    let rows = CHANNELS.iter().zip(numbers).enumerate();
    let rows = rows.map(|(color, (channel, (a, b, c, d, e, verdict)))| RoiRow {
        channel: (*channel).into(),
        color,
        value: Estimate::new(a, c, e).with_half(b, d),
        verdict,
    });
    Roi {
        caption: caption(),
        measure: Return::Roas,
        currency: "EUR".into(),
        basis: Basis::Revenue,
        break_even: None,
        rows: rows.collect(),
    }
}

pub fn share() -> Share {
    let rows = [
        (0.27, 0.31, (0.25, 0.37)),
        (0.18, 0.13, (0.06, 0.21)),
        (0.12, 0.24, (0.17, 0.31)),
        (0.20, 0.17, (0.10, 0.24)),
        (0.09, 0.03, (0.01, 0.05)),
        (0.03, 0.06, (0.02, 0.15)),
        (0.07, 0.02, (0.0, 0.06)),
        (0.04, 0.04, (0.03, 0.06)),
    ];
    let rows =
        CHANNELS.iter().zip(rows).enumerate().map(|(color, (channel, (spend_share, effect_share, interval)))| {
            ShareRow { channel: (*channel).into(), color, spend_share, effect_share, effect_interval: Some(interval) }
        });
    Share { caption: caption(), effect: "incremental revenue".into(), rows: rows.collect() }
}

pub fn response_curve() -> ResponseCurve {
    let curve = |s: f64, top: f64| top * s / (s + 30e3);
    let points = (0..=60).map(|i| f64::from(i) * 1e3).map(|s| {
        let wide = 1.0 + (s / 60e3).powi(2);
        let mid = curve(s, 98e3);
        CurvePoint { spend: s, outcome: Estimate::new(mid - 0.22 * mid * wide, mid, mid + 0.26 * mid * wide) }
    });
    ResponseCurve {
        caption: caption(),
        channel: "Paid search".into(),
        color: 0,
        currency: "EUR".into(),
        unit: Unit::money("EUR"),
        outcome: "incremental margin".into(),
        per: "week".into(),
        points: points.collect(),
        observed: (8e3, 38e3),
        current: Some(PlanPoint { spend: 18e3, next: Some(Estimate::new(0.98, 1.28, 1.6)) }),
        recommended: Some(PlanPoint { spend: 27e3, next: Some(Estimate::new(0.7, 0.9, 1.2)) }),
    }
}

pub fn models() -> Models {
    let base = [0.26, 0.14, 0.19, 0.16, 0.06, 0.09, 0.04, 0.06];
    let rows = CHANNELS.iter().zip(base).enumerate().map(|(color, (channel, share))| ModelRow {
        channel: (*channel).into(),
        color,
        values: (0..5).map(|m| Some((share * (1.0 + 0.5 * wave(m * 3 + color, 7.3, 0.6))).max(0.0))).collect(),
        intervals: Vec::new(),
        incremental: (color < 6).then(|| Estimate::new(share * 0.62, share * 1.04, share * 1.5)),
    });
    Models {
        caption: caption(),
        unit: Unit::Share,
        outcome: "won revenue".into(),
        models: ["First touch", "Last touch", "W-shaped", "Time decay", "Markov"].map(Into::into).into(),
        rows: rows.collect(),
    }
}

pub fn ridgeline() -> Ridgeline {
    let learned = [(1.8, 0.3), (1.1, 0.75), (2.8, 0.5), (1.35, 0.4), (0.55, 0.2), (2.2, 1.1), (0.8, 0.6), (1.5, 0.25)];
    let rows = CHANNELS.iter().zip(learned).enumerate().map(|(color, (channel, (mean, sd)))| RidgeRow {
        channel: (*channel).into(),
        color,
        prior: Some(Shape::Draws((0..1500).map(|i| (0.2 + 0.6 * noise(i * 3 + 1)).exp()).collect())),
        posterior: Shape::Draws((0..1500).map(|i| (mean + sd * noise(i)).max(0.02)).collect()),
    });
    Ridgeline {
        caption: caption(),
        quantity: "ROAS".into(),
        unit: Unit::Ratio,
        line: Some((1.0, "break-even".into())),
        rows: rows.collect(),
    }
}
