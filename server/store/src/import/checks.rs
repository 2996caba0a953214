//! What only shows across rows: repeated keys, stages out of order, wins in the future, currencies without a rate.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::build::Value;
use super::caps::Caps;
use super::tally::Tally;
use super::trouble::{Code, Why};
use crate::schema::STAGES;

/// What is known about currencies over all files of an import.
#[derive(Debug, Clone, Default)]
pub struct Currencies {
    /// The currency of each dataset: that of its first amount.
    pub base: BTreeMap<String, String>,
    /// Currencies that `fx_rates` can convert.
    pub rates: BTreeSet<String>,
}

impl Currencies {
    /// Accepts an amount's currency, or says why it cannot be added to the others.
    ///
    /// # Errors
    /// A second currency without a rate.
    pub fn accept(&mut self, dataset: &str, code: &str) -> Result<(), Why> {
        match self.base.get(dataset) {
            None => {
                self.base.insert(dataset.to_owned(), code.to_owned());
                Ok(())
            }
            Some(base) if base == code || self.rates.contains(code) => Ok(()),
            Some(base) => {
                let reason = format!(
                    "the amount is in {code}, the others of dataset `{dataset}` in {base}, and no rate is known"
                );
                let accepted = format!(
                    "amounts in {base}, or a canonical `fx_rates` file with {code}, imported first or together"
                );
                Err(Why::new(Code::CurrencyWithoutRate, reason, accepted))
            }
        }
    }
}

/// Keys met so far, as 64-bit hashes. Split so that growing copies a quarter at a time; not split further, because parts
/// this large are mapped by the allocator one by one and go back to the system when the file has been read, before the
/// projection needs the memory.
#[derive(Debug)]
pub struct Keys {
    parts: Vec<FxHashSet<u64>>,
    count: usize,
    cap: usize,
}

impl Keys {
    /// Remembers up to the cap.
    #[must_use]
    pub fn new(caps: &Caps) -> Self {
        Self { parts: vec![FxHashSet::default(); 4], count: 0, cap: caps.keys }
    }

    /// Adds a key; says whether it was there.
    pub fn repeats(&mut self, key: u64) -> bool {
        let part = &mut self.parts[(key >> 62) as usize];
        if self.count >= self.cap {
            return part.contains(&key);
        }
        let new = part.insert(key);
        self.count += usize::from(new);
        !new
    }

    /// How many different keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether keys were left out because of the cap.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.count >= self.cap
    }
}

/// Hash of values, for [`Keys`].
#[must_use]
pub fn hash_of<'v>(values: impl Iterator<Item = &'v Value<'v>>) -> u64 {
    let mut hash = FxHasher::default();
    for value in values {
        match value {
            Value::Text(text) => text.as_bytes().hash(&mut hash),
            Value::Date(day) => day.0.hash(&mut hash),
            Value::Time(n) | Value::Money(n) | Value::Int(n) => n.hash(&mut hash),
            Value::Number(x) => x.to_bits().hash(&mut hash),
            Value::Bool(b) => b.hash(&mut hash),
            Value::Null => 0u8.hash(&mut hash),
        }
    }
    // The hasher's low bits are its weak ones; spread them, because `Keys` splits by the high byte.
    let h = hash.finish();
    (h ^ (h >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Entities whose stages are followed; each takes 72 bytes.
const ENTITIES: usize = 1_000_000;
/// `lost` may follow any stage, so only the first six are in an order.
const ORDERED: usize = 6;

/// First time of each stage by contact or deal.
#[derive(Debug, Default)]
pub struct Stages {
    first: FxHashMap<u64, [i64; ORDERED]>,
}

impl Stages {
    /// Takes note of a stage entered.
    pub fn enter(&mut self, entity: u64, stage: &str, us: i64) {
        let Some(i) = STAGES.iter().position(|s| *s == stage).filter(|i| *i < ORDERED) else { return };
        if self.first.len() >= ENTITIES && !self.first.contains_key(&entity) {
            return;
        }
        let times = self.first.entry(entity).or_insert([i64::MAX; ORDERED]);
        times[i] = times[i].min(us);
    }

    /// Counts entities that skip or reverse stages.
    pub fn report(&self, tally: &mut Tally) {
        let (mut skipped, mut by_stage) = (0u64, [0u64; ORDERED]);
        let (mut reversed, mut pair) = (0u64, BTreeMap::<(usize, usize), u64>::new());
        for times in self.first.values() {
            let seen: Vec<usize> = (0..ORDERED).filter(|&i| times[i] != i64::MAX).collect();
            let (Some(&low), Some(&high)) = (seen.first(), seen.last()) else { continue };
            let holes: Vec<usize> = (low..high).filter(|i| times[*i] == i64::MAX).collect();
            skipped += u64::from(!holes.is_empty());
            holes.iter().for_each(|&i| by_stage[i] += 1);
            if let Some(w) = seen.windows(2).find(|w| times[w[0]] > times[w[1]]) {
                reversed += 1;
                *pair.entry((w[1], w[0])).or_default() += 1;
            }
        }
        let most = (0..ORDERED).max_by_key(|&i| (by_stage[i], ORDERED - i)).unwrap_or(0);
        tally.set(Code::SkippedStage, skipped, STAGES[most]);
        if let Some((&(later, earlier), _)) = pair.iter().max_by_key(|(p, n)| (**n, std::cmp::Reverse(**p))) {
            tally.set(Code::ReversedStage, reversed, &format!("`{}` before `{}`", STAGES[later], STAGES[earlier]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_currency_needs_a_rate() {
        let mut currencies = Currencies::default();
        assert!(currencies.accept("main", "EUR").is_ok() && currencies.accept("main", "EUR").is_ok());
        assert!(currencies.accept("main", "USD").is_err_and(|w| w.code == Code::CurrencyWithoutRate));
        assert!(currencies.accept("other", "USD").is_ok(), "another dataset has its own currency");
        currencies.rates.insert("USD".into());
        assert!(currencies.accept("main", "USD").is_ok());
    }

    #[test]
    fn stages_in_order_raise_nothing_and_others_do() {
        let mut stages = Stages::default();
        [("mql", 1), ("sal", 2), ("sql", 3), ("lost", 0)].iter().for_each(|(s, t)| stages.enter(1, s, *t));
        let mut tally = Tally::default();
        stages.report(&mut tally);
        assert_eq!(tally.count(Code::SkippedStage) + tally.count(Code::ReversedStage), 0);
        [("mql", 1), ("sql", 3)].iter().for_each(|(s, t)| stages.enter(2, s, *t));
        [("mql", 5), ("sal", 2)].iter().for_each(|(s, t)| stages.enter(3, s, *t));
        stages.report(&mut tally);
        assert_eq!((tally.count(Code::SkippedStage), tally.count(Code::ReversedStage)), (1, 1));
    }

    #[test]
    fn keys_repeat_only_when_they_do() {
        let mut keys = Keys::new(&Caps { keys: 3, ..Caps::default() });
        assert!(!keys.repeats(1) && !keys.repeats(2) && keys.repeats(1));
        assert!(!keys.repeats(3) && keys.is_full() && !keys.repeats(4) && keys.repeats(3));
    }
}
