//! Leads and eventual won revenue of simulated companies against planted truth: `company_truth [SEEDS] [PRESET]`.
//!
//! Each company (default: 20 of preset `demo`) is simulated, imported and fitted as a user would, without verdict refits. Leads
//! that each channel caused and revenue they are won with in the end are read from `truth.json`. A second table holds what a lead
//! is worth, told after one year, against what the same leads had brought two years later. `docs/benchmarks.md` holds the last run.
#![allow(clippy::unwrap_used)]

mod matured;

use std::sync::atomic::AtomicBool;

use serde_json::json;
use tandem::analysis::request::{Estimator, FitRequest};
use tandem::analysis::summary::Summary;
use tandem::analysis::{Estimate, ids, mmm};
use tandem_datasets::{Company, Format, Preset, Truth, simulate};
use tandem_store::import::{ImportFile, ImportOptions};
use tandem_store::{Settings, Store};

/// One way to fit.
struct Way {
    name: &'static str,
    kpi: &'static str,
    spec: serde_json::Value,
}

fn ways() -> Vec<Way> {
    let roi = || json!({"effect": {"on": "roi", "dist": "log_normal", "mu": 0.2, "sigma": 0.9}});
    let way = |name, kpi, spec| Way { name, kpi, spec };
    vec![
        way("MQLs, prior on ROI at the average value", "mql", json!({"priors": roi()})),
        way("MQLs", "mql", json!({})),
        way(
            "MQLs, staged, leads of all channels alike",
            "mql",
            json!({"staged": true, "lead_quality": {"mean": 1.0, "sd": 0.0}}),
        ),
        way("MQLs, staged", "mql", json!({"staged": true})),
        way("inquiries, staged", "inquiry", json!({"staged": true})),
        way("won revenue", "won_revenue", json!({})),
    ]
}

/// What is counted over companies.
#[derive(Default)]
struct Score {
    channels: usize,
    units: usize,
    returns: usize,
    sums: Vec<[f64; 2]>,
    logs: Vec<f64>,
}

impl Score {
    fn add(&mut self, kpi: &str, told: &Summary, truth: &Truth) {
        let inside = |e: &Estimate, truth: f64| e.p05 <= truth && truth <= e.p95;
        let mut sums = [[0.0; 2]; 2];
        for c in &told.channels {
            let of = &truth.channels.iter().find(|t| t.channel == c.channel).unwrap().effect;
            let expected = of.expected.as_ref().unwrap();
            let units = match kpi {
                "mql" => expected.mqls,
                "inquiry" => of.incremental.inquiries as f64,
                _ => expected.won_revenue,
            };
            let roas = c.roas.unwrap();
            let truth = expected.eventual_won_revenue / c.spend;
            self.channels += 1;
            self.units += usize::from(inside(&c.contribution, units));
            self.returns += usize::from(inside(&roas, truth));
            self.logs.push((roas.p95 / roas.p05.max(1e-9)).ln());
            for (sum, (told, planted)) in sums
                .iter_mut()
                .zip([(c.contribution.mean, units), (roas.mean * c.spend, expected.eventual_won_revenue)])
            {
                sum[0] += told;
                sum[1] += planted;
            }
        }
        self.sums.push([sums[0][0] / sums[0][1], sums[1][0] / sums[1][1]]);
    }

    fn line(&self) -> String {
        let share = |n: usize| 100.0 * n as f64 / self.channels as f64;
        let middle = |mut v: Vec<f64>| {
            v.sort_by(f64::total_cmp);
            v[v.len() / 2]
        };
        let of = |i: usize| middle(self.sums.iter().map(|s| s[i]).collect());
        format!(
            "{} | {:.0}% | {:.2} | {:.0}% | {:.2} | {:.1}",
            self.channels,
            share(self.units),
            of(0),
            share(self.returns),
            of(1),
            middle(self.logs.clone()).exp()
        )
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let seeds: u64 = arguments.next().map_or(20, |n| n.parse().expect("SEEDS is a number"));
    let preset: Preset = arguments.next().map_or(Preset::Demo, |n| n.parse().expect("PRESET is a preset"));
    let ways = ways();
    let mut scores: Vec<Score> = ways.iter().map(|_| Score::default()).collect();
    let mut values = Vec::new();
    for seed in 100..100 + seeds {
        let (files, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let made = simulate(&Company::new(preset, seed), files.path(), Format::Parquet, &|_, _| {}).unwrap();
        let store = Store::open(data.path(), Settings::default()).unwrap();
        let sources: Vec<ImportFile> = made.files().into_iter().map(ImportFile::from).collect();
        assert!(!store.import(&sources, &ImportOptions::default(), &mut |_| {}).unwrap().any_refused());
        for (way, score) in ways.iter().zip(&mut scores) {
            let mut spec = way.spec.clone();
            spec["verdict"] = json!({"refits": false});
            spec["sampler"] = json!({"chains": 2, "tune": 400, "draws": 500});
            let request = FitRequest {
                kpi: way.kpi.into(),
                estimator: Estimator::Bayes,
                spec: Some(spec),
                seed: Some(seed),
                ..FitRequest::default()
            };
            let told = mmm::fit(&store, &request, &ids::run(), "study", &|_, _| {}, &AtomicBool::new(false)).unwrap();
            score.add(way.kpi, &told, &made.truth);
        }
        values.push(matured::value(&store, seed));
        eprintln!("company {seed} done");
    }
    println!(
        "| fit | channels | planted units covered | told / planted | eventual ROAS covered | told / planted | p95 / p05 |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (way, score) in ways.iter().zip(&scores) {
        println!("| {} | {} |", way.name, score.line());
    }
    matured::print(&values);
}
