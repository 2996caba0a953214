//! Markov credit against an independent calculation, and its properties over random path tables.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::order::OrderChooser;
use super::resample::{Resampler, resample_in_passes};
use super::*;
use crate::attribution::paths::{Path, Paths};
use crate::attribution::poisson::{Draws, LANES};
use crate::attribution::settings::Bootstrap;

/// Channels, conversions, nulls, value in minor units.
type Row = (Vec<u32>, u32, u32, i64);

fn table(rows: &[Row]) -> Paths {
    let mut paths = Paths::new();
    for (channels, conversions, nulls, value_minor) in rows {
        let (conversions, nulls, value_minor) = (*conversions, *nulls, *value_minor);
        paths.push(Path { channels, conversions, nulls, value_minor, unit: None });
    }
    paths
}

fn solved(rows: &[Row], channels: usize, order: usize) -> Removal {
    let mut counts = Counts::new(channels, order).expect("counts");
    counts.add_all(&table(rows));
    removal_effects(&Chain::of(&counts))
}

/// The definition, apart from the product's code: states as lists, equal consecutive states kept (`loops`) or not, one
/// dense elimination for each deleted channel. Gives removal effects on conversions and on value.
fn delete_and_solve(rows: &[Row], channels: u32, k: usize, loops: bool) -> (Vec<f64>, Vec<f64>) {
    let mut start: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
    let mut next: BTreeMap<Vec<u32>, BTreeMap<Vec<u32>, f64>> = BTreeMap::new();
    let mut ends: BTreeMap<Vec<u32>, (f64, f64, f64)> = BTreeMap::new();
    let mut all = 0.0;
    for (path, c, n, v) in rows.iter().filter(|r| r.1 + r.2 > 0) {
        let w = f64::from(c + n);
        all += w;
        let mut states: Vec<Vec<u32>> =
            if path.len() <= k { vec![path.clone()] } else { path.windows(k).map(<[u32]>::to_vec).collect() };
        if !loops {
            states.dedup();
        }
        *start.entry(states[0].clone()).or_default() += w;
        for pair in states.windows(2) {
            *next.entry(pair[0].clone()).or_default().entry(pair[1].clone()).or_default() += w;
        }
        states.iter().for_each(|s| {
            ends.entry(s.clone()).or_default();
        });
        let end = ends.entry(states[states.len() - 1].clone()).or_default();
        *end = (end.0 + f64::from(*c), end.1 + f64::from(*n), end.2 + *v as f64);
    }
    let names: Vec<&Vec<u32>> = ends.keys().collect();
    let reward = |removed: Option<u32>, value: bool| -> f64 {
        let n = names.len();
        let mut a = vec![vec![0.0; n + 1]; n];
        for (i, s) in names.iter().enumerate() {
            a[i][i] = 1.0;
            if removed.is_some_and(|c| s.contains(&c)) {
                continue;
            }
            let (c, z, v) = ends[*s];
            let steps = next.get(*s).cloned().unwrap_or_default();
            let out = steps.values().sum::<f64>() + c + z;
            for (t, w) in &steps {
                a[i][names.iter().position(|x| *x == t).expect("a state")] -= w / out;
            }
            a[i][n] = if value { v } else { c } / out;
        }
        for k in 0..n {
            let p = (k..n).max_by(|&x, &y| a[x][k].abs().total_cmp(&a[y][k].abs())).expect("a row");
            a.swap(k, p);
            let row = a[k].clone();
            for (i, other) in a.iter_mut().enumerate().filter(|(i, _)| *i != k) {
                let _ = i;
                let f = other[k] / row[k];
                other.iter_mut().zip(&row).for_each(|(x, y)| *x -= f * y);
            }
        }
        (0..n).map(|i| start.get(names[i]).unwrap_or(&0.0) / all * a[i][n] / a[i][i]).sum()
    };
    let effects = |value: bool| {
        let base = reward(None, value);
        let one = |c| if base > 0.0 { 1.0 - reward(Some(c), value) / base } else { 0.0 };
        (0..channels).map(one).collect()
    };
    (effects(false), effects(true))
}

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance)
}

