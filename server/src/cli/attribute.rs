//! `tandem attribute`: shares credit for outcomes that happened, over journeys of the store or a path table.

use std::path::PathBuf;

use tandem_models::attribution::{Bootstrap, Order, Settings};

use super::common::open_existing;
use super::{Cli, Exit, Failure, out};
use crate::analysis::attribution::{self, AttributionAnswer};
use crate::analysis::journeys::{self, OutcomeStage};
use crate::export::{Kind, Table};

/// Arguments of `attribute`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Models; first,last,linear,time_decay,markov unless told (for a path table first,last,linear,markov).
    #[arg(long, value_name = "NAME[,NAME]")]
    model: Option<String>,
    /// What counts as an outcome.
    #[arg(long, value_enum, default_value_t = OutcomeStage::Won)]
    outcome: OutcomeStage,
    /// A path table instead of the store: path;total_conversions;total_conversion_value;total_null, touches split by ' > '.
    #[arg(long, value_name = "FILE")]
    paths: Option<PathBuf>,
    /// Order of the Markov chain: 1 to 4, or `auto`.
    #[arg(long, value_name = "K", default_value = "1", value_parser = order)]
    order: Order,
    /// Half-life of time decay, in days.
    #[arg(long, value_name = "DAYS", default_value_t = 7.0)]
    half_life: f64,
    /// Days before the outcome in which a touch counts; 0 for no limit.
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    lookback: u32,
    /// Bootstrap resamples behind the intervals of data-driven models; 0 leaves intervals out.
    #[arg(long, value_name = "N", default_value_t = 200)]
    resamples: usize,
    /// Seed of the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

fn order(text: &str) -> Result<Order, String> {
    match text {
        "auto" => Ok(Order::Auto),
        "1" | "2" | "3" | "4" => Ok(Order::Fixed(usize::from(text.as_bytes()[0] - b'0'))),
        _ => Err("1, 2, 3, 4 or auto".into()),
    }
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let mut settings = Settings {
        half_life_days: args.half_life,
        order: args.order,
        bootstrap: Bootstrap { resamples: args.resamples, seed: args.seed },
        ..Settings::default()
    };
    settings.policy.lookback_days = (args.lookback > 0).then_some(args.lookback);
    let answer = match &args.paths {
        Some(path) => {
            let kinds = attribution::models(args.model.as_deref().or(Some("first,last,linear,markov")))?;
            let (answer, notes) = attribution::of_paths(path, &kinds, &settings)?;
            for note in notes.iter().take(20) {
                eprintln!("tandem: {note}");
            }
            answer
        }
        None => {
            let kinds = attribution::models(args.model.as_deref())?;
            let data = open_existing(&cli.data())?;
            journeys::attribute(&data, args.outcome, &kinds, &settings)?
        }
    };
    if args.json {
        out::json(&answer)?
    } else {
        show(&answer)?
    }
    Ok(Exit::Done)
}

fn show(answer: &AttributionAnswer) -> Result<(), Failure> {
    let columns =
        [("model", Kind::Text), ("channel", Kind::Text), ("conversions", Kind::Number(2)), ("value", Kind::Money)];
    let mut table = Table::new("attribution", &columns);
    for m in &answer.models {
        for c in &m.channels {
            table.push(vec![
                m.model.as_str().into(),
                c.channel.as_str().into(),
                c.conversions.into(),
                c.value.cents().into(),
            ]);
        }
        for (name, sum) in [("unattributed", m.unattributed), ("total", m.total)] {
            table.push(vec![m.model.as_str().into(), name.into(), sum.conversions.into(), sum.value.cents().into()]);
        }
    }
    out::table(&table)
}
