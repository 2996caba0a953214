//! Simulates a preset into a folder and prints what each channel caused: `simulate PRESET SEED DIR FORMAT`.

use tandem_datasets::{Company, Preset, simulate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, preset, seed, dir, format] = args.as_slice() else {
        return Err("usage: simulate PRESET SEED DIR FORMAT".into());
    };
    let company = Company::new(preset.parse::<Preset>()?, seed.parse()?);
    let started = std::time::Instant::now();
    let summary = simulate(&company, dir.as_ref(), format.parse()?, &|step, share| {
        eprintln!("{:7.2}s {step} {share:.2}", started.elapsed().as_secs_f64());
    })?;
    for (table, rows) in &summary.tables {
        println!("{table:22} {rows:>10}");
    }
    let truth = &summary.truth;
    println!("total {:?}\nbaseline {:?}", truth.total, truth.baseline);
    for c in &truth.channels {
        println!(
            "{:20} spend {:>11.0} revenue {:>11.0} {:?}\n   eventual {:?}",
            c.channel, c.effect.spend, c.effect.incremental.won_revenue, c.effect.returns, c.effect.eventual.returns
        );
        if let Some(e) = &c.effect.expected {
            println!(
                "   expected {:.0} +- {:.0} {:?} mqls {:.0} / {} deals {:.1}",
                e.won_revenue, e.won_revenue_se, e.returns, e.mqls, c.effect.incremental.mqls, e.won_deals
            );
        }
    }
    println!("all: {:?} {:?}", truth.incremental.returns, truth.incremental.expected);
    Ok(())
}
