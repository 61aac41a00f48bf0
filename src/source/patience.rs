//! What all that speaks to servers shares: how long it waits for another try, and how it shows what
//! a server says.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// How often a request is tried.
pub(super) const TRIES: u32 = 4;

/// The wait before the second try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// How much of a server's words is shown, in characters.
const MAX_REASON: usize = 600;

/// The usual wait after so many tries: between half and all of it, so that many clients do not come
/// back at once.
pub(super) fn wait_after(attempt: u32) -> Duration {
    let wait = FIRST_WAIT * 2_u32.pow(attempt.saturating_sub(1));
    wait.mul_f64(fastrand::f64().mul_add(0.5, 0.5))
}

/// A server's words, short and without what a terminal would obey.
pub(super) fn shortened(text: &str) -> String {
    let shown = text.trim().chars();
    let shown = shown.map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = shown.take(MAX_REASON).collect();
    if text.chars().nth(MAX_REASON).is_some() {
        short.push('…');
    }
    short
}

/// `Retry-After` in seconds, the only form that API servers use.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}
