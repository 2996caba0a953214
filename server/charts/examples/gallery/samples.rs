//! Plausible figures of a made-up company, shared by the gallery and the tests.

use tandem_charts::density::Shape;
use tandem_charts::figures::budget::BudgetRow;
use tandem_charts::figures::cohorts::Cohort;
use tandem_charts::figures::contributions::{Event, Series};
use tandem_charts::figures::frontier::FrontierPoint;
use tandem_charts::figures::funnel::{Stage, Step};
use tandem_charts::figures::histogram::{Bin, Length};
use tandem_charts::figures::models::ModelRow;
use tandem_charts::figures::response_curve::{CurvePoint, PlanPoint};
use tandem_charts::figures::ridgeline::RidgeRow;
use tandem_charts::figures::roi::{Basis, Return, RoiRow};
use tandem_charts::figures::sankey::{Flow, Node};
use tandem_charts::figures::share::ShareRow;
use tandem_charts::figures::waterfall::{Against, Cause, Total};
use tandem_charts::figures::*;
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
    vec![
        roi().into(),
        contributions().into(),
        channel().into(),
        waterfall().into(),
        response_curve().into(),
        share().into(),
        budget().into(),
        funnel().into(),
        fit().into(),
        gain().into(),
        models().into(),
        cohorts().into(),
        ridgeline().into(),
        residuals().into(),
        transitions().into(),
        histogram().into(),
        frontier().into(),
        pacing().into(),
        sankey().into(),
    ]
}

