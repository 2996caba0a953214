//! Sankey: channel to stage to outcome, width by count or value, drop-outs visible.

use crate::estimate::Caption;
use crate::figure::{Figure, Missing};
use crate::findings;
use crate::layout::{Heading, Rect, spread};
use crate::number;
use crate::size::Size;
use crate::svg::{Anchor, Mark, Paint, Path, Scene, Type};
use crate::unit::Unit;
use serde::{Deserialize, Serialize};

/// One node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Channel, stage or outcome as shown.
    pub name: String,
    /// Column from the left, from 0.
    pub level: usize,
    /// Position in the store's channel order, for channels; others are quiet.
    #[serde(default)]
    pub color: Option<usize>,
}

/// One flow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// Index of the node it leaves.
    pub from: usize,
    /// Index of the node it enters; its level is higher.
    pub to: usize,
    /// How much flows, above 0.
    pub value: f64,
}

/// Flows between levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sankey {
    /// Title, period, source.
    #[serde(default)]
    pub caption: Caption,
    /// Unit of the flows.
    pub unit: Unit,
    /// What flows: `accounts`, `won revenue`.
    pub what: String,
    /// The nodes, in the order drawn within their level.
    pub nodes: Vec<Node>,
    /// The flows.
    pub flows: Vec<Flow>,
}

impl Sankey {
    /// The flows that can be drawn: between existing nodes, to a higher level, of a positive finite amount.
    #[must_use]
    pub fn usable(&self) -> Vec<Flow> {
        let level = |i: usize| self.nodes.get(i).map(|n| n.level);
        self.flows
            .iter()
            .copied()
            .filter(|f| f.value.is_finite() && f.value > 0.0 && level(f.from) < level(f.to) && level(f.from).is_some())
            .collect()
    }

    /// What passes through a node: the larger of what enters and what leaves.
    #[must_use]
    pub fn through(&self, node: usize) -> f64 {
        let flows = self.usable();
        let sum = |keep: &dyn Fn(&Flow) -> bool| flows.iter().filter(|f| keep(f)).map(|f| f.value).sum::<f64>();
        sum(&|f| f.from == node).max(sum(&|f| f.to == node))
    }

    fn label(&self, node: usize) -> String {
        let value = match self.unit {
            Unit::Count { .. } => number::count(self.through(node)),
            _ => self.unit.write(self.through(node), None),
        };
        format!("{} {value}", self.nodes[node].name)
    }
}

impl Figure for Sankey {
    const NAME: &'static str = "sankey";

    fn heading(&self) -> Heading {
        Heading {
            title: self.caption.title_or(|| findings::sankey(self)),
            subtitle: self
                .caption
                .subtitle(&format!("{} from left to right, widths to scale", super::capital(&self.what)), ""),
            source: self.caption.source.line(),
        }
    }

