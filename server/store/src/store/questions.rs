//! The questions a store answers, each under a deadline and as of a batch.

use std::collections::BTreeMap;

use tandem_models::domain::journey::JourneySink;
use tandem_models::domain::panel::Panel;
use tandem_models::domain::period::Day;
use tandem_models::mmm::staged::Stages;

use super::Store;
use crate::duck::Projection;
use crate::engine::{Cancel, Limits};
use crate::error::{Error, Result};
use crate::lake::AsOf;
use crate::queries::campaigns::{self, Campaign, CampaignSpend};
use crate::queries::catalog::{self, Channel, Kpi};
use crate::queries::experiments::{self, Experiment};
use crate::queries::freshness::Freshness;
use crate::queries::funnel::{FunnelCohort, FunnelRequest};
use crate::queries::journeys::{ChangedAccounts, DealFacts, JourneyReport, JourneyRequest, TouchNames};
use crate::queries::overview::WeeklyTotal;
use crate::queries::panel::{self, PanelAnswer, PanelRequest};
use crate::queries::reconciliation::ReconciledMonth;
use crate::queries::{self, Asker, freshness, funnel, journeys, overview, reconciliation};

impl Store {
    /// Channels of all datasets with their spend, exposure and extent.
    pub fn channels(&self) -> Result<Vec<Channel>> {
        self.ask(AsOf::Latest, catalog::channels)
    }

    /// KPIs a panel can be asked for.
    pub fn kpis(&self) -> Result<Vec<Kpi>> {
        self.ask(AsOf::Latest, catalog::kpis)
    }

    /// The panel of a KPI; see [`Store::panel_with_notes`] for what was left out or assumed.
    pub fn panel(&self, request: &PanelRequest) -> Result<Panel> {
        Ok(self.panel_with_notes(request)?.panel)
    }

    /// The panel of a KPI with notes and data version.
    pub fn panel_with_notes(&self, request: &PanelRequest) -> Result<PanelAnswer> {
        self.ask(request.as_of, |ask| {
            let (panel, notes, dataset) = panel::panel(ask, request, &self.0.settings.currency)?;
            let data_version = self.0.lake.data_version(AsOf::Batch(ask.as_of));
            Ok(PanelAnswer { panel, notes, dataset, data_version })
        })
    }

    /// Leads of `stage` and the deals that follow them, known up to `last`.
    pub fn stages(&self, dataset: &str, stage: &str, last: Day, as_of: AsOf) -> Result<Stages> {
        self.ask(as_of, |ask| queries::stages(ask, dataset, stage, last, &self.0.settings.currency))
    }

    /// Finished experiments of a dataset, earliest first.
    pub fn experiments(&self, dataset: &str, as_of: AsOf) -> Result<Vec<Experiment>> {
        self.ask(as_of, |ask| experiments::experiments(ask, dataset))
    }

    /// Channels and campaigns of touches, numbered by name: what the indexes in journeys stand for.
    pub fn touch_names(&self, request: &JourneyRequest) -> Result<TouchNames> {
        self.ask(request.as_of, |ask| journeys::touch_names(ask, &request.dataset))
    }

    /// Streams journeys into `sink` and says what was streamed. Get `names` from [`Store::touch_names`] first where the
    /// sink must know all channels beforehand; an empty one is filled on the way.
    ///
    /// Not repeated by itself after damage, because the sink has seen a part: on an error throw away what it holds.
    pub fn journeys(
        &self,
        request: &JourneyRequest,
        names: &mut TouchNames,
        sink: &mut dyn JourneySink,
        cancel: Cancel,
    ) -> Result<JourneyReport> {
        let limits = Limits { row_cap: None, ..self.limits(cancel) };
        self.revive()?;
        let projection = self.projection()?;
        let ask = Asker { engine: &*projection, limits: &limits, as_of: self.seq(&projection, request.as_of) };
        match journeys::journeys(&ask, request, &self.0.settings.currency, names, sink) {
            Ok(mut report) => {
                report.data_version = self.0.lake.data_version(AsOf::Batch(ask.as_of));
                Ok(report)
            }
            Err(Error::DamagedProjection(reason)) => {
                tracing::error!(%reason, "the projection is damaged; rebuilding it");
                self.repair(projection)?;
                Err(Error::DamagedProjection("it was rebuilt; ask again".into()))
            }
            Err(other) => Err(other),
        }
    }

