//! The coordinates that chains move in: the posterior's own centre, scales and correlations, so that one step size fits all
//! directions.
//!
//! `z = centre + A x`, where `A` is the Cholesky factor of the covariance of the parameters that a model has once (effect,
//! carry-over, saturation, noise), and a diagonal for those it has by geo or column. The map is linear, so the density of
//! `x` differs from that of `z` by a constant.

use super::problem::{Problem, Slots};

/// Most parameters whose correlations are kept: beyond, the products cost more than the gradient.
const MOST_DENSE: usize = 128;

/// Which parameter stands in a place of the vector, so that two problems can be matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Of a channel: its size of effect, carry-over (0 and 1), half-saturation (2), slope (3), spread of geos (4).
    Channel(usize, u8),
    /// Effect of a channel.
    Effect(usize),
    /// A geo's deviation.
    Deviation(usize, usize),
    /// Noise scale.
    Sigma,
    /// Degrees of freedom, or inverse root of the size.
    Dispersion,
    /// A coordinate of the linear block, where it is sampled; another model's may mean something else.
    Linear(usize),
    /// Anything else, by its place.
    Other(usize),
}

/// Centre, scales and correlations of a vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    places: Vec<Place>,
    centre: Vec<f64>,
    scale: Vec<f64>,
    /// Places whose correlations are kept.
    dense: Vec<usize>,
    /// Their covariance, row by row.
    covariance: Vec<f64>,
    /// Its lower Cholesky factor.
    factor: Vec<f64>,
}

/// The parameters of `p` in the order of its vector.
fn places(p: &Problem) -> Vec<Place> {
    let Slots { channels, sigma, dispersion, linear, len, .. } = &p.slots;
    let mut out: Vec<Place> = (0..*len).map(Place::Other).collect();
    for (c, slots) in channels.iter().enumerate() {
        out[slots.effect] = Place::Effect(c);
        for i in 0..p.channels[c].carry.len() {
            out[slots.carry + i] = Place::Channel(c, i as u8);
        }
        for (slot, what) in [(slots.half, 2), (slots.slope, 3), (slots.spread, 4)] {
            if let Some(slot) = slot {
                out[slot] = Place::Channel(c, what);
            }
        }
        if let Some(first) = slots.deviations {
            (0..p.geos).for_each(|g| out[first + g] = Place::Deviation(c, g));
        }
    }
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

impl Frame {
    /// The plain frame around `start`: every parameter on its own scale.
    #[must_use]
    pub fn plain(p: &Problem, start: &[f64]) -> Frame {
        Frame {
            places: places(p),
            centre: start.to_vec(),
            scale: vec![1.0; start.len()],
            dense: Vec::new(),
            covariance: Vec::new(),
            factor: Vec::new(),
        }
    }

    /// The frame of `draws` of `p`, each `dim` long. Correlations are shrunk by what so few draws cannot know.
    #[must_use]
    pub fn of<'a>(p: &Problem, draws: impl Iterator<Item = &'a [f64]> + Clone) -> Frame {
        let places = places(p);
        let n = draws.clone().count().max(1) as f64;
        let dim = places.len();
        let mut centre = vec![0.0; dim];
        draws.clone().for_each(|z| centre.iter_mut().zip(z).for_each(|(c, z)| *c += z / n));
        let mut scale = vec![0.0; dim];
        for z in draws.clone() {
            scale.iter_mut().zip(z).zip(&centre).for_each(|((s, z), c)| *s += (z - c).powi(2) / n);
        }
        scale.iter_mut().for_each(|s| *s = s.sqrt().clamp(1e-6, 1e3));
        let dense = densely(&places);
        let k = dense.len();
        let shrink = n / (n + 2.0 * k as f64);
        let mut covariance = vec![0.0; k * k];
        for z in draws {
            let off: Vec<f64> = dense.iter().map(|&i| z[i] - centre[i]).collect();
            for (row, a) in covariance.chunks_exact_mut(k).zip(&off) {
                row.iter_mut().zip(&off).for_each(|(v, b)| *v += shrink * a * b / n);
            }
        }
        for (i, &slot) in dense.iter().enumerate() {
            covariance[i * k + i] = scale[slot] * scale[slot];
        }
        Frame { places, centre, scale, dense, covariance, factor: Vec::new() }.factored()
    }

    /// The same knowledge for another problem: parameters that both have keep it, the others start at `start`.
    #[must_use]
    pub fn carried_to(&self, p: &Problem, start: &[f64]) -> Frame {
        let mut out = Frame::plain(p, start);
        let from: Vec<Option<usize>> = if out.places == self.places {
            (0..start.len()).map(Some).collect()
        } else {
            let known = |place: &Place| {
                (!matches!(place, Place::Other(_) | Place::Linear(_)))
                    .then(|| self.places.iter().position(|own| own == place))
                    .flatten()
            };
            out.places.iter().map(known).collect()
        };
        for (i, from) in from.iter().enumerate() {
            if let Some(f) = *from {
                (out.centre[i], out.scale[i]) = (self.centre[f], self.scale[f]);
            }
        }
        out.dense = densely(&out.places);
        let k = out.dense.len();
        let old: Vec<Option<usize>> =
            out.dense.iter().map(|&i| from[i].and_then(|f| self.dense.iter().position(|d| *d == f))).collect();
        out.covariance = vec![0.0; k * k];
        for i in 0..k {
            for j in 0..k {
                out.covariance[i * k + j] = match (old[i], old[j]) {
                    _ if i == j => out.scale[out.dense[i]].powi(2),
                    (Some(a), Some(b)) => self.covariance[a * self.dense.len() + b],
                    _ => 0.0,
                };
            }
        }
        out.factored()
    }

    /// With the Cholesky factor of its covariance; without correlations where it has none (rounding).
    fn factored(mut self) -> Frame {
        let k = self.dense.len();
        let mut l = self.covariance.clone();
        for i in 0..k {
            for j in 0..=i {
                let below: f64 = (0..j).map(|m| l[i * k + m] * l[j * k + m]).sum();
                let v = l[i * k + j] - below;
                l[i * k + j] = if i == j { v.sqrt() } else { v / l[j * k + j] };
            }
            l[i * k + i + 1..(i + 1) * k].fill(0.0);
        }
        if l.iter().all(|v| v.is_finite()) {
            self.factor = l;
        } else {
            (self.dense, self.covariance, self.factor) = (Vec::new(), Vec::new(), Vec::new());
        }
        self
    }

    /// Length of the vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.centre.len()
    }

    /// `z` at `x`.
    #[inline]
    pub fn place(&self, x: &[f64], z: &mut [f64]) {
        for (((z, x), c), s) in z.iter_mut().zip(x).zip(&self.centre).zip(&self.scale) {
            *z = c + s * x;
        }
        let k = self.dense.len();
        for (i, &slot) in self.dense.iter().enumerate() {
            let row = &self.factor[i * k..=i * k + i];
            let moved: f64 = row.iter().zip(&self.dense).map(|(l, &j)| l * x[j]).sum();
            z[slot] = self.centre[slot] + moved;
        }
    }

    /// The slope by `x` from the slope by `z`; `scratch` is as long.
    #[inline]
    pub fn pull(&self, gradient: &mut [f64], scratch: &mut [f64]) {
        let k = self.dense.len();
        scratch[..k].fill(0.0);
        for (i, &slot) in self.dense.iter().enumerate() {
            let g = gradient[slot];
            for (s, l) in scratch.iter_mut().zip(&self.factor[i * k..=i * k + i]) {
                *s += l * g;
            }
        }
        for (g, s) in gradient.iter_mut().zip(&self.scale) {
            *g *= s;
        }
        for (&slot, s) in self.dense.iter().zip(scratch.iter()) {
            gradient[slot] = *s;
        }
    }
}

