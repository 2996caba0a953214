//! The wide layouts of two marketing-mix tools, known by the endings of their column names.

use super::mapping::{ChannelField, Field, KpiField, OrganicField, Wide};

fn ends<'a>(name: &'a str, endings: &[&str]) -> Option<&'a str> {
    let lower = name.to_ascii_lowercase();
    endings.iter().find(|e| lower.len() > e.len() && lower.ends_with(*e)).map(|e| &name[..name.len() - e.len()])
}

fn named<'a>(header: &'a [String], names: &[&str]) -> Option<&'a String> {
    header.iter().find(|h| names.iter().any(|n| h.eq_ignore_ascii_case(n)))
}

fn field(name: &str) -> Field {
    Field::Name(name.to_owned())
}

/// Words that name exposure nobody paid for.
const ORGANIC: &[&str] = &["newsletter", "organic", "email", "emails", "blog"];

/// Robyn: `DATE`, `revenue` or `conversion`, `<channel>_S` spend, `<channel>_I` or `<channel>_<what>_P` exposure,
/// `<name>_B` other series, `events` words, `newsletter` organic.
#[must_use]
pub fn robyn(header: &[String]) -> Option<Wide> {
    let date = named(header, &["date", "ds"])?;
    let spends: Vec<(&str, &String)> =
        header.iter().filter_map(|h| h.strip_suffix("_S").filter(|b| !b.is_empty()).map(|b| (b, h))).collect();
    if spends.is_empty() {
        return None;
    }
    let revenue = named(header, &["revenue"]);
    let count = named(header, &["conversion", "conversions"]);
    let kpi = revenue.or(count).map(|column| KpiField {
        name: column.to_ascii_lowercase(),
        column: field(column),
        kind: Some(if revenue.is_some() { "revenue" } else { "count" }.into()),
        value_per_unit: None,
    });
    let exposures: Vec<(&str, &String)> = header
        .iter()
        .filter_map(|h| h.strip_suffix("_I").or_else(|| h.strip_suffix("_P")).filter(|b| !b.is_empty()).map(|b| (b, h)))
        .collect();
    // `search_clicks_P` belongs to `search_S`: the longest channel name that opens it.
    let owner = |base: &str| {
        let fits = |c: &&(&str, &String)| base == c.0 || base.strip_prefix(c.0).is_some_and(|r| r.starts_with('_'));
        spends.iter().filter(fits).max_by_key(|c| c.0.len()).map(|c| c.0)
    };
    let channel = spends.iter().map(|(name, spend)| ChannelField {
        name: (*name).to_owned(),
        spend: field(spend),
        exposure: exposures.iter().find(|(base, _)| owner(base) == Some(name)).map(|(_, h)| field(h)),
    });
    let organic = exposures
        .iter()
        .filter(|(base, _)| owner(base).is_none())
        .map(|(base, h)| ((*base).to_owned(), *h))
        .chain(header.iter().filter_map(|h| h.strip_suffix("_O").map(|b| (b.to_owned(), h))))
        .chain(header.iter().filter(|h| ORGANIC.contains(&h.to_ascii_lowercase().as_str())).map(|h| (h.clone(), h)));
    Some(Wide {
        date: Some(field(date)),
        geo: named(header, &["geo", "region"]).map(|g| field(g)),
        population: named(header, &["population"]).map(|p| field(p)),
        controls: header.iter().filter(|h| h.len() > 2 && h.ends_with("_B")).map(|h| field(h)).collect(),
        kpi,
        channel: channel.collect(),
        organic: organic.map(|(name, h)| OrganicField { name, exposure: field(h) }).collect(),
        levels: named(header, &["events"]).cloned().into_iter().collect(),
        ..Wide::default()
    })
}

