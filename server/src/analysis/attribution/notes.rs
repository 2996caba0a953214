//! What must be said beside the numbers, in sentences.

use tandem_models::attribution::Note;

use super::AttributionAnswer;

/// One sentence a note of each model, and how well paths predict at all. `name` gives a channel's name as shown.
pub fn notes(answer: &AttributionAnswer, name: impl Fn(&str) -> String) -> Vec<String> {
    let mut all = Vec::new();
    if !answer.orders.is_empty() {
        let each: Vec<String> = answer
            .orders
            .iter()
            .filter(|o| o.auc.is_finite())
            .map(|o| format!("order {} {:.3}", o.order, o.auc))
            .collect();
        if !each.is_empty() {
            all.push(format!(
                "Out of sample, the last touches of a path tell who converts with an AUC of {} (0.5 is chance): the less above 0.5, the less any model of paths deserves trust",
                each.join(", ")
            ));
        }
    }
    for m in &answer.models {
        for note in &m.notes {
            let text = match note {
                Note::NotRanked { channels } => format!(
                    "{}: the data do not rank {} against a neighbour",
                    m.label,
                    channels.iter().map(|c| name(c)).collect::<Vec<_>>().join(", ")
                ),
                Note::LinearOverDistinctChannels => {
                    format!("{}: this is linear credit over distinct channels, and no more", m.label)
                }
                Note::LinearOverTouches => format!("{}: this sums to linear credit over touches", m.label),
                Note::Order { order, chosen: true } => format!("{}: order {order}, chosen out of sample", m.label),
                Note::Order { order, chosen: false } => format!("{}: order {order}", m.label),
                Note::Auc { auc } => format!("{}: paths tell winners from others with an AUC of {auc:.2}", m.label),
                Note::NotConverged { iterations } => {
                    format!("{}: stopped after {iterations} iterations, before its tolerance", m.label)
                }
            };
            all.push(text);
        }
    }
    all
}
