//! A proxy between a client and the API server that does what networks and servers do: answers
//! with errors, late, in part or not at all. Plain HTTP towards the client.

use std::io::{self, BufReader, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::cluster::{Cluster, User};
use super::http::{Client, Message};

/// What the proxy does instead of, or with, the API server's answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Answers with a Status object of this code; 404 as for a group that is not served.
    Status(u16),
    /// The same, with Retry-After in seconds.
    RetryAfter(u16, u32),
    /// Answers rightly, but late.
    Delay(Duration),
    /// Closes the connection in the middle of the body that it has announced.
    Cut,
    /// Sends half of the body as if it were all.
    Truncate,
    /// Closes the connection before any answer.
    Close,
}

/// Which of the requests that match get the fault.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// Only the n-th, from 1.
    Once(usize),
    /// The n-th and all after it.
    From(usize),
}

/// A request that came by.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) user_agent: String,
    pub(crate) at: Instant,
}

struct Rule {
    of: String,
    when: When,
    fault: Fault,
    matched: usize,
}

#[derive(Default)]
struct State {
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<Seen>>,
    ended: AtomicBool,
}

pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

impl Proxy {
    /// A proxy to a cluster. Requests keep their Authorization; those without go as `user`.
    pub(crate) fn start(cluster: &Cluster, user: &User) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let (shared, client) = (Arc::clone(&state), cluster.client(user));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.ended.load(Ordering::Relaxed) {
                    break;
                }
                let (state, upstream) = (Arc::clone(&shared), client.fresh());
                thread::spawn(move || serve(stream, &state, upstream));
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Plans a fault for the requests of a resource (`pods`, `endpointslices.discovery.k8s.io`), or
    /// of a path that begins with `/`. Of several that match, the first planned is done.
    pub(crate) fn fault(&self, of: &str, when: When, fault: Fault) {
        let of = of.to_owned();
        let rule = Rule {
            of,
            when,
            fault,
            matched: 0,
        };
        self.state.rules.lock().unwrap().push(rule);
    }

    /// Forgets planned faults and seen requests.
    pub(crate) fn reset(&self) {
        self.state.rules.lock().unwrap().clear();
        self.state.seen.lock().unwrap().clear();
    }

    /// What came by, in order.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections.
        TcpStream::connect(self.address).ok();
    }
}

impl State {
    /// Notes a request, and says what shall go wrong with it.
    fn judge(&self, request: &Message) -> Option<Fault> {
        let (path, query) = request.target();
        self.seen.lock().unwrap().push(Seen {
            method: request.method().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
            at: Instant::now(),
        });
        let mut chosen = None;
        for rule in self.rules.lock().unwrap().iter_mut() {
            if rule.of != path && resource(path).as_ref() != Some(&rule.of) {
                continue;
            }
            rule.matched += 1;
            let due = match rule.when {
                When::Once(n) => rule.matched == n,
                When::From(n) => rule.matched >= n,
            };
            chosen = chosen.or(due.then_some(rule.fault));
        }
        chosen
    }
}

/// The resource that a path asks for, with its group, as RBAC writes it.
pub(crate) fn resource(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => return None,
    };
    let (["namespaces", _, name, ..] | [name, ..]) = rest else {
        return None;
    };
    Some(if group.is_empty() {
        (*name).to_owned()
    } else {
        format!("{name}.{group}")
    })
}

fn serve(stream: TcpStream, state: &State, mut upstream: Client) -> io::Result<()> {
    let mut from = BufReader::new(stream.try_clone()?);
    let mut to = stream;
    while let Some(mut request) = Message::read(&mut from)? {
        let fault = state.judge(&request);
        request
            .headers
            .retain(|(name, _)| !["host", "connection"].contains(&name.as_str()));
        let mut reply = match fault {
            Some(Fault::Status(code)) => status(code),
            Some(Fault::RetryAfter(code, seconds)) => {
                status(code).with("retry-after", seconds.to_string())
            }
            Some(Fault::Close) => return to.shutdown(Shutdown::Both),
            _ => upstream.send(request)?,
        };
        match fault {
            Some(Fault::Delay(time)) => thread::sleep(time),
            Some(Fault::Truncate) => reply.body.truncate(reply.body.len() / 2),
            Some(Fault::Cut) => {
                let half = &reply.body[..reply.body.len() / 2];
                to.write_all(&[reply.head(reply.body.len()).as_bytes(), half].concat())?;
                return to.shutdown(Shutdown::Both);
            }
            _ => {}
        }
        reply.write(&mut to)?;
    }
    Ok(())
}

/// An error as the API server words it.
fn status(code: u16) -> Message {
    let (reason, message) = match code {
        401 => ("Unauthorized", "Unauthorized"),
        403 => ("Forbidden", "the proxy forbids it"),
        404 => return Message::reply(404, "text/plain; charset=utf-8", "404 page not found\n"),
        410 => ("Expired", "The provided continue parameter is too old"),
        429 => (
            "TooManyRequests",
            "too many requests, please try again later",
        ),
        503 => (
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
        _ => (
            "InternalError",
            "an error on the server has prevented the request from succeeding",
        ),
    };
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code,
    });
    Message::reply(code, "application/json", body.to_string())
}
