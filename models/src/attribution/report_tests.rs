//! Reports end to end: several models over one set of journeys or one path table.

use proptest::prelude::*;

use super::*;
use crate::attribution::path_table::parse;
use crate::attribution::{Bootstrap, DirectTraffic, Note, Order, Repeats};
use crate::domain::journey::{DAY_US, Entry, Milestones, NO_CAMPAIGN, Touch};

const NAMES: [&str; 4] = ["Search", "Email", "Webinar", "Direct"];

fn names() -> Vec<String> {
    NAMES.map(String::from).to_vec()
}

fn journey(unit: u64, touches: &[(u32, i64)], end: i64, outcome: Outcome) -> Journey {
    let touch =
        |&(channel, day): &(u32, i64)| Touch { channel, campaign: NO_CAMPAIGN, at_us: day * DAY_US, contact: 0 };
    Journey { unit, touches: touches.iter().map(touch).collect(), outcome, end_us: end * DAY_US, ..Journey::empty() }
}

fn report(kinds: &[ModelKind], settings: &Settings, journeys: &[Journey]) -> Report {
    let mut attribution = Attribution::new(kinds, settings, &names()).expect("settings");
    journeys.iter().for_each(|j| attribution.journey(j));
    attribution.finish().expect("a report")
}

fn quick() -> Settings {
    Settings { bootstrap: Bootstrap { resamples: 16, seed: 4 }, ..Settings::default() }
}

