//! The server: from the bytes of a request to the bytes of an answer.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Extract;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::asked::{Asked, clusters};
use crate::batch;
use crate::discovery::Call;
use crate::fault::{self, Fault};
use crate::filter;
use crate::refusal::{Refusal, Reply};
use crate::schema::{self, Way};
use crate::{Request, Shared, State, TOKEN, locked};

/// No request that a test makes is larger, in bytes.
const LARGEST: usize = 64 << 20;

/// Where tokens are to be had: of OAuth, and of a virtual machine's own account.
const OAUTH: &str = "/token";
const METADATA: &str = "/computeMetadata/v1/instance/service-accounts/default/token";

/// Serves on a free port of this machine, which it returns.
pub(crate) async fn serve(state: Shared) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/batch/compute/v1", post(batch))
        .route(METADATA, get(metadata))
        .fallback(api)
        .with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn api(Extract(state): Extract<Shared>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, LARGEST)
        .await
        .unwrap_or_default();
    let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut asked = Asked::new(
        parts.method.as_str(),
        target,
        bearer(&parts.headers),
        &bytes,
    );
    let payer = parts.headers.get("x-goog-user-project");
    let payer = payer.and_then(|payer| payer.to_str().ok());
    asked.request.payer = payer.map(ToOwned::to_owned);
    let outcome = perform(&state, asked).await;
    let Some((status, body)) = outcome.answer else {
        return cut_off(&[]);
    };
    if outcome.faults.contains(&Fault::Truncated) {
        return cut_off(body.to_string().as_bytes());
    }
    let mut answer = json_response(status, &body);
    for fault in outcome.faults {
        if let Fault::TooMany(Some(seconds)) = fault {
            answer.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
    }
    answer
}

/// Many calls in one request, as gcloud sends them.
async fn batch(Extract(state): Extract<Shared>, headers: HeaderMap, bytes: Bytes) -> Response {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let mut answers = Vec::new();
    for part in batch::parts(kind.unwrap_or_default(), &bytes) {
        let token = part.token.or_else(|| bearer(&headers));
        let asked = Asked::new(&part.method, &part.target, token, &part.body);
        let outcome = perform(&state, asked).await;
        answers.push((part.id, outcome.answer.unwrap_or((503, Value::Null))));
    }
    let mut answer = Response::new(Body::from(batch::answer(&answers)));
    let kind = HeaderValue::from_static(batch::CONTENT_TYPE);
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    header.strip_prefix("Bearer ").map(ToOwned::to_owned)
}

/// What became of a call: status and body, unless the connection ends before them.
struct Outcome {
    answer: Option<(u16, Value)>,
    faults: Vec<Fault>,
}

async fn perform(state: &Shared, mut asked: Asked) -> Outcome {
    let target = format!("{}?{}", asked.request.path, asked.request.query);
    let (number, faults) = {
        let mut state = locked(state);
        state.requests.push(asked.request.clone());
        let meeting = state.faults.iter_mut();
        let faults: Vec<Fault> = meeting
            .filter_map(|(matcher, fault)| {
                matcher
                    .meets(&asked.request.id, &target)
                    .then(|| fault.clone())
            })
            .collect();
        (state.requests.len() - 1, faults)
    };
    for fault in &faults {
        match fault {
            Fault::Delay(late) => tokio::time::sleep(*late).await,
            Fault::Closed => {
                return Outcome {
                    answer: None,
                    faults,
                };
            }
            Fault::PageSize(size) => asked.query.forced = Some(*size),
            _ => {}
        }
    }
    let mut state = locked(state);
    let (status, body) = state.respond(&asked, &faults);
    if let Some(request) = state.requests.get_mut(number) {
        request.status = status;
    }
    let answer = Some((status, body));
    Outcome { answer, faults }
}

impl State {
    fn respond(&mut self, asked: &Asked, faults: &[Fault]) -> (u16, Value) {
        for fault in faults {
            if let Fault::Answer(status, body) = fault {
                return (*status, body.clone());
            }
        }
        match self.reply(asked, faults) {
            Ok(body) => (200, body),
            Err(refusal) => {
                if refusal.status == 501 {
                    self.broken.push(refusal.message.clone());
                }
                (refusal.status, refusal.body())
            }
        }
    }

