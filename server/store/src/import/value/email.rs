//! E-mail addresses: only their hash is kept.

use sha2::{Digest, Sha256};

use crate::import::trouble::{Code, Why};

/// SHA-256 of the trimmed, lower-cased address, in hexadecimal; 64 hexadecimal digits pass as already hashed.
///
/// # Errors
/// Text that is neither. The message never repeats it.
pub fn hashed(cell: &str) -> Result<String, Why> {
    let text = cell.trim().to_lowercase();
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(text);
    }
    let well_formed = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    });
    if !well_formed || text.contains(char::is_whitespace) {
        let accepted = "an address such as name@company.example, its SHA-256, or an empty cell";
        return Err(Why::new(Code::NotAnEmail, "the cell is not an e-mail address", accepted));
    }
    Ok(hex::encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_and_spaces_do_not_change_the_hash_and_the_address_is_gone() {
        let hash = hashed(" Ada@Example.com ").unwrap_or_default();
        assert_eq!(Some(&hash), hashed("ada@example.com").ok().as_ref());
        assert_eq!(hash, "b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72");
        assert_ne!(Some(hash.clone()), hashed("bob@example.com").ok());
        assert_eq!(hashed(&hash), Ok(hash));
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for cell in ["ada", "@x.org", "a@b", "a b@c.org", "a@b@c.org"] {
            assert!(hashed(cell).is_err_and(|w| !w.to_string().contains(cell)), "{cell}");
        }
    }
}
