//! Order 1: all removal effects from one factorisation.
//!
//! With `N = (I - Q)^-1` and `b = N r`, a journey passes channel `c` with probability `N_0c / N_cc` and, once there,
//! converts with `b_c`: `RE_c = (N_0c / N_cc) * b_c / b_0`. Delete-and-solve agrees to the last bits (tested).

use super::Removal;
use super::chain::Chain;

/// Exact removal effects of a chain of order 1.
pub(super) fn solve(chain: &Chain) -> Removal {
    let n = chain.states();
    let mut inverse = vec![0.0; n * n];
    for s in 0..n {
        inverse[s * n + s] = 1.0;
        chain.row(s).for_each(|(t, p)| inverse[s * n + t] -= p);
    }
    invert(&mut inverse, n);
    let times = |reward: &[f64]| -> Vec<f64> {
        inverse.chunks_exact(n.max(1)).map(|row| row.iter().zip(reward).map(|(a, r)| a * r).sum()).collect()
    };
    let (b, v) = (times(&chain.conversion), times(&chain.value));
    let from_start = |x: &[f64]| -> f64 { chain.start.iter().zip(x).map(|(p, x)| p * x).sum() };
    let (b0, v0) = (from_start(&b), from_start(&v));
    let mut visits = vec![0.0; n];
    for (row, p) in inverse.chunks_exact(n.max(1)).zip(&chain.start) {
        visits.iter_mut().zip(row).for_each(|(x, a)| *x += p * a);
    }
    let mut removal = Removal {
        p_conversion: b0,
        value_per_journey: v0,
        conversions: vec![0.0; chain.channels],
        value: vec![0.0; chain.channels],
        sweeps: 0,
        converged: true,
    };
    for s in 0..n {
        let Some(&c) = chain.holds[s].first() else { continue };
        let reached = visits[s] / inverse[s * n + s];
        removal.conversions[c as usize] = if b0 > 0.0 { reached * b[s] / b0 } else { 0.0 };
        removal.value[c as usize] = if v0 == 0.0 { 0.0 } else { reached * v[s] / v0 };
    }
    removal
}

/// Inverts in place by Gauss-Jordan, row-major `n x n`. No pivoting: `I - Q` of an absorbing chain is an M-matrix with
/// dominant diagonal, whose pivots stay positive.
fn invert(a: &mut [f64], n: usize) {
    let mut pivot_row = vec![0.0; n];
    for k in 0..n {
        let p = 1.0 / a[k * n + k];
        a[k * n + k] = 1.0;
        a[k * n..(k + 1) * n].iter_mut().for_each(|x| *x *= p);
        pivot_row.copy_from_slice(&a[k * n..(k + 1) * n]);
        for i in (0..n).filter(|&i| i != k) {
            let row = &mut a[i * n..(i + 1) * n];
            let f = std::mem::take(&mut row[k]);
            if f != 0.0 {
                row.iter_mut().zip(&pivot_row).for_each(|(x, p)| *x -= f * p);
            }
        }
    }
}
