//! What was assumed beside what was learned, and what is left open of each return.

use std::collections::BTreeMap;

use tandem_charts::Unit;
use tandem_charts::density::Shape;
use tandem_charts::figures::ridgeline::{RidgeRow, Ridgeline};

use super::caption::{name, of_run};
use crate::analysis::shapes::ChannelShape;
use crate::analysis::summary::Summary;

/// Prior against posterior, of the channels whose prior is on what most channels' is.
#[must_use]
pub fn prior_posterior(run: &Summary, shapes: &[ChannelShape]) -> Ridgeline {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for s in shapes.iter().filter(|s| !s.prior.is_empty()) {
        *count.entry(&s.on).or_default() += 1;
    }
    let on = count.iter().max_by_key(|(_, n)| **n).map_or("", |(on, _)| *on);
    let (quantity, unit, line) = match on {
        "roi" => ("Revenue per unit of spend,", Unit::Ratio, Some((1.0, "break-even on revenue".to_owned()))),
        "mroi" => ("Revenue of the next unit of spend,", Unit::Ratio, Some((1.0, "break-even on revenue".to_owned()))),
        "share" => ("Share of the outcome,", Unit::Share, None),
        _ => ("Effect,", Unit::Plain, None),
    };
    let rows = run.channels.iter().enumerate().filter_map(|(color, c)| {
        let s = shapes.iter().find(|s| s.channel == c.channel && s.on == on && !s.prior.is_empty())?;
        Some(RidgeRow {
            channel: name(&c.channel),
            color,
            prior: Some(Shape::Draws(s.prior.clone())),
            posterior: Shape::Draws(s.posterior.clone()),
        })
    });
    Ridgeline { caption: of_run(run), quantity: quantity.into(), unit, line, rows: rows.collect() }
}

/// Densities of ROI, with break-even.
#[must_use]
pub fn roi_densities(run: &Summary, shapes: &[ChannelShape]) -> Ridgeline {
    let rows = run.channels.iter().enumerate().filter_map(|(color, c)| {
        let s = shapes.iter().find(|s| s.channel == c.channel && !s.roi.is_empty())?;
        let posterior = Shape::Draws(s.roi.clone());
        Some(RidgeRow { channel: name(&c.channel), color, prior: None, posterior })
    });
    let quantity = if run.basis == "gross_margin" { "ROI on gross margin" } else { "ROI on revenue" };
    Ridgeline {
        caption: of_run(run),
        quantity: quantity.into(),
        unit: Unit::Plain,
        line: Some((0.0, "break-even".into())),
        rows: rows.collect(),
    }
}
