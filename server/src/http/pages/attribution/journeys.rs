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
    if !answer.transitions.is_empty() {
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
    Journeys { pictures, total: words::whole(shape.total as i64), rows: shape.data.iter().map(row).collect() }
}
