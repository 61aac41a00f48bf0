//! A Compute Engine API for tests: Google's discovery document says which methods there are and of
//! which shape requests and answers are; objects live in memory. See `README.md`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::runtime::Runtime;

mod access;
mod asked;
mod batch;
mod discovery;
mod dispatch;
mod fault;
mod filter;
mod firewall;
mod health;
mod link;
mod operation;
mod read;
mod refusal;
mod rules;
mod schema;
mod server;
mod store;
mod write;

pub use fault::{Fault, Matcher};

/// The token that `/token` and the metadata server hand out, and that [`Fake::gcloud`] carries.
pub const TOKEN: &str = "ya29.fake";

/// The verdict of health checks on a member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Answers its probes.
    Healthy,
    /// Does not.
    Unhealthy,
    /// Was taken away, connections still end.
    Draining,
    /// Probed, without a verdict yet.
    Unknown,
    /// Not reported at all.
    Unreported,
}

impl Health {
    fn text(self) -> Option<&'static str> {
        Some(match self {
            Self::Healthy => "HEALTHY",
            Self::Unhealthy => "UNHEALTHY",
            Self::Draining => "DRAINING",
            Self::Unknown => "UNKNOWN",
            Self::Unreported => return None,
        })
    }
}

/// A request that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Such as `/compute/v1/projects/p/global/networks`.
    pub path: String,
    /// What follows the `?`, undecoded.
    pub query: String,
    /// The body, where it is JSON.
    pub body: Option<Value>,
    /// The method of the API, such as `compute.networks.list`; empty for none.
    pub id: String,
    /// The permission that it needs, such as `compute.networks.list`; empty for none.
    pub permission: String,
    /// The bearer token that it carried.
    pub token: Option<String>,
    /// The project whose quota it uses up, as it says.
    pub payer: Option<String>,
    /// The status of the answer; 0 before there is one, and where there was none.
    pub status: u16,
}

impl Request {
    /// Whether it would change something: all but GET, and but `listNetworkEndpoints` and
    /// `getHealth`, which are POSTs that read.
    pub fn writes(&self) -> bool {
        let reading = ["/listNetworkEndpoints", "/getHealth", "/token"];
        self.method != "GET" && !reading.iter().any(|end| self.path.ends_with(end))
    }
}

/// All that a server shares with the test that runs it.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) store: store::Store,
    pub(crate) access: access::Access,
    pub(crate) faults: Vec<(Matcher, Fault)>,
    pub(crate) requests: Vec<Request>,
    /// Where the fake itself was at fault.
    pub(crate) broken: Vec<String>,
}

