//! Cursor paging with a total: nothing is ever cut silently.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{Code, Problem};

/// Where a page starts and how long it is.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows a page, 1 to 1000; 100 unless told.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// What says where one stands in the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page {
    /// Rows in all.
    pub total: usize,
    /// Rows a page.
    pub limit: usize,
    /// Give this as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl Page {
    /// The page of `limit` rows from `start` of `total`.
    #[must_use]
    pub fn of(start: usize, limit: usize, total: usize) -> Self {
        let end = start.saturating_add(limit);
        Page { total, limit, next_cursor: (end < total).then(|| format!("c{end:x}")) }
    }
}

impl PageQuery {
    /// First row and length.
    ///
    /// # Errors
    /// A limit out of range, or a cursor that no page gave.
    pub fn range(&self) -> Result<(usize, usize), Problem> {
        let limit = self.limit.unwrap_or(100);
        if !(1..=1000).contains(&limit) {
            return Err(Problem::new(Code::BadQuery, format!("`limit` is {limit}"))
                .field("limit")
                .accepts("1 to 1000"));
        }
        let start = match &self.cursor {
            None => 0,
            Some(cursor) => cursor
                .strip_prefix('c')
                .and_then(|hex| usize::from_str_radix(hex, 16).ok())
                .filter(|start| *start <= u32::MAX as usize)
                .ok_or_else(|| {
                    Problem::new(Code::BadQuery, "the cursor is not one that a page gave")
                        .field("cursor")
                        .accepts("`next_cursor` of the page before")
                })?,
        };
        Ok((start, limit))
    }

    /// Cuts one page out of all rows.
    ///
    /// # Errors
    /// As [`PageQuery::range`].
    pub fn cut<T>(&self, mut all: Vec<T>) -> Result<(Vec<T>, Page), Problem> {
        let (start, limit) = self.range()?;
        let total = all.len();
        let end = start.saturating_add(limit).min(total);
        let rows = if start >= total { Vec::new() } else { all.drain(start..end).collect() };
        Ok((rows, Page::of(start, limit, total)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_put_together_give_the_whole_once() {
        let all: Vec<usize> = (0..25).collect();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let (rows, page) = PageQuery { limit: Some(10), cursor }.cut(all.clone()).expect("a page");
            assert_eq!(page.total, 25);
            seen.extend(rows);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn a_limit_or_cursor_out_of_range_is_refused() {
        for query in [
            PageQuery { limit: Some(0), cursor: None },
            PageQuery { limit: Some(1001), cursor: None },
            PageQuery { limit: None, cursor: Some("7".into()) },
        ] {
            assert_eq!(query.range().expect_err("refused").code, Code::BadQuery);
        }
    }
}