    fn reply(&mut self, asked: &Asked, faults: &[Fault]) -> Reply {
        let Request {
            permission,
            token,
            path,
            ..
        } = &asked.request;
        let refuse = |fault| fault::refusal(fault, permission, &asked.subject);
        if let Some(refusal) = faults.iter().find_map(refuse) {
            return Err(refusal);
        }
        if [OAUTH, METADATA].contains(&path.as_str()) {
            return Ok(minted());
        }
        self.access
            .check(token.as_deref(), permission, &asked.subject)?;
        if let Some((project, location)) = clusters(path) {
            return Ok(self.clusters(project, location));
        }
        let Some(call) = &asked.call else {
            let message = format!("fake-compute has no {} {path}", asked.request.method);
            self.broken.push(message.clone());
            return Err(Refusal::new(404, "notFound", message));
        };
        asked.query.check(call)?;
        if asked.garbled {
            return Err(Refusal::new(400, "parseError", "Parse Error"));
        }
        if let (Some(schema), Some(body)) = (call.method.request(), &asked.request.body) {
            let found = schema::faults(schema, body, Way::In);
            if let Some(first) = found.first() {
                return Err(Refusal::invalid(first));
            }
        }
        let mut body = self
            .store
            .call(call, &asked.query, asked.request.body.clone())?;
        for fault in faults {
            match fault {
                Fault::Unreachable(_) if !asked.query.says("returnPartialSuccess") => {
                    return Err(Refusal::broken(503));
                }
                Fault::Unreachable(scopes) => fault::unreachable(&mut body, scopes),
                Fault::Warning(code) => fault::warning(&mut body, code),
                _ => {}
            }
        }
        self.fit(call, &body)?;
        match asked.query.get("fields") {
            Some(fields) => filter::mask(&body, fields),
            None => Ok(body),
        }
    }

    /// Whether an answer is of the schema that its method promises.
    fn fit(&mut self, call: &Call, body: &Value) -> Result<(), Refusal> {
        let schema = call.method.response().unwrap_or_default();
        let found = schema::faults(schema, body, Way::Out);
        if schema.is_empty() || found.is_empty() {
            return Ok(());
        }
        let message = format!(
            "fake-compute answers {} against its schema: {}",
            call.method.id,
            found.join("; ")
        );
        self.broken.push(message.clone());
        Err(Refusal::new(500, "fakeCompute", message))
    }

    fn clusters(&self, project: &str, location: &str) -> Value {
        let fits = |cluster: &&Value| {
            let link = cluster["selfLink"].as_str().unwrap_or_default();
            let of = link.contains(&format!("projects/{project}/"));
            of && (location == "-" || link.contains(&format!("/{location}/")))
        };
        let clusters: Vec<&Value> = self.store.clusters.iter().filter(fits).collect();
        if clusters.is_empty() {
            return json!({});
        }
        json!({"clusters": clusters})
    }
}

fn json_response(status: u16, body: &Value) -> Response {
    let mut answer = Response::new(Body::from(body.to_string()));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let kind = HeaderValue::from_static("application/json; charset=UTF-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

/// An answer that ends halfway, or before its head where there is no body.
fn cut_off(body: &[u8]) -> Response {
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    let steps = stream::unfold(0, move |step| {
        let half = half.clone();
        async move {
            if step == 0 && !half.is_empty() {
                return Some((Ok(half), 1));
            }
            if step == 1 {
                // What was written so far leaves before the connection ends.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Some((Err(io::Error::other("cut off on demand")), 2))
        }
    });
    let mut answer = Response::new(Body::from_stream(steps));
    answer
        .headers_mut()
        .insert(CONTENT_LENGTH, body.len().max(1).into());
    answer
}

/// The metadata server of a virtual machine.
async fn metadata(state: Extract<Shared>, request: axum::extract::Request) -> Response {
    let flavor = request.headers().get("metadata-flavor");
    if flavor.is_none_or(|flavor| flavor != "Google") {
        let error = json!({"error": "Missing required header: Metadata-Flavor"});
        return json_response(403, &error);
    }
    let mut answer = api(state, request).await;
    let google = HeaderValue::from_static("Google");
    answer.headers_mut().insert("metadata-flavor", google);
    answer
}

/// What the endpoint of OAuth answers, whatever it is given, and the metadata server too.
fn minted() -> Value {
    json!({"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"})
}