/// Figures without.
pub fn empty() -> Vec<AnyFigure> {
    vec![
        Roi { rows: vec![], ..roi() }.into(),
        Contributions { dates: vec![], ..contributions() }.into(),
        Waterfall { causes: vec![], ..waterfall() }.into(),
        ResponseCurve { points: vec![], ..response_curve() }.into(),
        Share { rows: vec![], ..share() }.into(),
        Budget { rows: vec![], ..budget() }.into(),
        Funnel { stages: vec![], ..funnel() }.into(),
        Fit { dates: vec![], ..fit() }.into(),
        Gain { draws: vec![], ..gain() }.into(),
        Models { rows: vec![], ..models() }.into(),
        Cohorts { cohorts: vec![], ..cohorts() }.into(),
        Ridgeline { rows: vec![], ..ridgeline() }.into(),
        Residuals { dates: vec![], ..residuals() }.into(),
        Transitions { probabilities: vec![], ..transitions() }.into(),
        Histogram { bins: vec![], ..histogram() }.into(),
        Frontier { points: vec![], ..frontier() }.into(),
        Pacing { actual: vec![], ..pacing() }.into(),
        Sankey { flows: vec![], ..sankey() }.into(),
    ]
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
    Roi {
        caption: caption(),
        measure: Return::Roas,
        currency: "EUR".into(),
        basis: Basis::Revenue,
        break_even: None,
        rows: rows.collect(),
    }
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

fn waterfall() -> Waterfall {
    let cause = |label: &str, value, interval, because: Option<&str>| Cause {
        label: label.into(),
        value,
        interval,
        because: because.map(Into::into),
    };
    Waterfall {
        caption: caption(),
        unit: Unit::money("EUR"),
        outcome: "Won revenue".into(),
        against: Against::Plan,
        from: Total { label: "Plan".into(), value: 1_800_000.0 },
        to: Total { label: "Actual".into(), value: 1_272_579.0 },
        causes: vec![
            cause("Leads", 146_530.93, Some((120e3, 172e3)), None),
            cause("Lead to MQL", -195_277.76, Some((-230e3, -160e3)), None),
            cause("MQL to SQL", -387_951.44, Some((-460e3, -310e3)), Some("fewer MQLs became SQLs")),
            cause("SQL to opportunity", 50_321.23, Some((-20e3, 118e3)), None),
            cause("Win rate", -62_515.68, Some((-170e3, 40e3)), None),
            cause("Deal size", -78_528.03, Some((-130e3, -30e3)), None),
        ],
        most: 7,
    }
}

fn share() -> Share {
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

fn budget() -> Budget {
    let amounts =
        [(48e3, 54e3), (32e3, 27e3), (21e3, 38.5e3), (36e3, 36e3), (16e3, 5e3), (6e3, 6.2e3), (12e3, 6e3), (8e3, 8e3)];
    let rows = CHANNELS.iter().zip(amounts).enumerate().map(|(color, (channel, (current, plan)))| BudgetRow {
        channel: (*channel).into(),
        color,
        current,
        recommended: plan,
        lower: Some(current * 0.3),
        upper: Some(current * 1.9),
        locked: color == 3,
        extrapolated: color == 2,
    });
    let mut rows: Vec<BudgetRow> = rows.collect();
    let others: f64 = rows[..7].iter().map(|r| r.recommended).sum();
    rows[7].recommended = rows.iter().map(|r| r.current).sum::<f64>() - others;
    Budget {
        caption: caption(),
        currency: "EUR".into(),
        per: "week".into(),
        rows,
        outcome: "incremental margin".into(),
        gain_unit: Unit::money("EUR"),
        gain: Some(Estimate::new(4e3, 17e3, 31e3)),
    }
}

fn funnel() -> Funnel {
    let stages = [
        ("Inquiry", 12_480.0),
        ("MQL", 4_310.0),
        ("SAL", 2_905.0),
        ("SQL", 1_690.0),
        ("Opportunity", 742.0),
        ("Won", 168.0),
    ];
    let steps = [
        (0.352, 0.343, 0.360, 4.0),
        (0.691, 0.676, 0.705, 2.0),
        (0.603, 0.583, 0.622, 9.0),
        (0.455, 0.431, 0.479, 16.0),
        (0.241, 0.212, 0.272, 71.0),
    ];
    Funnel {
        caption: caption(),
        noun: "accounts".into(),
        stages: stages.map(|(name, count)| Stage { name: name.into(), count }).into(),
        steps: steps.map(|(rate, a, b, days)| Step { rate, interval: Some((a, b)), median_days: Some(days) }).into(),
    }
}

fn fit() -> Fit {
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

fn channel() -> ChannelPast {
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

/// Repeatable noise, about standard normal.
pub fn noise(i: usize) -> f64 {
    let unit = |k: f64| ((i as f64 + 1.0) * k).fract();
    (unit(0.618_033_99) + unit(0.754_877_67) + unit(0.569_840_29) + unit(0.819_172_51) - 2.0) * 1.73
}

fn gain() -> Gain {
    Gain {
        caption: caption(),
        unit: Unit::money("EUR"),
        outcome: "incremental margin".into(),
        per: "quarter".into(),
        draws: (0..2000).map(|i| 210e3 + 150e3 * noise(i)).collect(),
    }
}

fn models() -> Models {
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

fn cohorts() -> Cohorts {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct"];
    let cohorts = names.iter().enumerate().map(|(c, name)| Cohort {
        label: format!("{name} 2026"),
        values: (0..10)
            .map(|a| Some(0.16 * (1.0 - (-(a as f64 + 0.4) / 3.2).exp()) * (1.0 + 0.15 * wave(c, 5.0, 0.0))))
            .collect(),
        mature: 10 - c,
    });
    Cohorts {
        caption: caption(),
        measure: "MQLs that became won deals".into(),
        unit: Unit::Share,
        age: "months since MQL".into(),
        ages: (0..10).map(|a| a.to_string()).collect(),
        cohorts: cohorts.collect(),
    }
}

fn ridgeline() -> Ridgeline {
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

fn residuals() -> Residuals {
    let dates = weeks();
    Residuals {
        caption: caption(),
        unit: Unit::money("EUR"),
        residuals: (0..dates.len()).map(|i| 24e3 * noise(i)).collect(),
        dates,
    }
}

fn transitions() -> Transitions {
    let n = 6;
    let names: Vec<String> = CHANNELS[..n].iter().map(|c| (*c).to_owned()).collect();
    let row = |r: usize| {
        let mut row: Vec<f64> = (0..n + 2)
            .map(|c| (1.1 + wave(r * 5 + c * 3, 11.0, r as f64)).powi(2) * if c == n + 1 { 4.0 } else { 1.0 })
            .collect();
        if r == 0 {
            row[n] = 0.0;
            row[n + 1] = 0.0;
        } else {
            row[n] *= 0.35;
            row[r - 1] = 0.0;
        }
        let sum: f64 = row.iter().sum();
        row.into_iter().map(|p| p / sum).collect()
    };
    Transitions {
        caption: caption(),
        from: std::iter::once("Start".to_owned()).chain(names.clone()).collect(),
        to: names.into_iter().chain(["Converted".to_owned(), "Left".to_owned()]).collect(),
        probabilities: (0..=n).map(row).collect(),
        converted: Some(n),
    }
}

fn histogram() -> Histogram {
    let counts = [14.0, 22.0, 31.0, 29.0, 24.0, 18.0, 12.0, 8.0, 6.0, 11.0];
    let bins = counts
        .iter()
        .enumerate()
        .map(|(i, count)| Bin { label: if i == 9 { "10+".into() } else { (i + 1).to_string() }, count: *count });
    Histogram {
        caption: caption(),
        length: Length::Touches,
        noun: "won deals".into(),
        bins: bins.collect(),
        median: Some(4.0),
    }
}

fn frontier() -> Frontier {
    let best = |b: f64| 420e3 * b / (b + 160e3);
    let point = |budget: f64, part: f64| {
        let mid = best(budget) * part;
        FrontierPoint { budget, outcome: Estimate::new(mid * 0.82, mid, mid * 1.2) }
    };
    Frontier {
        caption: caption(),
        currency: "EUR".into(),
        unit: Unit::money("EUR"),
        outcome: "incremental margin".into(),
        per: "week".into(),
        points: (4..=36).map(|i| point(f64::from(i) * 10e3, 1.0)).collect(),
        today: Some(point(179e3, 0.92)),
        plan: Some(point(179e3, 1.0)),
        knee: Some(260e3),
    }
}

fn pacing() -> Pacing {
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

fn sankey() -> Sankey {
    let mut nodes: Vec<Node> =
        CHANNELS[..6].iter().enumerate().map(|(i, c)| Node { name: (*c).into(), level: 0, color: Some(i) }).collect();
    nodes.extend(
        [("MQL", 1), ("SQL", 2), ("Stopped at MQL", 2), ("Won", 3), ("Lost", 3), ("Open", 3)]
            .map(|(name, level)| Node { name: name.into(), level, color: None }),
    );
    let entered = [1310.0, 620.0, 840.0, 410.0, 530.0, 600.0];
    let mut flows: Vec<Flow> =
        entered.iter().enumerate().map(|(from, value)| Flow { from, to: 6, value: *value }).collect();
    flows.extend(
        [(6, 7, 1690.0), (6, 8, 2620.0), (7, 9, 420.0), (7, 10, 830.0), (7, 11, 440.0)].map(|(from, to, value)| Flow {
            from,
            to,
            value,
        }),
    );
    Sankey { caption: caption(), unit: Unit::count("accounts"), what: "accounts".into(), nodes, flows }
}
