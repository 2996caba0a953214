//! The eight paid channels: how money is spent on them, what it causes and which touches they leave.

/// How a channel's weekly spend is spread over the year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Flight {
    /// Every week, following the season and demand (`strength` 0..1).
    Always {
        /// How strongly spend follows the season: the confounding every analyst meets.
        follows_season: f64,
    },
    /// On for some weeks, off for some, with another start in each region.
    Bursts {
        /// Weeks on.
        on: i32,
        /// Weeks off.
        off: i32,
    },
    /// A few peaks a year, with small spend in between.
    Peaks {
        /// Weeks from one peak to the next.
        every: i32,
    },
    /// Strong at the start of each quarter, thin later.
    QuarterStart,
}

/// One paid channel of the simulated company.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Name in every table, for example `paid_search`.
    pub name: &'static str,
    /// Name for people, used in campaign names.
    pub label: &'static str,
    /// Share of the yearly spend; shares sum to 1.
    pub share: f64,
    /// Return the effect is scaled to: won revenue of directly caused inquiries per unit of spend, before capacity,
    /// deals already open and the end of the data take their part. 0 switches the direct effect off.
    pub planned_roas: f64,
    /// Share of adstock kept from one week to the next, `0..1`.
    pub retention: f64,
    /// Half saturation as a multiple of the mean weekly spend per person.
    pub half: f64,
    /// Hill slope, `>= 1`.
    pub slope: f64,
    /// Weight of a unit of spend in the slow brand stock.
    pub brand: f64,
    /// Multiplier on an inquiry's chance of becoming an SQL and of being won.
    pub quality: f64,
    /// Chance that the touch which caused an inquiry is recorded.
    pub visible: f64,
    /// Weight among touches of buyers who already have intent: selection, not effect.
    pub capture: f64,
    /// Everyday touches per thousand of spend, relative to the other channels.
    pub exposure: f64,
    /// Cost of a thousand impressions.
    pub cpm: f64,
    /// Cost of a click, visit or send.
    pub cpc: f64,
    /// How spend is spread over time.
    pub flight: Flight,
    /// `kind` of its touches.
    pub touch_kind: &'static str,
}

/// Touch channels without spend, after the paid ones.
pub(crate) const UNPAID: [(&str, &str); 2] = [("organic_search", "visit"), ("direct", "visit")];

/// The channels of every preset.
#[rustfmt::skip]
pub(crate) fn defaults() -> Vec<Channel> {
    use Flight::{Always, Bursts, Peaks, QuarterStart};
    let channel = |name, label, share, planned_roas, (retention, half, slope): (f64, f64, f64), brand, quality,
                   (visible, capture, exposure): (f64, f64, f64), (cpm, cpc): (f64, f64), flight, touch_kind| Channel {
        name, label, share, planned_roas, retention, half, slope, brand, quality, visible, capture, exposure, cpm, cpc, flight, touch_kind,
    };
    vec![
        channel("paid_search", "Paid search", 0.22, 3.7, (0.15, 0.8, 1.0), 0.0, 1.10, (0.95, 0.34, 1.0), (45.0, 6.5), Always { follows_season: 0.9 }, "click"),
        channel("linkedin", "LinkedIn", 0.21, 3.3, (0.55, 1.5, 1.2), 0.6, 1.05, (0.55, 0.06, 0.8), (38.0, 9.0), Bursts { on: 7, off: 3 }, "click"),
        channel("display", "Display", 0.12, 0.5, (0.45, 0.8, 1.0), 0.5, 0.75, (0.60, 0.10, 4.0), (6.0, 2.2), Bursts { on: 5, off: 4 }, "click"),
        channel("webinars", "Webinars", 0.08, 6.5, (0.35, 2.2, 1.1), 0.5, 1.20, (0.95, 0.05, 1.6), (25.0, 14.0), Peaks { every: 4 }, "attended"),
        channel("events", "Events", 0.20, 2.9, (0.70, 2.0, 1.3), 1.0, 1.25, (0.90, 0.02, 0.4), (60.0, 90.0), Peaks { every: 9 }, "visited"),
        channel("content_syndication", "Content syndication", 0.09, 0.9, (0.20, 1.0, 1.0), 0.0, 0.42, (0.95, 0.03, 1.2), (30.0, 25.0), QuarterStart, "download"),
        channel("email", "Email", 0.03, 7.8, (0.10, 1.2, 1.0), 0.0, 1.00, (0.95, 0.13, 18.0), (8.0, 0.4), Always { follows_season: 0.2 }, "click"),
        channel("review_sites", "Review sites", 0.05, 5.0, (0.30, 1.5, 1.0), 0.0, 1.25, (0.80, 0.08, 1.0), (50.0, 18.0), Always { follows_season: 0.4 }, "visit"),
    ]
}