/// The state behind its lock.
pub(crate) type Shared = Arc<Mutex<State>>;

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct Fake {
    state: Shared,
    address: std::net::SocketAddr,
    folder: tempfile::TempDir,
    /// Always there but while it is dropped.
    runtime: Option<Runtime>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        // Unlike a runtime's own end this one may come within another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Fake {
    /// Starts a server on a free port of 127.0.0.1, without any project.
    ///
    /// # Panics
    /// Where the machine has no port or thread for it.
    pub fn start() -> Self {
        let state = Shared::default();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads for the fake Compute API");
        let address = runtime
            .block_on(server::serve(Arc::clone(&state)))
            .expect("a port for the fake Compute API");
        Self {
            state,
            address,
            folder: tempfile::tempdir().expect("a folder for the configuration of gcloud"),
            runtime: Some(runtime),
        }
    }

    /// `http://127.0.0.1:PORT`, without a slash at its end. The Compute API is below
    /// `/compute/v1/`, the Container API below `/v1/`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes an empty project, with its regions and zones. [`Fake::load`] makes those it needs.
    pub fn project(&self, id: &str) {
        self.lock().store.project(id);
    }

    /// Takes objects in by their `selfLink`, in whatever state: no rule of the API is asked, only
    /// that they are of their kind's schema. What the API says of all objects (`kind`, `id`,
    /// `name`, `creationTimestamp`, `region`, `zone`, `fingerprint`) may be left out. A link with
    /// `/clusters/` in it makes the object a cluster of the Container API.
    ///
    /// # Panics
    /// Where an object has no `selfLink` or is not of its schema.
    #[track_caller]
    pub fn load(&self, objects: impl IntoIterator<Item = Value>) {
        let mut state = self.lock();
        let mut faults = Vec::new();
        for object in objects {
            faults.extend(state.store.load(object).err());
        }
        drop(state);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// Sets the endpoints of a network endpoint group, or the instances of an instance group
    /// (`{"instance": LINK}`), by the group's link. The group's `size` follows.
    ///
    /// # Panics
    /// Where the link is none or an endpoint is not of its schema.
    #[track_caller]
    pub fn endpoints(&self, group: &str, members: Vec<Value>) {
        let key = key(group);
        for member in &members {
            let faults = schema::faults("NetworkEndpoint", member, schema::Way::Out);
            assert!(faults.is_empty(), "{group}: {}", faults.join("; "));
        }
        self.lock().store.set_members(&key, members);
    }

    /// Sets the health of a group's member by its IP address (for instance groups, the instance's
    /// link), or of all of them by `""`. Where nobody probes the group there still is none.
    ///
    /// # Panics
    /// Where the link is none.
    #[track_caller]
    pub fn set_health(&self, group: &str, address: &str, health: Health) {
        let key = (key(group), address.to_owned());
        self.lock().store.health.insert(key, health);
    }

    /// Takes a token with these permissions, such as `compute.networks.list`; `*` is all. From the
    /// first of them on no other token is taken.
    pub fn token<'p>(&self, token: &str, permissions: impl IntoIterator<Item = &'p str>) {
        let permissions: BTreeSet<String> =
            permissions.into_iter().map(ToOwned::to_owned).collect();
        self.lock().access.token(token, permissions);
    }

    /// Lets calls go wrong. Several faults may meet one call, such as a delay and a status.
    pub fn fault(&self, matcher: impl Into<Matcher>, fault: Fault) {
        self.lock().faults.push((matcher.into(), fault));
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.lock().faults.clear();
    }

    /// All requests so far, in the order of their coming.
    pub fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    /// Those of the requests that would change something.
    pub fn writes(&self) -> Vec<Request> {
        let requests = self.requests().into_iter();
        requests.filter(Request::writes).collect()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.lock().requests.clear();
    }

    /// Where the fake itself was at fault: answers that break their schema, calls that it does not
    /// know. A test that has run well leaves this empty.
    pub fn broken(&self) -> Vec<String> {
        self.lock().broken.clone()
    }

    /// An object as it is held, by its link.
    ///
    /// # Panics
    /// Where the link is none.
    #[track_caller]
    pub fn object(&self, link: &str) -> Option<Value> {
        let key = key(link);
        self.lock().store.value(&key).cloned()
    }

    /// The real gcloud, with a configuration of its own, that talks to this server. Its project is
    /// the first that is here.
    pub fn gcloud(&self) -> Command {
        self.gcloud_as(TOKEN)
    }

    /// As [`Fake::gcloud`], with another token.
    ///
    /// # Panics
    /// Where the token's file cannot be written.
    pub fn gcloud_as(&self, token: &str) -> Command {
        let project = {
            let state = self.lock();
            let first = state.store.below("projects").next();
            first.map(|(key, _)| link::name(key).to_owned())
        };
        let file = self
            .folder
            .path()
            .join(format!("token-{}", store::number_of(token)));
        std::fs::write(&file, token).expect("the file of gcloud's token");
        let mut gcloud = Command::new("gcloud");
        gcloud
            .env("CLOUDSDK_CONFIG", self.folder.path().join("gcloud"))
            .env("CLOUDSDK_CORE_PROJECT", project.unwrap_or_default())
            .env("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", file)
            .env(
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE",
                self.base_url() + "/compute/v1/",
            )
            .env(
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER",
                self.base_url() + "/",
            )
            .env("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "1")
            .env("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "1")
            .env("CLOUDSDK_CORE_DISABLE_PROMPTS", "1")
            .env("CLOUDSDK_CORE_DISABLE_FILE_LOGGING", "1");
        gcloud
    }

    /// A folder that lasts as long as the server.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

/// The state; a test that has panicked meanwhile has not broken it.
pub(crate) fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[track_caller]
fn key(said: &str) -> String {
    let key = link::key(said, "");
    assert!(key.is_some(), "not a link to an object: {said}");
    key.unwrap_or_default()
}
