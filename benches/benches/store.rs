//! Every question of the store over a simulated company (`TANDEM_BENCH_PRESET`: tiny, small, demo, medium or large).
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use tandem_benches::{company, preset};
use tandem_models::domain::journey::Journey;
use tandem_store::{
    AsOf, Cancel, FunnelBy, FunnelRequest, JourneyRequest, JourneyScope, Level, PanelRequest, Store, TouchNames,
};

fn panel(store: &Store, kpi: &str, level: Level) {
    black_box(store.panel(&PanelRequest { kpi: kpi.into(), level, ..PanelRequest::default() }).unwrap());
}

fn questions(c: &mut Criterion) {
    let (store, _dirs) = company();
    let mut group = c.benchmark_group(format!("store/{}", preset().name()));
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    group.bench_function("overview", |b| b.iter(|| black_box(store.weekly_totals("main", AsOf::Latest).unwrap())));
    group.bench_function("channels", |b| b.iter(|| black_box(store.channels().unwrap())));
    group.bench_function("kpis", |b| b.iter(|| black_box(store.kpis().unwrap())));
    group.bench_function("freshness", |b| b.iter(|| black_box(store.freshness().unwrap())));
    group.bench_function("reconciliation", |b| {
        b.iter(|| black_box(store.reconciliation("main", None, None, AsOf::Latest).unwrap()));
    });
    group.bench_function("panel won_revenue", |b| b.iter(|| panel(&store, "won_revenue", Level::National)));
    group.bench_function("panel won_revenue by region", |b| b.iter(|| panel(&store, "won_revenue", Level::Geo)));
    group.bench_function("panel mql", |b| b.iter(|| panel(&store, "mql", Level::National)));
    for (name, by) in [("funnel", FunnelBy::Nothing), ("funnel by channel", FunnelBy::Channel)] {
        let request = FunnelRequest { by, ..FunnelRequest::default() };
        group.bench_function(name, |b| b.iter(|| black_box(store.funnel(&request).unwrap())));
    }
    let request = JourneyRequest::default();
    group.bench_function("touch names", |b| b.iter(|| black_box(store.touch_names(&request).unwrap())));
    for (name, scope) in
        [("journeys of won deals", JourneyScope::Reached), ("journeys of everyone", JourneyScope::Everyone)]
    {
        let request = JourneyRequest { scope, ..JourneyRequest::default() };
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut touches = 0;
                let mut sink = |j: &Journey| touches += j.touches.len();
                store.journeys(&request, &mut TouchNames::default(), &mut sink, Cancel::new()).unwrap();
                black_box(touches)
            });
        });
    }
    group.bench_function("rebuild", |b| b.iter(|| store.rebuild(&mut |_, _, _| {}).unwrap()));
    group.finish();
}

criterion_group!(benches, questions);
criterion_main!(benches);
