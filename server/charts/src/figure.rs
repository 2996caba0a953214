//! From a figure's data to an SVG: the steps that every figure shares.

use crate::layout::{Heading, Rect, draw_frame, frame::MARGIN};
use crate::png;
use crate::size::Size;
use crate::svg::{Anchor, Paint, Scene, TextBox, Type, number};
use crate::text::{Weight, clean, escape, font, wrap};
use crate::theme::Theme;

/// How a figure is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Look {
    /// The ground.
    pub theme: Theme,
    /// The canvas; `None` takes [`Size::DEFAULT`]'s width and the height that the data needs.
    pub size: Option<Size>,
}

impl Look {
    /// A theme at a size.
    #[must_use]
    pub fn new(theme: Theme, size: Size) -> Look {
        Look { theme, size: Some(size) }
    }
}

/// What is missing from a figure without data, and how to supply it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// `No spend has been imported yet.`
    pub what: String,
    /// `Import a table with date, channel and amount.`
    pub how: String,
}

impl Missing {
    /// Says what is missing and how to supply it.
    #[must_use]
    pub fn new(what: impl Into<String>, how: impl Into<String>) -> Missing {
        Missing { what: what.into(), how: how.into() }
    }
}

/// A figure: data that can be drawn.
pub trait Figure {
    /// The name in file names and URLs.
    const NAME: &'static str;

    /// Title, subtitle and source line.
    fn heading(&self) -> Heading;

    /// What a reader who cannot see the figure is told: the data in words.
    fn description(&self) -> String;

    /// What keeps the figure from being drawn, if anything.
    fn missing(&self) -> Option<Missing>;

    /// Draws into `plot`, the room between the words above and below.
    fn draw(&self, scene: &mut Scene, plot: Rect);

    /// The height that suits the data at a width; figures of rows grow with them.
    fn natural_height(&self, width: f64) -> f64 {
        if Size::new(width, 400.0).is_narrow() { Size::PHONE.height } else { Size::DEFAULT.height }
    }

    /// Draws the whole.
    fn render(&self, look: Look) -> Svg
    where
        Self: Sized,
    {
        let size =
            look.size.unwrap_or_else(|| Size::new(Size::DEFAULT.width, self.natural_height(Size::DEFAULT.width)));
        let size = Size::new(size.width, size.height);
        let mut scene = Scene::new(size, look.theme);
        let missing = self.missing();
        let mut heading = self.heading();
        if let Some(missing) = &missing {
            heading.title.clone_from(&missing.what);
        }
        let plot = draw_frame(&mut scene, &heading);
        let description = match &missing {
            Some(missing) => {
                draw_missing(&mut scene, plot, missing);
                missing.how.clone()
            }
            None => {
                self.draw(&mut scene, plot);
                self.description()
            }
        };
        Svg::assemble(Self::NAME, size, &heading, &description, scene)
    }
}

/// A chart-shaped sentence: pale bars behind, how to supply the data in front.
fn draw_missing(scene: &mut Scene, plot: Rect, missing: &Missing) {
    let tokens = scene.tokens();
    let style = Type::new(14.0, tokens.text).at(Anchor::Middle);
    let set = wrap(&clean(&missing.how), style.size, Weight::Regular, plot.width - 2.0 * MARGIN, 4);
    let words = 20.0 * set.lines.len() as f64 + 24.0;
    let ground = plot.inset(0.0, words, 0.0, 8.0);
    let bars = 9;
    let step = ground.width / f64::from(bars);
    for i in 0..bars {
        let height = ground.height * (0.25 + 0.7 * f64::from((i * 5 + 2) % 9) / 9.0);
        let area =
            Rect { x: ground.x + step * (f64::from(i) + 0.2), y: ground.bottom() - height, width: step * 0.6, height };
        scene.rect(area, Paint::fill(tokens.grid).radius(3.0));
    }
    scene.line((ground.x, ground.bottom()), (ground.right(), ground.bottom()), Paint::stroke(tokens.axis, 1.0));
    for (i, line) in set.lines.iter().enumerate() {
        scene.text(plot.x + plot.width / 2.0, plot.y + 20.0 * (i as f64 + 1.0), line, &style);
    }
}

/// A drawn figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Svg {
    text: String,
    size: Size,
    texts: Vec<TextBox>,
    dropped: Vec<String>,
}

impl Svg {
    fn assemble(name: &str, size: Size, heading: &Heading, description: &str, scene: Scene) -> Svg {
        let (body, texts, dropped) = scene.finish();
        let title = escape(&clean(&heading.title));
        let about = [&heading.subtitle, description].map(|t| escape(&clean(t))).join(". ");
        let (w, h) = (number(size.width), number(size.height));
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
             class=\"chart chart-{name}\" aria-label=\"{title}\" font-family=\"{}\" font-size=\"12\">\
             <title>{title}</title><desc>{about}</desc>{body}</svg>",
            font::FAMILY
        );
        Svg { text, size, texts, dropped }
    }

    /// The document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The document, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// The canvas.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// Every visible text and the box it takes.
    #[must_use]
    pub fn texts(&self) -> &[TextBox] {
        &self.texts
    }

    /// Texts for which there was no room at all; tooltips and the description still say them.
    #[must_use]
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }

    /// As PNG, `scale` pixels to a CSS pixel (1..=4), set in the embedded fonts only.
    ///
    /// # Errors
    /// When the drawing is larger than a PNG may be, or the renderer refuses it.
    pub fn png(&self, scale: f64) -> Result<Vec<u8>, png::Error> {
        png::render(&self.text, scale)
    }
}

impl std::fmt::Display for Svg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
