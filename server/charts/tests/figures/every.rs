//! What holds for every figure, whatever its data.

use crate::{faults, samples};
use tandem_charts::{AnyFigure, Look, Size, Theme};

fn sizes(figure: &AnyFigure) -> Vec<Size> {
    let mut sizes = vec![Size::DEFAULT, Size::PHONE, Size::new(1200.0, 520.0), Size::new(480.0, 300.0)];
    sizes.extend([360.0, 760.0].map(|w| Size::new(w, figure.natural_height(w))));
    sizes
}

#[test]
fn no_text_leaves_the_canvas_or_covers_another() {
    let all: Vec<String> = samples::all()
        .iter()
        .flat_map(|(_, f)| sizes(f).into_iter().flat_map(|s| faults(f, s)).collect::<Vec<_>>())
        .collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn ordinary_data_finds_room_for_every_text() {
    for (name, figure) in samples::all() {
        for width in [360.0, 760.0, 1200.0] {
            let svg = figure.render(Look::new(Theme::Light, Size::new(width, figure.natural_height(width))));
            assert!(svg.dropped().is_empty(), "{name} at {width}: {:?}", svg.dropped());
        }
    }
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    for (name, figure) in samples::all() {
        let look = Look::new(Theme::Dark, Size::DEFAULT);
        let (a, b) = (figure.render(look), figure.clone().render(look));
        assert_eq!(a.as_str(), b.as_str(), "{name}");
        assert_eq!(a.png(1.0).expect("a PNG"), b.png(1.0).expect("a PNG"), "{name}");
        assert_ne!(
            a.as_str(),
            figure.render(Look::new(Theme::Light, Size::DEFAULT)).as_str(),
            "{name}: the theme is seen"
        );
    }
}

#[test]
fn every_figure_speaks_to_a_screen_reader() {
    for (name, figure) in samples::all() {
        let svg = figure.render(Look::default());
        let text = svg.as_str();
        assert!(text.contains("role=\"img\"") && text.contains("<title>") && text.contains("<desc>"), "{name}");
        assert!(figure.description().len() > 20, "{name}: {}", figure.description());
        assert!(name.ends_with("-empty") || text.contains("data-value="), "{name} has marks with values");
    }
}

#[test]
fn a_figure_survives_json() {
    for (name, figure) in samples::all() {
        let json = serde_json::to_string(&figure).expect("JSON");
        let back: AnyFigure = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(back.render(Look::default()).as_str(), figure.render(Look::default()).as_str(), "{name}");
    }
}

#[test]
fn a_page_figure_is_drawn_in_custom_properties_and_still_becomes_a_png() {
    for (name, figure) in samples::all() {
        let svg = figure.render(Look::new(Theme::Page, Size::DEFAULT));
        assert!(!svg.as_str().contains("=\"#"), "{name} names a colour of its own");
        let light = figure.render(Look::new(Theme::Light, Size::DEFAULT));
        assert_eq!(svg.png(1.0).expect("a PNG"), light.png(1.0).expect("a PNG"), "{name}");
    }
}