    fn description(&self) -> String {
        self.usable()
            .iter()
            .map(|f| {
                format!("{} to {}: {}", self.nodes[f.from].name, self.nodes[f.to].name, self.unit.write(f.value, None))
            })
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn missing(&self) -> Option<Missing> {
        self.usable().is_empty().then(|| {
            Missing::new(
                "No flow to show yet",
                "Import touches and stage events of the same accounts: the way from channel to outcome appears here.",
            )
        })
    }

    fn natural_height(&self, width: f64) -> f64 {
        let levels = self.nodes.iter().map(|n| n.level).max().unwrap_or(0);
        let tallest = (0..=levels).map(|l| self.nodes.iter().filter(|n| n.level == l).count()).max().unwrap_or(0);
        (tallest as f64 * 36.0 + 130.0).max(if Size::new(width, 400.0).is_narrow() { 440.0 } else { 400.0 })
    }

    fn draw(&self, scene: &mut Scene, plot: Rect) {
        let tokens = scene.tokens();
        let flows = self.usable();
        let through: Vec<f64> = (0..self.nodes.len()).map(|i| self.through(i)).collect();
        let mut levels: Vec<usize> =
            self.nodes.iter().enumerate().filter(|(i, _)| through[*i] > 0.0).map(|(_, n)| n.level).collect();
        levels.sort_unstable();
        levels.dedup();
        let members = |l: usize| -> Vec<usize> {
            (0..self.nodes.len()).filter(|i| self.nodes[*i].level == l && through[*i] > 0.0).collect()
        };
        let body = plot.inset(0.0, 8.0, 0.0, 6.0);
        let gap = 12.0;
        // One scale for all levels: the tightest.
        let fit = |l: &usize| {
            let m = members(*l);
            (body.height - gap * (m.len() as f64 - 1.0)).max(body.height * 0.3)
                / m.iter().map(|i| through[*i]).sum::<f64>()
        };
        let scale = levels.iter().map(fit).fold(f64::INFINITY, f64::min);
        let thick = if scene.size().is_narrow() { 9.0 } else { 13.0 };
        let step = (body.width - thick) / (levels.len() as f64 - 1.0).max(1.0);
        let mut boxes = vec![Rect { x: 0.0, y: 0.0, width: 0.0, height: 0.0 }; self.nodes.len()];
        for (k, level) in levels.iter().enumerate() {
            let m = members(*level);
            let used = m.iter().map(|i| through[*i] * scale).sum::<f64>();
            let gap =
                if m.len() > 1 { ((body.height - used) / (m.len() as f64 - 1.0)).clamp(0.0, gap * 2.0) } else { 0.0 };
            let mut y = body.y;
            for i in m {
                boxes[i] = Rect { x: body.x + step * k as f64, y, width: thick, height: (through[i] * scale).max(1.0) };
                y += boxes[i].height + gap;
            }
        }
        self.draw_flows(scene, &flows, &boxes, scale);
        let last = levels.last().copied().unwrap_or(0);
        for level in &levels {
            let m = members(*level);
            let style = Type::small(tokens.text).at(if *level == last { Anchor::End } else { Anchor::Start });
            let wishes: Vec<f64> = m.iter().map(|i| boxes[*i].y + boxes[*i].height / 2.0).collect();
            let places = spread(&wishes, 15.0, body.y + 4.0, body.bottom() - 2.0);
            for (k, i) in m.iter().enumerate() {
                let colour = self.nodes[*i].color.map_or(tokens.axis, |c| tokens.category(c));
                let label = self.label(*i);
                scene.group(&Mark::channel(&self.nodes[*i].name, through[*i], label.as_str()), |scene| {
                    scene.rect(boxes[*i], Paint::fill(colour).radius(2.0));
                    let Some(y) = places.as_ref().map(|p| p[k]) else { return };
                    let x = if *level == last { boxes[*i].x - 5.0 } else { boxes[*i].right() + 5.0 };
                    // A second line only where the neighbour below is far enough.
                    let lines = if boxes[*i].height >= 34.0 { 2 } else { 1 };
                    scene.name(x, y, &label, step - thick - 12.0, lines, &style);
                });
            }
        }
    }
}

impl Sankey {
    fn draw_flows(&self, scene: &mut Scene, flows: &[Flow], boxes: &[Rect], scale: f64) {
        let tokens = scene.tokens();
        let mut order: Vec<&Flow> = flows.iter().collect();
        // Flows leave and enter in the order of the nodes at their other end, so that they cross least.
        order.sort_by(|a, b| boxes[a.to].y.total_cmp(&boxes[b.to].y).then(boxes[a.from].y.total_cmp(&boxes[b.from].y)));
        let mut out: Vec<f64> = boxes.iter().map(|b| b.y).collect();
        let mut starts = vec![0.0; order.len()];
        for (k, f) in order.iter().enumerate() {
            starts[k] = out[f.from];
            out[f.from] += f.value * scale;
        }
        let mut by_source: Vec<usize> = (0..order.len()).collect();
        by_source.sort_by(|a, b| boxes[order[*a].from].y.total_cmp(&boxes[order[*b].from].y).then(a.cmp(b)));
        let mut into: Vec<f64> = boxes.iter().map(|b| b.y).collect();
        for k in by_source {
            let f = order[k];
            let (y0, y1, w) = (starts[k], into[f.to], f.value * scale);
            into[f.to] += w;
            let (x0, x1) = (boxes[f.from].right(), boxes[f.to].x);
            let colour = self.nodes[f.from].color.map_or(tokens.axis, |c| tokens.category(c));
            let tip =
                format!("{} to {}: {}", self.nodes[f.from].name, self.nodes[f.to].name, self.unit.write(f.value, None));
            scene.group(&Mark::channel(&self.nodes[f.from].name, f.value, tip), |scene| {
                scene.path(&Path::flow((x0, y0), (x1, y1), w), Paint::fill(colour).opacity(0.24));
            });
        }
    }
}
