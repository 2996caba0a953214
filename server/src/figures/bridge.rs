//! What moved a channel's number from one run to another.

use tandem_charts::Unit;
use tandem_charts::figures::waterfall::{Against, Cause, Total, Waterfall};
use tandem_charts::findings;

use super::caption::{name, of_run, unit};
use crate::analysis::bridge::{Bridge, BridgePath, ChannelBridge};
use crate::analysis::summary::Summary;
use crate::analysis::{AnalysisError, Result};

/// A waterfall over the steps of one channel; of the one whose number moved most unless told.
///
/// # Errors
/// `Rejected` for a channel that neither run has, or has no ROI in both; `NoData` where no channel has.
pub fn bridge(run: &Summary, told: &Bridge, channel: Option<&str>, measure: Option<&str>) -> Result<Waterfall> {
    let of = |c: &ChannelBridge| -> Result<Option<BridgePath>> {
        match measure {
            None | Some("roi") => Ok(c.roi.clone()),
            Some("contribution") => Ok(Some(c.contribution.clone())),
            Some(other) => {
                Err(AnalysisError::rejected("measure", format!("`{other}` is not accepted; roi and contribution are")))
            }
        }
    };
    let mut found: Option<(&str, BridgePath)> = None;
    for c in &told.channels {
        let Some(path) = of(c)? else { continue };
        let moved = |p: &BridgePath| (p.to - p.from).abs();
        let better = match channel {
            Some(asked) => asked == c.channel,
            None => found.as_ref().is_none_or(|(_, p)| moved(&path) > moved(p)),
        };
        if better {
            found = Some((&c.channel, path));
        }
    }
    let (channel, path) = found.ok_or_else(|| match channel {
        Some(asked) => AnalysisError::rejected("channel", format!("`{asked}` has no such number in both runs")),
        None => AnalysisError::NoData("no channel has a return in both runs".into()),
    })?;
    let contribution = measure == Some("contribution");
    let unit = if contribution { unit(run) } else { Unit::Plain };
    let measure = if contribution { "contribution" } else { "ROI" };
    let steps: Vec<(String, f64)> = told.steps.iter().cloned().zip(path.changes.iter().copied()).collect();
    let mut caption = of_run(run);
    caption.title = Some(findings::bridge(&name(channel), measure, &unit, (path.from, path.to), &steps));
    let steps = if steps.is_empty() { vec![("nothing differs".to_owned(), 0.0)] } else { steps };
    let causes =
        steps.into_iter().map(|(label, value)| Cause { label: name(&label), value, interval: None, because: None });
    Ok(Waterfall {
        caption,
        unit,
        outcome: format!("{measure} of {}", name(channel)),
        against: Against::Period,
        from: Total { label: "earlier run".into(), value: path.from },
        to: Total { label: "this run".into(), value: path.to },
        causes: causes.collect(),
        most: 7,
    })
}
