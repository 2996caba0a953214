//! `tandem simulate`: writes a simulated company with its planted truth.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use tandem_datasets::{Company, Format, Preset, SimulateError, simulate};

use super::{Exit, Failure, out};
use crate::export::{Kind, Table};

/// Arguments of `simulate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Size of the company.
    #[arg(long, default_value = "small", value_parser = PossibleValuesParser::new(Preset::ALL.map(Preset::name)))]
    preset: String,
    /// Seed: the same seed gives the same files.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder to write into.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Form of the tables.
    #[arg(long, default_value = "csv", value_parser = PossibleValuesParser::new(["csv", "parquet"]))]
    format: String,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let preset: Preset = args.preset.parse().map_err(wrong)?;
    let format = if args.format == "parquet" { Format::Parquet } else { Format::Csv };
    let bar = out::bar("simulate");
    let summary = simulate(&Company::new(preset, args.seed), &args.out, format, &|what, done| {
        bar.set_position((done * 1000.0) as u64);
        bar.set_message(what.to_owned());
    })
    .map_err(wrong)?;
    bar.finish_and_clear();
    if args.json {
        let tables: std::collections::BTreeMap<&str, u64> = summary.tables.iter().copied().collect();
        out::json(&serde_json::json!({
            "preset": preset.name(), "seed": args.seed, "dir": summary.dir, "files": summary.files(), "rows": tables,
            "truth": args.out.join("truth.json"),
        }))?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new("tables", &[("table", Kind::Text), ("rows", Kind::Int)]);
    for (name, rows) in &summary.tables {
        table.push(vec![(*name).into(), (*rows as i64).into()]);
    }
    out::table(&table)?;
    out::line(&format!("\nplanted truth: {}", args.out.join("truth.json").display()))?;
    Ok(Exit::Done)
}

/// A simulator's error with its exit code.
pub(super) fn wrong(error: SimulateError) -> Failure {
    match error {
        SimulateError::Choice { .. } => Failure::usage(error),
        other => Failure::failed(other),
    }
}
