//! `tandem demo`: a simulated company, imported, fitted and served. Needs no file, key or network.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use clap::builder::PossibleValuesParser;
use tandem_datasets::{Company, Format, Preset, simulate};
use tandem_store::Store;
use tandem_store::import::{ImportFile, ImportOptions, Progress};

use super::common::{open_for_serving, store};
use super::simulate::wrong;
use super::{Cli, Exit, Failure, out, serve};
use crate::analysis::request::{Estimator, FitRequest};
use crate::analysis::{ids, mmm, runs};
use crate::config::Config;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT")]
    bind: Option<SocketAddr>,
    /// Port on 127.0.0.1.
    #[arg(long, conflicts_with = "bind")]
    port: Option<u16>,
    /// Size of the company.
    #[arg(long, default_value = "demo", value_parser = PossibleValuesParser::new(Preset::ALL.map(Preset::name)))]
    preset: String,
    /// Seed of the company and the fit.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Forget the company and make it anew.
    #[arg(long)]
    reset: bool,
    /// Prepare everything and do not serve.
    #[arg(long)]
    no_serve: bool,
}

/// Outcome that the demo explains: leads follow spend within weeks and are many, won revenue follows by quarters and is lumpy;
/// each lead is valued by what it is eventually won with, so that ROI is in money all the same.
const KPI: &str = "mql";
/// Written last: the folder holds a whole demo of these settings.
const STAMP: &str = "demo.json";

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let dir = cli.data_dir.clone().unwrap_or_else(usual_folder);
    let config = Config::load(cli.config.as_deref(), &dir).map_err(Failure::usage)?;
    let start = Instant::now();
    let stamp = stamp(args);
    if args.reset {
        forget(&dir)?;
        if args.no_serve {
            return Ok(Exit::Done);
        }
    }
    let ready = std::fs::read_to_string(dir.join(STAMP)).is_ok_and(|kept| kept == stamp);
    if !ready {
        refuse_foreign(&dir)?;
        forget(&dir)?;
        std::fs::create_dir_all(&dir)?;
        // A stamp that fits nothing marks the folder as the demo's own while it is being made.
        std::fs::write(dir.join(STAMP), "{}")?;
    }
    let data = open_for_serving(&dir, &config.limits)?;
    if !ready {
        prepare(&data, &dir, args)?;
        std::fs::write(dir.join(STAMP), &stamp)?;
    }
    let how = if ready { "reused" } else { "made" };
    out::line(&format!("Demo company {how} in {:.1} s, in {}", start.elapsed().as_secs_f64(), dir.display()))?;
    if args.no_serve {
        return Ok(Exit::Done);
    }
    let bind = args.bind.or(args.port.map(|port| SocketAddr::from(([127, 0, 0, 1], port))));
    serve::start(config, data, bind, |at| {
        let lines = [
            format!("\nTandem serves on http://{at}\n"),
            format!("  Overview   http://{at}/"),
            format!("  Planner    http://{at}/planner"),
            format!("  API        http://{at}/docs"),
            format!("  ROI        http://{at}/api/v1/roi  (.csv, .xlsx)"),
            "\nCtrl-C ends it; the next start reuses the company.".to_owned(),
        ];
        let _ = out::line(&lines.join("\n"));
    })
}

fn stamp(args: &Args) -> String {
    // `layout` changes when a run's folder does, so that a company of an older build is made anew.
    serde_json::json!({"version": crate::VERSION, "layout": 3, "preset": args.preset, "seed": args.seed, "kpi": KPI})
        .to_string()
}

/// Beside the binary where it was built here, otherwise in the user's cache.
fn usual_folder() -> PathBuf {
    if let Ok(exe) = std::env::current_exe()
        && let Some(profile) = exe.parent()
        && profile.file_name().is_some_and(|name| name == "release" || name == "debug")
        && let Some(target) = profile.parent()
    {
        return target.join("demo");
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    cache.join("tandem").join("demo")
}

/// A folder with data that no demo made is not overwritten.
fn refuse_foreign(dir: &Path) -> Result<(), Failure> {
    if dir.join("lake").exists() && !dir.join(STAMP).exists() {
        return Err(Failure::usage(format!(
            "{} holds other data; name an empty folder with --data, or use `tandem serve`",
            dir.display()
        )));
    }
    Ok(())
}

/// Removes what a demo made, and nothing else.
fn forget(dir: &Path) -> Result<(), Failure> {
    if !dir.join(STAMP).exists() {
        return refuse_foreign(dir);
    }
    std::fs::remove_dir_all(dir).map_err(|e| Failure::failed(format!("{}: {e}", dir.display())))
}

fn prepare(data: &Store, dir: &Path, args: &Args) -> Result<(), Failure> {
    let preset: Preset = args.preset.parse().map_err(wrong)?;
    let company = dir.join("company");
    let bar = out::bar("simulate");
    let made = simulate(&Company::new(preset, args.seed), &company, Format::Parquet, &|what, done| {
        bar.set_position((done * 1000.0) as u64);
        bar.set_message(what.to_owned());
    })
    .map_err(wrong)?;
    bar.finish_and_clear();

    let files: Vec<ImportFile> = made.files().into_iter().map(ImportFile::from).collect();
    let bar = out::bar("import");
    let report = data
        .import(&files, &ImportOptions::default(), &mut |p: Progress<'_>| {
            bar.set_position((p.index as u64 * 1000 + u64::from(p.permille)) / p.files.max(1) as u64);
            bar.set_message(p.file.to_owned());
        })
        .map_err(store)?;
    bar.finish_and_clear();
    if report.any_refused() {
        return Err(Failure::failed("the simulated files were not accepted; please report this"));
    }

    // Ridge for comparison; figures are read from the posterior, whose priors keep a company of mostly steady spend sane.
    fit(data, Estimator::Ridge, args.seed)?;
    let run = fit(data, Estimator::Bayes, args.seed)?;
    runs::promote(data, &run, "demo")?;
    Ok(())
}

fn fit(data: &Store, estimator: Estimator, seed: u64) -> Result<String, Failure> {
    let bar = out::bar("fit");
    let spec = Some(serde_json::json!({"staged": true}));
    let request = FitRequest { kpi: KPI.into(), estimator, seed: Some(seed), spec, ..FitRequest::default() };
    let progress = |done: f64, what: &str| {
        bar.set_position((done * 1000.0) as u64);
        bar.set_message(what.to_owned());
    };
    let summary = mmm::fit(data, &request, &ids::run(), "demo", &progress, &AtomicBool::new(false))?;
    bar.finish_and_clear();
    Ok(summary.run)
}
