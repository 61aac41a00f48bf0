//! Documents: text with the span of every node.

pub mod scalar;
