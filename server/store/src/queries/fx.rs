//! Amounts in several currencies, brought into one by imported rates.

use std::collections::{BTreeMap, BTreeSet};

use tandem_models::domain::period::Day;

use super::{Asker, text};
use crate::error::{Error, Result};

/// Rates by currency and day.
#[derive(Debug, Default)]
pub(crate) struct Fx {
    rates: BTreeMap<String, BTreeMap<Day, f64>>,
    /// Currency that amounts are brought into; `None` until settled.
    base: Option<String>,
}

impl Fx {
    /// All imported rates, and the reporting currency of a dataset; `usual` where its amounts state none.
    pub fn of(ask: &Asker<'_>, dataset: &str, usual: &str) -> Result<Fx> {
        let mut currencies = BTreeSet::new();
        ask.each(&text::CURRENCIES, &ask.params().text("dataset", dataset), |c, i| {
            currencies.insert(c.text("currency")?.value(i).to_owned());
            Ok(())
        })?;
        let mut fx = Fx::default();
        ask.each(&text::FX_RATES, &ask.params(), |c, i| {
            let rates = fx.rates.entry(c.text("currency")?.value(i).to_owned()).or_default();
            rates.insert(Day(c.int("date_day")?.value(i)), c.number("rate")?.value(i));
            Ok(())
        })?;
        fx.settle(&currencies, usual).map_err(|mixed| Error::Invalid {
            field: "currency",
            message: format!(
                "money of dataset `{dataset}` is in several currencies ({}); import `fx_rates` for all but one of them",
                mixed.join(", ")
            ),
        })?;
        Ok(fx)
    }

    /// The reporting currency.
    pub fn base(&self) -> &str {
        self.base.as_deref().unwrap_or_default()
    }

    /// Chooses the reporting currency of amounts in `currencies`: the only one, or the only one without a rate, or
    /// `usual` where all have rates. Fails with the currencies that cannot be told apart.
    fn settle(&mut self, currencies: &BTreeSet<String>, usual: &str) -> std::result::Result<String, Vec<String>> {
        let unrated: Vec<&String> = currencies.iter().filter(|c| !self.rates.contains_key(*c)).collect();
        let base = match (currencies.len(), unrated[..].len()) {
            (0, _) => usual.to_owned(),
            (1, _) => currencies.iter().next().cloned().unwrap_or_default(),
            (_, 1) => unrated[0].clone(),
            (_, 0) if currencies.contains(usual) => usual.to_owned(),
            (_, 0) => return Err(currencies.iter().cloned().collect()),
            _ => return Err(unrated.into_iter().cloned().collect()),
        };
        self.base = Some(base.clone());
        Ok(base)
    }

    /// Factor from `currency` into the reporting currency on a day: the latest rate until then, else the earliest. An
    /// amount without a currency is in the reporting one.
    pub fn factor(&self, currency: Option<&str>, day: Day) -> f64 {
        let Some(currency) = currency.filter(|c| self.base.as_deref() != Some(*c)) else { return 1.0 };
        let Some(rates) = self.rates.get(currency) else { return 1.0 };
        rates.range(..=day).next_back().or_else(|| rates.iter().next()).map_or(1.0, |(_, rate)| *rate)
    }

    /// An amount in minor units, rounded to the nearest.
    pub fn minor(&self, minor: i64, currency: Option<&str>, day: Day) -> i64 {
        let factor = self.factor(currency, day);
        if factor == 1.0 { minor } else { (minor as f64 * factor).round() as i64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fx() -> Fx {
        let usd = BTreeMap::from([(Day(10), 0.5), (Day(20), 2.0)]);
        Fx { rates: BTreeMap::from([("USD".to_owned(), usd)]), base: None }
    }

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|c| (*c).to_owned()).collect()
    }

    #[test]
    fn the_reporting_currency_is_the_one_without_a_rate() {
        assert_eq!(fx().settle(&set(&["EUR", "USD"]), "CHF"), Ok("EUR".into()));
        assert_eq!(fx().settle(&set(&["USD"]), "EUR"), Ok("USD".into()), "one currency needs no rate");
        assert_eq!(fx().settle(&set(&[]), "EUR"), Ok("EUR".into()));
        assert_eq!(fx().settle(&set(&["EUR", "GBP", "USD"]), "EUR"), Err(vec!["EUR".into(), "GBP".into()]));
    }

    #[test]
    fn the_latest_rate_until_the_day_counts_and_the_first_before_any() {
        let mut fx = fx();
        fx.settle(&set(&["EUR", "USD"]), "EUR").expect("a base");
        let minor = |currency, day| fx.minor(101, currency, Day(day));
        assert_eq!([minor(Some("USD"), 5), minor(Some("USD"), 19), minor(Some("USD"), 20)], [51, 51, 202]);
        assert_eq!([minor(Some("EUR"), 20), minor(None, 20)], [101, 101]);
    }
}
