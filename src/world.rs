//! World.

/// World.
#[derive(Debug)]
pub struct World<'d> {
    /// Documents.
    pub documents: &'d [u8],
}