    /// Accounts of a dataset whose journeys may differ between what batch `after` let one see and now.
    pub fn changed_accounts(&self, dataset: &str, after: u32, now: AsOf) -> Result<ChangedAccounts> {
        self.ask(now, |ask| journeys::changed(ask, after, dataset, &self.0.settings.currency))
    }

    /// Campaigns of a dataset by id.
    pub fn campaigns(&self, dataset: &str) -> Result<BTreeMap<String, Campaign>> {
        self.ask(AsOf::Latest, |ask| campaigns::campaigns(ask, dataset))
    }

    /// Spend of a dataset by channel, campaign and day, in the reporting currency.
    pub fn campaign_spend(&self, dataset: &str) -> Result<Vec<CampaignSpend>> {
        self.ask(AsOf::Latest, |ask| campaigns::spend(ask, dataset, &self.0.settings.currency))
    }

    /// What is known of a deal, if there is one of that id.
    pub fn deal(&self, dataset: &str, id: &str) -> Result<Option<DealFacts>> {
        self.ask(AsOf::Latest, |ask| journeys::deal(ask, dataset, id))
    }

    /// Number of the last batch that answers see now.
    pub fn last_batch(&self) -> Result<u32> {
        self.catch_up_if_behind();
        Ok(self.projection()?.applied())
    }

    /// The stage funnel by cohort.
    pub fn funnel(&self, request: &FunnelRequest) -> Result<Vec<FunnelCohort>> {
        self.ask(request.as_of, |ask| funnel::funnel(ask, request))
    }

    /// Weekly totals of a dataset: spend, won revenue, deals, pipeline, touches, stage entries.
    pub fn weekly_totals(&self, dataset: &str, as_of: AsOf) -> Result<Vec<WeeklyTotal>> {
        self.ask(as_of, |ask| overview::weekly(ask, dataset, &self.0.settings.currency))
    }

    /// Extent and gaps of every dated table.
    pub fn freshness(&self) -> Result<Vec<Freshness>> {
        self.ask(AsOf::Latest, freshness::freshness)
    }

    /// Won revenue of the CRM beside the ledger, by month and currency.
    pub fn reconciliation(
        &self,
        dataset: &str,
        from: Option<Day>,
        to: Option<Day>,
        as_of: AsOf,
    ) -> Result<Vec<ReconciledMonth>> {
        self.ask(as_of, |ask| reconciliation::months(ask, dataset, from, to))
    }

    /// Asks as of a batch, under the store's own limits.
    pub(crate) fn ask<T>(&self, as_of: AsOf, question: impl Fn(&Asker<'_>) -> Result<T>) -> Result<T> {
        self.ask_under(as_of, &self.limits(Cancel::new()), question)
    }

    /// Limits as configured, under a token of the caller.
    #[must_use]
    pub fn limits(&self, cancel: Cancel) -> Limits {
        Limits { deadline: self.0.settings.query_deadline, row_cap: Some(self.0.settings.row_cap), cancel }
    }

    /// Asks under given limits. A damaged projection is repaired once and asked again.
    pub(crate) fn ask_under<T>(
        &self,
        as_of: AsOf,
        limits: &Limits,
        question: impl Fn(&Asker<'_>) -> Result<T>,
    ) -> Result<T> {
        let once = |projection: &Projection| {
            question(&Asker { engine: projection, limits, as_of: self.seq(projection, as_of) })
        };
        self.revive()?;
        self.catch_up_if_behind();
        let projection = self.projection()?;
        match once(&projection) {
            Err(Error::DamagedProjection(reason)) => {
                tracing::error!(%reason, "the projection is damaged; rebuilding it");
                self.repair(projection)?;
                once(&*self.projection()?)
            }
            answer => answer,
        }
    }
}
