//! A card line by line.

use super::CardError;

/// The lines of a card, with the number of the last one read.
pub(super) struct Lines<'c> {
    text: &'c str,
    /// What was not read yet.
    pub(super) rest: &'c str,
    /// The number of the last line read, from 1.
    pub(super) number: usize,
}

impl<'c> Lines<'c> {
    pub(super) fn new(text: &'c str) -> Self {
        Self {
            text,
            rest: text,
            number: 0,
        }
    }

    pub(super) fn next(&mut self) -> Option<&'c str> {
        let line = self.peek()?;
        self.rest = self.rest.get(line.len()..)?;
        self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
        self.number += 1;
        Some(line)
    }

    pub(super) fn peek(&self) -> Option<&'c str> {
        let line = self.rest.split('\n').next();
        line.filter(|_| !self.rest.is_empty())
    }

    pub(super) fn fail<T>(&self, reason: impl Into<String>) -> Result<T, CardError> {
        Err(CardError {
            line: self.number,
            reason: reason.into(),
        })
    }

    /// The text up to the next `## ` outside of code.
    pub(super) fn prose(&mut self) -> String {
        let from = self.text.len() - self.rest.len();
        let mut fence = None;
        while let Some(line) = self.peek() {
            if fence.is_none() && line.starts_with("## ") {
                break;
            }
            fence = match fence {
                Some(ticks) if line.trim_end() == ticks => None,
                None => opening(line).map(|(ticks, _)| ticks),
                open => open,
            };
            self.next();
        }
        let to = self.text.len() - self.rest.len();
        self.text
            .get(from..to)
            .unwrap_or_default()
            .trim()
            .to_owned()
    }

    /// The lines of a block of code up to its closing fence.
    pub(super) fn code(&mut self, ticks: &str) -> Result<Vec<&'c str>, CardError> {
        let open = self.number;
        let mut code = Vec::new();
        while let Some(line) = self.next() {
            if line.trim_end() == ticks {
                return Ok(code);
            }
            code.push(line);
        }
        self.number = open;
        self.fail("this block has no end")
    }
}

/// The backticks and the info string of a line that opens a block of code.
pub(super) fn opening(line: &str) -> Option<(&str, &str)> {
    let info = line.trim_start_matches('`');
    let ticks = line.get(..line.len() - info.len())?;
    (ticks.len() >= 3).then_some((ticks, info.trim()))
}