fn golden() -> Vec<Row> {
    let row = |path: &str, c, n, v| (path.bytes().map(|b| u32::from(b - b'A')).collect(), c, n, v);
    vec![
        row("ABC", 4, 6, 400_00),
        row("B", 3, 9, 250_10),
        row("AACA", 2, 5, 99_99),
        row("CBBBD", 1, 7, 1000_00),
        row("D", 0, 11, 0),
        row("AC", 5, 2, 123_45),
        row("BCABCA", 2, 3, 77_77),
        row("DADAB", 1, 4, 5_00),
    ]
}

#[test]
fn removal_effects_agree_with_exact_rational_arithmetic_done_elsewhere() {
    // Python fractions, delete-and-solve from the definition.
    let want = [
        (
            [0.660_208_624_011_693_6, 0.574_817_380_826_869_5, 0.665_038_230_160_628_7, 0.212_653_971_845_148_3],
            [0.487_655_744_869_252, 0.465_573_185_525_399_3, 0.424_885_592_354_571_8, 0.589_918_261_885_643],
        ),
        (
            [0.722_222_222_222_222_2, 0.630_718_954_248_366, 0.791_666_666_666_666_6, 0.145_546_372_819_100_1],
            [0.309_874_201_941_410_1, 0.899_481_526_896_224_5, 0.870_240_401_572_347_9, 0.566_238_910_487_196_1],
        ),
        (
            [0.777_777_777_777_777_8, 0.611_111_111_111_111_2, 0.777_777_777_777_777_8, 0.111_111_111_111_111_1],
            [0.360_990_845_009_226_6, 0.885_784_972_729_270_9, 0.869_601_443_534_000_3, 0.513_722_262_831_555_3],
        ),
    ];
    for (order, (conversions, value)) in (1..).zip(want) {
        let removal = solved(&golden(), 4, order);
        assert!(close(&removal.conversions, &conversions, 2e-15), "order {order}: {:?}", removal.conversions);
        assert!(close(&removal.value, &value, 1e-14), "order {order}: {:?}", removal.value);
        assert!((removal.p_conversion - 18.0 / 65.0).abs() < 1e-15);
    }
    assert_ne!(solved(&golden(), 4, 1).conversions, solved(&golden(), 4, 2).conversions, "orders must differ");
}

#[test]
fn every_edge_row_is_a_distribution_and_names_its_states() {
    let mut counts = Counts::new(4, 2).expect("counts");
    counts.add_all(&table(&golden()));
    let edges = Chain::of(&counts).edges(&["A", "B", "C", "D"].map(String::from));
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    edges.iter().for_each(|e| *sums.entry(&e.from).or_default() += e.probability);
    assert!(sums.values().all(|s| (s - 1.0).abs() < 1e-12), "{sums:?}");
    assert!(edges.iter().any(|e| e.from == "A > B" && e.to == "B > C" && e.count == 15), "{edges:?}");
    assert!(edges.iter().any(|e| e.from == "(start)" && e.to == "A > B" && e.count == 10));
}

#[test]
fn scaling_one_row_alone_changes_the_effects() {
    let mut rows = golden();
    rows[0].1 *= 3;
    assert!(!close(&solved(&rows, 4, 1).conversions, &solved(&golden(), 4, 1).conversions, 1e-3));
}

#[test]
fn too_many_channels_and_unknown_orders_are_refused() {
    assert_eq!(Counts::new(1001, 1).map(|_| ()), Err(counts::MarkovError::Channels { channels: 1001 }));
    assert_eq!(Counts::new(10, 5).map(|_| ()), Err(counts::MarkovError::Order { order: 5 }));
    assert_eq!(Counts::new(10, 0).map(|_| ()), Err(counts::MarkovError::Order { order: 0 }));
}

