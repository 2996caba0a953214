//! Made-up names of companies and people.

use crate::stream::{Purpose, Stream};

const STARTS: [&str; 24] = [
    "Nor", "Alt", "Ber", "Cal", "Del", "Elm", "Fal", "Gran", "Hol", "Ing", "Jor", "Kal", "Lin", "Mar", "Nev", "Ost",
    "Pal", "Quin", "Ros", "Sil", "Tor", "Ul", "Ver", "Wes",
];
const ENDS: [&str; 20] = [
    "dex", "ford", "ga", "holm", "ix", "keld", "lund", "mark", "nova", "ora", "pont", "quest", "rick", "sen", "tec",
    "una", "via", "wick", "yard", "zen",
];
const FORMS: [&str; 8] = ["GmbH", "Ltd", "AB", "BV", "Group", "Systems", "Industries", "Partners"];
const GIVEN: [&str; 24] = [
    "anna", "ben", "clara", "david", "emma", "felix", "greta", "henrik", "ida", "jonas", "karin", "lars", "maria",
    "nils", "olivia", "paul", "rosa", "sven", "thea", "uwe", "vera", "will", "yara", "zoe",
];
const FAMILY: [&str; 24] = [
    "adler", "berg", "clark", "dahl", "evans", "fischer", "green", "hansen", "ivers", "jansen", "koch", "larsen",
    "meyer", "nolan", "olsen", "peters", "quist", "reed", "smit", "taylor", "ulrich", "vos", "weber", "young",
];
/// Job titles; the first ones decide.
pub(crate) const TITLES: [&str; 9] = [
    "Chief Information Officer",
    "Head of Operations",
    "IT Director",
    "Finance Director",
    "Operations Manager",
    "Project Manager",
    "Engineer",
    "Analyst",
    "Procurement Manager",
];

/// Name and domain of account `i`; the domain carries the number and so is unique.
pub(crate) fn company(seed: u64, i: u32) -> (String, String) {
    let mut s = Stream::new(seed, Purpose::Text, u64::from(i), 0);
    let stem = format!("{}{}", STARTS[s.below(STARTS.len())], ENDS[s.below(ENDS.len())]);
    let domain = format!("{}{i}.example", stem.to_lowercase());
    (format!("{stem} {} {i}", FORMS[s.below(FORMS.len())]), domain)
}

/// Mail address of contact number `n` of a domain, and the job title of the `local`-th person there.
pub(crate) fn person(s: &mut Stream, n: u32, local: usize, domain: &str) -> (String, &'static str) {
    let email = format!("{}.{}{n}@{domain}", GIVEN[s.below(GIVEN.len())], FAMILY[s.below(FAMILY.len())]);
    let title = if local < 2 { TITLES[s.below(4)] } else { TITLES[1 + s.below(TITLES.len() - 1)] };
    (email, title)
}
