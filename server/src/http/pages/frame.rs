//! What stands around every page: title, navigation, where its numbers come from.

use crate::analysis::runs::Run;
use crate::app::App;

use super::scope::Scope;

/// The pages of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/`
    Overview,
    /// `/channels` and one channel
    Channels,
    /// `/funnel`
    Funnel,
    /// `/attribution`
    Attribution,
    /// `/planner`
    Planner,
    /// `/data`
    Data,
    /// `/model`
    Model,
    /// `/finance`
    Finance,
}

const PLACES: [(Place, &str, &str); 8] = [
    (Place::Overview, "/", "Overview"),
    (Place::Channels, "/channels", "Channels"),
    (Place::Funnel, "/funnel", "Funnel"),
    (Place::Attribution, "/attribution", "Attribution"),
    (Place::Planner, "/planner", "Planner"),
    (Place::Finance, "/finance", "Finance"),
    (Place::Model, "/model", "Model"),
    (Place::Data, "/data", "Data"),
];

/// One link of the navigation.
pub struct Item {
    /// Where it leads, with the page's run kept.
    pub href: String,
    /// As shown.
    pub name: &'static str,
    /// Whether this page is it.
    pub current: bool,
}

/// The frame.
pub struct Frame {
    /// Title of the page.
    pub title: String,
    /// Which run and data the numbers come from, in words.
    pub source: String,
    place: Place,
    scope: Scope,
}

impl Frame {
    /// The frame of a page.
    #[must_use]
    pub fn new(app: &App, place: Place, title: impl Into<String>, scope: &Scope, run: Option<&Run>) -> Self {
        let version = app.store.data_version();
        let short = |id: &str| id.chars().take(12).collect::<String>();
        let source = match run {
            Some(run) if run.data_version == version => {
                format!("Run {} ({}, seed {}), data version {}", run.id, run.estimator, run.seed, short(&version))
            }
            Some(run) => format!(
                "Run {} ({}, seed {}) on data version {}; newer data were imported since: {}",
                run.id,
                run.estimator,
                run.seed,
                short(&run.data_version),
                short(&version)
            ),
            None => format!("Data version {}", short(&version)),
        };
        Self { title: title.into(), source, place, scope: scope.clone() }
    }

    /// Links to all pages.
    #[must_use]
    pub fn navigation(&self) -> Vec<Item> {
        let query = self.scope.query();
        PLACES
            .iter()
            .map(|(place, path, name)| Item { href: format!("{path}{query}"), name, current: *place == self.place })
            .collect()
    }

    /// `?run=..` of this page's scope, for links.
    #[must_use]
    pub fn query(&self) -> String {
        self.scope.query()
    }
}
