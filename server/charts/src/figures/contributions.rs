//! Contribution over time: stacked areas in a stable order, the baseline quiet at the bottom, events marked.

use crate::axis::{TimeAxis, ValueAxis};
use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect, spread};
use crate::number;
use crate::svg::{Anchor, Mark, Paint, Path, Scene, Type};
use crate::theme::CATEGORIES;
use crate::unit::Unit;
use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;

/// One channel's contribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Channel name as shown.
    pub channel: String,
    /// Position in the store's channel order; gives colour and place in the stack.
    pub color: usize,
    /// One mean a date: means add up to the fitted total, medians would not.
    pub values: Vec<f64>,
}

/// Something that happened, marked by a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub date: Day,
    /// What.
    pub label: String,
}

/// Contribution over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// What is stacked.
    pub unit: Unit,
    /// What the outcome is called in a sentence: `revenue`, `won deals`.
    pub outcome: String,
    /// First day of each period, ascending.
    pub dates: Vec<Day>,
    /// What would have happened without any of the channels, one value a date.
    pub baseline: Vec<f64>,
    /// The channels.
    pub channels: Vec<Series>,
    /// Marked events.
    #[serde(default)]
    pub events: Vec<Event>,
}

impl Contributions {
    /// The stack from the bottom, baseline left out: channels in order, those beyond the palette summed as "Other".
    #[must_use]
    pub fn stack(&self) -> Vec<Series> {
        let mut own: Vec<Series> = self.channels.iter().filter(|s| s.color < CATEGORIES).cloned().collect();
        own.sort_by_key(|s| s.color);
        let rest: Vec<&Series> = self.channels.iter().filter(|s| s.color >= CATEGORIES).collect();
        match rest.as_slice() {
            [] => {}
            [single] => own.push((*single).clone()),
            many => {
                let sum = |i: usize| many.iter().filter_map(|s| s.values.get(i)).sum();
                own.push(Series {
                    channel: "Other".into(),
                    color: CATEGORIES,
                    values: (0..self.dates.len()).map(sum).collect(),
                });
            }
        }
        own
    }

    /// Sums over time: of the baseline, of each layer of the stack, of all.
    #[must_use]
    pub fn totals(&self) -> (f64, Vec<(String, f64)>, f64) {
        let base: f64 = self.baseline.iter().sum();
        let layers: Vec<_> = self.stack().into_iter().map(|s| (s.channel, s.values.iter().sum::<f64>())).collect();
        let all = base + layers.iter().map(|l| l.1).sum::<f64>();
        (base, layers, all)
    }

    fn share_words(value: f64, all: f64) -> String {
        if all > 0.0 { number::round_percent(value / all) } else { String::new() }
    }
}

impl Figure for Contributions {
    const NAME: &'static str = "contributions";

    fn heading(&self) -> Heading {
        let measure = match self.unit.word() {
            "" => format!("Modelled {} by what brought it", self.outcome),
            word => format!(
                "Modelled {} by what brought it, {word} a {}",
                self.outcome,
                crate::date::step_name(&self.dates)
            ),
        };
        Heading {
            title: self.caption.title_or(|| findings::contributions(self)),
            subtitle: self.caption.subtitle(&measure, "means, which add up"),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        let (base, layers, all) = self.totals();
        let parts = std::iter::once(("Baseline".to_owned(), base)).chain(layers);
        parts
            .map(|(name, v)| format!("{name}: {} ({})", self.unit.write(v, None), Self::share_words(v, all)))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        (self.dates.len() < 2 || self.baseline.len() != self.dates.len()).then(|| {
            Missing::new(
                "No contributions to show yet",
                "Fit a model on at least two periods of spend and outcome: what each channel brought appears here.",
            )
        })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let narrow = scene.size().is_narrow();
        let stack = self.stack();
        let mut edges: Vec<Vec<f64>> = vec![vec![0.0; self.dates.len()], self.baseline.clone()];
        for series in &stack {
            let below = &edges[edges.len() - 1];
            edges.push(
                below.iter().enumerate().map(|(i, b)| b + series.values.get(i).copied().unwrap_or(0.0)).collect(),
            );
        }
        let every = || edges.iter().flatten().copied().filter(|v| v.is_finite());
        let axis = ValueAxis::round(every().fold(0.0, f64::min), every().fold(0.0, f64::max), 4, &self.unit);
        let names = self.labels(&stack);
        let style = Type::label(tokens.text);
        let column = if narrow {
            0.0
        } else {
            (names.iter().map(|n| style.width(n)).fold(0.0, f64::max).min(plot.width * 0.27)) + 26.0
        };
        let legend = if narrow { legend_rows(&names, plot.width) as f64 * 20.0 + 4.0 } else { 0.0 };
        let top = if self.events.is_empty() { 22.0 } else { 34.0 };
        let body = plot.inset(axis.width(), top, column, 26.0 + legend);
        axis.draw_left(scene, &body);
        let time = TimeAxis::over(&self.dates);
        let colours: Vec<&str> =
            std::iter::once(tokens.baseline).chain(stack.iter().map(|s| tokens.category(s.color))).collect();
        let line = |edge: &[f64]| -> Vec<(f64, f64)> {
            self.dates.iter().zip(edge).map(|(d, v)| (time.x(*d, &body), axis.y(*v, &body))).collect()
        };
        let (base, layers, all) = self.totals();
        let sums: Vec<f64> = std::iter::once(base).chain(layers.iter().map(|l| l.1)).collect();
        for (i, colour) in colours.iter().enumerate() {
            let name = if i == 0 { "Baseline" } else { &stack[i - 1].channel };
            let tip = format!("{name}: {} ({})", self.unit.write(sums[i], None), Self::share_words(sums[i], all));
            scene.group(&Mark::channel(name, sums[i], tip), |scene| {
                let band = Path::band(&line(&edges[i + 1]), &line(&edges[i]));
                scene.path(&band, Paint::fill(colour).with_stroke(tokens.card, 0.6));
            });
        }
        if axis.low() < 0.0 {
            let zero = axis.y(0.0, &body);
            scene.line((body.x, zero), (body.right(), zero), Paint::stroke(tokens.axis, 1.0));
        }
        time.draw_bottom(scene, &body);
        self.draw_events(scene, &time, &body);
        if narrow {
            draw_legend(scene, &names, &colours, plot.x, body.bottom() + 40.0, plot.width);
        } else {
            draw_labels(scene, &names, &colours, &edges, &axis, &body, column);
        }
    }
}

impl Contributions {
    fn labels(&self, stack: &[Series]) -> Vec<String> {
        let (base, _, all) = self.totals();
        let one = |name: &str, v: f64| format!("{name} {}", Self::share_words(v, all)).trim().to_owned();
        std::iter::once(one("Baseline", base))
            .chain(stack.iter().map(|s| one(&s.channel, s.values.iter().sum())))
            .collect()
    }

