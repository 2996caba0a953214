//! Stages, cohorts and journeys.

use tandem_charts::Unit;
use tandem_charts::figures::cohorts::Cohort;
use tandem_charts::figures::funnel::{Stage, Step};
use tandem_charts::figures::histogram::{Bin, Length};
use tandem_charts::figures::sankey::{Flow, Node};
use tandem_charts::figures::*;

use super::weekly::wave;
use super::{CHANNELS, caption};

pub fn funnel() -> Funnel {
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

pub fn cohorts() -> Cohorts {
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

pub fn transitions() -> Transitions {
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

pub fn histogram() -> Histogram {
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

pub fn sankey() -> Sankey {
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
