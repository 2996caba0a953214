//! How the deviations of geos follow the spread they are multiples of, learned from draws.
//!
//! Where a geo's data say how far it deviates, its standardised deviation shrinks as the spread grows; where they say
//! nothing, it does not move with it. `z_g = middle + lean t + exp(log_scale + widening t) x_g`, `t` the spread's own coordinate
//! held to a bounded range: between centred and non-centred, geo by geo. What geos have in common is told well by many of them, so
//! each is pulled to the others by as much as draws are too few to tell it by itself.

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
    /// How slots `first..` follow the held coordinate `t` of `leader`; each column is one slot's draws and, where known, the
    /// slopes of the log density by it at the same draws. Draws are worth `independent` of them.
    #[must_use]
    pub fn of(
        leader: usize,
        first: usize,
        columns: impl Iterator<Item = (Vec<f64>, Vec<f64>)>,
        t: &[f64],
        independent: f64,
    ) -> Follow {
        let n = t.len().max(1) as f64;
        let rate = n / independent.max(1.0);
        let doubt = rate * DOUBT;
        let middle = t.iter().sum::<f64>() / n;
        let square = t.iter().map(|t| (t - middle).powi(2)).sum::<f64>();
        let (mut followers, mut leans, mut errors) = (Vec::new(), Vec::new(), 0.0);
        for (z, slopes) in columns {
            let own = follower(&z, t, doubt);
            let scale = exp(own.log_scale + own.widening * middle);
            let (lean, error) = lean_by_slopes(&z, &slopes, t).unwrap_or((own.lean / scale, 1.0 / square.max(1e-12)));
            followers.push(own);
            leans.push(lean);
            errors += error;
        }
        together(&mut leans, rate * errors / followers.len().max(1) as f64);
        let mut widenings: Vec<f64> = followers.iter().map(|f: &Follower| f.widening).collect();
        // the slope of a logarithm of scale errs by half the variance of a slope
        together(&mut widenings, 0.5 * rate * square / (square + doubt).powi(2));
        for ((f, lean), widening) in followers.iter_mut().zip(leans).zip(widenings) {
            let (mean, log) = (f.middle + f.lean * middle, f.log_scale + f.widening * middle);
            (f.lean, f.widening) = (lean * exp(log), widening);
            (f.middle, f.log_scale) = (mean - f.lean * middle, log - f.widening * middle);
        }
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

/// The lean in standard deviations from slopes of the log density, and the variance it errs by.
///
/// Given the leader, the slope by a follower is `-(z - middle - lean t) / scale^2` on average over all other parameters: where a
/// draw happens to lie adds no error, only what the others pull. Draws alone err ten times as much, and hundreds of
/// followers that lean wrongly are together what holds the leader.
fn lean_by_slopes(z: &[f64], slopes: &[f64], t: &[f64]) -> Option<(f64, f64)> {
    let n = slopes.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (mean_z, mean_s, mean_t) = (mean(z), mean(slopes), mean(t));
    let (mut zz, mut zt, mut tt, mut zs, mut ts, mut ss) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for ((z, s), t) in z.iter().zip(slopes).zip(t) {
        let (z, s, t) = (z - mean_z, s - mean_s, t - mean_t);
        (zz, zt, tt) = (zz + z * z, zt + z * t, tt + t * t);
        (zs, ts, ss) = (zs + z * s, ts + t * s, ss + s * s);
    }
    let det = zz * tt - zt * zt;
    let by_z = (zs * tt - ts * zt) / det;
    let by_t = (ts * zz - zs * zt) / det;
    let rest = (ss - by_z * zs - by_t * ts).max(0.0) / n;
    let (lean, error) = (by_t / (-by_z).sqrt(), rest / -by_z * zz / det);
    (slopes.len() >= FEWEST && by_z < 0.0 && lean.is_finite() && error.is_finite()).then_some((lean, error))
}

/// Draws below which slopes say nothing.
const FEWEST: usize = 10;

/// Pulls values that each err by a variance `noise` towards their mean, as far as noise explains that they differ.
fn together(values: &mut [f64], noise: f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    let real = (1.0 - noise / variance.max(1e-300)).max(0.0);
    values.iter_mut().for_each(|v| *v = mean + real * (*v - mean));
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::StandardNormal;

    /// Followers that lean alternately by 0.15 and -0.15 standard deviations, scale 2: how far what is learned of 80 draws is off.
    fn off(with_slopes: bool, leaning: f64) -> f64 {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut n = || rng.sample::<f64, _>(StandardNormal);
        let t: Vec<f64> = (0..80).map(|_| held(n()).0).collect();
        let leans: Vec<f64> = (0..200).map(|g| if g % 2 == 0 { leaning } else { -leaning }).collect();
        let columns: Vec<(Vec<f64>, Vec<f64>)> = leans
            .iter()
            .map(|lean| {
                let drawn: Vec<(f64, f64)> = t
                    .iter()
                    .map(|t| {
                        let own = n();
                        // others pull a little
                        (7.0 + 2.0 * (lean * t + own), (-own + 0.1 * n()) / 2.0)
                    })
                    .collect();
                let (z, slopes) = drawn.into_iter().unzip();
                (z, if with_slopes { slopes } else { Vec::new() })
            })
            .collect();
        let follow = Follow::of(0, 0, columns.into_iter(), &t, 80.0);
        let square = |(f, lean): (&Follower, &f64)| (f.lean / 2.0 - lean).powi(2);
        (follow.followers.iter().zip(&leans).map(square).sum::<f64>() / 200.0).sqrt()
    }

    #[test]
    fn slopes_tell_how_geos_lean_where_draws_alone_do_not() {
        assert!(off(true, 0.15) < 0.04, "{}", off(true, 0.15));
        // negative control: draws alone
        assert!(off(false, 0.15) > 0.06, "{}", off(false, 0.15));
    }

    #[test]
    fn where_no_geo_leans_none_is_made_to() {
        assert!(off(false, 0.0) < 0.03 && off(true, 0.0) < 0.01, "{} {}", off(false, 0.0), off(true, 0.0));
    }
}
