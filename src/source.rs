//! Where texts come from.

pub mod config_file;
