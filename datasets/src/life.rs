//! The life of one inquiry: chances and lags from form to decision, as a pure function of its own random numbers.

use crate::account::Account;
use crate::calendar::{DAY, Secs, civil, day_of, to_office_hours};
use crate::stream::{Purpose, Stream};

/// Chance that an inquiry becomes an MQL.
pub(crate) const MQL: f64 = 0.50;
/// Chance that a rep accepts a lead taken up.
pub(crate) const SAL: f64 = 0.88;
/// Chance that an accepted lead becomes an SQL, before quality and waiting.
pub(crate) const SQL: f64 = 0.52;
/// Chance that an SQL becomes an opportunity.
pub(crate) const OPPORTUNITY: f64 = 0.78;
/// Chance that an opportunity is won, before quality and fit.
pub(crate) const WIN: f64 = 0.28;
/// Each week a lead waits for a rep multiplies its chance of becoming an SQL by `exp(-WAIT_LOSS)`.
pub(crate) const WAIT_LOSS: f64 = 0.18;

/// Chance that an inquiry of this quality is won, no waiting, mean fit.
pub(crate) fn conversion(quality: f64) -> f64 {
    MQL * SAL * SQL * OPPORTUNITY * WIN * quality
}

/// Every random number an inquiry may need, drawn at once: whatever changes around it, it uses the same ones.
#[derive(Debug)]
pub(crate) struct Draws {
    mql: f64,
    mql_lag: f64,
    nurture: f64,
    nurture_lag: f64,
    path: f64,
    sal: f64,
    sql: f64,
    sql_lag: f64,
    back: f64,
    back_lag: f64,
    opportunity: f64,
    opportunity_lag: f64,
    win: f64,
    close_lag: f64,
    quarter: f64,
    amount: f64,
    margin: f64,
    /// For which contact asks, why a rep says no and the like.
    pub(crate) detail: [f64; 3],
}

impl Draws {
    /// The numbers of inquiry `k` of account `account`.
    pub(crate) fn of(seed: u64, account: u32, k: u16) -> Self {
        let mut s = Stream::new(seed, Purpose::Life, u64::from(account), u64::from(k));
        Self {
            mql: s.uniform(),
            mql_lag: s.normal(),
            nurture: s.uniform(),
            nurture_lag: s.normal(),
            path: s.uniform(),
            sal: s.uniform(),
            sql: s.uniform(),
            sql_lag: s.normal(),
            back: s.uniform(),
            back_lag: s.normal(),
            opportunity: s.uniform(),
            opportunity_lag: s.normal(),
            win: s.uniform(),
            close_lag: s.normal(),
            quarter: s.uniform(),
            amount: s.normal(),
            margin: s.normal(),
            detail: [s.uniform(), s.uniform(), s.uniform()],
        }
    }

    /// When the inquiry becomes an MQL, if it does: 70% within days, 30% after weeks of nurture.
    pub(crate) fn mql_at(&self, inquiry: Secs) -> Option<Secs> {
        let days = if self.nurture < 0.7 { 1.2 * self.mql_lag.exp() } else { 32.0 * (0.6 * self.nurture_lag).exp() };
        (self.mql < MQL).then(|| inquiry + seconds(days.min(240.0)))
    }

    /// Whether the CRM shows a stage that really was passed: a few are skipped.
    pub(crate) fn path(&self) -> Path {
        match self.path {
            x if x < 0.04 => Path::SkipsSal,
            x if x < 0.06 => Path::SkipsMql,
            _ => Path::Whole,
        }
    }
}

/// Which stages the CRM recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Path {
    Whole,
    SkipsMql,
    SkipsSal,
}

/// How far a lead came after a rep took it up, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    pub(crate) sal: Option<Secs>,
    /// A lead sent back to marketing: it enters `mql` again.
    pub(crate) recycled: Option<Secs>,
    pub(crate) sql: Option<Secs>,
    /// An SQL taken back and qualified again: `mql` and `sql` entered a second time.
    pub(crate) reversed: Option<(Secs, Secs)>,
    pub(crate) deal: Option<Deal>,
    /// The account already had an open deal, so that this lead opened none.
    pub(crate) joined_open_deal: bool,
}

/// An opportunity and its end.
#[derive(Debug, Clone)]
pub(crate) struct Deal {
    pub(crate) opened: Secs,
    pub(crate) closed: Secs,
    pub(crate) won: bool,
    /// Amount in cents.
    pub(crate) amount: i64,
    /// Gross margin in cents.
    pub(crate) margin: i64,
}

