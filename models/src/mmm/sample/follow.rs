//! How the deviations of geos follow the spread they are multiples of, learned from draws.
//!
//! Where a geo's data say how far it deviates, its standardised deviation shrinks as the spread grows; where they say
//! nothing, it does not move with it. `z_g = middle + lean t + exp(log_scale + widening t) x_g`, `t` the spread's own coordinate
//! held to a bounded range: between centred and non-centred, geo by geo.

use super::couple::{DOUBT, held};
use super::lanes::exp;

/// One follower given its leader.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Follower {
    middle: f64,
    lean: f64,
    log_scale: f64,
    widening: f64,
}

/// Parameters that lie side by side and follow one dense coordinate.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// Place of the leader among the dense coordinates.
    leader: usize,
    /// Slot of the first follower.
    first: usize,
    followers: Vec<Follower>,
}

/// What the way back needs: scale, and deviation from the line, by follower.
pub type Followed = Vec<(f64, f64)>;

impl Follow {
    /// How slots `first..first + columns.len()` follow the held coordinate `t` of `leader`; each column is one slot's draws,
    /// worth `independent` of them.
    #[must_use]
    pub fn of(
        leader: usize,
        first: usize,
        columns: impl Iterator<Item = Vec<f64>>,
        t: &[f64],
        independent: f64,
    ) -> Follow {
        let doubt = t.len() as f64 / independent.max(1.0) * DOUBT;
        let followers = columns.map(|z| follower(&z, t, doubt)).collect();
        Follow { leader, first, followers }
    }

    /// Sets the followers in `z`; the logarithm of the volume but for a constant.
    #[inline]
    pub fn place(&self, x: &[f64], own: &[f64], z: &mut [f64], followed: &mut Followed) -> f64 {
        let t = held(own[self.leader]).0;
        let mut volume = 0.0;
        for (i, f) in self.followers.iter().enumerate() {
            let wide = exp(f.log_scale + f.widening * t);
            let off = wide * x[self.first + i];
            z[self.first + i] = f.middle + f.lean * t + off;
            volume += f.widening * t;
            followed.push((wide, off));
        }
        volume
    }

    /// Slopes of the followers in place, and by the leader's coordinate, the volume's slope among it; takes what
    /// [`Follow::place`] left.
    #[inline]
    pub fn pull(&self, gradient: &mut [f64], own: &[f64], followed: &[(f64, f64)]) -> f64 {
        let mut by_t = 0.0;
        let slopes = gradient[self.first..].iter_mut();
        for ((f, g), (wide, off)) in self.followers.iter().zip(slopes).zip(followed) {
            by_t += *g * (f.lean + f.widening * off) + f.widening;
            *g *= wide;
        }
        by_t * held(own[self.leader]).1
    }

    /// Place of the leader among the dense coordinates.
    #[must_use]
    pub fn leader(&self) -> usize {
        self.leader
    }

    /// Slots of the followers.
    #[must_use]
    pub fn slots(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.followers.len()
    }
}

/// Straight line and its widening, both slopes pulled to 0 by `doubt` draws.
fn follower(z: &[f64], t: &[f64], doubt: f64) -> Follower {
    let n = t.len().max(1) as f64;
    let middle_t = t.iter().sum::<f64>() / n;
    let square = t.iter().map(|t| (t - middle_t).powi(2)).sum::<f64>() + doubt;
    // value at the middle of t, and slope
    let line = |y: &dyn Fn(usize) -> f64| -> (f64, f64) {
        let (mut mean, mut slope) = (0.0, 0.0);
        for (i, t) in t.iter().enumerate() {
            let y = y(i);
            mean += y / n;
            slope += y * (t - middle_t) / square;
        }
        (mean, slope)
    };
    let (mean, lean) = line(&|i| z[i]);
    let rest: Vec<f64> = z.iter().zip(t).map(|(z, t)| z - mean - lean * (t - middle_t)).collect();
    let variance = rest.iter().map(|r| r * r).sum::<f64>() / n;
    let (mut log, mut widening) = (0.5 * variance.max(1e-12).ln(), 0.0);
    for _ in 0..5 {
        // Fisher scoring of a gamma regression of squares; one far draw must not set the scale of all
        (log, widening) = line(&|i| {
            let now = log + widening * (t[i] - middle_t);
            now + 0.5 * ((rest[i] * rest[i] * exp(-2.0 * now)).min(12.0) - 1.0)
        });
    }
    Follower { middle: mean - lean * middle_t, lean, log_scale: log - widening * middle_t, widening }
}
