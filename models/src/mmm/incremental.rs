//! What a channel's media over a window caused, carry-out included: the one counterfactual behind ROI, curves and budgets.

use ndarray::{Array2, ArrayView2, s};
use serde::{Deserialize, Serialize};

use super::posterior::Posterior;
use super::sample::lanes::{F8, LANES};
use super::series::{self, Laid, Summed};

/// Periods `from..to` of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First period.
    pub from: usize,
    /// One past the last period.
    pub to: usize,
}

impl Window {
    /// All periods of the panel.
    #[must_use]
    pub fn all(posterior: &Posterior) -> Self {
        Self { from: 0, to: posterior.design.dims().2 }
    }

    /// The last `n` periods, or all where there are fewer.
    #[must_use]
    pub fn last(posterior: &Posterior, n: usize) -> Self {
        let to = posterior.design.dims().2;
        Self { from: to.saturating_sub(n), to }
    }

    /// Number of periods.
    #[must_use]
    pub fn len(&self) -> usize {
        self.to - self.from
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to <= self.from
    }
}

/// Outcome caused by the media of a window at a multiple of what it was; outside the window everything is as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Caused {
    /// In KPI units, up to the end of the carry-out.
    pub kpi: f64,
    /// The part of `kpi` that falls inside the window.
    pub inside: f64,
    /// In money (KPI units where no value is known).
    pub money: f64,
    /// Derivative of `kpi` by the multiple.
    pub kpi_slope: f64,
    /// Derivative of `money` by the multiple.
    pub money_slope: f64,
}

impl Posterior {
    /// Caused by channel `c` in draw `d` at each of `multiples` (`>= 0`) of its media over `window`. Whoever asks for many
    /// draws lays out a [`Flight`] once.
    #[must_use]
    pub fn caused(&self, d: usize, c: usize, window: Window, multiples: &[f64]) -> Vec<Caused> {
        Flight::ran(self, c, window).caused(d, multiples)
    }
}

/// A channel's media over a window, laid out once for what they cause in every draw.
#[derive(Debug, Clone)]
pub struct Flight<'a> {
    posterior: &'a Posterior,
    channel: usize,
    window: Window,
    /// Periods from the window's first on in which its media work.
    span: usize,
    /// 1 in each of these, 0 behind them.
    all: Vec<F8>,
    /// 1 inside the window, 0 behind it.
    within: Vec<F8>,
    geos: Vec<Laps>,
}

/// One geo's part of a flight.
#[derive(Debug, Clone)]
struct Laps {
    /// Media of the flight.
    own: Laid,
    /// Media before and after it; `None` where there are none.
    rest: Option<Laid>,
    /// Money that a KPI unit is worth, by period.
    value: Vec<F8>,
}

/// Working memory of a flight, to be used again for the next draw.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    own: Vec<F8>,
    rest: Vec<F8>,
    room: [Vec<F8>; 3],
    /// Worth of an effect by period where it differs by draw: in KPI units, inside the window, in money.
    by: [Vec<F8>; 3],
    sums: Vec<[f64; 5]>,
}

impl<'a> Flight<'a> {
    /// The media that ran.
    #[must_use]
    pub fn ran(posterior: &'a Posterior, c: usize, window: Window) -> Self {
        Self::new(posterior, c, window, posterior.design.media.slice(s![c, .., window.from..window.to]))
    }

    /// Any `path` of scaled media over the window, `G x window`, instead of what was run.
    ///
    /// After the panel no media is assumed, and a KPI unit is worth what it was on average over the last 13 periods.
    #[must_use]
    pub fn new(posterior: &'a Posterior, c: usize, window: Window, path: ArrayView2<'_, f64>) -> Self {
        let design = &*posterior.design;
        let geos = design.dims().1;
        let lags = design.channels()[c].window.max(1);
        let span = window.len() + lags - 1;
        let laid = |x: &dyn Fn(isize) -> f64| {
            let mut laid = Laid::default();
            laid.fill_with(lags, span, x);
            laid
        };
        let lap = |g: usize| {
            let path = path.row(g);
            let x = design.media.slice(s![c, g, ..]);
            // What runs after the window works together with what the window carries out.
            let outside = |t: isize| match t + window.from as isize {
                ..0 => design.before[(c, g)],
                _ if (0..window.len() as isize).contains(&t) => 0.0,
                t => x.get(t as usize).copied().unwrap_or(0.0),
            };
            let rest = laid(&outside);
            let after = design.value_after(g, usize::MAX);
            let value = |t: usize| if t < design.dims().2 { design.panel.value_at(g, t) } else { after };
            Laps {
                own: laid(&|t| if t < 0 { 0.0 } else { path.get(t as usize).copied().unwrap_or(0.0).max(0.0) }),
                rest: (!rest.is_zero()).then_some(rest),
                value: series::pack(span, |t| value(window.from + t)),
            }
        };
        let inside = |len| {
            let mut inside = series::pack(len, |_| 1.0);
            inside.resize(span.div_ceil(LANES), F8::ZERO);
            inside
        };
        let (all, within) = (inside(span), inside(window.len()));
        Self { posterior, channel: c, window, span, all, within, geos: (0..geos).map(lap).collect() }
    }

