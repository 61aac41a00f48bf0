//! Documents: text with the span of every node.
