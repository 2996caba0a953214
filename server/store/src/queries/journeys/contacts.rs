//! People of one account, numbered as they are met.

use rustc_hash::FxHashMap;

/// Up to this many names are compared one by one: quicker than hashing, and most accounts are smaller.
const COMPARED: usize = 12;

/// Ids with the numbers they were given.
#[derive(Debug, Default)]
pub(super) struct Contacts {
    names: Vec<String>,
    used: usize,
    index: FxHashMap<String, u32>,
    last: usize,
}

impl Contacts {
    /// Forgets them, keeping buffers.
    pub fn clear(&mut self) {
        (self.used, self.last) = (0, 0);
        self.index.clear();
    }

    /// All ids, by number.
    pub fn names(&self) -> &[String] {
        &self.names[..self.used]
    }

    /// The number of a contact, given now if it is new.
    pub fn number(&mut self, id: &str) -> u32 {
        // Touches of one person often follow each other.
        if self.names().get(self.last).is_some_and(|n| n == id) {
            return self.last as u32;
        }
        let known = if self.used <= COMPARED {
            self.names().iter().position(|n| n == id)
        } else {
            self.index.get(id).map(|&n| n as usize)
        };
        self.last = known.unwrap_or_else(|| self.add(id));
        self.last as u32
    }

    fn add(&mut self, id: &str) -> usize {
        let n = self.used;
        match self.names.get_mut(n) {
            Some(buffer) => {
                buffer.clear();
                buffer.push_str(id);
            }
            None => self.names.push(id.to_owned()),
        }
        self.used += 1;
        if self.used == COMPARED + 1 {
            self.index = self.names[..self.used].iter().cloned().zip(0..).collect();
        } else if self.used > COMPARED {
            self.index.insert(id.to_owned(), n as u32);
        }
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_keep_their_numbers_however_many_there_are_and_however_often_the_account_changes() {
        let mut contacts = Contacts::default();
        for people in [40usize, 3, 200, 13, 12] {
            contacts.clear();
            for round in 0..2 {
                for i in 0..people {
                    assert_eq!(contacts.number(&format!("c{i}")), i as u32, "{people} people, round {round}");
                }
            }
            assert_eq!(
                (contacts.names().len(), contacts.names()[people - 1].as_str()),
                (people, &*format!("c{}", people - 1))
            );
        }
    }
}
