//! `tandem export TABLE`: writes a table as CSV, XLSX, Parquet, Arrow or JSON.

use std::io::Write;
use std::path::PathBuf;

use super::common::open_existing;
use super::{Cli, Exit, Failure};
use crate::analysis::exports::{self, Ask, Name};
use crate::export::{columnar, csv, xlsx};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to write.
    #[arg(value_enum)]
    table: Name,
    /// Form.
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    format: Form,
    /// File to write; standard output unless told (needed for binary forms on a terminal).
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Run that model figures are read from; the promoted run, or the newest, unless told.
    #[arg(long)]
    run: Option<String>,
    /// Attribution models, for `attribution`.
    #[arg(long, value_name = "NAME[,NAME]")]
    model: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Csv,
    Xlsx,
    Parquet,
    Arrow,
    Json,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let data = open_existing(&cli.data())?;
    let ask = Ask { run: args.run.clone(), models: args.model.clone(), ..Ask::default() };
    let table = exports::table(&data, args.table, &ask)?;
    let bytes = match args.format {
        Form::Csv => csv::write(&table).map_err(Failure::failed)?,
        Form::Xlsx => xlsx::write(&[table]).map_err(Failure::failed)?,
        Form::Parquet => columnar::parquet(&table).map_err(Failure::failed)?,
        Form::Arrow => columnar::arrow(&table).map_err(Failure::failed)?,
        Form::Json => serde_json::to_vec_pretty(&exports::objects(&table)).map_err(Failure::failed)?,
    };
    match &args.out {
        Some(path) => {
            std::fs::write(path, bytes).map_err(|e| Failure::failed(format!("{}: {e}", path.display())))?;
            eprintln!("wrote {}", path.display());
        }
        None => std::io::stdout().lock().write_all(&bytes)?,
    }
    Ok(Exit::Done)
}
