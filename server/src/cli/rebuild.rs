//! `tandem rebuild`: builds the projection anew from the lake.

use super::common::{open_existing, store};
use super::{Cli, Exit, Failure, out};

/// Arguments of `rebuild`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let data = open_existing(&cli.data())?;
    let start = std::time::Instant::now();
    let bar = out::bar("rebuild");
    data.rebuild(&mut |done, all, name| {
        bar.set_position((done * 1000 / all.max(1)) as u64);
        bar.set_message(name.to_owned());
    })
    .map_err(store)?;
    bar.finish_and_clear();
    let seconds = start.elapsed().as_secs_f64();
    if args.json {
        out::json(&serde_json::json!({
            "batches": data.imports().len(), "data_version": data.data_version(), "seconds": seconds
        }))?;
    } else {
        out::line(&format!("rebuilt from {} batches in {seconds:.2} s", data.imports().len()))?;
    }
    Ok(Exit::Done)
}
