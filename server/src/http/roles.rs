//! Roles and sets of roles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a key's holder does; `viewer` reads, the four departments add their own rights, `admin` may all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads every figure.
    Viewer,
    /// Reads, imports ledgers, exports.
    Finance,
    /// Reads, fits, promotes, plans.
    Planner,
    /// Reads, imports, fits, plans.
    Marketing,
    /// Reads, imports, evaluates plans.
    Sales,
    /// All of it, and keys.
    Admin,
}

impl Role {
    /// All roles, least first.
    pub const ALL: [Role; 6] = [Role::Viewer, Role::Finance, Role::Planner, Role::Marketing, Role::Sales, Role::Admin];

    /// As written in JSON, the database and the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Finance => "finance",
            Role::Planner => "planner",
            Role::Marketing => "marketing",
            Role::Sales => "sales",
            Role::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a role: viewer, finance, planner, marketing, sales or admin"))
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// Everyone with a key.
    pub const ANY: Roles = Roles(0b11_1111);

    /// The given roles, and `admin` with them.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Roles {
        let mut bits = Role::Admin.bit();
        let mut at = 0;
        while at < roles.len() {
            bits |= roles[at].bit();
            at += 1;
        }
        Roles(bits)
    }

    /// Whether `role` is in the set.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admin_is_in_every_set_and_viewer_only_where_named() {
        let planners = Roles::of(&[Role::Planner]);
        assert!(planners.has(Role::Admin) && planners.has(Role::Planner));
        assert!(!planners.has(Role::Viewer) && !planners.has(Role::Sales));
        assert!(Role::ALL.iter().all(|role| Roles::ANY.has(*role)));
    }
}