    /// What it causes in draw `d` at each of `multiples` (`>= 0`) of it.
    #[must_use]
    pub fn caused(&self, d: usize, multiples: &[f64]) -> Vec<Caused> {
        let mut out = vec![Caused::default(); multiples.len()];
        self.caused_in(&mut Scratch::default(), d, multiples, &mut out);
        out
    }

    /// What it causes in draw `d` as it is.
    #[must_use]
    pub fn caused_once(&self, scratch: &mut Scratch, d: usize) -> Caused {
        let mut out = [Caused::default()];
        self.caused_in(scratch, d, &[1.0], &mut out);
        out[0]
    }

    /// As [`Flight::caused`], into `out`, one a multiple.
    pub fn caused_in(&self, scratch: &mut Scratch, d: usize, multiples: &[f64], out: &mut [Caused]) {
        let (posterior, c) = (self.posterior, self.channel);
        let design = &*posterior.design;
        let (kind, p) = (design.channels()[c].saturation, posterior.bend(d, c));
        let (weights, worth) = (posterior.weights(d, c), posterior.worth(d, c));
        let (adstock_first, drifts) = (design.spec.adstock_first(), posterior.drifts(c));
        let Scratch { own, rest, room, by, sums } = scratch;
        for part in [&mut *own, &mut *rest].into_iter().chain(room.iter_mut()).chain(by.iter_mut()) {
            part.clear();
            part.resize(self.all.len(), F8::ZERO);
        }
        let drift = drifts.then(|| series::pack(self.span, |t| posterior.drift(d, c, self.window.from + t)));
        out.fill(Caused::default());
        for (g, lap) in self.geos.iter().enumerate() {
            let plain = [&self.all[..], &self.within, &lap.value];
            if let Some(drift) = &drift {
                for (by, plain) in by.iter_mut().zip(plain) {
                    by.iter_mut().zip(plain).zip(drift).for_each(|((o, w), m)| *o = *w * *m);
                }
            }
            if adstock_first {
                series::carry(&weights, &lap.own, own);
                match &lap.rest {
                    Some(laid) => series::carry(&weights, laid, rest),
                    None => rest.fill(F8::ZERO),
                }
            } else {
                lap.own.series(own);
                // Effects of a period are carried on, so each counts for what its later periods are worth.
                let now = if drifts { std::array::from_fn(|i| by[i].clone()) } else { plain.map(<[F8]>::to_vec) };
                for (by, now) in by.iter_mut().zip(now) {
                    let at = |t: usize| now[t / LANES].0[t % LANES];
                    let ahead = |t: usize| weights.iter().enumerate().map(|(l, w)| w * at(t + l)).sum();
                    *by = series::pack(self.window.len(), ahead);
                    by.resize(self.all.len(), F8::ZERO);
                }
            }
            let by = if adstock_first && !drifts { plain } else { [&by[0][..], &by[1], &by[2]] };
            let alone = !adstock_first || lap.rest.is_none();
            sums.clear();
            sums.resize(multiples.len(), [0.0; 5]);
            series::sums(kind, p, &Summed { own, rest, alone, by }, multiples, room, sums);
            let unit = posterior.draws.beta[(d, c, g)] * design.kpi_scale(g);
            for (o, s) in out.iter_mut().zip(&*sums) {
                o.kpi += unit * s[0];
                o.inside += unit * s[1];
                o.money += unit * worth * s[2];
                o.kpi_slope += unit * s[3];
                o.money_slope += unit * worth * s[4];
            }
        }
    }
}

/// Scaled media of channel `c` that stands for its usual spend over `window`, `G x window`, and that spend: what was run,
/// or, where nothing was, an even flight at the panel's mean rate with the panel's split over geos.
#[must_use]
pub fn usual_path(posterior: &Posterior, c: usize, window: Window) -> (Array2<f64>, f64) {
    let design = &posterior.design;
    let spend = design.spend(c).slice(s![.., window.from..window.to]).sum();
    let own = design.media.slice(s![c, .., window.from..window.to]);
    if spend > 0.0 && own.sum() > 0.0 {
        return (own.to_owned(), spend);
    }
    let (_, geos, periods, _) = design.dims();
    let mean = |g: usize| design.media.slice(s![c, g, ..]).sum() / periods as f64;
    let path = Array2::from_shape_fn((geos, window.len()), |(g, _)| mean(g));
    (path, design.spend(c).sum() * window.len() as f64 / periods as f64)
}
