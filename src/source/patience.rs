//! What all that speaks to servers shares: how long it waits for another try, how much it reads, and
//! how it shows what a server says.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// How often a request is tried.
pub(super) const TRIES: u32 = 4;

/// The wait before the second try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// How much of a server's words is shown, in characters.
const MAX_REASON: usize = 600;

/// A larger body is not read, in bytes: 500 objects of the largest size that an API server takes
/// stay under it.
pub(super) const MAX_BODY: usize = 1024 * 1024 * 1024;

/// Why there is no whole body.
pub(super) enum NoBody {
    /// It is larger than [`MAX_BODY`].
    TooLarge,
    /// The connection broke, for this reason.
    Broken(String),
}

/// All of a body.
pub(super) async fn whole<B>(body: B) -> Result<Vec<u8>, NoBody>
where
    B: BodyExt,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(NoBody::TooLarge),
        Err(error) => Err(NoBody::Broken(shortened(&causes(&*error)))),
    }
}

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

/// An error with its causes, each said once.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}
