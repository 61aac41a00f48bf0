//! What each format looks like, and that it holds what its readers expect.

#[path = "formats/any_text.rs"]
mod any_text;
#[path = "formats/human.rs"]
mod human;
#[path = "formats/machines.rs"]
mod machines;
#[path = "formats/sample.rs"]
mod sample;
