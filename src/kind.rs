//! Kinds.

/// A kind of object that rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Kubernetes Service.
    Service,
}
