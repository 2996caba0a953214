//! How observations lie in memory: time packed by eights for one geo, geos packed by eights for many.

use super::lanes::{F8, LANES};

/// Layout of the `G x T` observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One geo: eight periods a vector.
    National {
        /// Periods.
        periods: usize,
    },
    /// Many geos: eight geos a vector, `[block of geos][period]`.
    Geo {
        /// Geos.
        geos: usize,
        /// Periods.
        periods: usize,
    },
}

impl Layout {
    /// The layout for a panel.
    #[must_use]
    pub fn of(geos: usize, periods: usize) -> Layout {
        if geos == 1 { Layout::National { periods } } else { Layout::Geo { geos, periods } }
    }

    /// Vectors needed.
    #[must_use]
    pub fn len(self) -> usize {
        match self {
            Layout::National { periods } => periods.div_ceil(LANES),
            Layout::Geo { geos, periods } => geos.div_ceil(LANES) * periods,
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Observations, `G * T`.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Layout::National { periods } => periods,
            Layout::Geo { geos, periods } => geos * periods,
        }
    }

    /// Vector and lane of geo `g`, period `t`.
    #[must_use]
    pub fn place(self, g: usize, t: usize) -> (usize, usize) {
        match self {
            Layout::National { .. } => (t / LANES, t % LANES),
            Layout::Geo { periods, .. } => ((g / LANES) * periods + t, g % LANES),
        }
    }

    /// Sets padding lanes to 0.
    pub fn clear_padding(self, rows: &mut [F8]) {
        match self {
            Layout::National { periods } => {
                if let (Some(last), used @ 1..) = (rows.last_mut(), periods % LANES) {
                    last.0[used..].fill(0.0);
                }
            }
            Layout::Geo { geos, periods } => {
                let used = geos % LANES;
                if used > 0 {
                    let first = rows.len() - periods;
                    rows[first..].iter_mut().for_each(|r| r.0[used..].fill(0.0));
                }
            }
        }
    }

    /// Packs `value(g, t)`; padding lanes hold 0.
    #[must_use]
    pub fn pack(self, value: impl Fn(usize, usize) -> f64) -> Vec<F8> {
        let mut out = vec![F8::ZERO; self.len()];
        let (geos, periods) = match self {
            Layout::National { periods } => (1, periods),
            Layout::Geo { geos, periods } => (geos, periods),
        };
        for g in 0..geos {
            for t in 0..periods {
                let (v, l) = self.place(g, t);
                out[v].0[l] = value(g, t);
            }
        }
        out
    }
}