/// Parameters that a model has once, where they are not too many.
fn densely(places: &[Place]) -> Vec<usize> {
    let once = |p: &Place| !matches!(p, Place::Deviation(..) | Place::Other(_));
    let out: Vec<usize> = (0..places.len()).filter(|&i| once(&places[i])).collect();
    if out.len() <= MOST_DENSE { out } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testbed::{design, panel};
    use super::super::{build, fit};
    use super::*;

    fn problem(spec: &str) -> Arc<Problem> {
        Arc::new(build::problem(&design(&panel(1, 40, 3, 5), spec)).expect("the problem builds"))
    }

    /// Draws in which parameter 1 follows parameter 0.
    fn draws(dim: usize) -> Vec<Vec<f64>> {
        (0..400)
            .map(|i| {
                let mut z: Vec<f64> = (0..dim).map(|j| ((i * (j + 3)) as f64 * 0.7).sin()).collect();
                z[1] = 5.0 + 2.0 * z[0] + 0.1 * z[1];
                z
            })
            .collect()
    }

    #[test]
    fn a_frame_has_the_covariance_of_its_draws_and_the_slopes_of_its_map() {
        let p = problem("");
        let dim = p.slots.len;
        let draws = draws(dim);
        let frame = Frame::of(&p, draws.iter().map(Vec::as_slice));
        // column j of the map is how z moves with x_j
        let at = |x: &[f64]| {
            let mut z = vec![0.0; dim];
            frame.place(x, &mut z);
            z
        };
        let origin = at(&vec![0.0; dim]);
        assert!((origin[1] - 5.0).abs() < 0.2);
        let columns: Vec<Vec<f64>> = (0..dim)
            .map(|j| {
                let mut x = vec![0.0; dim];
                x[j] = 1.0;
                at(&x).iter().zip(&origin).map(|(a, b)| a - b).collect()
            })
            .collect();
        let covariance = |a: usize, b: usize| columns.iter().map(|c| c[a] * c[b]).sum::<f64>();
        assert!(covariance(0, 1) / (covariance(0, 0) * covariance(1, 1)).sqrt() > 0.85);
        let slope: Vec<f64> = (0..dim).map(|i| i as f64 - 3.0).collect();
        let (mut pulled, mut scratch) = (slope.clone(), vec![0.0; dim]);
        frame.pull(&mut pulled, &mut scratch);
        for (j, column) in columns.iter().enumerate() {
            let want: f64 = column.iter().zip(&slope).map(|(a, b)| a * b).sum();
            assert!((want - pulled[j]).abs() < 1e-9, "{j}: {want} {}", pulled[j]);
        }
    }

    #[test]
    fn what_was_learned_is_carried_to_a_model_with_other_parameters() {
        let (p, other) = (problem(""), problem("[adstock]\nkind = 'delayed'"));
        let draws = draws(p.slots.len);
        let frame = Frame::of(&p, draws.iter().map(Vec::as_slice));
        let carried = frame.carried_to(&other, &fit::start(&other));
        let of = |f: &Frame, place: Place| {
            let i = f.places.iter().position(|p| *p == place).expect("it is there");
            (f.centre[i], f.scale[i])
        };
        for c in 0..3 {
            for place in [Place::Effect(c), Place::Channel(c, 0), Place::Channel(c, 2)] {
                assert_eq!(of(&frame, place), of(&carried, place));
            }
            assert_eq!(of(&carried, Place::Channel(c, 1)).1, 1.0);
        }
        assert_eq!(of(&frame, Place::Sigma), of(&carried, Place::Sigma));
    }
}
