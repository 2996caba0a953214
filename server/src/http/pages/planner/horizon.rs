//! The stretch of time that a planner speaks in: a quarter, whatever the model's periods are.

use crate::analysis::summary::Summary;

/// A stretch of time and how often it fits into a run's period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// What it is called.
    pub name: &'static str,
    /// How often it fits into the run's period.
    pub times: f64,
}

impl Horizon {
    /// A quarter; the whole period of a run that is shorter.
    #[must_use]
    pub fn of(s: &Summary) -> Horizon {
        let each = match s.period_days {
            7 => 13.0,
            28..=31 => 3.0,
            days => (91.0 / f64::from(days.max(1))).max(1.0),
        };
        let times = s.periods.len() as f64 / each;
        if times < 1.0 { Horizon { name: "period", times: 1.0 } } else { Horizon { name: "quarter", times } }
    }
}
