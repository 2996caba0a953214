//! Closed lists, booleans and currency codes.

use crate::import::trouble::{Code, Why, shown};

/// The member of `list` that a cell names, any letter case.
///
/// # Errors
/// A word outside the list.
pub fn one_of(cell: &str, list: &'static [&'static str]) -> Result<&'static str, Why> {
    let text = cell.trim();
    list.iter().copied().find(|word| word.eq_ignore_ascii_case(text)).ok_or_else(|| {
        Why::new(Code::NotInList, format!("`{}` is not one of the words of this column", shown(cell)), list.join(", "))
    })
}

/// True or false as exports write it.
///
/// # Errors
/// Anything else.
pub fn boolean(cell: &str) -> Result<bool, Why> {
    let text = cell.trim();
    let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(text));
    match () {
        () if is(&["true", "1", "yes", "t", "y"]) => Ok(true),
        () if is(&["false", "0", "no", "f", "n"]) => Ok(false),
        () => Err(Why::new(Code::NotInList, format!("`{}` is neither true nor false", shown(cell)), "true or false")),
    }
}

/// Codes of ISO 4217 in use, by letter.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD \
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD \
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG \
    QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD \
    TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG BGN HRK ANG";

/// A currency code, upper case.
///
/// # Errors
/// What ISO 4217 does not list.
pub fn currency(cell: &str) -> Result<&'static str, Why> {
    let text = cell.trim();
    CURRENCIES.split_ascii_whitespace().find(|c| c.eq_ignore_ascii_case(text)).ok_or_else(|| {
        let reason = format!("`{}` is not a currency code", shown(cell));
        Why::new(Code::NotACurrency, reason, "a code of ISO 4217 such as EUR, USD or GBP")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_letter_case_and_others_are_refused() {
        assert_eq!(one_of(" Won ", &["open", "won"]), Ok("won"));
        assert!(one_of("wonn", &["open", "won"]).is_err_and(|w| w.accepted == "open, won"));
        assert_eq!(boolean("TRUE"), Ok(true));
        assert!(boolean("maybe").is_err());
        assert_eq!(currency("usd"), Ok("USD"));
        assert!(currency("EURO").is_err() && currency("€").is_err() && currency("").is_err());
    }
}