#[test]
fn a_table_without_conversions_gives_no_credit_and_no_nan() {
    for order in 1..=4 {
        let removal = solved(&[(vec![0, 1], 0, 5, 0)], 2, order);
        assert_eq!((removal.conversion_shares(), removal.value_shares()), (vec![0.0; 2], vec![0.0; 2]));
        let removal = solved(&[], 2, order);
        assert_eq!(removal.conversion_shares(), vec![0.0; 2]);
    }
}

#[test]
fn a_contact_with_a_million_touches_is_solved() {
    let long: Vec<u32> = (0..1_000_000u32).map(|i| (i * 7 + i / 3) % 5).collect();
    let rows = [(long, 1, 0, 100), (vec![0], 1, 1, 50)];
    for order in [1, 2] {
        let removal = solved(&rows, 5, order);
        assert!(removal.converged, "order {order}: {} sweeps", removal.sweeps);
        let (want, _) = delete_and_solve(&rows, 5, order, false);
        assert!(close(&removal.conversions, &want, 1e-6), "{:?} {want:?}", removal.conversions);
    }
}

fn rows(channels: u32) -> impl Strategy<Value = Vec<Row>> {
    let row = (prop::collection::vec(0..channels, 1..8), 0u32..6, 0u32..9, 0i64..100_000)
        .prop_map(|(p, c, n, v)| (p, c, n, if c > 0 { v } else { 0 }));
    prop::collection::vec(row, 1..14).prop_map(|mut rows| {
        rows[0].1 += 1;
        rows
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_formula_of_order_one_is_delete_and_solve(rows in rows(5)) {
        let removal = solved(&rows, 5, 1);
        let (conversions, value) = delete_and_solve(&rows, 5, 1, false);
        prop_assert!(close(&removal.conversions, &conversions, 1e-13), "{:?} {conversions:?}", removal.conversions);
        prop_assert!(close(&removal.value, &value, 1e-13), "{:?} {value:?}", removal.value);
    }

    #[test]
    fn higher_orders_are_delete_and_solve(rows in rows(3), order in 2usize..=4) {
        let removal = solved(&rows, 3, order);
        let (conversions, value) = delete_and_solve(&rows, 3, order, false);
        prop_assert!(removal.converged);
        prop_assert!(close(&removal.conversions, &conversions, 1e-12), "{:?} {conversions:?}", removal.conversions);
        prop_assert!(close(&removal.value, &value, 1e-12), "{:?} {value:?}", removal.value);
    }

    #[test]
    fn self_loops_kept_or_dropped_change_nothing(rows in rows(3), order in 1usize..=3) {
        let removal = solved(&rows, 3, order);
        let (kept, _) = delete_and_solve(&rows, 3, order, true);
        prop_assert!(close(&removal.conversions, &kept, 1e-12), "{:?} {kept:?}", removal.conversions);
    }

    #[test]
    fn scaling_all_counts_changes_nothing(rows in rows(4), order in 1usize..=3, by in 2u32..50) {
        let scaled: Vec<Row> = rows.iter().map(|r| (r.0.clone(), r.1 * by, r.2 * by, r.3 * i64::from(by))).collect();
        let (a, b) = (solved(&rows, 4, order), solved(&scaled, 4, order));
        prop_assert!(close(&a.conversions, &b.conversions, 1e-12) && close(&a.value, &b.value, 1e-12));
    }

    #[test]
    fn single_touches_give_last_touch(ends in prop::collection::vec((0u32..6, 1u32..9, 0u32..9), 1..12)) {
        let rows: Vec<Row> = ends.iter().map(|&(c, k, n)| (vec![c], k, n, 0)).collect();
        let mut last = [0.0; 6];
        ends.iter().for_each(|&(c, k, _)| last[c as usize] += f64::from(k));
        let all: f64 = last.iter().sum();
        for order in 1..=3 {
            let credit: Vec<f64> = solved(&rows, 6, order).conversion_shares().iter().map(|s| s * all).collect();
            prop_assert!(close(&credit, &last, 1e-10), "{credit:?} {last:?}");
        }
    }

    #[test]
    fn channels_that_trade_places_trade_credit_and_absent_ones_get_none(rows in rows(4), order in 1usize..=3) {
        let swap = |c: u32| match c { 0 => 1, 1 => 0, c => c };
        let mirrored: Vec<Row> = rows.iter().map(|r| (r.0.iter().map(|&c| swap(c)).collect(), r.1, r.2, r.3)).collect();
        let (a, b) = (solved(&rows, 5, order), solved(&mirrored, 5, order));
        prop_assert!((a.conversions[0] - b.conversions[1]).abs() < 1e-12 && (a.value[1] - b.value[0]).abs() < 1e-12);
        prop_assert_eq!(a.conversions[4], 0.0);
        let both: Vec<Row> = rows.into_iter().chain(mirrored).collect();
        let even = solved(&both, 5, order);
        prop_assert!((even.conversions[0] - even.conversions[1]).abs() < 1e-12);
    }

    #[test]
    fn shares_sum_to_one_and_effects_lie_between_nothing_and_all(rows in rows(6), order in 1usize..=4) {
        let removal = solved(&rows, 6, order);
        prop_assert!((removal.conversion_shares().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!((removal.value_shares().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(removal.conversions.iter().all(|e| (-1e-12..=1.0 + 1e-12).contains(e)), "{:?}", removal.conversions);
    }
}

#[test]
fn hashed_and_dense_counting_agree() {
    // 400 channels at order 2 are beyond the dense limit, at order 1 below it; a relabelling keeps the credit.
    let small = golden();
    let wide: Vec<Row> = small.iter().map(|r| (r.0.iter().map(|c| c * 99).collect(), r.1, r.2, r.3)).collect();
    let (a, b) = (solved(&small, 4, 2), solved(&wide, 400, 2));
    let picked: Vec<f64> = (0..4).map(|c| b.conversions[c * 99]).collect();
    assert!(close(&a.conversions, &picked, 1e-14));
}

fn many_rows(n: u64) -> Vec<Row> {
    (0..n)
        .map(|i| {
            let mut draws = Draws::new(11, i, 0);
            let length = 1 + draws.fold(6);
            let path = (0..length).map(|_| draws.fold(5) as u32).collect();
            (path, draws.fold(3) as u32, draws.fold(20) as u32, 1000 * i64::from(i % 3 == 0))
        })
        .map(|(p, c, n, v): Row| (p, c, n, if c > 0 { v } else { 0 }))
        .collect()
}

#[test]
fn each_resample_is_the_chain_of_its_weights() {
    let rows = many_rows(300);
    for order in [1, 2, 3] {
        let bootstrap = Bootstrap { resamples: 11, seed: 5 };
        let mut resampler = Resampler::new(5, order, bootstrap).expect("resampler");
        resampler.add_all(&table(&rows));
        let got = resampler.solve();
        assert_eq!(got.len(), 11);
        for r in [0, 7, 8, 10] {
            let weighted: Vec<Row> = (0..)
                .zip(&rows)
                .map(|(i, row)| {
                    let mut draws = Draws::new(5, i, (r / LANES) as u64);
                    let (c, n) = (draws.of_many(row.1)[r % LANES] as u32, draws.of_many(row.2)[r % LANES] as u32);
                    let value = if row.1 > 0 { row.3 * i64::from(c) / i64::from(row.1) } else { 0 };
                    (row.0.clone(), c, n, value)
                })
                .collect();
            let want = solved(&weighted, 5, order);
            assert!(close(&got[r].conversions, &want.conversions, 1e-7), "order {order} resample {r}");
            assert!((got[r].p_conversion - want.p_conversion).abs() < 1e-12);
        }
        assert!(!close(&got[0].conversions, &got[1].conversions, 1e-6), "resamples differ");
    }
}

#[test]
fn resamples_are_the_same_bits_in_blocks_in_passes_and_on_one_thread() {
    let paths = table(&many_rows(5000));
    let bootstrap = Bootstrap { resamples: 24, seed: 9 };
    for order in [1, 2, 3] {
        let run = |blocks: usize| {
            let mut resampler = Resampler::new(5, order, bootstrap).expect("resampler");
            let mut block = Paths::new();
            for (i, path) in paths.iter().enumerate() {
                block.push(path);
                if (i + 1) % blocks == 0 {
                    resampler.add_all(&block);
                    block.clear();
                }
            }
            resampler.add_all(&block);
            resampler.solve()
        };
        let whole = run(usize::MAX);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
        assert_eq!(whole, pool.install(|| run(usize::MAX)), "threads");
        assert_eq!(whole, run(777), "blocks");
        assert_eq!(whole, resample_in_passes(&paths, 5, order, bootstrap).expect("passes"), "passes");
    }
}

#[test]
fn counting_on_one_thread_gives_the_same_bits() {
    let rows = many_rows(60_000);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("a pool");
    for order in [1, 3] {
        assert_eq!(pool.install(|| solved(&rows, 5, order)), three.install(|| solved(&rows, 5, order)));
    }
}

#[test]
fn journeys_of_one_account_are_drawn_together() {
    // One account holds all journeys: each resample is a multiple of the data, so credit cannot vary.
    let mut paths = Paths::new();
    for row in golden() {
        let (conversions, nulls) = (row.1.min(1), row.2.min(1) * (1 - row.1.min(1)));
        paths.push(Path { channels: &row.0, conversions, nulls, value_minor: 0, unit: Some(42) });
    }
    let bootstrap = Bootstrap { resamples: 64, seed: 3 };
    let mut resampler = Resampler::new(4, 1, bootstrap).expect("resampler");
    resampler.add_all(&paths);
    let mut counts = Counts::new(4, 1).expect("counts");
    counts.add_all(&paths);
    let want = removal_effects(&Chain::of(&counts)).conversions;
    let drawn: Vec<Removal> = resampler.solve().into_iter().filter(|r| r.p_conversion > 0.0).collect();
    assert!(drawn.len() > 20 && drawn.iter().all(|r| close(&r.conversions, &want, 1e-12)));
}

#[test]
fn the_order_that_made_the_data_is_chosen_and_chance_is_not_mistaken_for_it() {
    let mut planted = Paths::new();
    let mut noise = Paths::new();
    for i in 0..40_000u64 {
        let mut draws = Draws::new(17, i, 0);
        let path: Vec<u32> = (0..2 + draws.fold(4)).map(|_| draws.fold(4) as u32).collect();
        // Converts mostly where the last two channels differ by one: the last channel alone says nothing.
        let [.., a, b] = path[..] else { continue };
        let hit = draws.fold(100) < if (a + 1) % 4 == b { 60 } else { 20 };
        let chance = draws.fold(100) < 30;
        for (paths, won) in [(&mut planted, hit), (&mut noise, chance)] {
            let (conversions, nulls) = (u32::from(won), u32::from(!won));
            paths.push(Path { channels: &path, conversions, nulls, value_minor: 0, unit: Some(i) });
        }
    }
    let scores = |paths: &Paths| {
        let mut chooser = OrderChooser::new(4, 4, 1).expect("a chooser");
        chooser.add_all(paths);
        chooser.scores()
    };
    let (found, chance) = (scores(&planted), scores(&noise));
    assert_eq!(OrderChooser::best(&found), 2, "{found:?}");
    assert!((found[0].auc - 0.5).abs() < 0.02 && found[1].auc > 0.6, "{found:?}");
    assert!(chance.iter().all(|s| (s.auc - 0.5).abs() < 0.02), "{chance:?}");
}