fn seconds(days: f64) -> Secs {
    (days * f64::from(DAY)) as Secs
}

/// What becomes of a lead that a rep took up at `worked` after `waited` weeks; `busy` tells until when a deal is open.
pub(crate) fn fate(draws: &Draws, account: &Account, quality: f64, worked: Secs, waited: f64, busy: Secs) -> Fate {
    let mut fate = Fate::default();
    if draws.sal >= SAL {
        return fate;
    }
    fate.sal = Some(worked);
    let q = quality.sqrt();
    if draws.sql >= SQL * q * (-WAIT_LOSS * waited).exp() {
        fate.recycled = (draws.back < 0.06).then(|| worked + seconds(30.0 * (0.5 * draws.back_lag).exp()));
        return fate;
    }
    let sql = to_office_hours(worked + seconds(7.0 * (0.7 * draws.sql_lag).exp()));
    if sql < busy {
        fate.joined_open_deal = true;
        return fate;
    }
    fate.sql = Some(sql);
    let mut next = sql;
    if draws.back < 0.03 {
        let back = to_office_hours(sql + seconds(6.0 * (0.4 * draws.back_lag).exp()));
        next = to_office_hours(back + seconds(9.0));
        fate.reversed = Some((back, next));
    }
    if draws.opportunity >= OPPORTUNITY {
        return fate;
    }
    let opened = to_office_hours(next + seconds(10.0 * (0.6 * draws.opportunity_lag).exp()));
    let won = draws.win < (WIN * q * account.fit).min(0.9);
    let days = account.segment.cycle_days() * (0.42 * draws.close_lag).exp() * if won { 1.0 } else { 1.15 };
    let due = to_office_hours(opened + seconds(days.clamp(3.0, 500.0)));
    let closed = Some(quarter_end(due, draws.quarter)).filter(|early| *early > opened + DAY).unwrap_or(due);
    // Amounts are agreed in whole hundreds; 0.5 * 0.6^2 keeps the mean.
    let euros = account.deal * (0.6 * draws.amount - 0.18).exp();
    let amount = ((euros / 100.0).round() as i64).max(10) * 10_000;
    let margin = (amount as f64 * (0.72 + 0.06 * draws.margin).clamp(0.45, 0.92)).round() as i64;
    fate.deal = Some(Deal { opened, closed, won, amount, margin });
    fate
}

/// A third of the decisions due in the first two weeks of a quarter are pulled to the last working day of the quarter before.
fn quarter_end(closed: Secs, u: f64) -> Secs {
    let date = civil(day_of(closed));
    let into = i32::from(date.day()) - 1;
    if u < 0.33 && matches!(date.month(), 1 | 4 | 7 | 10) && into < 14 {
        let last_day = closed - (into + 1) * DAY;
        // Friday where the quarter ends on a weekend.
        let weekend = (day_of(last_day).rem_euclid(7) - 4).max(0);
        last_day - weekend * DAY
    } else {
        closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company::{Company, Preset};

    fn lives(waited: f64, quality: f64) -> (usize, usize) {
        let company = Company::new(Preset::Tiny, 1);
        let accounts = crate::account::draw(&company);
        let fates = (0..20_000u32).map(|k| {
            let draws = Draws::of(9, k, 0);
            fate(&draws, &accounts[k as usize % accounts.len()], quality, 0, waited, Secs::MIN)
        });
        let all: Vec<Fate> = fates.collect();
        let sqls = all.iter().filter(|f| f.sql.is_some()).count();
        (sqls, all.iter().filter(|f| f.deal.as_ref().is_some_and(|d| d.won)).count())
    }

    #[test]
    fn waiting_leads_convert_less_and_quality_converts_more() {
        let (prompt, late, poor) = (lives(0.0, 1.0), lives(4.0, 1.0), lives(0.0, 0.3));
        assert!((prompt.0 as f64 / 20_000.0 - SAL * SQL).abs() < 0.01);
        assert!((late.0 as f64) < 0.5 * prompt.0 as f64, "{late:?} {prompt:?}");
        assert!((poor.1 as f64) < 0.4 * prompt.1 as f64, "{poor:?} {prompt:?}");
    }

    #[test]
    fn a_lead_of_a_busy_account_opens_no_second_deal() {
        let company = Company::new(Preset::Tiny, 1);
        let accounts = crate::account::draw(&company);
        let none = (0..500).all(|k| fate(&Draws::of(9, k, 0), &accounts[0], 1.0, 0, 0.0, Secs::MAX).deal.is_none());
        assert!(none);
    }
}
