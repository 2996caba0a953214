//! Ids of runs, jobs, scenarios and imports: a letter and a time-ordered UUID, so that sorting by id is sorting by age.

fn fresh(letter: char) -> String {
    format!("{letter}_{}", uuid::Uuid::now_v7().simple())
}

/// A run's id.
#[must_use]
pub fn run() -> String {
    fresh('r')
}

/// A job's id.
#[must_use]
pub fn job() -> String {
    fresh('j')
}

/// A scenario's id.
#[must_use]
pub fn scenario() -> String {
    fresh('s')
}

/// An id of a try to import.
#[must_use]
pub fn import() -> String {
    fresh('i')
}