fn random_journeys() -> impl Strategy<Value = Vec<Journey>> {
    let one = (
        (0u64..20, prop::collection::vec((0u32..4, 0i64..500), 0..7), 300i64..520, 0u8..4),
        (-5_000i64..900_000_00, 0i64..500, 0i64..500),
    );
    prop::collection::vec(one, 1..40).prop_map(|all| {
        type Drawn = ((u64, Vec<(u32, i64)>, i64, u8), (i64, i64, i64));
        let make = |((unit, touches, end, kind), (value_minor, lead, opportunity)): Drawn| {
            let outcome = match kind {
                0 => Outcome::Open,
                1 => Outcome::Lost,
                _ => Outcome::Won { value_minor },
            };
            let at = |day: i64| Some(Entry { at_us: day * DAY_US, contact: None });
            let milestones = Milestones { lead: at(lead), opportunity: at(opportunity), ..Milestones::default() };
            Journey { milestones, ..journey(unit, &touches, end, outcome) }
        };
        all.into_iter().map(make).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1200))]

    #[test]
    fn every_model_sums_to_what_was_won_to_the_cent(
        journeys in random_journeys(),
        repeats in prop::sample::select(vec![Repeats::Identity, Repeats::Exposure, Repeats::First, Repeats::Frequency]),
        direct in prop::sample::select(vec![
            DirectTraffic::Keep, DirectTraffic::RemoveIfNotAll, DirectTraffic::RemoveIfLastAndNotAll,
        ]),
        order in 1usize..=3,
    ) {
        let mut settings = Settings { order: Order::Fixed(order), ..quick() };
        settings.policy.repeats = repeats;
        settings.policy.direct = direct;
        let report = report(&ModelKind::ALL, &settings, &journeys);
        let won: Vec<i64> = journeys.iter().filter_map(|j| match j.outcome {
            Outcome::Won { value_minor } => Some(value_minor),
            _ => None,
        }).collect();
        prop_assert_eq!(report.models.len(), ModelKind::ALL.len());
        for (credit, kind) in report.models.iter().zip(ModelKind::ALL) {
            prop_assert_eq!(&credit.model, kind.id());
            prop_assert_eq!(credit.total.value_minor, won.iter().sum::<i64>(), "{}", kind);
            prop_assert_eq!(credit.total.conversions, won.len() as f64);
            let value: i64 = credit.channels.iter().map(|c| c.value_minor).sum();
            prop_assert_eq!(value + credit.unattributed.value_minor, credit.total.value_minor, "{}", kind);
            let conversions: f64 = credit.channels.iter().map(|c| c.conversions).sum();
            prop_assert!((conversions + credit.unattributed.conversions - credit.total.conversions).abs() < 1e-9);
            prop_assert!(credit.channels.iter().all(|c| c.conversions >= 0.0));
            prop_assert!(!kind.data_driven() || credit.channels.iter().all(|c| c.conversions_interval.is_some()));
        }
    }

    #[test]
    fn the_order_journeys_come_in_changes_nothing_but_last_bits(journeys in random_journeys()) {
        let mut turned = journeys.clone();
        turned.reverse();
        let kinds = [ModelKind::Linear, ModelKind::W, ModelKind::Markov, ModelKind::Shapley];
        let (a, b) = (report(&kinds, &quick(), &journeys), report(&kinds, &quick(), &turned));
        prop_assert_eq!(&a.models[..2], &b.models[..2], "rules: the same bits");
        for (a, b) in a.models.iter().zip(&b.models) {
            for (a, b) in a.channels.iter().zip(&b.channels) {
                prop_assert!((a.conversions - b.conversions).abs() < 1e-9);
                let (Some(a), Some(b)) = (a.conversions_interval, b.conversions_interval) else { continue };
                prop_assert!((a.p05 - b.p05).abs() < 1e-6 && (a.p95 - b.p95).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn sums_of_parts_are_the_bits_of_the_whole_and_what_is_taken_away_leaves_no_trace(
        journeys in random_journeys(),
        order in 1usize..=2,
        place in prop::collection::vec(0u8..3, 40),
    ) {
        // Part 0 stays, part 1 comes later, part 2 was counted and is taken away again.
        let settings = Settings { order: Order::Fixed(order), ..quick() };
        let kinds: Vec<ModelKind> = ModelKind::ALL.into_iter().filter(|k| *k != ModelKind::Hazard).collect();
        let of = |parts: &[u8]| {
            let mut sink = Attribution::new(&kinds, &settings, &names()).expect("settings");
            journeys.iter().zip(&place).filter(|(_, p)| parts.contains(p)).for_each(|(j, _)| sink.journey(j));
            sink
        };
        let written = serde_json::to_string(&of(&[0, 2]).sums().expect("sums")).expect("JSON");
        let kept: Sums = serde_json::from_str(&written).expect("sums");
        let mut updated = of(&[]);
        prop_assert!(updated.merge(&kept, 1));
        prop_assert!(updated.merge(&of(&[2]).sums().expect("sums"), -1));
        prop_assert!(updated.merge(&of(&[1]).sums().expect("sums"), 1));
        // As text: an AUC that cannot be told is NaN, and NaN is not equal to itself.
        let text = |a: Attribution| format!("{:?}", a.finish().expect("a report"));
        prop_assert!(text(updated) == text(of(&[0, 1])));
    }

    #[test]
    fn shapley_is_linear_over_distinct_channels_and_ordered_shapley_over_touches(
        rows in prop::collection::vec((prop::collection::vec(0usize..4, 1..6), 0u32..5, 0u32..5), 1..20),
    ) {
        let text: String = rows.iter().map(|(path, c, n)| {
            let path: Vec<&str> = path.iter().map(|&p| NAMES[p]).collect();
            format!("{};{c};{};{n}\n", path.join(" > "), c * 3)
        }).collect();
        let table = parse(format!("path;total_conversions;total_conversion_value;total_null\n{text}").as_bytes()).expect("a table");
        let kinds = [ModelKind::Shapley, ModelKind::ShapleyOrdered, ModelKind::Linear];
        let identity = over_paths(&table, &kinds, &quick()).expect("a report");
        let mut first = quick();
        first.policy.repeats = Repeats::First;
        let first = over_paths(&table, &kinds, &first).expect("a report");
        let conversions = |c: &Credit| c.channels.iter().map(|c| (c.conversions * 1e6).round()).collect::<Vec<_>>();
        prop_assert_eq!(conversions(&identity.models[0]), conversions(&first.models[2]), "distinct");
        prop_assert_eq!(conversions(&identity.models[1]), conversions(&identity.models[2]), "ordered");
        for (row, credit) in identity.positions.iter().zip(&identity.models[1].channels) {
            prop_assert!((row.conversions.iter().sum::<f64>() - credit.conversions).abs() < 1e-6);
        }
        // A null player: a channel only in rows without conversions, or in none.
        for (i, name) in NAMES.iter().enumerate() {
            if !rows.iter().any(|r| r.1 > 0 && r.0.contains(&i)) {
                let mine = identity.models[0].channels.iter().find(|c| c.channel == *name);
                prop_assert!(mine.is_none_or(|c| c.conversions == 0.0));
            }
        }
    }
}

#[test]
fn what_keeps_paths_does_not_claim_to_add_up_and_foreign_sums_change_nothing() {
    let settings = Settings { order: Order::Fixed(3), ..quick() };
    let adds = |kinds: &[ModelKind], settings: &Settings| {
        Attribution::new(kinds, settings, &names()).is_ok_and(|a| a.adds_up())
    };
    assert!(!adds(&[ModelKind::Hazard], &quick()) && !adds(&[ModelKind::Markov], &settings));
    assert!(adds(&[ModelKind::Markov, ModelKind::W], &quick()));
    let mut one = Attribution::new(&[ModelKind::Linear], &quick(), &names()).expect("settings");
    one.journey(&journey(1, &[(0, 1)], 5, Outcome::Won { value_minor: 100 }));
    let mut other = Attribution::new(&[ModelKind::Linear], &quick(), &names()[..3]).expect("settings");
    assert!(!other.merge(&one.sums().expect("sums"), 1));
    assert_eq!(other.finish().expect("a report").journeys.won, 0);
}

#[test]
fn deals_of_one_account_share_touches_and_each_is_allocated_once() {
    let early = [(0, 1), (1, 10)];
    let first = journey(7, &early, 20, Outcome::Won { value_minor: 1001 });
    let second = journey(7, &[(0, 1), (1, 10), (2, 30)], 40, Outcome::Won { value_minor: 2000 });
    let report = report(&[ModelKind::Linear], &quick(), &[first, second]);
    let values: Vec<i64> = report.models[0].channels.iter().map(|c| c.value_minor).collect();
    assert_eq!(values, [501 + 667, 500 + 667, 666, 0]);
    assert_eq!(report.models[0].total.value_minor, 3001);
}

#[test]
fn touches_after_closing_and_before_the_lookback_take_nothing() {
    let j = journey(1, &[(0, 0), (1, 500), (2, 900)], 600, Outcome::Won { value_minor: 100 });
    let report = report(&[ModelKind::First, ModelKind::Last, ModelKind::Markov], &quick(), &[j]);
    for credit in &report.models {
        assert_eq!((credit.channels[1].conversions, credit.channels[1].value_minor), (1.0, 100), "{}", credit.model);
    }
    assert_eq!(report.journeys.touches, 1);
}

#[test]
fn open_deals_are_censored_and_never_count_as_lost() {
    let won = journey(1, &[(0, 1)], 10, Outcome::Won { value_minor: 100 });
    let open = journey(2, &[(1, 1)], 10, Outcome::Open);
    let lost = journey(2, &[(1, 1)], 10, Outcome::Lost);
    let p = |report: &Report| report.transitions.iter().any(|e| e.from == "Email" && e.to == "(null)");
    let with_open = report(&[ModelKind::Markov], &quick(), &[won.clone(), open]);
    assert_eq!((p(&with_open), with_open.journeys.open, with_open.journeys.lost), (false, 1, 0));
    let with_lost = report(&[ModelKind::Markov], &quick(), &[won, lost]);
    assert_eq!((p(&with_lost), with_lost.journeys.open, with_lost.journeys.lost), (true, 0, 1));
}

#[test]
fn a_path_table_is_refused_by_models_that_need_more_and_says_which() {
    let table = parse(b"path;total_conversions\na > b;1\n").expect("a table");
    for (model, says) in [(ModelKind::TimeDecay, "times"), (ModelKind::W, "milestones"), (ModelKind::Hazard, "times")] {
        let error = over_paths(&table, &[ModelKind::Last, model], &quick()).map(|_| ()).expect_err("refused");
        assert!(error.to_string().contains(says) && error.to_string().contains(model.id()), "{error}");
    }
    assert_eq!(over_paths(&table, &[], &quick()).map(|_| ()), Err(AttributionError::NoModel));
}

#[test]
fn conversions_without_touches_stay_in_every_total() {
    let table = parse(b"path;total_conversions;total_conversion_value\na > b;3;30\n;2;5.50\n").expect("a table");
    let kinds = [ModelKind::Last, ModelKind::Markov, ModelKind::Shapley];
    for credit in over_paths(&table, &kinds, &quick()).expect("a report").models {
        assert_eq!((credit.unattributed.conversions, credit.unattributed.value_minor), (2.0, 550), "{}", credit.model);
        assert_eq!((credit.total.conversions, credit.total.value_minor), (5.0, 3550), "{}", credit.model);
    }
}

#[test]
fn a_million_distinct_channels_are_shared_by_rules_and_refused_by_markov() {
    let rows: String = (0..1_000_000).map(|i| format!("c{i};1;0.01\n")).collect();
    let table = parse(format!("path;total_conversions;total_conversion_value\n{rows}").as_bytes()).expect("a table");
    let rules = over_paths(&table, &[ModelKind::Linear, ModelKind::Last], &quick()).expect("a report");
    assert_eq!((rules.models[0].channels.len(), rules.models[1].total.value_minor), (1_000_000, 1_000_000));
    let error = over_paths(&table, &[ModelKind::Markov], &quick()).map(|_| ()).expect_err("refused").to_string();
    assert!(error.contains("1000000 channels") && error.contains("1000"), "{error}");
}

#[test]
fn a_contact_with_a_million_touches_is_shared_to_the_cent() {
    let touches: Vec<(u32, i64)> = (0..1_000_000).map(|i| (i % 3, i64::from(i / 5000))).collect();
    let j = journey(1, &touches, 200, Outcome::Won { value_minor: 12_345_67 });
    let kinds = [ModelKind::Linear, ModelKind::TimeDecay, ModelKind::Position, ModelKind::FullPath, ModelKind::Shapley];
    for credit in report(&kinds, &quick(), &[j]).models {
        let value: i64 = credit.channels.iter().map(|c| c.value_minor).sum();
        assert_eq!((value, credit.unattributed.value_minor), (12_345_67, 0), "{}", credit.model);
    }
}

#[test]
fn an_unannounced_channel_is_an_error_and_not_a_panic() {
    let mut attribution = Attribution::new(&[ModelKind::Markov], &quick(), &names()).expect("settings");
    attribution.journey(&journey(1, &[(9, 1)], 2, Outcome::Lost));
    assert_eq!(attribution.finish().map(|_| ()), Err(AttributionError::UnknownChannel { channel: 9, known: 4 }));
}

#[test]
fn the_automatic_order_is_said_with_its_auc_and_gives_the_credit_of_that_order() {
    let mut journeys = Vec::new();
    for i in 0..6000u64 {
        let mut draws = crate::attribution::poisson::Draws::new(3, i, 0);
        let touches: Vec<(u32, i64)> = (0..3).map(|d| (draws.fold(3) as u32, d)).collect();
        let hit = touches[1].0 == 0 && touches[2].0 == 1;
        let won = draws.fold(10) < if hit { 8 } else { 2 };
        journeys.push(journey(i, &touches, 5, if won { Outcome::Won { value_minor: 100 } } else { Outcome::Lost }));
    }
    let auto = report(&[ModelKind::Markov], &Settings { order: Order::Auto, ..quick() }, &journeys);
    let two = report(&[ModelKind::Markov], &Settings { order: Order::Fixed(2), ..quick() }, &journeys);
    assert!(auto.models[0].notes.contains(&Note::Order { order: 2, chosen: true }), "{:?}", auto.models[0].notes);
    assert_eq!((auto.orders.len(), two.orders.len()), (4, 4), "every order is scored beside the credit");
    assert_eq!(auto.models[0].channels, two.models[0].channels);
    assert!(auto.orders[1].auc > auto.orders[0].auc + 0.02, "{:?}", auto.orders);
}

#[test]
fn kept_paths_and_streamed_counts_give_the_same_credit() {
    // Order 3 with resamples keeps paths; without, it streams.
    let journeys: Vec<Journey> = (0..500u64)
        .map(|i| {
            let mut draws = crate::attribution::poisson::Draws::new(8, i, 0);
            let touches: Vec<(u32, i64)> = (0..1 + draws.fold(5)).map(|d| (draws.fold(4) as u32, d as i64)).collect();
            journey(
                i / 2,
                &touches,
                9,
                if draws.fold(3) == 0 { Outcome::Won { value_minor: 77 } } else { Outcome::Lost },
            )
        })
        .collect();
    let with = |resamples| Settings { order: Order::Fixed(3), bootstrap: Bootstrap { resamples, seed: 1 }, ..quick() };
    let (kept, streamed) =
        (report(&[ModelKind::Markov], &with(8), &journeys), report(&[ModelKind::Markov], &with(0), &journeys));
    for (a, b) in kept.models[0].channels.iter().zip(&streamed.models[0].channels) {
        assert_eq!((a.conversions, a.value_minor, a.removal_effect), (b.conversions, b.value_minor, b.removal_effect));
        assert!(a.conversions_interval.is_some() && b.conversions_interval.is_none());
    }
}

#[test]
fn channels_of_equal_effect_are_not_ranked() {
    let rows = "a > b;30;60\nb > a;30;60\nc;3;500\na > c > b;9;60\n";
    let table = parse(format!("path;total_conversions;total_null\n{rows}").as_bytes()).expect("a table");
    let settings = Settings { bootstrap: Bootstrap::default(), ..quick() };
    let report = over_paths(&table, &[ModelKind::Markov], &settings).expect("a report");
    let channels = &report.models[0].channels;
    assert_eq!((channels[0].rank, channels[1].rank, channels[2].rank), (None, None, Some(3)), "{channels:?}");
    let unranked =
        |n: &Note| matches!(n, Note::NotRanked { channels } if channels.len() == 2 && !channels.contains(&"c".into()));
    assert!(report.models[0].notes.iter().any(unranked), "{:?}", report.models[0].notes);
}
