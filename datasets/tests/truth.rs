//! The truth is what it says: zero where nothing is caused, no more than the total, and tied to the written tables.

use std::collections::HashMap;
use std::path::Path;

use tandem_datasets::{Company, Format, Preset, Summary, simulate};

fn run(company: &Company, dir: &Path) -> Summary {
    simulate(company, dir, Format::Csv, &|_, _| ()).expect("a sound company simulates")
}

/// Cells of one column of a written table.
fn column(dir: &Path, table: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(dir.join(format!("{table}.csv"))).expect("table is there");
    let at = reader.headers().expect("header").iter().position(|h| h == name).expect("column is there");
    reader.records().map(|r| r.expect("row")[at].to_owned()).collect()
}

/// Cents of an amount with two places.
fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().expect("an amount with two places")
}

fn quick(preset: Preset, replicates: u32) -> Company {
    Company { replicates, ..Company::new(preset, 5) }
}

#[test]
fn a_channel_without_effect_has_none_in_truth_and_others_do() {
    let mut company = quick(Preset::Small, 0);
    company.channels[1].planned_roas = 0.0;
    company.channels[1].brand = 0.0;
    let dir = tempfile::tempdir().expect("folder");
    let truth = run(&company, dir.path()).truth;
    let idle = &truth.channels[1].effect;
    assert!(idle.spend > 1e6);
    assert_eq!((idle.incremental.inquiries, idle.incremental.mqls, idle.incremental.won_revenue), (0, 0, 0.0));
    assert_eq!(idle.returns.roi, Some(-1.0));
    // Negative control: the same channel with its effect.
    let dir = tempfile::tempdir().expect("folder");
    let truth = run(&quick(Preset::Small, 0), dir.path()).truth;
    assert!(truth.channels[1].effect.incremental.mqls > 100);
}

#[test]
fn channels_add_up_to_no_more_than_the_whole() {
    let dir = tempfile::tempdir().expect("folder");
    let truth = run(&quick(Preset::Small, 16), dir.path()).truth;
    let parts: i64 = truth.channels.iter().map(|c| c.effect.incremental.mqls).sum();
    let whole = truth.incremental.incremental.mqls;
    assert!(parts as f64 <= whole as f64 * 1.01 && parts as f64 > whole as f64 * 0.7, "{parts} of {whole} MQLs");
    let expected = |e: &tandem_datasets::Effect| e.expected.as_ref().map_or(0.0, |x| x.won_revenue);
    let parts: f64 = truth.channels.iter().map(|c| expected(&c.effect)).sum();
    let whole = expected(&truth.incremental);
    assert!(parts <= whole * 1.02, "{parts} of {whole} EUR");
    assert_eq!(truth.total.mqls - truth.baseline.mqls, truth.incremental.incremental.mqls);
}

#[test]
fn years_add_up_to_the_whole_period() {
    let dir = tempfile::tempdir().expect("folder");
    let truth = run(&quick(Preset::Tiny, 0), dir.path()).truth;
    for effect in truth.channels.iter().map(|c| &c.effect).chain([&truth.incremental]) {
        let deals: i64 = effect.by_year.iter().map(|y| y.incremental.won_deals).sum();
        let spend: f64 = effect.by_year.iter().map(|y| y.spend).sum();
        assert_eq!(deals, effect.incremental.won_deals);
        assert!((spend - effect.spend).abs() < 0.01);
    }
}

#[test]
fn the_written_tables_tie_to_the_truth_to_the_cent() {
    let dir = tempfile::tempdir().expect("folder");
    let summary = run(&quick(Preset::Small, 0), dir.path());
    let total = summary.truth.total;
    let status = column(dir.path(), "opportunities", "status");
    let amounts = column(dir.path(), "opportunities", "amount");
    let margins = column(dir.path(), "opportunities", "gross_margin");
    let won = |cells: &[String]| -> i64 {
        cells.iter().zip(&status).filter(|(_, s)| *s == "won").map(|(c, _)| cents(c)).sum()
    };
    assert_eq!(won(&amounts), (total.won_revenue * 100.0).round() as i64);
    assert_eq!(won(&margins), (total.gross_margin * 100.0).round() as i64);
    let events = column(dir.path(), "stage_events", "stage");
    let entered = |stage: &str| events.iter().filter(|s| *s == stage).count() as i64;
    assert_eq!(entered("won"), total.won_deals);
    assert_eq!(entered("opportunity"), total.opportunities);
    assert_eq!(entered("inquiry"), total.inquiries);
    // Leads sent back enter a second time: a few more entries than leads.
    let again = entered("mql") - total.mqls;
    assert!(again > 0 && again * 10 < total.mqls, "{again} entered twice of {}", total.mqls);
    let spend: i64 = column(dir.path(), "spend", "amount").iter().map(|c| cents(c)).sum();
    assert_eq!(spend, (summary.truth.incremental.spend * 100.0).round() as i64);
}

