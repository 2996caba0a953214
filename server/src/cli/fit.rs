//! `tandem fit`: fits a marketing-mix model and saves the run.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use tandem_models::health::Status;
use tandem_models::mmm::spec::Spec;

use super::common::{open_existing, read_text, store};
use super::{Cli, Exit, Failure, out};
use crate::analysis::request::{Estimator, FitRequest};
use crate::analysis::summary::{FitErrors, Summary};
use crate::analysis::{Estimate, bridge, ids, mmm};
use crate::export::{Kind, Table};

/// Arguments of `fit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Outcome to explain; see `tandem check` for the names.
    #[arg(long, value_name = "NAME")]
    kpi: Option<String>,
    /// Take outcome, estimator, spec and scales from this run, on the data as they are now, and say what changed.
    #[arg(long, value_name = "RUN", conflicts_with = "estimator")]
    refresh: Option<String>,
    /// Say what the spec expects before it sees the outcome, and do not fit.
    #[arg(long, visible_alias = "prior-check", conflicts_with = "print_spec")]
    prior_only: bool,
    /// How parameters are estimated.
    #[arg(long, value_enum, default_value_t = Estimator::Ridge)]
    estimator: Estimator,
    /// Spec of the model; every key may be left out.
    #[arg(long, value_name = "SPEC.toml")]
    spec: Option<PathBuf>,
    /// Seed of everything random, a whole number from 0.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Value a unit of an early stage (`inquiry`, `mql`, `sql`) by the revenue it is eventually won with, so that ROI is on
    /// eventual won revenue; `staged = true` in the spec.
    #[arg(long, conflicts_with = "refresh")]
    staged: bool,
    /// Leave the store's experiments out; Bayes uses those on its outcome and channels otherwise.
    #[arg(long)]
    no_experiments: bool,
    /// First day of the panel.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<String>,
    /// Last day of the panel.
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// Write the spec in effect instead of fitting.
    #[arg(long)]
    print_spec: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// What `--json` ends with.
#[derive(Serialize)]
struct Report<'a> {
    run: &'a str,
    data_version: &'a str,
    seconds: f64,
    kpi: &'a str,
    unit: &'a str,
    currency: &'a str,
    basis: &'a str,
    estimator: &'a str,
    seed: u64,
    period: &'a crate::analysis::Period,
    channels: Vec<Channel<'a>>,
    baseline: Estimate,
    baseline_share: f64,
    fitted_total: f64,
    actual_total: f64,
    fit: FitErrors,
    health: &'a tandem_models::health::Health,
    diagnostics: &'a serde_json::Value,
}

#[derive(Serialize)]
struct Channel<'a> {
    channel: &'a str,
    kind: &'a str,
    spend: f64,
    contribution: Estimate,
    roas: Option<Estimate>,
    roi: Option<Estimate>,
    mroi: Option<Estimate>,
    verdict: Option<&'a crate::analysis::summary::Verdict>,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let request = request(args)?;
    if args.print_spec {
        return print_spec(cli, args, &request);
    }
    let data = open_existing(&cli.data())?;
    if args.kpi.is_none() && args.refresh.is_none() {
        let names: Vec<String> = data.kpis().map_err(store)?.into_iter().map(|k| k.name).collect();
        let there = if names.is_empty() { "none: import a KPI or deals first".into() } else { names.join(", ") };
        return Err(Failure::usage(format!("name the outcome to explain with --kpi NAME; there are {there}")));
    }
    if args.prior_only {
        let told = mmm::prior_only(&data, &request)?;
        if args.json {
            out::json(&told)?
        } else {
            super::prior::show(&told)?
        }
        return Ok(Exit::Done);
    }
    let bar = out::bar("fit");
    let stop = Arc::new(AtomicBool::new(false));
    super::interrupt::on_ctrl_c(&stop);
    let progress = |done: f64, what: &str| {
        bar.set_position((done * 1000.0) as u64);
        bar.set_message(what.to_owned());
    };
    let summary = mmm::fit(&data, &request, &ids::run(), "cli", &progress, &stop);
    bar.finish_and_clear();
    let summary = summary?;
    if args.json {
        out::json(&report(&summary))?
    } else {
        show(&summary)?;
        if let Some(bridge) = args.refresh.as_ref().and_then(|from| bridge::kept(&data, from, &summary.run)) {
            super::prior::show_bridge(&bridge)?;
        }
    }
    Ok(Exit::Done)
}

