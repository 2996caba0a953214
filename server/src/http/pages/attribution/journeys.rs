//! The part of the page on journeys: the commonest ones, how long they are, which touch follows which.

use super::super::picture::{HALF, Picture};
use super::super::words;
use super::form::Form;
use crate::analysis::attribution::AttributionAnswer;
use crate::analysis::attribution::shape::Shape;

/// Figures and a table of the commonest paths.
pub(super) struct Journeys {
    pub pictures: Vec<Picture>,
    pub total: String,
    pub rows: Vec<Row>,
    pub deals: Vec<Deal>,
}

/// A deal to open.
pub(super) struct Deal {
    pub id: String,
    pub account: String,
    pub on: String,
    pub value: String,
    pub touches: String,
}

/// One distinct path.
pub(super) struct Row {
    pub path: String,
    pub won: String,
    pub value: String,
    pub lost: String,
}

/// What the page shows of journeys.
pub(super) fn journeys(form: &Form, answer: &AttributionAnswer, shape: &Shape) -> Journeys {
    let of = |name: &str, alt: &str| Picture::of(&format!("/attribution/{name}"), form.pairs(), alt);
    let mut pictures = vec![
        of("length", "Touches before the outcome").table("/api/v1/attribution/paths").wide(HALF).tall(320),
        of("lag", "Days from the first touch to the outcome").table("/api/v1/attribution/paths").wide(HALF).tall(320),
    ];
    // Above order 1 a state is several touches, too many to draw.
    if answer.transitions.iter().any(|e| e.from != "(start)" && !e.from.contains(" > ")) {
        pictures.push(of("graph", "From touch to touch").table("/api/v1/attribution").wide(1212));
        pictures.push(of("transitions", "Which touch follows which").table("/api/v1/attribution").wide(1212));
    }
    let row = |p: &crate::analysis::attribution::shape::PathCount| Row {
        path: if p.path.is_empty() {
            "(no touch that counts)".into()
        } else {
            p.path.split(" > ").map(words::name).collect::<Vec<_>>().join(" › ")
        },
        won: words::whole(p.total_conversions as i64),
        value: words::cents(p.total_conversion_value.0),
        lost: words::whole(p.total_null as i64),
    };
    let deal = |d: &crate::analysis::attribution::shape::NewDeal| Deal {
        id: d.deal.clone(),
        account: d.account.clone(),
        on: d.on.clone(),
        value: words::cents(d.value.0),
        touches: words::whole(d.touches as i64),
    };
    Journeys {
        pictures,
        total: words::whole(shape.total as i64),
        rows: shape.data.iter().map(row).collect(),
        deals: shape.deals.iter().map(deal).collect(),
    }
}