#[test]
fn believable_to_a_head_of_marketing() {
    let dir = tempfile::tempdir().expect("folder");
    let summary = run(&quick(Preset::Small, 16), dir.path());
    let truth = &summary.truth;
    assert!((20_000..60_000).contains(&summary.rows("touches")), "{} touches", summary.rows("touches"));
    let a_year = |x: f64| x / 3e6;
    assert!((6.0..10.0).contains(&a_year(truth.incremental.spend)));
    assert!((25.0..60.0).contains(&a_year(truth.total.won_revenue)), "{}", truth.total.won_revenue);
    let roas: Vec<f64> =
        truth.channels.iter().filter_map(|c| c.effect.expected.as_ref().and_then(|e| e.returns.roas)).collect();
    assert_eq!(roas.len(), truth.channels.len());
    assert!(roas.iter().all(|r| (0.0..6.5).contains(r)), "{roas:?}");
    assert!(roas.iter().any(|r| *r < 0.8) && roas.iter().any(|r| *r > 2.5), "{roas:?}");
    let held_back = truth.capacity.lost_to_capacity.won_deals as f64 / truth.total.won_deals as f64;
    assert!((0.005..0.25).contains(&held_back), "{held_back}");
}

/// Won revenue by the channel of the last touch of the account before closing.
fn last_touch(dir: &Path) -> HashMap<String, f64> {
    let [accounts, channels, times] = ["account_id", "channel", "touched_at"].map(|c| column(dir, "touches", c));
    let mut touches: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for ((account, channel), at) in accounts.iter().zip(&channels).zip(&times) {
        touches.entry(account).or_default().push((at, channel));
    }
    let deals = ["account_id", "status", "closed_at", "amount"].map(|c| column(dir, "opportunities", c));
    let mut credit = HashMap::new();
    for i in (0..deals[0].len()).filter(|i| deals[1][*i] == "won") {
        let before = touches.get(deals[0][i].as_str()).into_iter().flatten().filter(|t| t.0 <= deals[2][i].as_str());
        if let Some((_, channel)) = before.max() {
            *credit.entry((*channel).to_owned()).or_default() += cents(&deals[3][i]) as f64 / 100.0;
        }
    }
    credit
}

#[test]
fn last_touch_credits_searching_and_misses_events() {
    let dir = tempfile::tempdir().expect("folder");
    let truth = run(&quick(Preset::Small, 16), dir.path()).truth;
    let credit = last_touch(dir.path());
    let caused = |name: &str| {
        let channel = truth.channels.iter().find(|c| c.channel == name).expect("channel");
        channel.effect.expected.as_ref().map_or(0.0, |e| e.won_revenue)
    };
    assert!(credit["paid_search"] > 1.3 * caused("paid_search"), "{credit:?}");
    assert!(credit["display"] > 3.0 * caused("display"), "{credit:?}");
    assert!(credit["events"] < 0.8 * caused("events"), "{credit:?}");
    // Every won deal but those older than the data has a touch.
    let credited: f64 = credit.values().sum();
    assert!(credited > 0.9 * truth.total.won_revenue && credited <= truth.total.won_revenue);
}

#[test]
fn a_company_out_of_range_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("none");
    let company = Company { mean_deal: -1.0, ..Company::new(Preset::Tiny, 1) };
    assert!(simulate(&company, &out, Format::Csv, &|_, _| ()).is_err());
    assert!(!out.exists());
}
