//! Spend beside what it was credited with: cost per stage, ROAS and CAC by channel or campaign, over one window.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tandem_models::attribution::ModelKind;
use tandem_models::domain::money::Cents;
use tandem_models::domain::period::Day;
use tandem_store::Store;
use utoipa::ToSchema;

use super::super::amount::Amount;
use super::super::error::{AnalysisError, Result};
use super::super::meta::{Meta, Period, Tabular};
use super::answer::Sum;
use super::ask::{Ask, OutcomeStage};
use super::by::{By, parted};
use super::stored;
use crate::export::{Cell, Kind, Table};

/// What returns are told by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ReturnsBy {
    /// One row a channel.
    #[default]
    Channel,
    /// One row a campaign; rules only.
    Campaign,
}

/// Spend and credit of one model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Returns {
    /// Id of the model that shares credit.
    pub model: String,
    /// Name as shown.
    pub label: String,
    /// A row a channel or campaign, those with most spend first; spend without credit and credit without spend stay.
    pub data: Vec<ReturnRow>,
    /// Outcomes without an eligible touch.
    pub unattributed: ReturnRow,
    /// All spend and all outcomes: the sum of the rows, to the cent.
    pub total: ReturnRow,
    /// What the figures share; `period` is the window of spend and outcomes alike.
    pub meta: Meta,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ReturnRow {
    /// Channel; empty for unattributed and total.
    pub channel: String,
    /// Campaign id, where told by campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The campaign's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_name: Option<String>,
    /// Spend in the window.
    pub spend: Amount,
    /// Credited value of deals won.
    pub revenue: Amount,
    /// Credited outcomes by stage. A touch's outcome is shared, so these add up and nothing is counted twice.
    pub credited: Stages,
    /// Spend for one credited outcome of each stage; absent without spend or credit. That of `won` is the CAC.
    pub cost_per: CostPer,
    /// Credited revenue / spend; absent without spend.
    pub roas: Option<f64>,
    /// Spend / credited deals won: cost of acquiring a customer; absent without spend or credit.
    pub cac: Option<f64>,
}

/// A number a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct Stages {
    /// Marketing-qualified accounts.
    pub mql: f64,
    /// Accepted by sales.
    pub sal: f64,
    /// Sales-qualified.
    pub sql: f64,
    /// With an opportunity.
    pub opportunity: f64,
    /// Deals won.
    pub won: f64,
}

/// A cost a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct CostPer {
    /// Of a marketing-qualified account.
    pub mql: Option<f64>,
    /// Of one accepted by sales.
    pub sal: Option<f64>,
    /// Of a sales-qualified one.
    pub sql: Option<f64>,
    /// Of one with an opportunity.
    pub opportunity: Option<f64>,
    /// Of a deal won.
    pub won: Option<f64>,
}

impl Stages {
    fn of(&mut self, stage: OutcomeStage) -> &mut f64 {
        match stage {
            OutcomeStage::Won => &mut self.won,
            OutcomeStage::Opportunity => &mut self.opportunity,
            OutcomeStage::Sql => &mut self.sql,
            OutcomeStage::Sal => &mut self.sal,
            OutcomeStage::Mql => &mut self.mql,
        }
    }
}

impl ReturnRow {
    /// Ratios from sums.
    fn divided(mut self) -> Self {
        let spend = self.spend.to_f64();
        let per = |n: f64| (self.spend.0 > 0 && n > 1e-9).then(|| spend / n);
        let c = self.credited;
        self.cost_per = CostPer {
            mql: per(c.mql),
            sal: per(c.sal),
            sql: per(c.sql),
            opportunity: per(c.opportunity),
            won: per(c.won),
        };
        self.roas = (self.spend.0 > 0).then(|| self.revenue.to_f64() / spend);
        self.cac = self.cost_per.won;
        self
    }
}

/// Channel and campaign; the campaign is empty where rows are channels.
type Key = (String, String);

