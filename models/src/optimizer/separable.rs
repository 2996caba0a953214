//! Maximising a sum of smooth one-dimensional curves at a fixed total: dual bound, start points, exchange of pairs.

/// A curve on `lower..=upper` with its derivative.
pub(super) struct Piece<'a> {
    /// Value and slope.
    pub at: Box<dyn Fn(f64) -> (f64, f64) + 'a>,
    /// Least spend.
    pub lower: f64,
    /// Most spend.
    pub upper: f64,
}

/// Cells a piece is cut into where its whole course matters (S-curves have more than one local maximum).
const CELLS: usize = 400;

impl Piece<'_> {
    fn grid(&self) -> Vec<(f64, f64)> {
        (0..=CELLS)
            .map(|i| {
                let x = self.lower + (self.upper - self.lower) * i as f64 / CELLS as f64;
                (x, (self.at)(x).0)
            })
            .collect()
    }
}

/// Best spend of each piece when a unit of spend costs `price`, from its grid, refined between neighbours.
fn priced(pieces: &[Piece<'_>], grids: &[Vec<(f64, f64)>], price: f64) -> (Vec<f64>, f64) {
    let mut value = 0.0;
    let plan = pieces
        .iter()
        .zip(grids)
        .map(|(piece, grid)| {
            let net = |i: usize| grid[i].1 - price * grid[i].0;
            let best = (1..grid.len()).fold(0, |b, i| if net(i) > net(b) { i } else { b });
            let (mut a, mut b) = (grid[best.saturating_sub(1)].0, grid[(best + 1).min(grid.len() - 1)].0);
            // The slope falls through `price` inside these cells when the maximum is interior.
            for _ in 0..50 {
                let middle = 0.5 * (a + b);
                if (piece.at)(middle).1 > price { a = middle } else { b = middle }
            }
            let x = 0.5 * (a + b);
            let refined = (piece.at)(x).0 - price * x;
            let (x, net) = if refined > net(best) { (x, refined) } else { (grid[best].0, net(best)) };
            value += net;
            x
        })
        .collect();
    (plan, value)
}

/// Least upper bound of the Lagrangian dual on what any plan with total `budget` reaches, and the plans around its price.
pub(super) fn dual(pieces: &[Piece<'_>], budget: f64) -> (f64, Vec<Vec<f64>>) {
    let grids: Vec<_> = pieces.iter().map(Piece::grid).collect();
    let steepest = grids
        .iter()
        .flat_map(|g| g.windows(2).map(|w| if w[1].0 > w[0].0 { (w[1].1 - w[0].1) / (w[1].0 - w[0].0) } else { 0.0 }))
        .fold(0.0f64, |m, s| m.max(s.abs()));
    let (mut low, mut high) = (-2.0 * steepest - 1e-12, 2.0 * steepest + 1e-12);
    let mut bound = f64::INFINITY;
    let mut plans = Vec::new();
    for _ in 0..60 {
        let price = 0.5 * (low + high);
        let (plan, value) = priced(pieces, &grids, price);
        bound = bound.min(value + price * budget);
        if plan.iter().sum::<f64>() > budget {
            low = price
        } else {
            high = price
        }
        plans.push(plan);
    }
    let keep = plans.split_off(plans.len() - 4);
    (bound, keep)
}

/// Moves `plan` to total `budget` within bounds, by equal shares of the room each piece has.
pub(super) fn project(pieces: &[Piece<'_>], plan: &[f64], budget: f64) -> Vec<f64> {
    let mut out: Vec<f64> = plan.iter().zip(pieces).map(|(x, p)| x.clamp(p.lower, p.upper)).collect();
    for _ in 0..8 {
        let missing = budget - out.iter().sum::<f64>();
        let room = |x: f64, p: &Piece<'_>| if missing > 0.0 { p.upper - x } else { x - p.lower };
        let all: f64 = out.iter().zip(pieces).map(|(x, p)| room(*x, p)).sum();
        if missing == 0.0 || all <= 0.0 {
            break;
        }
        let share = (missing / all).clamp(-1.0, 1.0);
        for (x, p) in out.iter_mut().zip(pieces) {
            *x = (*x + share * room(*x, p)).clamp(p.lower, p.upper);
        }
    }
    out
}

/// Scales `plan` to total `budget` where bounds allow: the current mix at another budget.
pub(super) fn scaled(pieces: &[Piece<'_>], plan: &[f64], budget: f64) -> Vec<f64> {
    let sum: f64 = plan.iter().sum();
    let factor = if sum > 0.0 { budget / sum } else { 1.0 };
    if (factor - 1.0).abs() < 1e-12 {
        return project(pieces, plan, budget);
    }
    project(pieces, &plan.iter().map(|x| x * factor).collect::<Vec<_>>(), budget)
}

/// Exact best on a grid of whole steps of the budget above the lower bounds (dynamic programming); finds the right side of
/// an S-curve where local moves cannot.
pub(super) fn by_steps(pieces: &[Piece<'_>], budget: f64) -> Vec<f64> {
    let base: f64 = pieces.iter().map(|p| p.lower).sum();
    let step = (budget - base) / CELLS as f64;
    if step <= 0.0 {
        return pieces.iter().map(|p| p.lower).collect();
    }
    let mut best = vec![f64::NEG_INFINITY; CELLS + 1];
    best[0] = 0.0;
    let mut picks: Vec<Vec<usize>> = Vec::new();
    for p in pieces {
        let most = (((p.upper - p.lower) / step + 1e-9).floor() as usize).min(CELLS);
        let values: Vec<f64> = (0..=most).map(|i| (p.at)(p.lower + step * i as f64).0).collect();
        let mut next = vec![f64::NEG_INFINITY; CELLS + 1];
        let mut pick = vec![0; CELLS + 1];
        for total in 0..=CELLS {
            for (i, v) in values.iter().enumerate().take(total + 1) {
                let candidate = best[total - i] + v;
                if candidate > next[total] {
                    (next[total], pick[total]) = (candidate, i);
                }
            }
        }
        best = next;
        picks.push(pick);
    }
    // Whole steps may not fill the budget when upper bounds bind; the rest is projected by the caller.
    let mut left = (0..=CELLS).rev().find(|&t| best[t] > f64::NEG_INFINITY).unwrap_or(0);
    let mut plan = vec![0.0; pieces.len()];
    for (i, p) in pieces.iter().enumerate().rev() {
        plan[i] = p.lower + step * picks[i][left] as f64;
        left -= picks[i][left];
    }
    plan
}

/// Sum of the curves at `plan`.
pub(super) fn value(pieces: &[Piece<'_>], plan: &[f64]) -> f64 {
    pieces.iter().zip(plan).map(|(p, x)| (p.at)(*x).0).sum()
}

/// Improves a feasible plan by moving spend between two pieces at a time until no move helps. Never makes it worse.
pub(super) fn exchange(pieces: &[Piece<'_>], mut plan: Vec<f64>) -> Vec<f64> {
    let scale = plan.iter().sum::<f64>().max(1e-300);
    for _ in 0..200 {
        let before = value(pieces, &plan);
        for i in 0..pieces.len() {
            for j in 0..i {
                move_between(pieces, &mut plan, i, j, scale);
            }
        }
        if value(pieces, &plan) - before <= 1e-13 * before.abs() {
            break;
        }
    }
    plan
}

/// The best shift from piece `j` to piece `i`, by bisection on the difference of slopes; taken only if it gains.
fn move_between(pieces: &[Piece<'_>], plan: &mut [f64], i: usize, j: usize, scale: f64) {
    let (a, b) = (&pieces[i], &pieces[j]);
    let (x, y) = (plan[i], plan[j]);
    let most = (a.upper - x).min(y - b.lower);
    let least = -(x - a.lower).min(b.upper - y);
    let rise = |shift: f64| (a.at)(x + shift).1 - (b.at)(y - shift).1;
    let total = |shift: f64| (a.at)(x + shift).0 + (b.at)(y - shift).0;
    let uphill = rise(0.0) > 0.0;
    let (mut from, mut to) = if uphill { (0.0, most) } else { (0.0, least) };
    if (to - from).abs() <= 1e-14 * scale {
        return;
    }
    let end = to;
    for _ in 0..60 {
        let middle = 0.5 * (from + to);
        if (rise(middle) > 0.0) == uphill { from = middle } else { to = middle }
    }
    let shift = [from, end].into_iter().fold(0.0, |best, s| if total(s) > total(best) { s } else { best });
    // Both ends of the move are set by the bounds themselves where they bind, so that no rounding steps over them.
    plan[i] = (x + shift).clamp(a.lower, a.upper);
    plan[j] = (y - shift).clamp(b.lower, b.upper);
}
