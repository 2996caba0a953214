//! The normalised chain in sparse rows, ready to be solved or drawn.

use serde::Serialize;

use super::counts::{Counts, Windows};

/// A transition with its probability, for tables and the transition graph.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edge {
    /// `(start)` or the channels of a window joined by ` > `.
    pub from: String,
    /// The same, or `(conversion)` or `(null)`.
    pub to: String,
    /// Probability of leaving `from` this way, `0..=1`.
    pub probability: f64,
    /// Journeys that did.
    pub count: i64,
}

/// Transient states in ascending order of their number, with rows normalised over steps, conversions and nulls.
#[derive(Debug, Clone)]
pub struct Chain {
    pub(super) order: usize,
    pub(super) channels: usize,
    /// Channels that each state holds, oldest first, repeats included.
    pub(super) holds: Vec<Vec<u32>>,
    /// Row `s` of the transition matrix is `columns[rows[s]..rows[s + 1]]` with `probabilities`.
    pub(super) rows: Vec<usize>,
    pub(super) columns: Vec<u32>,
    pub(super) probabilities: Vec<f64>,
    /// Probability of conversion, of ending without, and expected value, from each state in one step.
    pub(super) conversion: Vec<f64>,
    pub(super) null: Vec<f64>,
    pub(super) value: Vec<f64>,
    /// Probability that a journey starts in each state.
    pub(super) start: Vec<f64>,
    leaving: Vec<i64>,
    journeys: i64,
    codes: Vec<u64>,
}

impl Chain {
    /// Normalises counts.
    #[must_use]
    pub fn of(counts: &Counts) -> Self {
        let (starts, steps) = (counts.starts.sorted(), counts.steps.sorted());
        let mut chain = Chain::shape(counts.windows, starts.iter().map(|s| s.0), steps.iter().map(|s| s.0).collect());
        chain.fill(Flows {
            starts: &|s| counts.starts.get(s),
            steps: &mut steps.iter().map(|s| s.1),
            conversions: &|s| counts.conversions.get(s),
            nulls: &|s| counts.nulls.get(s),
            value: &|s| counts.value.get(s) as f64,
        });
        chain
    }

    /// The states and transitions that occur, without probabilities. `steps` ascending.
    pub(super) fn shape(windows: Windows, starts: impl Iterator<Item = u64>, steps: Vec<u64>) -> Self {
        let w = windows;
        let target = |cell: u64| w.next(cell / w.channels, (cell % w.channels) as u32);
        let mut codes: Vec<u64> = starts.chain(steps.iter().map(|&cell| target(cell))).collect();
        codes.sort_unstable();
        codes.dedup();
        let n = codes.len();
        let at = |code: u64| codes.binary_search(&code).unwrap_or(0);
        let mut rows = Vec::with_capacity(n + 1);
        let mut done = 0;
        for &code in &codes {
            rows.push(done);
            done += steps[done..].iter().take_while(|&&cell| cell / w.channels == code).count();
        }
        rows.push(done);
        Chain {
            order: w.order,
            channels: w.channels as usize,
            holds: codes.iter().map(|&s| w.channels_of(s)).collect(),
            rows,
            columns: steps.iter().map(|&cell| at(target(cell)) as u32).collect(),
            probabilities: vec![0.0; steps.len()],
            conversion: vec![0.0; n],
            null: vec![0.0; n],
            value: vec![0.0; n],
            start: vec![0.0; n],
            leaving: vec![0; n],
            journeys: 0,
            codes,
        }
    }

    /// Normalises flows over the shape. Every path ends, so a state that is reached has a way out: all its rows sum to 1
    /// and the chain is absorbing; a state that these flows do not reach keeps an empty row.
    pub(super) fn fill(&mut self, flows: Flows<'_>) {
        self.journeys = 0;
        for (start, &code) in self.start.iter_mut().zip(&self.codes) {
            let n = (flows.starts)(code);
            self.journeys += n;
            *start = n as f64;
        }
        let journeys = self.journeys.max(1) as f64;
        self.start.iter_mut().for_each(|p| *p /= journeys);
        for (i, &code) in self.codes.iter().enumerate() {
            let row = &mut self.probabilities[self.rows[i]..self.rows[i + 1]];
            let (conversions, nulls) = ((flows.conversions)(code), (flows.nulls)(code));
            let mut leaving = conversions + nulls;
            for (p, n) in row.iter_mut().zip(&mut *flows.steps) {
                leaving += n;
                *p = n as f64;
            }
            let all = leaving.max(1) as f64;
            row.iter_mut().for_each(|p| *p /= all);
            self.leaving[i] = leaving;
            self.conversion[i] = conversions as f64 / all;
            self.null[i] = nulls as f64 / all;
            self.value[i] = (flows.value)(code) / all;
        }
    }

    /// Number of states.
    #[must_use]
    pub fn states(&self) -> usize {
        self.holds.len()
    }

    /// Number of transitions between states.
    #[must_use]
    pub fn transitions(&self) -> usize {
        self.columns.len()
    }

    /// What a journey brings of a reward per state: the flow through each state is known from the counts.
    pub(super) fn per_journey(&self, reward: &[f64]) -> f64 {
        let sum: f64 = reward.iter().zip(&self.leaving).map(|(r, &n)| r * n as f64).sum();
        if self.journeys > 0 { sum / self.journeys as f64 } else { 0.0 }
    }

    /// Row `s`: following states with their probabilities.
    pub(super) fn row(&self, s: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.rows[s]..self.rows[s + 1];
        self.columns[range.clone()].iter().map(|&c| c as usize).zip(self.probabilities[range].iter().copied())
    }

    /// All transitions, by state; probabilities of each `from` sum to 1.
    #[must_use]
    pub fn edges(&self, names: &[String]) -> Vec<Edge> {
        let name = |s: usize| {
            let one = |&c: &u32| names.get(c as usize).map_or("?", String::as_str);
            self.holds[s].iter().map(one).collect::<Vec<_>>().join(" > ")
        };
        let mut edges = Vec::new();
        let mut push = |from: &str, to: String, probability: f64, of: i64| {
            if probability > 0.0 {
                let count = (probability * of as f64).round() as i64;
                edges.push(Edge { from: from.to_owned(), to, probability, count });
            }
        };
        for s in 0..self.states() {
            push("(start)", name(s), self.start[s], self.journeys);
        }
        for s in 0..self.states() {
            let from = name(s);
            self.row(s).for_each(|(t, p)| push(&from, name(t), p, self.leaving[s]));
            push(&from, "(conversion)".into(), self.conversion[s], self.leaving[s]);
            push(&from, "(null)".into(), self.null[s], self.leaving[s]);
        }
        edges
    }
}

/// Counts by state code and by step in ascending order, from whatever holds them.
pub(super) struct Flows<'a> {
    pub starts: &'a dyn Fn(u64) -> i64,
    pub steps: &'a mut dyn Iterator<Item = i64>,
    pub conversions: &'a dyn Fn(u64) -> i64,
    pub nulls: &'a dyn Fn(u64) -> i64,
    pub value: &'a dyn Fn(u64) -> f64,
}