/// Spend and credit under the first model of `ask` (linear unless one was named), by channel or campaign.
///
/// # Errors
/// As [`stored::attribute`]; `Rejected` for several models, or a data-driven one by campaign.
pub fn returns(store: &Store, ask: &Ask, by: ReturnsBy) -> Result<Returns> {
    let [model] = ask.models[..] else {
        return Err(AnalysisError::rejected(
            "models",
            "spend is told beside one model at a time; name one, such as linear",
        ));
    };
    if ask.outcome != OutcomeStage::Won {
        return Err(AnalysisError::rejected("outcome", "every stage is in the answer; leave it out"));
    }
    let spend = store.campaign_spend("main")?;
    let days = || spend.iter().map(|s| s.day);
    // Without a window of one's own: the days that spend is known for, so that both sides speak of the same time.
    let (from, to) = (ask.from.or_else(|| days().min()), ask.to.or_else(|| days().max()));
    let inside = |day: Day| from.is_none_or(|f| day >= f) && to.is_none_or(|t| day <= t);
    let ask = Ask { from, to, ..ask.clone() };
    let mut rows: BTreeMap<Key, ReturnRow> = BTreeMap::new();
    let mut total = ReturnRow::default();
    let mut unattributed = ReturnRow::default();
    for s in spend.iter().filter(|s| inside(s.day)) {
        let campaign = if by == ReturnsBy::Campaign { s.campaign.clone() } else { String::new() };
        rows.entry((s.channel.clone(), campaign)).or_default().spend.0 += s.minor;
        total.spend.0 += s.minor;
    }
    let mut meta = None;
    for stage in OutcomeStage::ALL {
        let ask = Ask {
            outcome: stage,
            value: if stage == OutcomeStage::Won { ask.value } else { Default::default() },
            ..ask.clone()
        };
        let credited = credited(store, &ask, by)?;
        for (key, conversions, value) in credited.rows {
            let row = rows.entry(key).or_default();
            *row.credited.of(stage) += conversions;
            row.revenue.0 += value.0;
        }
        for (row, sum) in [(&mut unattributed, credited.unattributed), (&mut total, credited.total)] {
            *row.credited.of(stage) += sum.conversions;
            row.revenue.0 += sum.value.0;
        }
        if stage == OutcomeStage::Won {
            meta = Some(credited.meta);
        }
    }
    let campaigns = store.campaigns("main")?;
    let mut data: Vec<ReturnRow> = rows
        .into_iter()
        .map(|((channel, campaign), row)| {
            let told = by == ReturnsBy::Campaign;
            ReturnRow {
                channel,
                campaign_name: told.then(|| campaigns.get(&campaign).map(|c| c.name.clone())).flatten(),
                campaign: told.then_some(campaign),
                ..row.divided()
            }
        })
        .collect();
    data.sort_by(|a, b| b.spend.cmp(&a.spend).then_with(|| (&a.channel, &a.campaign).cmp(&(&b.channel, &b.campaign))));
    let mut meta: Meta = meta.unwrap_or_default();
    meta.period = from.zip(to).map(|(a, b)| Period::new(a, b)).or(meta.period);
    Ok(Returns {
        model: model.id().into(),
        label: model.label().into(),
        data,
        unattributed: unattributed.divided(),
        total: total.divided(),
        meta,
    })
}

struct Credited {
    rows: Vec<(Key, f64, Amount)>,
    unattributed: Sum,
    total: Sum,
    meta: Meta,
}

fn credited(store: &Store, ask: &Ask, by: ReturnsBy) -> Result<Credited> {
    if by == ReturnsBy::Campaign {
        let parted = parted(store, &ask.clone().rules(true, "by campaign")?, By::Campaign)?;
        let model = parted.models.into_iter().next();
        let model = model.ok_or_else(|| AnalysisError::rejected("models", "name one, such as linear"))?;
        let rows = model.rows.into_iter().map(|r| ((r.channel, r.key), r.conversions, r.value)).collect();
        return Ok(Credited { rows, unattributed: model.unattributed, total: model.total, meta: parted.meta });
    }
    // Intervals are no part of this table.
    let mut ask = ask.clone();
    ask.settings.bootstrap.resamples = 0;
    ask.settings.out_of_sample_auc = false;
    let answer = stored::attribute(store, &ask)?;
    let model = answer.models.into_iter().next();
    let model = model.ok_or_else(|| AnalysisError::rejected("models", "name one, such as linear"))?;
    let rows = model.channels.into_iter().map(|c| ((c.channel, String::new()), c.conversions, c.value)).collect();
    Ok(Credited { rows, unattributed: model.unattributed, total: model.total, meta: answer.meta })
}

/// The model that spend is told beside unless one is named.
pub const USUAL: ModelKind = ModelKind::Linear;

impl Tabular for Returns {
    fn table(&self) -> Table {
        let n = Kind::Number(4);
        let columns = [
            ("model", Kind::Text),
            ("channel", Kind::Text),
            ("campaign", Kind::Text),
            ("campaign_name", Kind::Text),
            ("spend", Kind::Money),
            ("revenue", Kind::Money),
            ("roas", n),
            ("cac", Kind::Number(2)),
            ("mql", n),
            ("sal", n),
            ("sql", n),
            ("opportunity", n),
            ("won", n),
            ("cost_per_mql", Kind::Number(2)),
            ("cost_per_sal", Kind::Number(2)),
            ("cost_per_sql", Kind::Number(2)),
            ("cost_per_opportunity", Kind::Number(2)),
        ];
        let mut table = Table::new("attribution-returns", &columns);
        let ends = [("unattributed", &self.unattributed), ("total", &self.total)];
        for (name, r) in self.data.iter().map(|r| (r.channel.as_str(), r)).chain(ends) {
            let (c, p) = (r.credited, r.cost_per);
            let money: [Cents; 2] = [r.spend.cents(), r.revenue.cents()];
            let mut row: Vec<Cell> = vec![self.model.as_str().into(), name.into()];
            row.extend([r.campaign.as_deref().into(), r.campaign_name.as_deref().into()]);
            row.extend(money.map(Cell::from));
            row.extend([r.roas, r.cac].map(Cell::from));
            row.extend([c.mql, c.sal, c.sql, c.opportunity, c.won].map(Cell::from));
            row.extend([p.mql, p.sal, p.sql, p.opportunity].map(Cell::from));
            table.push(row);
        }
        self.meta.put_on(&mut table);
        table
    }
}
