//! `attribute_paths --paths FILE --model markov --order K [--resamples N] [--auc] [--time]`: the code path of
//! `tandem attribute --paths` without a server around it, for measuring the models alone.

use std::io::Read;

use tandem_models::attribution::{Bootstrap, ModelKind, Order, PathTableReader, Settings, over_paths};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut file, mut kinds, mut settings) = (String::new(), vec![ModelKind::Markov], Settings::default());
    settings.bootstrap = Bootstrap { resamples: 0, seed: 1 };
    settings.out_of_sample_auc = false;
    let mut args = std::env::args().skip(1);
    let mut timed = false;
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--paths" => file = value()?,
            "--model" => kinds = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--order" => {
                let order = value()?;
                settings.order = if order == "auto" { Order::Auto } else { Order::Fixed(order.parse()?) };
            }
            "--resamples" => settings.bootstrap.resamples = value()?.parse()?,
            "--auc" => settings.out_of_sample_auc = true,
            "--time" => timed = true,
            _ => {}
        }
    }
    let start = std::time::Instant::now();
    let mut reader = PathTableReader::new();
    let mut input = std::fs::File::open(&file)?;
    let mut block = vec![0; 8 << 20];
    loop {
        match input.read(&mut block)? {
            0 => break,
            n => reader.block(&block[..n])?,
        }
    }
    let table = reader.finish()?;
    let read = start.elapsed();
    let report = over_paths(&table, &kinds, &settings)?;
    if timed {
        let (rows, touches, solve) = (table.paths.len(), table.paths.touches(), start.elapsed() - read);
        eprintln!("read {read:?}, solve {solve:?}, {rows} rows, {touches} touches, {} rejects", table.rejected);
        report.models.iter().for_each(|m| eprintln!("{} {:?}", m.model, m.notes));
        report.orders.iter().for_each(|o| eprintln!("{o:?}"));
    }
    let models: Vec<serde_json::Value> = report
        .models
        .iter()
        .map(|m| {
            let channel = |c: &tandem_models::attribution::ChannelCredit| {
                let value = c.value_minor as f64 / 100.0;
                serde_json::json!({"channel": c.channel, "conversions": c.conversions, "value": value,
                    "interval": c.conversions_interval, "rank": c.rank})
            };
            serde_json::json!({"model": m.model, "channels": m.channels.iter().map(channel).collect::<Vec<_>>()})
        })
        .collect();
    println!("{}", serde_json::json!({"models": models}));
    Ok(())
}
