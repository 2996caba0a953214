//! Each named query by itself over a simulated company (`TANDEM_BENCH_PRESET`): the engine's share of every answer.
#![expect(missing_docs, reason = "criterion's macros make public functions")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use tandem_benches::{company, preset};
use tandem_store::engine::{NamedQuery, Params};
use tandem_store::queries::text;
use tandem_store::{Cancel, Store};

/// Every query with the parameters of its commonest use.
fn cases() -> Vec<(NamedQuery, Params)> {
    let main = || Params::new().int("as_of", 1_000).text("dataset", "main");
    let journeys = || {
        let all = main().text("from_account", "").text("to_account", "\u{10FFFF}").text_or_null("only", None);
        all.text("outcome", "won").text("scope", "everyone")
    };
    vec![
        (text::CHANNELS, main()),
        (text::KPIS, main()),
        (text::CRM_EXTENT, main()),
        (text::PANEL_SPEND, main()),
        (text::PANEL_OUTCOMES, main().text("kpi", "leads")),
        (text::PANEL_CONTROLS, main()),
        (text::PANEL_GEOS, main()),
        (text::CRM_DEALS, main()),
        (text::CRM_STAGES, main().text("stage", "mql")),
        (text::EXPERIMENTS, main()),
        (text::STAGED_LEADS, main().text("stage", "mql")),
        (text::STAGED_DEALS, main()),
        (text::FX_RATES, main()),
        (text::CURRENCIES, main()),
        (text::JOURNEY_TOUCHES, journeys()),
        (text::JOURNEY_FACTS, journeys()),
        (text::JOURNEY_EXTENT, main()),
        (text::JOURNEY_BOUNDS, main()),
        (text::CHANGED_ACCOUNTS, main().int("after", 1_000)),
        (text::CAMPAIGNS, main()),
        (text::CAMPAIGN_SPEND, main()),
        (text::DEAL_ACCOUNT, main().text("deal", "o000001")),
        (text::TOUCH_NAMES, main()),
        (text::FUNNEL, main().int("by_account", 0).int("with_channel", 1)),
        (text::OVERVIEW, main()),
        (text::FRESHNESS, main()),
        (text::RECONCILIATION, main()),
        (text::SUPERSEDED, main()),
    ]
}

fn run(store: &Store, query: &NamedQuery, params: &Params) -> usize {
    let mut rows = 0;
    let engine = store.engine().expect("an engine");
    let limits = store.limits(Cancel::new());
    engine
        .aggregate(query, params, &limits, &mut |batch| {
            rows += batch.num_rows();
            Ok(())
        })
        .expect("answers");
    rows
}

fn queries(c: &mut Criterion) {
    let (store, _folder) = company();
    let mut group = c.benchmark_group(format!("queries/{}", preset().name()));
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    for (query, params) in cases() {
        group.bench_function(query.name, |b| b.iter(|| black_box(run(&store, &query, &params))));
    }
    group.finish();
}

criterion_group!(benches, queries);
criterion_main!(benches);