    fn draw_events(&self, scene: &mut Scene, time: &TimeAxis, body: &Rect) {
        let tokens = scene.tokens();
        let style = Type::small(tokens.quiet);
        let caption = body.x + 70.0;
        let mut free = caption;
        let mut events: Vec<&Event> = self.events.iter().collect();
        events.sort_by_key(|e| e.date);
        for event in events {
            let x = time.x(event.date, body);
            if x < body.x || x > body.right() {
                continue;
            }
            scene.group(
                &Mark { tip: format!("{}: {}", crate::date::full(event.date), event.label), ..Mark::default() },
                |scene| {
                    scene.line((x, body.y - 6.0), (x, body.bottom()), Paint::stroke(tokens.text, 1.0).dash("2 3"));
                    let shown =
                        crate::text::shorten(&crate::text::clean(&event.label), style.size, style.weight, 150.0);
                    let left = (x - style.width(&shown) / 2.0).min(body.right() - style.width(&shown)).max(free);
                    // A label that would be pushed away from its line is left to the tooltip.
                    if left <= x && left + style.width(&shown) <= scene.size().width - 16.0 {
                        scene.text_of(left, body.y - 10.0, &shown, Some(&event.label), &style);
                        free = left + style.width(&shown) + 10.0;
                    }
                },
            );
        }
    }
}

/// Names right of the last date, each at the middle of its layer or joined to it by a line.
fn draw_labels(
    scene: &mut Scene,
    names: &[String],
    colours: &[&str],
    edges: &[Vec<f64>],
    axis: &ValueAxis,
    body: &Rect,
    column: f64,
) {
    let tokens = scene.tokens();
    let style = Type::label(tokens.text);
    let at_end = |edge: &Vec<f64>| axis.y(edge.last().copied().unwrap_or(0.0), body);
    let wishes: Vec<f64> = (0..names.len()).map(|i| (at_end(&edges[i]) + at_end(&edges[i + 1])) / 2.0).collect();
    // The layers go upwards, so the order of labels must too, even where a layer is empty at the end.
    let ordered: Vec<f64> = wishes.iter().enumerate().map(|(i, w)| w - i as f64 * 1e-3).collect();
    let Some(places) = spread(&ordered, 16.0, body.y - 4.0, body.bottom() - 6.0) else { return };
    for (i, name) in names.iter().enumerate() {
        let (from, to) = (wishes[i], places[i]);
        let x = body.right();
        scene.path(&Path::line(&[(x + 2.0, from), (x + 14.0, to)]), Paint::stroke(tokens.axis, 0.8));
        scene.rect(Rect { x: x + 15.0, y: to - 5.0, width: 4.0, height: 10.0 }, Paint::fill(colours[i]).radius(1.0));
        scene.name(x + 23.0, to, name, column - 24.0, 1, &style.at(Anchor::Start));
    }
}

fn chip(name: &str, room: f64) -> (String, f64) {
    let style = Type::small("");
    let shown = crate::text::shorten(&crate::text::clean(name), style.size, style.weight, room - 18.0);
    let width = style.width(&shown) + 14.0;
    (shown, width)
}

fn legend_rows(names: &[String], room: f64) -> usize {
    let (mut rows, mut x) = (1, 0.0);
    for name in names {
        let (_, width) = chip(name, room);
        if x > 0.0 && x + width > room {
            rows += 1;
            x = 0.0;
        }
        x += width + 14.0;
    }
    rows
}

/// Names with their colours in flowing rows, where there is no room at the marks.
fn draw_legend(scene: &mut Scene, names: &[String], colours: &[&str], left: f64, top: f64, room: f64) {
    let style = Type::small(scene.tokens().text);
    let (mut x, mut y) = (0.0, top);
    for (name, colour) in names.iter().zip(colours) {
        let (shown, width) = chip(name, room);
        if x > 0.0 && x + width > room {
            x = 0.0;
            y += 20.0;
        }
        scene.rect(Rect { x: left + x, y: y - 9.0, width: 10.0, height: 10.0 }, Paint::fill(colour).radius(2.0));
        scene.text(left + x + 14.0, y, &shown, &style);
        x += width + 14.0;
    }
}
