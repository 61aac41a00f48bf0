//! What is wrong with a configuration file, and where.

use std::ops::Range;

use super::select::{hint, nearest};
use crate::text::{Position, Source};

/// A configuration file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}:{column}: {message}")]
pub struct ConfigError {
    /// The file.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The bytes in the file's text.
    pub span: Range<usize>,
    /// What is wrong, with the word that was probably meant.
    pub message: String,
}

/// A message and the bytes it is about.
pub(super) struct Wrong {
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
        }
    }

    pub(super) fn at(self, text: &str, path: &str) -> ConfigError {
        let Position { line, column, .. } =
            Source::new(path, text).position(self.span.start as u32);
        ConfigError {
            path: path.to_owned(),
            line,
            column,
            span: self.span,
            message: self.message,
        }
    }
}

impl From<toml::de::Error> for Wrong {
    fn from(error: toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        Self::new(span, with_suggestion(error.message()))
    }
}

/// Serde says ``unknown field `x`, expected one of `a`, `b` ``: the quoted words after the first
/// are what could have been meant.
fn with_suggestion(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown ") else {
        return message.to_owned();
    };
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let Some(word) = quoted.next() else {
        return message.to_owned();
    };
    let candidates: Vec<&str> = quoted.collect();
    let what = match rest.split_once(' ') {
        Some(("field", _)) => "key",
        _ => "value",
    };
    let near = nearest(word, candidates.iter().copied());
    let help = match near {
        Some(_) => hint(near),
        None => format!("; known are {}", candidates.join(", ")),
    };
    format!("unknown {what} `{word}`{help}")
}
