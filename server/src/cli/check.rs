//! `tandem check`: looks whether the data folder is whole, and says what is in it.

use super::common::{open_existing, store};
use super::{Cli, Exit, Failure, out};
use crate::analysis::runs;
use crate::export::{Kind, Table};

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let data = open_existing(&cli.data())?;
    let files = data.check().map_err(store)?;
    let (kpis, channels) = (data.kpis().map_err(store)?, data.channels().map_err(store)?);
    let runs = runs::all(&data)?;
    if args.json {
        out::json(&serde_json::json!({
            "data": cli.data(), "data_version": data.data_version(), "batches": data.imports().len(), "files_checked": files,
            "kpis": kpis, "channels": channels, "runs": runs,
        }))?;
        return Ok(Exit::Done);
    }
    out::line(&format!(
        "{}: whole. {} batches, {files} files compared with their manifests, data version {}, {} runs.\n",
        cli.data().display(),
        data.imports().len(),
        data.data_version(),
        runs.len(),
    ))?;
    let columns = [
        ("outcome", Kind::Text),
        ("from", Kind::Date),
        ("to", Kind::Date),
        ("periods", Kind::Int),
        ("geos", Kind::Int),
        ("total", Kind::Number(0)),
    ];
    let mut table = Table::new("kpis", &columns);
    for k in kpis {
        table.push(vec![
            k.name.into(),
            k.first.into(),
            k.last.into(),
            i64::from(k.periods).into(),
            i64::from(k.geos).into(),
            k.total.into(),
        ]);
    }
    out::table(&table)?;
    out::line("")?;
    let columns = [
        ("channel", Kind::Text),
        ("dataset", Kind::Text),
        ("spend", Kind::Money),
        ("touches", Kind::Int),
        ("from", Kind::Date),
        ("to", Kind::Date),
    ];
    let mut table = Table::new("channels", &columns);
    for c in channels {
        table.push(vec![
            c.name.into(),
            c.dataset.into(),
            c.spend.into(),
            c.touches.into(),
            c.first.into(),
            c.last.into(),
        ]);
    }
    out::table(&table).map(|()| Exit::Done)
}
