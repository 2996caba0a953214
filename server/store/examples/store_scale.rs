//! Measures the store at a size: `cargo run --release -p tandem-store --example store_scale -- 5000000 [DIR]`.
//!
//! Writes a made-up company of that many touches as one batch, rebuilds the projection, and times each question cold
//! (first time after opening) and warm. The data has the shape of a company and no meaning.
#![allow(clippy::unwrap_used)]

mod made;

use std::sync::Arc;
use std::time::Instant;

use duckdb::arrow::array::{ArrayRef, Int32Array, Int64Array};
use tandem_models::domain::journey::Journey;
use tandem_models::domain::period::Day;
use tandem_store::schema::Table;
use tandem_store::{
    AsOf, BatchSource, Cancel, FunnelBy, FunnelRequest, JourneyRequest, JourneyScope, PanelRequest, Settings, Store,
    TouchNames,
};

use made::{DAY_US, Luck, batch, text, time};

const CHUNK: usize = 100_000;
const CHANNELS: i64 = 25;

fn fill(store: &Store, touches: usize) {
    let (accounts, contacts) = ((touches / 100).max(1) as i64, (touches / 20).max(1) as i64);
    let first = i64::from(Day::from_civil(2023, 1, 2).0);
    let mut luck = Luck(42);
    let source = BatchSource {
        name: "scale".into(),
        sha256: format!("{touches:064x}"),
        layout: "scale".into(),
        mapping: None,
        dataset: None,
    };
    let mut writer = store.begin_batch(source).unwrap();
    let mut done = 0;
    while done < touches {
        let n = CHUNK.min(touches - done);
        let who: Vec<i64> = (0..n).map(|_| luck.below(contacts)).collect();
        let at: Vec<i64> = (0..n)
            .map(|i| first * DAY_US + (done + i) as i64 * 1095 * DAY_US / touches as i64 + luck.below(DAY_US))
            .collect();
        let channels: Vec<i64> = (0..n).map(|_| luck.below(CHANNELS)).collect();
        let columns = vec![
            ("touch_id", text((done..done + n).map(|i| format!("t{i:09}")))),
            ("contact_id", text(who.iter().map(|c| format!("c{c:07}")))),
            ("account_id", text(who.iter().map(|c| format!("a{:06}", c % accounts)))),
            ("channel", text(channels.iter().map(|c| format!("Channel {c}")))),
            ("campaign_id", text(channels.iter().map(|c| format!("cmp{:03}", c * 8 + luck.below(8))))),
        ];
        writer.append(Table::Touches, &batch(Table::Touches, columns, time("touched_at", &at))).unwrap();
        done += n;
    }
    let deals = accounts as usize / 2;
    let created: Vec<i64> = (0..deals).map(|_| (first + 30 + luck.below(1000)) * DAY_US + luck.below(DAY_US)).collect();
    let closed: Vec<i64> = created.iter().map(|c| c + (5 + luck.below(60)) * DAY_US).collect();
    let columns = vec![
        ("opportunity_id", text((0..deals).map(|i| format!("o{i:07}")))),
        ("account_id", text((0..deals).map(|_| format!("a{:06}", luck.below(accounts))))),
        (
            "amount_minor",
            Arc::new(Int64Array::from_iter_values((0..deals).map(|_| 100_000 + luck.below(5_000_000)))) as ArrayRef,
        ),
        ("status", text((0..deals).map(|_| ["won", "lost", "lost", "lost"][luck.below(4) as usize].into()))),
    ];
    let times = [time("created_at", &created), time("closed_at", &closed)].concat();
    writer.append(Table::Opportunities, &batch(Table::Opportunities, columns, times)).unwrap();
    for (k, stage) in ["inquiry", "mql", "sal", "sql"].into_iter().enumerate() {
        let n = contacts as usize >> (k * 2);
        let at: Vec<i64> = (0..n).map(|_| (first + luck.below(1000) + 20 * k as i64) * DAY_US).collect();
        let columns = vec![
            ("event_id", text((0..n).map(|i| format!("{stage}{i:07}")))),
            ("contact_id", text((0..n).map(|c| format!("c{c:07}")))),
            ("account_id", text((0..n).map(|c| format!("a{:06}", c as i64 % accounts)))),
            ("stage", text((0..n).map(|_| stage.to_owned()))),
        ];
        writer.append(Table::StageEvents, &batch(Table::StageEvents, columns, time("entered_at", &at))).unwrap();
    }
    let n = 156 * CHANNELS as usize;
    let days: Vec<Day> = (0..n).map(|i| Day(first as i32 + 7 * (i as i32 / CHANNELS as i32))).collect();
    let columns = vec![
        ("channel", text((0..n).map(|i| format!("Channel {}", i as i64 % CHANNELS)))),
        ("date_day", Arc::new(Int32Array::from_iter_values(days.iter().map(|d| d.0))) as ArrayRef),
        ("date_week", Arc::new(Int32Array::from_iter_values(days.iter().map(|d| d.week())))),
        ("amount_minor", Arc::new(Int64Array::from_iter_values((0..n).map(|_| luck.below(1_000_000))))),
    ];
    writer.append(Table::Spend, &batch(Table::Spend, columns, Vec::new())).unwrap();
    let begun = Instant::now();
    writer.commit().unwrap();
    println!("commit and projection of {touches} touches: {:.2} s", begun.elapsed().as_secs_f64());
}

