//! Writes every figure, with plausible data and without any, in both themes and at both sizes.
//!
//! `cargo run -p tandem-charts --example gallery OUTDIR [NAME]`

mod samples;

use std::path::Path;
use tandem_charts::{Look, Size, Theme};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("say where the figures go: gallery OUTDIR [NAME]")?;
    let only = arguments.next();
    std::fs::create_dir_all(&out)?;
    for (name, figure) in samples::all() {
        if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) {
            continue;
        }
        for (theme, ground) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            for (width, device) in [(760.0, "page"), (360.0, "phone")] {
                let size = Size::new(width, figure.natural_height(width));
                let svg = figure.render(Look::new(theme, size));
                let stem = Path::new(&out).join(format!("{name}-{device}-{ground}"));
                std::fs::write(stem.with_extension("svg"), svg.as_str())?;
                std::fs::write(stem.with_extension("png"), svg.png(2.0)?)?;
            }
        }
        let clock = std::time::Instant::now();
        let bytes = figure.render(Look::new(Theme::Page, Size::DEFAULT)).as_str().len();
        println!("{name}: {} ({:.1} ms, {} kB)", figure.title(), clock.elapsed().as_secs_f64() * 1e3, bytes / 1000);
    }
    Ok(())
}
