//! Budgets, what they gain, and what moved a number.

use tandem_charts::figures::budget::BudgetRow;
use tandem_charts::figures::frontier::FrontierPoint;
use tandem_charts::figures::waterfall::{Against, Cause, Total};
use tandem_charts::figures::*;
use tandem_charts::{Estimate, Unit};

use super::weekly::noise;
use super::{CHANNELS, caption};

pub fn waterfall() -> Waterfall {
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

pub fn budget() -> Budget {
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

pub fn gain() -> Gain {
    Gain {
        caption: caption(),
        unit: Unit::money("EUR"),
        outcome: "incremental margin".into(),
        per: "quarter".into(),
        draws: (0..2000).map(|i| 210e3 + 150e3 * noise(i)).collect(),
    }
}

pub fn frontier() -> Frontier {
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
