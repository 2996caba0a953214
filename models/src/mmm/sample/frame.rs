//! The coordinates that chains move in: the posterior's own centre, scales and correlations, so that one step size fits all
//! directions.
//!
//! Parameters that a model has once (effect, carry-over, saturation, noise) go through three maps, each learned from draws:
//! `z = bend(A couple(x))`. `couple` undoes how one channel's parameters curve and widen with each other, `A` is the Cholesky
//! factor of the correlations, and `bend` gives every marginal back its skew and tails. Parameters by geo or column are only
//! centred and scaled. The density of `x` is that of `z` times the volume of the map, whose slope is part of the gradient.

use std::sync::Arc;

use super::bend::Bend;
use super::correlations;
use super::couple::{self, Group};
use super::density::Density;
use super::follow::{Follow, Followed};
use super::places::{Place, SPREAD, densely, places};
use super::problem::Problem;
use super::square::Square;

/// Centre, scales and correlations of a vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    places: Vec<Place>,
    /// By place, from the straightened coordinate to the parameter.
    bends: Vec<Bend>,
    /// Places whose correlations are kept.
    dense: Vec<usize>,
    /// Covariance of their straightened coordinates.
    covariance: Square,
    /// Its lower Cholesky factor.
    factor: Square,
    /// Which of them go together, one group a channel.
    groups: Vec<Group>,
    /// What follows one of them, the deviations of geos.
    follows: Vec<Follow>,
}

/// What [`Frame::pull`] needs to know of the last point placed.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// Dense coordinates as the sampler moves them.
    own: Vec<f64>,
    /// The same with each channel's coupling; scratch on the way back.
    moved: Vec<f64>,
    /// Slopes of their bends, and the second derivative over the slope.
    slope: Vec<f64>,
    turn: Vec<f64>,
    followed: Followed,
}

impl Frame {
    /// The plain frame around `start`: every parameter on its own scale.
    #[must_use]
    pub fn plain(p: &Problem, start: &[f64]) -> Frame {
        Frame {
            places: places(p),
            bends: start.iter().map(|s| Bend::line(*s, 1.0)).collect(),
            dense: Vec::new(),
            covariance: Square::default(),
            factor: Square::default(),
            groups: Vec::new(),
            follows: Vec::new(),
        }
    }

