//! The text of every named query, compiled into the program.

use crate::engine::NamedQuery;

// A query that counts leads begins with what a lead is: `with "lead_events"` puts that part in front of it.
macro_rules! queries {
    ($($(#[$doc:meta])* $constant:ident = $name:literal $(with $part:literal)?;)*) => {
        $($(#[$doc])* pub const $constant: NamedQuery = NamedQuery {
            name: $name,
            sql: concat!(
                $(include_str!(concat!("../../queries/parts/", $part, ".sql")),)?
                include_str!(concat!("../../queries/", $name, ".sql"))
            ),
        };)*

        /// Every named query.
        pub const ALL: &[NamedQuery] = &[$($constant,)*];
    };
}

queries! {
    /// Channels with spend, exposure and extent.
    CHANNELS = "channels";
    /// Aggregated KPI series with their extent.
    KPIS = "kpis";
    /// Extent of what the CRM tables hold.
    CRM_EXTENT = "crm_extent" with "lead_events";
    /// Spend by channel, geo and day.
    PANEL_SPEND = "panel_spend";
    /// One KPI by geo and day.
    PANEL_OUTCOMES = "panel_outcomes";
    /// Controls by name, geo and day.
    PANEL_CONTROLS = "panel_controls";
    /// Finished experiments.
    EXPERIMENTS = "experiments";
    /// People per geo.
    PANEL_GEOS = "panel_geos";
    /// Won revenue, deals and pipeline by region and day.
    CRM_DEALS = "crm_deals";
    /// First entries to a stage by region and day.
    CRM_STAGES = "crm_stages" with "lead_events";
    /// First entries of leads to a stage.
    STAGED_LEADS = "staged_leads" with "lead_events";
    /// Deals with their fate.
    STAGED_DEALS = "staged_deals";
    /// Rates into the reporting currency.
    FX_RATES = "fx_rates";
    /// Currencies of a dataset's amounts.
    CURRENCIES = "currencies";
    /// Touches by account.
    JOURNEY_TOUCHES = "journey_touches";
    /// Deals, stages and roles by account.
    JOURNEY_FACTS = "journey_facts";
    /// Number of touches and last day.
    JOURNEY_EXTENT = "journey_extent";
    /// Accounts that part a large store into even ranges.
    JOURNEY_BOUNDS = "journey_bounds";
    /// Accounts whose journeys may differ between two batches.
    CHANGED_ACCOUNTS = "changed_accounts";
    /// Campaigns by id.
    CAMPAIGNS = "campaigns";
    /// Spend by channel, campaign and day.
    CAMPAIGN_SPEND = "campaign_spend";
    /// The account of one deal.
    DEAL_ACCOUNT = "deal_account";
    /// Channels and campaigns of touches.
    TOUCH_NAMES = "touch_names";
    /// When each lead or account entered each stage.
    FUNNEL = "funnel" with "lead_events";
    /// Weekly totals of everything on the overview.
    OVERVIEW = "overview" with "lead_events";
    /// Extent and gaps of the dated tables.
    FRESHNESS = "freshness";
    /// Won revenue beside the ledger.
    RECONCILIATION = "reconciliation";
    /// Records that a batch replaced.
    SUPERSEDED = "superseded";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_says_its_purpose_parameters_and_columns_and_binds_every_value() {
        for query in ALL {
            for part in ["-- purpose: ", "-- parameters: ", "-- columns: "] {
                assert!(query.sql.contains(part), "{}.sql lacks `{part}`", query.name);
            }
            let body = query.sql.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join("\n");
            let header = query.sql.lines().filter(|l| l.starts_with("--")).collect::<Vec<_>>().join("\n");
            assert_eq!(
                header.contains("-- with: lead_events"),
                header.contains("-- part: lead_events"),
                "{}",
                query.name
            );
            for word in
                body.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).filter(|w| w.starts_with('$'))
            {
                assert!(header.contains(word), "{}.sql does not explain {word}", query.name);
            }
            for dialect in ["QUALIFY", "FILTER", "date_trunc", " // ", "::"] {
                assert!(!body.contains(dialect), "{}.sql is not portable: {dialect}", query.name);
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_a_named_query() {
        let mut files: Vec<String> = std::fs::read_dir("queries")
            .expect("queries/")
            .filter_map(|e| Some(e.ok()?.path()).filter(|p| p.is_file()))
            .filter_map(|p| p.file_stem().map(|s| s.to_string_lossy().into_owned()))
            .collect();
        files.sort();
        let mut names: Vec<&str> = ALL.iter().map(|q| q.name).collect();
        names.sort_unstable();
        assert_eq!(files, names);
    }
}
