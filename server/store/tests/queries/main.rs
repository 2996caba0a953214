//! Every named query on a company small enough to work its rows out by hand: a file a query, named after it.
#![allow(clippy::unwrap_used)]

mod architecture;
#[path = "../common/mod.rs"]
mod common;
mod company;

mod campaign_spend;
mod campaigns;
mod changed_accounts;
mod channels;
mod crm_deals;
mod crm_extent;
mod crm_stages;
mod currencies;
mod deal_account;
mod experiments;
mod freshness;
mod funnel;
mod fx_rates;
mod journey_bounds;
mod journey_extent;
mod journey_facts;
mod journey_touches;
mod kpis;
mod overview;
mod panel_controls;
mod panel_geos;
mod panel_outcomes;
mod panel_spend;
mod reconciliation;
mod staged_deals;
mod staged_leads;
mod superseded;
mod touch_names;
