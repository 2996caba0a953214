//! `tandem attribute`: shares credit for outcomes that happened, over journeys of the store or a path table.

use std::path::PathBuf;

use serde::Serialize;

use super::common::open_existing;
use super::{Cli, Exit, Failure, out};
use crate::analysis::Tabular;
use crate::analysis::attribution::by::{By, parted};
use crate::analysis::attribution::deal::deal;
use crate::analysis::attribution::notes::notes;
use crate::analysis::attribution::returns::{self, ReturnsBy, returns};
use crate::analysis::attribution::{AttributionAnswer, AttributionParams, attribute, models, paths};

/// Arguments of `attribute`.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    #[command(flatten)]
    params: AttributionParams,
    /// A path table instead of the store: path;total_conversions;total_conversion_value;total_null, touches split by
    /// ' > '. Models first,last,linear,markov unless told.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["by", "spend", "deal"])]
    paths: Option<PathBuf>,
    /// Tell credit of rules apart by campaign, region, segment or period, beside the channel.
    #[arg(long, value_enum, conflicts_with = "deal")]
    by: Option<By>,
    /// Spend beside credit: cost per stage, ROAS and CAC of one model (linear unless told), by channel or `--by campaign`.
    #[arg(long, conflicts_with = "deal")]
    spend: bool,
    /// One deal's credit touch by touch.
    #[arg(long, value_name = "ID")]
    deal: Option<String>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    if let Some(path) = &args.paths {
        let kinds = models(args.params.models.as_deref().or(Some(paths::USUAL)))?;
        let credit = paths::of_csv(path, &kinds, &args.params.settings()?)?;
        for note in credit.notes.iter().take(20) {
            eprintln!("tandem: {note}");
        }
        return credited(&credit.answer, args.json);
    }
    let mut params = args.params.clone();
    if args.spend {
        params.models.get_or_insert_with(|| returns::USUAL.id().into());
    }
    let (ask, named) = (params.ask()?, params.models.is_some());
    let data = open_existing(&cli.data())?;
    if let Some(id) = &args.deal {
        return show(&deal(&data, &ask.rules(named, "for a single deal")?, id)?, args.json);
    }
    if args.spend {
        let by = match args.by {
            None => ReturnsBy::Channel,
            Some(By::Campaign) => ReturnsBy::Campaign,
            Some(_) => return Err(Failure::new(Exit::Rejected, "`--spend` is told by channel or `--by campaign`")),
        };
        return show(&returns(&data, &ask, by)?, args.json);
    }
    match args.by {
        Some(by) => show(&parted(&data, &ask.rules(named, "by parts")?, by)?, args.json),
        None => credited(&attribute(&data, &ask)?, args.json),
    }
}

/// Credit with what must be said beside it.
fn credited(answer: &AttributionAnswer, json: bool) -> Result<Exit, Failure> {
    let done = show(answer, json)?;
    if !json {
        notes(answer, str::to_owned).iter().try_for_each(|note| out::line(note))?;
    }
    Ok(done)
}

fn show<T: Serialize + Tabular>(answer: &T, json: bool) -> Result<Exit, Failure> {
    if json {
        out::json(answer)?;
    } else {
        out::table(&answer.table())?;
    }
    Ok(Exit::Done)
}
