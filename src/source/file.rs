//! One file: from its bytes to a text, or to the reason why there is none.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::find::{Found, is_manifest};
use super::{Gap, GapKind};
use crate::text::{Position, Source};

/// What came of reading one file.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// A text.
    Text(Arc<Source>),
    /// No text, though there should be one.
    Gap(Gap),
    /// No text, and nobody said that there is one.
    PassedOver,
}

/// Reads a file that was found.
pub(super) fn read(path: &Path, found: &Found, max_bytes: u64) -> Outcome {
    let origin = &found.origin;
    let outcome = match File::open(path) {
        Ok(mut file) => {
            // A length is only known of regular files; for all others the bound holds while reading.
            let length = file.metadata().map_or(0, |known| known.len());
            if length > max_bytes {
                Outcome::Gap(too_large(origin, max_bytes))
            } else {
                read_from(origin, &mut file, length, max_bytes)
            }
        }
        Err(error) => Outcome::Gap(unreadable(origin, &error)),
    };
    match outcome {
        // `images/*` was not meant to name a picture as a manifest.
        Outcome::Gap(gap)
            if gap.kind == GapKind::Binary && !found.by_name && !is_manifest(path) =>
        {
            Outcome::PassedOver
        }
        outcome => outcome,
    }
}

/// Reads an open file, pipe or standard input of about `length` bytes, never more than one byte
/// over `max_bytes`.
pub(super) fn read_from(origin: &str, from: &mut dyn Read, length: u64, max_bytes: u64) -> Outcome {
    // One byte more, so that the end is found without growing.
    let mut bytes = Vec::with_capacity(length as usize + 1);
    let read = from
        .take(max_bytes.saturating_add(1))
        .read_to_end(&mut bytes);
    let text = match read {
        Err(error) => Err(unreadable(origin, &error)),
        Ok(length) if length as u64 > max_bytes => Err(too_large(origin, max_bytes)),
        Ok(_) => text(origin, bytes),
    };
    text.map_or_else(Outcome::Gap, |text| {
        Outcome::Text(Source::new(origin, text))
    })
}

fn text(origin: &str, bytes: Vec<u8>) -> Result<String, Gap> {
    let not_utf8 = |reason: String| Gap::new(origin, GapKind::NotUtf8, reason);
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(not_utf8("is UTF-16, not UTF-8".to_owned()));
    }
    if let Some(nul) = memchr::memchr(0, &bytes) {
        let reason = format!("is binary: byte {nul} is NUL");
        return Err(Gap::new(origin, GapKind::Binary, reason));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bad = error.as_bytes().get(valid).copied().unwrap_or_default();
        let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
        let Position { line, column, .. } = Source::new(origin, before).position(valid as u32);
        not_utf8(format!(
            "is not UTF-8: byte 0x{bad:02X} at line {line}, column {column}"
        ))
    })
}

fn too_large(origin: &str, max_bytes: u64) -> Gap {
    let reason = format!("is larger than {max_bytes} bytes");
    Gap::new(origin, GapKind::TooLarge, reason)
}

pub(super) fn unreadable(origin: &str, error: &io::Error) -> Gap {
    let reason = format!("cannot be read: {error}");
    Gap::new(origin, GapKind::Unreadable, reason)
}
