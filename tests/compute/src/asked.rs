//! What a client asks for: a request, read as a call of the API.

use axum::body::Bytes;
use percent_encoding::percent_decode_str;

use crate::Request;
use crate::access;
use crate::discovery::{Call, Document};
use crate::read::Query;

/// A call of the API, whichever API it is.
pub(crate) struct Asked {
    /// `None` for the Container API, and for what no method fits.
    pub(crate) call: Option<Call>,
    pub(crate) request: Request,
    pub(crate) query: Query,
    /// What its permission is needed for.
    pub(crate) subject: String,
    /// Whether there is a body that is no JSON.
    pub(crate) garbled: bool,
}

impl Asked {
    /// A request by its method, its path and query, its bearer token and its body.
    pub(crate) fn new(method: &str, target: &str, token: Option<String>, bytes: &Bytes) -> Self {
        let (path, raw) = target.split_once('?').unwrap_or((target, ""));
        let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        };
        let pairs = raw.split('&').filter(|pair| !pair.is_empty());
        let fields = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        let query = Query {
            fields: fields.collect(),
            forced: None,
        };
        let call = path
            .strip_prefix("/compute/v1/")
            .and_then(|path| Document::get().route(method, path));
        let body = serde_json::from_slice(bytes).ok();
        let (id, permission, subject) = match (&call, clusters(&path)) {
            (Some(call), _) => {
                let id = call.method.id.clone();
                (id, access::permission(call), access::subject(call))
            }
            (None, Some((project, _))) => (
                "container.projects.locations.clusters.list".to_owned(),
                "container.clusters.list".to_owned(),
                format!("projects/{project}"),
            ),
            (None, None) => Default::default(),
        };
        Self {
            call,
            query,
            subject,
            garbled: body.is_none() && !bytes.is_empty(),
            request: Request {
                method: method.to_owned(),
                path,
                query: raw.to_owned(),
                body,
                id,
                permission,
                token,
                payer: None,
                status: 0,
            },
        }
    }
}

/// The project and location of a path that lists clusters.
pub(crate) fn clusters(path: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts[..] {
        [
            "v1",
            "projects",
            project,
            "locations" | "zones",
            location,
            "clusters",
        ] => Some((project, location)),
        _ => None,
    }
}
