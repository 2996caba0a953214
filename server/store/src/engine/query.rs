//! Named queries and their parameters. The text of a query is part of the program; values are bound, never pasted.

/// One `.sql` file of `queries/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedQuery {
    /// The file's name without ending.
    pub name: &'static str,
    /// Its text; parameters are written `$name`.
    pub sql: &'static str,
}

/// A value to bind.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// BIGINT.
    Int(i64),
    /// VARCHAR.
    Text(String),
    /// NULL: "no filter" in the queries that say so.
    Null,
}

/// Parameters by name. More may be given than a query uses: it takes what it names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(Vec<(&'static str, Value)>);

impl Params {
    /// No parameters yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a whole number.
    #[must_use]
    pub fn int(mut self, name: &'static str, value: impl Into<i64>) -> Self {
        self.0.push((name, Value::Int(value.into())));
        self
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, Value::Text(value.into())));
        self
    }

    /// Adds a text that may be absent.
    #[must_use]
    pub fn text_or_null(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.0.push((name, value.map_or(Value::Null, |v| Value::Text(v.to_owned()))));
        self
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }
}
