//! `tandem optimize`: recommends a budget from the response curves of a run.

use super::common::open_existing;
use super::{Cli, Exit, Failure, out};
use crate::analysis::plan::{self, Bound, Budget, PlanAnswer, PlanRequest};
use crate::export::{Kind, Table};

/// Arguments of `optimize`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run whose curves are used: an id, or `latest`.
    #[arg(long, default_value = "latest")]
    run: String,
    /// Amount to distribute over the run's period, or `current`.
    #[arg(long, value_name = "AMOUNT|current", default_value = "current", allow_hyphen_values = true)]
    budget: Budget,
    /// Least and most of each channel, as multiples of its current spend.
    #[arg(long, value_name = "LO..HI", default_value = "0.5..1.5", allow_hyphen_values = true)]
    bounds: Bound,
    /// Other bounds for one channel; may be repeated.
    #[arg(long, value_name = "NAME=LO..HI")]
    channel: Vec<String>,
    /// Leave a channel as it is; may be repeated.
    #[arg(long, value_name = "NAME")]
    lock: Vec<String>,
    /// Recommend a change even where the fit's health is FAIL; today's mix is kept there otherwise.
    #[arg(long)]
    anyway: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let mut channels = std::collections::BTreeMap::new();
    for text in &args.channel {
        let (name, bound) = text
            .rsplit_once('=')
            .ok_or_else(|| Failure::usage(format!("--channel `{text}`: write NAME=LO..HI, for example tv=0.8..1.2")))?;
        let bound = bound.parse().map_err(|e| Failure::usage(format!("--channel `{text}`: {e}")))?;
        channels.insert(name.to_owned(), bound);
    }
    let request = PlanRequest {
        run: (args.run != "latest").then(|| args.run.clone()),
        budget: args.budget,
        bounds: args.bounds,
        channels,
        lock: args.lock.clone(),
        anyway: args.anyway,
        ..PlanRequest::default()
    };
    let data = open_existing(&cli.data())?;
    let answer = plan::optimize(&data, &request)?;
    if args.json {
        out::json(&answer)?
    } else {
        show(&answer)?
    }
    Ok(Exit::Done)
}

fn show(a: &PlanAnswer) -> Result<(), Failure> {
    let n = Kind::Number(0);
    let columns =
        [("channel", Kind::Text), ("current", n), ("recommended", n), ("change", n), ("lower", n), ("upper", n)];
    let mut table = Table::new("plan", &columns);
    for c in &a.channels {
        table.push(vec![
            c.channel.as_str().into(),
            c.current.into(),
            c.recommended.into(),
            (c.recommended - c.current).into(),
            c.lower.into(),
            c.upper.into(),
        ]);
    }
    out::table(&table)?;
    let whole = |x: f64| crate::export::text::thousands(&format!("{x:.0}"));
    out::line(&format!(
        "\nbudget {} {}: {} {} from {} to {}; gain {} (90%: {} to {}), better than today with probability {:.0}%",
        whole(a.budget),
        a.currency,
        a.kpi,
        a.unit,
        whole(a.current.outcome.mean),
        whole(a.recommended.outcome.mean),
        whole(a.gain.mean),
        whole(a.gain.p05),
        whole(a.gain.p95),
        100.0 * a.gain.probability_positive,
    ))?;
    if let Some(reason) = &a.held_back {
        out::line(&format!(
            "no change is advised, because the fit cannot be relied on (`--anyway` for the plan nevertheless): {reason}"
        ))?;
    }
    out::line(&format!("run {}", a.run))
}