/// Processor seconds of this process: tells work from waiting on a busy machine.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or("").split_whitespace().map(|f| f.parse().unwrap_or(0.0)).collect();
    fields.get(11..13).map_or(0.0, |t| (t[0] + t[1]) / 100.0)
}

fn timed<T>(what: &str, mut question: impl FnMut() -> T) {
    let mut run = || {
        let (begun, busy) = (Instant::now(), cpu());
        drop(question());
        (begun.elapsed().as_secs_f64() * 1e3, (cpu() - busy) * 1e3)
    };
    let (cold, warm) = (run(), run());
    println!("{what:<34} cold {:8.0} ms   warm {:8.0} ms   of it processor {:8.0} ms", cold.0, warm.0, warm.1);
}

fn main() {
    let mut args = std::env::args().skip(1);
    let touches: usize = args.next().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let temp = tempfile::tempdir().unwrap();
    let dir = args.next().map_or_else(|| temp.path().to_owned(), std::path::PathBuf::from);
    let store = Store::open(&dir, Settings::default()).unwrap();
    if store.imports().is_empty() {
        fill(&store, touches);
    }
    let (begun, busy) = (Instant::now(), cpu());
    store.rebuild(&mut |_, _, _| {}).unwrap();
    println!("rebuild: {:.2} s, processor {:.2} s", begun.elapsed().as_secs_f64(), cpu() - busy);
    drop(store);
    let begun = Instant::now();
    let store = Store::open(&dir, Settings::default()).unwrap();
    println!("open: {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    let files = std::fs::read_dir(dir.join("projection")).unwrap();
    let size: u64 = files.filter_map(|f| f.ok()?.metadata().ok().filter(|m| m.is_file()).map(|m| m.len())).sum();
    println!("projection: {} MiB", size >> 20);

    timed("weekly totals (overview)", || store.weekly_totals("main", AsOf::Latest).unwrap());
    timed("channels", || store.channels().unwrap());
    timed("kpis", || store.kpis().unwrap());
    timed("freshness", || store.freshness().unwrap());
    timed("panel won_revenue", || {
        store.panel(&PanelRequest { kpi: "won_revenue".into(), ..Default::default() }).unwrap()
    });
    timed("panel mql", || store.panel(&PanelRequest { kpi: "mql".into(), ..Default::default() }).unwrap());
    timed("funnel by month", || store.funnel(&FunnelRequest::default()).unwrap());
    timed("funnel by month and channel", || {
        store.funnel(&FunnelRequest { by: FunnelBy::Channel, ..Default::default() }).unwrap()
    });
    timed("reconciliation", || store.reconciliation("main", None, None, AsOf::Latest).unwrap());
    for (name, scope) in [("journeys, won only", JourneyScope::Reached), ("journeys, everyone", JourneyScope::Everyone)]
    {
        let request = JourneyRequest { scope, ..JourneyRequest::default() };
        timed(name, || {
            let (mut names, mut touches) = (TouchNames::default(), 0usize);
            let report =
                store.journeys(&request, &mut names, &mut |j: &Journey| touches += j.touches.len(), Cancel::new());
            (report.unwrap(), touches)
        });
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or(""));
    }
}
