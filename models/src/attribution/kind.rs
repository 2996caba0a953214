//! The attribution models by the ids that the command line, the API and the pages use.

use serde::{Deserialize, Serialize};

/// An attribution model. Parameters (half-life, order, custom weights) are in [`super::Settings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// All credit to the first touch.
    First,
    /// All credit to the last touch.
    Last,
    /// All credit to the last touch that is not direct traffic; to the last touch where all are direct.
    LastNonDirect,
    /// Equal shares.
    Linear,
    /// 40% first, 40% last, 20% shared by the middle; two touches 50/50.
    Position,
    /// U-shaped: 50% first touch, 50% lead creation.
    #[serde(rename = "u_50_50")]
    UHalves,
    /// U-shaped: 40% first touch, 40% lead creation, 20% shared by the rest.
    #[serde(rename = "u_40_20_40")]
    UWithRest,
    /// W-shaped: 30% first, 30% lead creation, 30% opportunity creation, 10% shared by the rest.
    W,
    /// 22.5% each to first, lead, opportunity and closing touch, 10% shared by the rest.
    FullPath,
    /// Weights set by the user on stages.
    Custom,
    /// `2^(-age / half-life)`, normalised.
    TimeDecay,
    /// Removal effect of a Markov chain of order 1 to 4, solved exactly.
    Markov,
    /// Shapley value of the game "value of paths within a set of channels": linear credit over distinct channels.
    Shapley,
    /// The same by position in the path.
    ShapleyOrdered,
    /// Additive hazard with exponential decay; open journeys are censored.
    Hazard,
}

/// What a model must know of a journey beside the order of its touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Only the order: path tables are enough.
    Order,
    /// Times of touches.
    Times,
    /// Times of touches and milestones.
    Milestones,
}

impl ModelKind {
    /// All models in the order they are shown.
    pub const ALL: [ModelKind; 15] = [
        ModelKind::First,
        ModelKind::Last,
        ModelKind::LastNonDirect,
        ModelKind::Linear,
        ModelKind::Position,
        ModelKind::UHalves,
        ModelKind::UWithRest,
        ModelKind::W,
        ModelKind::FullPath,
        ModelKind::Custom,
        ModelKind::TimeDecay,
        ModelKind::Markov,
        ModelKind::Shapley,
        ModelKind::ShapleyOrdered,
        ModelKind::Hazard,
    ];

    /// The id, accepted back by [`str::parse`].
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            ModelKind::First => "first",
            ModelKind::Last => "last",
            ModelKind::LastNonDirect => "last_non_direct",
            ModelKind::Linear => "linear",
            ModelKind::Position => "position",
            ModelKind::UHalves => "u_50_50",
            ModelKind::UWithRest => "u_40_20_40",
            ModelKind::W => "w",
            ModelKind::FullPath => "full_path",
            ModelKind::Custom => "custom",
            ModelKind::TimeDecay => "time_decay",
            ModelKind::Markov => "markov",
            ModelKind::Shapley => "shapley",
            ModelKind::ShapleyOrdered => "shapley_ordered",
            ModelKind::Hazard => "hazard",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ModelKind::First => "First touch",
            ModelKind::Last => "Last touch",
            ModelKind::LastNonDirect => "Last non-direct touch",
            ModelKind::Linear => "Linear",
            ModelKind::Position => "Position 40/20/40",
            ModelKind::UHalves => "U-shaped 50/50",
            ModelKind::UWithRest => "U-shaped 40/20/40",
            ModelKind::W => "W-shaped",
            ModelKind::FullPath => "Full path",
            ModelKind::Custom => "Custom weights",
            ModelKind::TimeDecay => "Time decay",
            ModelKind::Markov => "Markov removal effect",
            ModelKind::Shapley => "Shapley (linear over distinct channels)",
            ModelKind::ShapleyOrdered => "Shapley by position",
            ModelKind::Hazard => "Additive hazard",
        }
    }

    /// What it must know of a journey.
    #[must_use]
    pub fn needs(self) -> Needs {
        match self {
            ModelKind::TimeDecay | ModelKind::Hazard => Needs::Times,
            ModelKind::UHalves | ModelKind::UWithRest | ModelKind::W | ModelKind::FullPath | ModelKind::Custom => {
                Needs::Milestones
            }
            _ => Needs::Order,
        }
    }

    /// Whether its credit is estimated from all paths and so carries bootstrap intervals; rules do not.
    #[must_use]
    pub fn data_driven(self) -> bool {
        matches!(self, ModelKind::Markov | ModelKind::Shapley | ModelKind::ShapleyOrdered | ModelKind::Hazard)
    }
}

impl std::fmt::Display for ModelKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}

impl std::str::FromStr for ModelKind {
    type Err = String;

    /// One of the ids; any letter case, `-` for `_`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = text.trim().to_ascii_lowercase().replace('-', "_");
        ModelKind::ALL.into_iter().find(|k| k.id() == id).ok_or_else(|| {
            let ids: Vec<&str> = ModelKind::ALL.iter().map(|k| k.id()).collect();
            format!("`{text}` is not an attribution model; choose one of {}", ids.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_parses_back_in_any_case_and_serialises_as_itself() {
        for kind in ModelKind::ALL {
            assert_eq!(kind.id().to_uppercase().replace('_', "-").parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(serde_json::Value::from(kind.id())));
        }
    }

    #[test]
    fn an_unknown_id_is_answered_with_the_list() {
        let wrong = "best".parse::<ModelKind>();
        assert!(wrong.is_err_and(|e| e.contains("`best`") && e.contains("shapley_ordered") && e.contains("u_50_50")));
    }
}
