//! `/attribution/journeys`: ordered journeys with their outcome, a page at a time.

use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::super::answer;
use super::super::super::error::{Answer, ProblemBody};
use super::super::super::paging::{Page, PageQuery};
use super::params;
use crate::analysis::attribution::AttributionParams;
use crate::analysis::attribution::listed::{Ending, JourneyRow, Journeys, ListAsk, journeys};
use crate::analysis::{Meta, Tabular};
use crate::app::App;
use crate::export::Table;

/// Which journeys, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JourneyQuery {
    /// Only those that ended so.
    #[param(inline)]
    pub ended: Option<Ending>,
    /// Only those with an eligible touch on this channel.
    pub channel: Option<String>,
    /// Only those of this account.
    pub account: Option<String>,
    /// Rows a page, 1 to 1000; 100 unless told.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A page of journeys.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JourneyList {
    /// In order of account and deal.
    pub data: Vec<JourneyRow>,
    /// Where this page stands.
    pub page: Page,
    /// What the figures share.
    pub meta: Meta,
}

/// Journeys in order of account: touches that count, how it ended, what it was worth.
#[utoipa::path(get, path = "/api/v1/attribution/journeys", tag = "attribution", params(AttributionParams, JourneyQuery),
    responses((status = 200, body = JourneyList), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest) -> Answer {
    let own = ["ended", "channel", "account", "limit", "cursor"];
    let (params, query): (AttributionParams, JourneyQuery) = params::split(&req, &own)?;
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let (start, limit) = page.range()?;
    let list = ListAsk { ended: query.ended, channel: query.channel, account: query.account, start, limit };
    let ask = params.ask()?;
    answer::figures(&app, &req, None, move |app| {
        let found = journeys(&app.store, &ask, &list)?;
        Ok(JourneyList { page: Page::of(start, limit, found.total), data: found.data, meta: found.meta })
    })
    .await
}

impl Tabular for JourneyList {
    fn table(&self) -> Table {
        Journeys { data: self.data.clone(), total: self.page.total, meta: self.meta.clone() }.table()
    }
}
