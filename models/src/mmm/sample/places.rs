//! Which parameter stands where in a vector, so that two models' vectors can be matched, and which of them lean together.

use super::problem::{Problem, Slots};

/// Most parameters whose correlations are kept: beyond, the products cost more than the gradient.
const MOST_DENSE: usize = 128;

/// The number of a channel's spread of geos in [`Place::Channel`].
pub const SPREAD: u8 = 4;

/// Which parameter stands in a place of the vector, so that two problems can be matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Of a channel: its size of effect, carry-over (0 and 1), half-saturation (2), slope (3), spread of geos (4).
    Channel(usize, u8),
    /// Effect of a channel.
    Effect(usize),
    /// A geo's deviation.
    Deviation(usize, usize),
    /// A coordinate of a channel's movement.
    Drift(usize, usize),
    /// A lever's coefficient.
    Lever(usize),
    /// Noise scale.
    Sigma,
    /// Degrees of freedom, or inverse root of the size.
    Dispersion,
    /// A coordinate of the linear block, where it is sampled; another model's may mean something else.
    Linear(usize),
    /// Anything else, by its place.
    Other(usize),
}

impl Place {
    /// The channel it belongs to alone.
    #[must_use]
    pub fn channel(self) -> Option<usize> {
        match self {
            Place::Effect(c) | Place::Channel(c, _) | Place::Drift(c, _) => Some(c),
            _ => None,
        }
    }
}

/// The parameters of `p` in the order of its vector.
#[must_use]
pub fn places(p: &Problem) -> Vec<Place> {
    let Slots { channels, levers, sigma, dispersion, linear, len, .. } = &p.slots;
    let mut out: Vec<Place> = (0..*len).map(Place::Other).collect();
    for (c, slots) in channels.iter().enumerate() {
        out[slots.effect] = Place::Effect(c);
        for i in 0..p.channels[c].carry.len() {
            out[slots.carry + i] = Place::Channel(c, i as u8);
        }
        for (slot, what) in [(slots.half, 2), (slots.slope, 3), (slots.spread, SPREAD)] {
            if let Some(slot) = slot {
                out[slot] = Place::Channel(c, what);
            }
        }
        if let Some(first) = slots.deviations {
            (0..p.geos).for_each(|g| out[first + g] = Place::Deviation(c, g));
        }
    }
    for (c, slots) in channels.iter().enumerate() {
        if let (Some(first), Some(basis)) = (slots.drift, &p.channels[c].drift) {
            (0..basis.len()).for_each(|k| out[first + k] = Place::Drift(c, k));
        }
    }
    levers.iter().enumerate().for_each(|(i, &slot)| out[slot] = Place::Lever(i));
    if let Some(slot) = *sigma {
        out[slot] = Place::Sigma;
    }
    if let Some(slot) = *dispersion {
        out[slot] = Place::Dispersion;
    }
    if let Some(first) = *linear {
        (0..p.linear.columns()).for_each(|j| out[first + j] = Place::Linear(j));
    }
    out
}

/// Parameters that a model has once, where they are not too many.
#[must_use]
pub fn densely(places: &[Place]) -> Vec<usize> {
    let once = |p: &Place| !matches!(p, Place::Deviation(..) | Place::Other(_));
    let out: Vec<usize> = (0..places.len()).filter(|&i| once(&places[i])).collect();
    if out.len() <= MOST_DENSE { out } else { Vec::new() }
}