    /// The frame of `draws` of `p`, each `dim` long, chain by chain. Correlations and bends are shrunk by what so few draws
    /// cannot know.
    #[must_use]
    pub fn of<'a>(p: &Arc<Problem>, draws: impl Iterator<Item = &'a [f64]> + Clone) -> Frame {
        let places = places(p);
        let n = draws.clone().count().max(1) as f64;
        let dense = densely(&places);
        let mut is_dense = vec![false; places.len()];
        dense.iter().for_each(|&i| is_dense[i] = true);
        let bends: Vec<Bend> = (0..places.len())
            .map(|i| {
                let own: Vec<f64> = draws.clone().map(|z| z[i]).collect();
                Bend::of(own, if is_dense[i] { n * INDEPENDENT } else { 0.0 })
            })
            .collect();
        let straight: Vec<Vec<f64>> =
            draws.clone().map(|z| dense.iter().map(|&i| bends[i].inverse(z[i])).collect()).collect();
        let channel = |i: usize| places[dense[i]].channel();
        let covariance = correlations::covariance(&straight, |i, j| channel(i).is_some() && channel(i) == channel(j));
        let mut out = Frame {
            places,
            bends,
            dense,
            covariance,
            factor: Square::default(),
            groups: Vec::new(),
            follows: Vec::new(),
        }
        .factored();
        let slopes = slopes(p, draws.clone()).unwrap_or_default();
        let white: Vec<Vec<f64>> = straight.iter().map(|u| out.factor.forward(u)).collect();
        for (first, len) in out.groups_of_channels() {
            let (group, held) = Group::of(first, len, &white, n * INDEPENDENT);
            out.groups.push(group);
            let spread =
                (first..first + len).find(|&at| matches!(out.places[out.dense[at]], Place::Channel(_, SPREAD)));
            let Some((leader, followers)) = spread.and_then(|at| out.followers(at).map(|f| (at, f))) else { continue };
            let t: Vec<f64> = held.iter().map(|t| t[leader - first]).collect();
            let columns = followers
                .clone()
                .map(|slot| (draws.clone().map(|z| z[slot]).collect(), slopes.iter().map(|g| g[slot]).collect()));
            out.follows.push(Follow::of(leader, followers.start, columns, &t, n * INDEPENDENT));
        }
        out
    }

    /// Slots of the deviations whose spread is the dense place `at`.
    fn followers(&self, at: usize) -> Option<std::ops::Range<usize>> {
        let channel = self.places[self.dense[at]].channel()?;
        let own = |place: &Place| matches!(place, Place::Deviation(c, _) if *c == channel);
        let first = self.places.iter().position(own)?;
        Some(first..first + self.places[first..].iter().take_while(|place| own(place)).count())
    }

    /// Runs of dense places of one channel: first and length.
    fn groups_of_channels(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let of = |i: usize| self.places[i].channel();
        let mut out: Vec<(usize, usize)> = Vec::new();
        for (at, &slot) in self.dense.iter().enumerate() {
            let Some(c) = of(slot) else { continue };
            match out.last_mut() {
                Some((first, len))
                    if *first + *len == at && of(self.dense[*first]) == Some(c) && *len < couple::MOST =>
                {
                    *len += 1
                }
                _ => out.push((at, 1)),
            }
        }
        out.into_iter().filter(|(_, len)| *len > 1)
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
        for (bend, from) in out.bends.iter_mut().zip(&from) {
            if let Some(f) = *from {
                *bend = self.bends[f];
            }
        }
        out.dense = densely(&out.places);
        let k = out.dense.len();
        let old: Vec<Option<usize>> =
            out.dense.iter().map(|&i| from[i].and_then(|f| self.dense.iter().position(|d| *d == f))).collect();
        out.covariance = Square::zeros(k);
        for i in 0..k {
            for j in 0..=i {
                let known = match (old[i], old[j]) {
                    (Some(a), Some(b)) => self.covariance.at(a, b),
                    _ => f64::from(u8::from(i == j)),
                };
                out.covariance.add(i, j, known);
            }
        }
        out = out.factored();
        if out.places == self.places {
            out.groups.clone_from(&self.groups);
            out.follows.clone_from(&self.follows);
        }
        out
    }

    /// With the Cholesky factor of its covariance; without correlations where it has none (rounding).
    fn factored(mut self) -> Frame {
        match self.covariance.cholesky() {
            Some(factor) => self.factor = factor,
            None => {
                self.dense = Vec::new();
                (self.covariance, self.factor) = (Square::default(), Square::default());
            }
        }
        self
    }

    /// Length of the vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.bends.len()
    }

    /// Whether deviations of geos are told apart from the spreads that they follow.
    #[must_use]
    pub fn frees_deviations(&self) -> bool {
        !self.follows.is_empty()
    }

    /// `z` at `x`; the logarithm of the map's volume but for a constant.
    #[inline]
    pub fn place(&self, x: &[f64], z: &mut [f64], placed: &mut Placed) -> f64 {
        for ((z, x), bend) in z.iter_mut().zip(x).zip(&self.bends) {
            *z = bend.middle + bend.core * x;
        }
        let k = self.dense.len();
        let Placed { own, moved, slope, turn, followed } = placed;
        for room in [&mut *own, &mut *moved, &mut *slope, &mut *turn] {
            room.resize(k, 0.0);
        }
        for ((own, moved), &j) in own.iter_mut().zip(moved.iter_mut()).zip(&self.dense) {
            (*own, *moved) = (x[j], x[j]);
        }
        let mut log = 0.0;
        for group in &self.groups {
            log += group.place(moved, own);
        }
        let mut volume = 1.0;
        for (i, &slot) in self.dense.iter().enumerate() {
            let u = self.factor.row(i).iter().zip(moved.iter()).map(|(l, x)| l * x).sum();
            let bend = &self.bends[slot];
            let (value, first, second) = bend.at(u);
            z[slot] = value;
            slope[i] = first;
            turn[i] = second / first;
            volume *= first / bend.core;
        }
        followed.clear();
        for follow in &self.follows {
            log += follow.place(x, own, z, followed);
        }
        volume.ln() + log
    }

    /// The slope by `x` from the slope by `z`, at the point placed last; the volume's slope is added.
    #[inline]
    pub fn pull(&self, gradient: &mut [f64], placed: &mut Placed) {
        let Placed { own, moved: scratch, slope, turn, followed } = placed;
        scratch.fill(0.0);
        for (i, &slot) in self.dense.iter().enumerate() {
            let g = gradient[slot] * slope[i] + turn[i];
            for (s, l) in scratch.iter_mut().zip(self.factor.row(i)) {
                *s += l * g;
            }
        }
        for group in &self.groups {
            group.pull(scratch, own);
        }
        for (g, bend) in gradient.iter_mut().zip(&self.bends) {
            *g *= bend.core;
        }
        let mut at = 0;
        for follow in &self.follows {
            let slots = follow.slots();
            for (g, bend) in gradient[slots.clone()].iter_mut().zip(&self.bends[slots.clone()]) {
                *g /= bend.core;
            }
            let end = at + slots.len();
            scratch[follow.leader()] += follow.pull(gradient, own, &followed[at..end]);
            at = end;
        }
        for (&slot, s) in self.dense.iter().zip(scratch.iter()) {
            gradient[slot] = *s;
        }
    }
}

/// Slopes of the log density at `draws`, where any geo's deviation follows its spread; none where a draw has none.
fn slopes<'a>(p: &Arc<Problem>, draws: impl Iterator<Item = &'a [f64]>) -> Option<Vec<Vec<f64>>> {
    p.slots.channels.iter().find(|c| c.deviations.is_some())?;
    let mut density = Density::new(p.clone());
    draws
        .map(|z| {
            let mut g = vec![0.0; z.len()];
            density.evaluate(z, &mut g).ok().map(|_| g)
        })
        .collect()
}

