//! Plausible figures of a made-up company, shared by the gallery and the tests.

use tandem_charts::figures::contributions::{Event, Series};
use tandem_charts::figures::response_curve::{CurvePoint, PlanPoint};
use tandem_charts::figures::roi::{Return, RoiRow};
use tandem_charts::figures::{Contributions, ResponseCurve, Roi};
use tandem_charts::{AnyFigure, Caption, Day, Estimate, Source, Span, Unit, Verdict};

/// Channels in the store's order.
pub const CHANNELS: [&str; 8] =
    ["Paid search", "LinkedIn", "Webinars", "Events", "Content syndication", "Email", "Display", "Partner programme"];

/// Every figure with data, then every figure without.
pub fn all() -> Vec<(String, AnyFigure)> {
    let mut out: Vec<(String, AnyFigure)> = filled().into_iter().map(|f| (f.name().to_owned(), f)).collect();
    out.extend(empty().into_iter().map(|f| (format!("{}-empty", f.name()), f)));
    out
}

/// The words around every sample.
pub fn caption() -> Caption {
    Caption {
        title: None,
        period: Some(Span { from: Day::from_civil(2024, 1, 1), to: Day::from_civil(2026, 12, 28) }),
        source: Source {
            run: Some("bayes-0193f2".into()),
            data_version: Some("5f1c9be077aa41d2".into()),
            as_of: Some("2026-11-23".into()),
            note: None,
        },
    }
}

/// Figures with data.
pub fn filled() -> Vec<AnyFigure> {
    vec![roi().into(), contributions().into(), response_curve().into()]
}

/// Figures without.
pub fn empty() -> Vec<AnyFigure> {
    let (mut a, mut b, mut c) = (roi(), contributions(), response_curve());
    a.rows.clear();
    b.dates.clear();
    c.points.clear();
    vec![a.into(), b.into(), c.into()]
}

fn roi() -> Roi {
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
    Roi { caption: caption(), measure: Return::Roas, currency: "EUR".into(), break_even: None, rows: rows.collect() }
}

/// Mondays of three years.
pub fn weeks() -> Vec<Day> {
    (0..156).map(|w| Day(Day::from_civil(2024, 1, 1).0 + 7 * w)).collect()
}

/// A wave that repeats exactly, between -1 and 1.
pub fn wave(i: usize, period: f64, phase: f64) -> f64 {
    (i as f64 / period * std::f64::consts::TAU + phase).sin()
}

fn contributions() -> Contributions {
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

fn response_curve() -> ResponseCurve {
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