/// Meridian: `time`, `geo`, `<channel>_spend`, `<channel>_impression`, `<name>_control`, `conversions` with
/// `revenue_per_conversion` (or `revenue`), `population`; impressions without spend are organic.
#[must_use]
pub fn meridian(header: &[String]) -> Option<Wide> {
    let date = named(header, &["time", "date", "week"])?;
    let spends: Vec<(&str, &String)> = header.iter().filter_map(|h| ends(h, &["_spend"]).map(|b| (b, h))).collect();
    if spends.is_empty() {
        return None;
    }
    let exposures: Vec<(&str, &String)> = header
        .iter()
        .filter_map(|h| ends(h, &["_impressions", "_impression", "_clicks", "_click"]).map(|b| (b, h)))
        .collect();
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    let per_unit = named(header, &["revenue_per_conversion", "revenue_per_kpi"]);
    let kpi = match (named(header, &["conversions", "conversion", "kpi"]), named(header, &["revenue"])) {
        (_, Some(revenue)) if per_unit.is_none() => Some((revenue, "revenue")),
        (Some(count), _) => Some((count, "count")),
        (None, revenue) => revenue.map(|r| (r, "revenue")),
    };
    let channel = spends.iter().map(|(name, spend)| ChannelField {
        name: (*name).to_owned(),
        spend: field(spend),
        exposure: exposures.iter().find(|(base, _)| same(base, name)).map(|(_, h)| field(h)),
    });
    let organic = exposures.iter().filter(|(base, _)| !spends.iter().any(|(name, _)| same(base, name)));
    Some(Wide {
        date: Some(field(date)),
        geo: named(header, &["geo"]).map(|g| field(g)),
        population: named(header, &["population"]).map(|p| field(p)),
        controls: header.iter().filter(|h| ends(h, &["_control"]).is_some()).map(|h| field(h)).collect(),
        kpi: kpi.map(|(column, kind)| KpiField {
            name: column.to_ascii_lowercase(),
            column: field(column),
            kind: Some(kind.into()),
            value_per_unit: per_unit.filter(|_| kind == "count").map(|p| field(p)),
        }),
        channel: channel.collect(),
        organic: organic.map(|(b, h)| OrganicField { name: (*b).to_owned(), exposure: field(h) }).collect(),
        ..Wide::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn robyn_channels_get_their_exposure_and_the_rest_its_role() {
        let h = header(
            "DATE,revenue,tv_S,ooh_S,facebook_I,search_clicks_P,search_S,competitor_sales_B,facebook_S,events,newsletter",
        );
        let wide = robyn(&h).expect("robyn");
        let exposure = |name: &str| {
            wide.channel.iter().find(|c| c.name == name).and_then(|c| c.exposure.as_ref()).and_then(Field::source)
        };
        assert_eq!(exposure("search"), Some("search_clicks_P"));
        assert_eq!(exposure("facebook"), Some("facebook_I"));
        assert_eq!(exposure("tv"), None);
        assert_eq!(wide.organic.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["newsletter"]);
        assert_eq!(wide.controls.iter().filter_map(Field::source).collect::<Vec<_>>(), ["competitor_sales_B"]);
        assert_eq!(wide.levels, ["events"]);
    }

    #[test]
    fn meridian_is_known_with_and_without_geos_and_other_headers_are_neither() {
        let h = header(
            "geo,time,Channel0_impression,Channel0_spend,Organic_impression,mood_control,conversions,revenue_per_conversion,population",
        );
        let wide = meridian(&h).expect("meridian");
        assert_eq!(wide.organic.len(), 1);
        assert!(wide.geo.is_some() && wide.population.is_some());
        assert!(wide.kpi.as_ref().is_some_and(|k| k.kind.as_deref() == Some("count") && k.value_per_unit.is_some()));
        assert!(meridian(&header("time,Channel0_spend,revenue")).is_some_and(|w| w.geo.is_none()));
        assert!(meridian(&header("date_week,y,x1,x2")).is_none() && robyn(&header("date_week,y,x1,x2")).is_none());
        assert!(robyn(&h).is_none());
    }
}
