//! Labels in a column: the positions nearest to those wished for that keep a distance.

/// Moves `wishes` as little as possible (least squares) so that neighbours in wished order stand at least `gap` apart
/// and all lie within `low..=high`. Ties keep input order. `None` when the column is too short for all.
///
/// With `y_i = x_i - i*gap` in sorted order the constraint becomes monotone, so this is isotonic regression, solved
/// exactly by pooling adjacent violators; clamping a monotone solution to bounds keeps it optimal.
#[must_use]
pub fn spread(wishes: &[f64], gap: f64, low: f64, high: f64) -> Option<Vec<f64>> {
    let n = wishes.len();
    if n == 0 {
        return Some(Vec::new());
    }
    let room = high - low - gap * (n as f64 - 1.0);
    if room < -1e-9 {
        return None;
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| wishes[a].total_cmp(&wishes[b]).then(a.cmp(&b)));
    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(n);
    for (rank, &i) in order.iter().enumerate() {
        let mut pool = (wishes[i] - rank as f64 * gap, 1usize);
        while let Some(last) = pools.last().filter(|last| last.0 > pool.0).copied() {
            pool = ((last.0 * last.1 as f64 + pool.0 * pool.1 as f64) / (last.1 + pool.1) as f64, last.1 + pool.1);
            pools.pop();
        }
        pools.push(pool);
    }
    let top = (high - gap * (n as f64 - 1.0)).max(low);
    let mut out = vec![0.0; n];
    let mut rank = 0;
    for (value, count) in pools {
        for _ in 0..count {
            out[order[rank]] = value.clamp(low, top) + rank as f64 * gap;
            rank += 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_with_room_stay_where_they_were_wished() {
        assert_eq!(spread(&[10.0, 50.0, 30.0], 15.0, 0.0, 100.0), Some(vec![10.0, 50.0, 30.0]));
    }

    #[test]
    fn two_at_one_place_part_evenly() {
        assert_eq!(spread(&[50.0, 50.0], 10.0, 0.0, 100.0), Some(vec![45.0, 55.0]));
    }

    #[test]
    fn a_column_too_short_is_said_to_be() {
        assert_eq!(spread(&[1.0, 2.0, 3.0], 10.0, 0.0, 15.0), None);
    }

    proptest! {
        #[test]
        fn labels_keep_their_distance_and_stay_inside(wishes in prop::collection::vec(-50.0f64..450.0, 1..20)) {
            let got = spread(&wishes, 14.0, 0.0, 400.0).expect("20 labels of 14 px fit 400 px");
            let mut sorted = got.clone();
            sorted.sort_by(f64::total_cmp);
            for pair in sorted.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 14.0 - 1e-6);
            }
            prop_assert!(sorted[0] >= -1e-6 && sorted[sorted.len() - 1] <= 400.0 + 1e-6);
        }
    }
}
