//! Google's batches: several requests as the parts of one multipart body, and answers likewise.

use std::fmt::Write as _;

use axum::body::Bytes;
use serde_json::Value;

/// The type of an answer to a batch.
pub(crate) const CONTENT_TYPE: &str = "multipart/mixed; boundary=batch_fake";

/// One request of a batch.
pub(crate) struct Part {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) token: Option<String>,
    pub(crate) body: Bytes,
}

/// The requests of a body whose type tells the boundary between them.
pub(crate) fn parts(kind: &str, bytes: &[u8]) -> Vec<Part> {
    let boundary = kind.split("boundary=").nth(1).unwrap_or_default();
    let boundary = boundary
        .split(';')
        .next()
        .unwrap_or_default()
        .trim_matches('"');
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let line = format!("--{boundary}");
    text.split(&line).skip(1).filter_map(part).collect()
}

/// A part has heads of its own, and those of the request that it holds.
fn part(text: &str) -> Option<Part> {
    let (outer, inner) = text.split_once("\n\n")?;
    let (head, body) = inner.split_once("\n\n").unwrap_or((inner, ""));
    let mut words = head.trim_start().lines().next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let target = match target.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => target,
    };
    Some(Part {
        id: header(outer, "content-id").unwrap_or_default(),
        method: method.to_owned(),
        target: target.to_owned(),
        token: header(head, "authorization")
            .and_then(|value| Some(value.strip_prefix("Bearer ")?.to_owned())),
        body: Bytes::copy_from_slice(body.trim().as_bytes()),
    })
}

fn header(head: &str, name: &str) -> Option<String> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = pairs.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    Some(value.trim().to_owned())
}

/// The body that answers: each part with the id of its request.
pub(crate) fn answer(answers: &[(String, (u16, Value))]) -> String {
    let mut text = String::new();
    for (id, (status, body)) in answers {
        let id = id.trim_matches(['<', '>']);
        let body = body.to_string();
        let _ = write!(
            text,
            "--batch_fake\r\nContent-Type: application/http\r\nContent-ID: <response-{id}>\r\n\r\n\
             HTTP/1.1 {status} Status\r\nContent-Type: application/json; charset=UTF-8\r\n\
             Content-Length: {}\r\n\r\n{body}\r\n",
            body.len(),
        );
    }
    text + "--batch_fake--\r\n"
}