fn request(args: &Args) -> Result<FitRequest, Failure> {
    let mut spec = match &args.spec {
        Some(path) => {
            let text = read_text("--spec", path)?;
            let spec: Spec =
                toml::from_str(&text).map_err(|e| Failure::rejected(format!("spec {}: {e}", path.display())))?;
            Some(spec)
        }
        None => None,
    };
    if args.staged {
        spec.get_or_insert_with(Spec::default).staged = true;
    }
    let spec = spec.map(serde_json::to_value).transpose().map_err(Failure::failed)?;
    Ok(FitRequest {
        kpi: args.kpi.clone().unwrap_or_default(),
        estimator: args.estimator,
        seed: args.seed,
        spec,
        refresh_of: args.refresh.clone(),
        no_experiments: args.no_experiments,
        from: args.from.clone(),
        to: args.to.clone(),
    })
}

/// The defaults, or with a KPI the spec as it would be held against that panel.
fn print_spec(cli: &Cli, args: &Args, request: &FitRequest) -> Result<Exit, Failure> {
    let mut spec = request.spec()?;
    if args.kpi.is_some() {
        let data = open_existing(&cli.data())?;
        spec = mmm::effective_spec(&data, request)?;
        drop(data);
    }
    let text = toml::to_string_pretty(&spec).map_err(Failure::failed)?;
    if args.json {
        out::json(&spec)?
    } else {
        out::line(text.trim_end())?
    }
    Ok(Exit::Done)
}

fn report(s: &Summary) -> Report<'_> {
    Report {
        run: &s.run,
        data_version: &s.data_version,
        seconds: s.seconds,
        kpi: &s.kpi,
        unit: &s.unit,
        currency: &s.currency,
        basis: &s.basis,
        estimator: &s.estimator,
        seed: s.seed,
        period: &s.period,
        channels: s
            .channels
            .iter()
            .map(|c| Channel {
                channel: &c.channel,
                kind: &c.kind,
                spend: c.spend,
                contribution: c.contribution,
                roas: c.roas,
                roi: c.roi,
                mroi: c.mroi,
                verdict: c.verdict.as_ref(),
            })
            .collect(),
        baseline: s.baseline,
        baseline_share: s.baseline_share,
        fitted_total: s.fitted_total,
        actual_total: s.actual_total,
        fit: s.fit,
        health: &s.health,
        diagnostics: &s.diagnostics,
    }
}

fn show(s: &Summary) -> Result<(), Failure> {
    let columns = [
        ("channel", Kind::Text),
        ("spend", Kind::Number(0)),
        ("contribution", Kind::Number(0)),
        ("p05", Kind::Number(0)),
        ("p95", Kind::Number(0)),
        ("roas", Kind::Number(2)),
        ("roi", Kind::Number(2)),
        ("roi_p05", Kind::Number(2)),
        ("roi_p95", Kind::Number(2)),
        ("mroi", Kind::Number(2)),
        ("verdict", Kind::Text),
    ];
    let mut table = Table::new("fit", &columns);
    for c in &s.channels {
        table.push(vec![
            c.channel.as_str().into(),
            c.spend.into(),
            c.contribution.mean.into(),
            c.contribution.p05.into(),
            c.contribution.p95.into(),
            c.roas.map(|e| e.mean).into(),
            c.roi.map(|e| e.mean).into(),
            c.roi.map(|e| e.p05).into(),
            c.roi.map(|e| e.p95).into(),
            c.mroi.map(|e| e.mean).into(),
            c.verdict.as_ref().map(|v| v.verdict.replace('_', " ")).into(),
        ]);
    }
    table.push(vec![
        "baseline".into(),
        crate::export::Cell::Empty,
        s.baseline.mean.into(),
        s.baseline.p05.into(),
        s.baseline.p95.into(),
    ]);
    out::table(&table)?;
    let percent = |share: Option<f64>| share.map_or_else(|| "none".into(), |m| format!("{:.1}%", 100.0 * m));
    let (mape, holdout) = (percent(s.fit.mape), percent(s.fit.holdout_mape));
    out::line(&format!(
        "\n{} in {}, {} to {}; intervals 90%{}; ROI on {}. R2 {:.3}, MAPE {mape}, holdout MAPE {holdout}; baseline {:.1}% of the fitted outcome.",
        s.kpi,
        s.unit,
        s.period.from,
        s.period.to,
        if s.channels.iter().any(|c| c.verdict.as_ref().is_some_and(|v| v.own.is_some())) {
            ", other assumptions that predict as well included"
        } else {
            ""
        },
        s.measured_on(),
        s.fit.r2,
        100.0 * s.baseline_share,
    ))?;
    for f in s.health.findings.iter().filter(|f| f.status != Status::Pass) {
        out::line(&format!("{}: {}", f.status.word(), f.message))?;
    }
    let notes = s.diagnostics.get("notes").and_then(serde_json::Value::as_array).into_iter().flatten();
    for note in notes.filter_map(serde_json::Value::as_str) {
        out::line(&format!("note: {note}"))?;
    }
    out::line(&format!("run {} in {:.2} s ({}, seed {})", s.run, s.seconds, s.estimator, s.seed))
}
