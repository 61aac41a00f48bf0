//! What the tests share: a client that knows nothing but HTTP, and the samples.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use fake_compute::Fake;
use serde_json::Value;

/// Sends one request and returns status, head and body; `Err` where the connection breaks.
pub(crate) fn send(
    fake: &Fake,
    method: &str,
    path: &str,
    body: Option<&Value>,
    token: Option<&str>,
) -> Result<(u16, String, Value), String> {
    let address = fake.base_url().replace("http://", "");
    let body = body.map(ToString::to_string).unwrap_or_default();
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let mut line = TcpStream::connect(address).unwrap();
    write!(
        line,
        "{method} {path} HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n{body}",
        token.unwrap_or_default(),
        body.len(),
    )
    .unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer)
        .map_err(|error| error.to_string())?;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body = serde_json::from_str(body).map_err(|error| error.to_string())?;
    Ok((status, head.to_owned(), body))
}

/// GET below the Compute API: status and body.
pub(crate) fn get(fake: &Fake, path: &str) -> (u16, Value) {
    call(fake, "GET", path, None)
}

/// POST below the Compute API: status and body.
pub(crate) fn post(fake: &Fake, path: &str, body: &Value) -> (u16, Value) {
    call(fake, "POST", path, Some(body))
}

/// Any call below the Compute API: status and body.
pub(crate) fn call(fake: &Fake, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let path = format!("/compute/v1/{path}");
    let (status, _, body) = send(fake, method, &path, body, Some("t")).unwrap();
    (status, body)
}

/// The samples, by file name.
pub(crate) fn samples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/gcp-samples");
    let mut samples: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect();
    samples.sort_by(|left, right| left.0.cmp(&right.0));
    samples
}

/// Loads the objects and endpoints of a sample.
pub(crate) fn load(fake: &Fake, sample: &Value) {
    for objects in sample["collections"].as_object().unwrap().values() {
        fake.load(objects.as_array().unwrap().clone());
    }
    for (group, endpoints) in sample["listNetworkEndpoints"].as_object().unwrap() {
        let endpoints = endpoints.as_array().unwrap().iter();
        let endpoints = endpoints.map(|endpoint| endpoint["networkEndpoint"].clone());
        fake.endpoints(group, endpoints.collect());
    }
}

/// A link's path below the Compute API.
pub(crate) fn path(link: &str) -> &str {
    link.split("/v1/").nth(1).unwrap()
}
