//! What each format looks like, and that it holds what its readers expect.

#[cfg(test)]
#[path = "formats/any_text.rs"]
mod any_text;
#[cfg(test)]
#[path = "formats/ci.rs"]
mod ci;
#[cfg(test)]
#[path = "formats/human.rs"]
mod human;
#[cfg(test)]
#[path = "formats/json.rs"]
mod json;
#[cfg(test)]
#[path = "formats/sample.rs"]
mod sample;
#[cfg(test)]
#[path = "formats/sarif.rs"]
mod sarif;
#[cfg(test)]
#[path = "formats/schemas.rs"]
mod schemas;