/// Of so many draws as a pilot leaves, the share that is worth an independent one.
const INDEPENDENT: f64 = 0.3;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::StandardNormal;

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
        let geo = build::problem(&design(&panel(3, 40, 3, 5), "")).expect("the problem builds");
        assert!(geo.slots.channels.iter().all(|c| c.deviations.is_some()));
        for p in [problem(""), Arc::new(geo)] {
            one_frame(&p);
        }
    }

    fn one_frame(p: &Arc<Problem>) {
        let dim = p.slots.len;
        let draws = draws(dim);
        let frame = Frame::of(p, draws.iter().map(Vec::as_slice));
        assert_eq!(frame.follows.len(), if p.geos > 1 { 3 } else { 0 });
        let at = |x: &[f64]| {
            let mut z = vec![0.0; dim];
            let volume = frame.place(x, &mut z, &mut Placed::default());
            (z, volume)
        };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let drawn: Vec<Vec<f64>> =
            (0..4000).map(|_| at(&(0..dim).map(|_| rng.sample(StandardNormal)).collect::<Vec<f64>>()).0).collect();
        let mean = |z: &[Vec<f64>], a: usize| z.iter().map(|z| z[a]).sum::<f64>() / z.len() as f64;
        let covariance = |z: &[Vec<f64>], a: usize, b: usize| {
            let (ma, mb) = (mean(z, a), mean(z, b));
            z.iter().map(|z| (z[a] - ma) * (z[b] - mb)).sum::<f64>() / z.len() as f64
        };
        assert!((mean(&drawn, 1) - mean(&draws, 1)).abs() < 0.15);
        for (a, b) in [(0, 0), (1, 1), (0, 1)] {
            let ratio = covariance(&drawn, a, b) / covariance(&draws, a, b);
            assert!((0.7..1.4).contains(&ratio), "{a} {b}: {ratio}");
        }
        let slope: Vec<f64> = (0..dim).map(|i| i as f64 - 3.0).collect();
        let x: Vec<f64> = (0..dim).map(|i| (i as f64 * 1.7).sin()).collect();
        // a linear function of z and the volume
        let f = |x: &[f64]| {
            let (z, volume) = at(x);
            z.iter().zip(&slope).map(|(a, b)| a * b).sum::<f64>() + volume
        };
        let mut placed = Placed::default();
        frame.place(&x, &mut vec![0.0; dim], &mut placed);
        let mut pulled = slope.clone();
        frame.pull(&mut pulled, &mut placed);
        for j in 0..dim {
            let moved = |by: f64| {
                let mut x = x.clone();
                x[j] += by;
                f(&x)
            };
            let want = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            assert!((want - pulled[j]).abs() < 1e-6 * (1.0 + want.abs()), "{j}: {want} {}", pulled[j]);
        }
        // between two points, the volume differs as the determinants of the map's slopes do
        let determinant = |x: &[f64]| {
            let origin = at(x).0;
            let column = |j: usize| {
                let mut x = x.to_vec();
                x[j] += 1e-6;
                at(&x).0.iter().zip(&origin).map(|(a, b)| (a - b) / 1e-6).collect::<Vec<f64>>()
            };
            log_determinant((0..dim).map(column).collect())
        };
        let origin = vec![0.0; dim];
        let (want, got) = (determinant(&x) - determinant(&origin), at(&x).1 - at(&origin).1);
        assert!((want - got).abs() < 1e-4, "{want} {got}");
    }

    /// By elimination with pivots.
    fn log_determinant(mut a: Vec<Vec<f64>>) -> f64 {
        let mut out = 0.0;
        for i in 0..a.len() {
            let pivot = (i..a.len()).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs())).unwrap_or(i);
            a.swap(i, pivot);
            out += a[i][i].abs().ln();
            for j in i + 1..a.len() {
                let f = a[j][i] / a[i][i];
                for k in i..a.len() {
                    a[j][k] -= f * a[i][k];
                }
            }
        }
        out
    }

    #[test]
    fn what_was_learned_is_carried_to_a_model_with_other_parameters() {
        let (p, other) = (problem(""), problem("[adstock]\nkind = 'delayed'"));
        let draws = draws(p.slots.len);
        let frame = Frame::of(&p, draws.iter().map(Vec::as_slice));
        let carried = frame.carried_to(&other, &fit::start(&other));
        let of = |f: &Frame, place: Place| {
            let i = f.places.iter().position(|p| *p == place).expect("it is there");
            f.bends[i]
        };
        for c in 0..3 {
            for place in [Place::Effect(c), Place::Channel(c, 0), Place::Channel(c, 2)] {
                assert_eq!(of(&frame, place), of(&carried, place));
            }
            assert_eq!(of(&carried, Place::Channel(c, 1)).core, 1.0);
        }
        assert_eq!(of(&frame, Place::Sigma), of(&carried, Place::Sigma));
    }
}
