//! Measures the import of a generated CSV file of touches: rows per second and peak memory of the process.
//!
//! `cargo run --release -p tandem-store --example import_speed -- 10000000 [--dry-run | MIB]`, MIB being the engine's memory.

use std::error::Error;
use std::io::{BufWriter, Write};
use std::time::Instant;

use tandem_store::import::{ImportFile, ImportOptions};
use tandem_store::{Settings, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let rows: u64 = args.next().as_deref().unwrap_or("1000000").parse()?;
    let more = args.next();
    let dry_run = more.as_deref() == Some("--dry-run");
    let memory_mib = more.and_then(|m| m.parse().ok());
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("touches.csv");
    let bytes = generate(&path, rows)?;
    println!("{rows} rows, {:.1} MB; {:.0} MB resident before the import", bytes as f64 / 1e6, memory("VmRSS")?);

    let store = Store::open(dir.path().join("data"), Settings { memory_mib, ..Settings::default() })?;
    let options = ImportOptions { dry_run, ..ImportOptions::default() };
    let begin = Instant::now();
    let report = store.import(&[ImportFile::from(path)], &options, &mut |_| {})?;
    let seconds = begin.elapsed().as_secs_f64();
    let file = &report.files[0];
    println!("{:?}: {} accepted, {} rejected", file.status, file.rows_accepted, file.rows_rejected);
    println!("{seconds:.2} s, {:.0} rows/s, peak memory {:.0} MB", rows as f64 / seconds, memory("VmHWM")?);
    Ok(())
}

/// Writes touches as a CRM would export them; gives the size in bytes.
fn generate(path: &std::path::Path, rows: u64) -> Result<u64, Box<dyn Error>> {
    let channels = ["paid_search", "paid_social", "events", "webinar", "email", "content", "partner", "display"];
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "touch_id,contact_id,account_id,channel,campaign_id,touched_at,kind")?;
    let mut state = 1u64;
    for i in 0..rows {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let contact = (state >> 33) % (rows / 10).max(1);
        let channel = channels[(state >> 20) as usize % channels.len()];
        let (day, second) = (1 + (state >> 8) % 28, (state >> 13) % 86_400);
        writeln!(
            out,
            "T{i:09},C{contact:08},A{:07},{channel},{channel}-{},2025-{:02}-{day:02}T{:02}:{:02}:{:02}Z,click",
            contact / 7,
            state % 40,
            1 + (state >> 40) % 12,
            second / 3_600,
            second / 60 % 60,
            second % 60,
        )?;
    }
    out.flush()?;
    Ok(std::fs::metadata(path)?.len())
}

/// A field of `/proc/self/status` in MB.
fn memory(field: &str) -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|l| l.starts_with(field)).ok_or("no such field")?;
    Ok(line.split_whitespace().nth(1).ok_or("no value")?.parse::<f64>()? / 1024.0)
}
