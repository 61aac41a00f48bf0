//! A cluster without nodes: etcd and kube-apiserver on free ports of 127.0.0.1, in a temporary
//! folder. No controller runs: what controllers would write is written by `load`.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use serde_json::{Value, json};

use super::certificates::Authority;
use super::http::{Client, Message};
use super::tools;

/// Users who may do nothing, until a test allows them something.
const PLAIN_USERS: usize = 1000;
const MASTERS: &str = "system:masters";

/// Someone whom the API server knows, by token and by certificate.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) token: String,
    /// Files with a client certificate and its key.
    pub(crate) certificate: (PathBuf, PathBuf),
}

pub(crate) struct Cluster {
    /// The shell that runs both servers, and ends them when its input closes.
    keeper: Child,
    pub(crate) folder: PathBuf,
    pub(crate) address: SocketAddr,
    etcd: SocketAddr,
    authority: Authority,
    tls: Arc<ClientConfig>,
    admin: OnceLock<User>,
    handed_out: AtomicUsize,
}

impl Cluster {
    /// The cluster that all tests of this process share, each in namespaces of its own; `None`
    /// where this tier is not wanted. Started by the first who asks.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();
        if !tools::wanted() {
            return None;
        }
        match SHARED.get_or_init(Self::start) {
            Ok(cluster) => Some(cluster),
            Err(error) => panic!("{error}"),
        }
    }

    /// A cluster of one's own, ready and with the custom resources of `fixtures/crds`.
    pub(crate) fn start() -> Result<Self, String> {
        tools::need("etcd")?;
        let apiserver = tools::apiserver()?;
        let folder = tempfile::Builder::new().prefix("negdoc-real-").tempdir();
        let folder = folder.map_err(|error| error.to_string())?.keep();
        let authority = Authority::for_server(&folder);
        fs::write(folder.join("audit.yaml"), include_str!("audit.yaml")).unwrap();
        fs::write(folder.join("tokens.csv"), tokens()).unwrap();
        let [etcd, peer, server] = free_ports();
        let keeper = Command::new("sh")
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/real/cluster.sh"
            ))
            .arg(&folder)
            .args([etcd, peer, server].map(|port| port.to_string()))
            .arg(apiserver)
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| format!("sh does not start: {error}"))?;
        let mut cluster = Self {
            keeper,
            folder,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, server)),
            etcd: SocketAddr::from((Ipv4Addr::LOCALHOST, etcd)),
            tls: authority.trust(),
            authority,
            admin: OnceLock::new(),
            handed_out: AtomicUsize::new(0),
        };
        cluster.wait("etcd.log", || TcpStream::connect(cluster.etcd).is_ok())?;
        let input = cluster.keeper.stdin.as_mut().unwrap();
        std::io::Write::write_all(input, b"go\n").unwrap();
        cluster.wait("server.log", || cluster.answers("/readyz"))?;
        cluster.define_custom_resources()?;
        Ok(cluster)
    }

    fn define_custom_resources(&self) -> Result<(), String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/crds");
        let mut served = Vec::new();
        let mut client = self.loader();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
            let mut request =
                Message::request("POST", definitions).with("content-type", "application/yaml");
            request.body = fs::read(&path).unwrap();
            let reply = client.send(request).unwrap();
            if reply.status() != 201 {
                return Err(format!("{}: {}", path.display(), reply.text()));
            }
            let spec = &reply.json()["spec"];
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
            for version in spec["versions"].as_array().unwrap() {
                served.push(format!("/apis/{group}/{}/{plural}", text(&version["name"])));
            }
        }
        self.wait("server.log", || {
            served.iter().all(|path| self.answers(path))
        })
    }

    /// Waits until something holds, at most a minute; then tells the end of a log.
    fn wait(&self, log: &str, holds: impl Fn() -> bool) -> Result<(), String> {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(60) {
            if holds() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(30));
        }
        let log = fs::read_to_string(self.folder.join(log)).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(30)..].join("\n");
        Err(format!(
            "not ready after a minute; its log ends with:\n{tail}"
        ))
    }

    fn answers(&self, path: &str) -> bool {
        let reply = self.loader().get(path);
        reply.is_ok_and(|reply| reply.status() == 200)
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Where the certificate stands that a client has to trust.
    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    fn known(&self, name: &str, group: Option<&str>) -> User {
        User {
            name: name.to_owned(),
            token: format!("token-of-{name}"),
            certificate: self.authority.for_user(&self.folder, name, group),
        }
    }

    /// May do everything.
    pub(crate) fn admin(&self) -> User {
        let admin = self
            .admin
            .get_or_init(|| self.known("admin", Some(MASTERS)));
        admin.clone()
    }

    /// Someone new, who may do no more than any authenticated user.
    pub(crate) fn plain_user(&self) -> User {
        let number = self.handed_out.fetch_add(1, Ordering::Relaxed);
        assert!(number < PLAIN_USERS, "raise PLAIN_USERS");
        self.known(&format!("plain-{number}"), None)
    }

    /// A client that asks as this user.
    pub(crate) fn client(&self, user: &User) -> Client {
        Client::new(self.address, Some(Arc::clone(&self.tls)), Some(&user.token))
    }

    /// A client whose requests are not in the audit log: for what a test prepares.
    pub(crate) fn loader(&self) -> Client {
        Client::new(
            self.address,
            Some(Arc::clone(&self.tls)),
            Some("token-of-loader"),
        )
    }

    /// A client of etcd's HTTP gateway.
    pub(crate) fn etcd(&self) -> Client {
        Client::new(self.etcd, None, None)
    }

    /// Lets a user do what the rules of a `ClusterRole` say, everywhere or in one namespace.
    /// Returns when the API server knows it.
    pub(crate) fn allow(&self, user: &User, rules: &Value, namespace: Option<&str>) {
        let api = "rbac.authorization.k8s.io";
        let (scope, kind) = namespace.map_or_else(
            || ("clusterrolebindings".to_owned(), "ClusterRoleBinding"),
            |namespace| {
                (
                    format!("namespaces/{namespace}/rolebindings"),
                    "RoleBinding",
                )
            },
        );
        let name = json!({"generateName": format!("{}-", user.name)});
        let role = json!({"metadata": name, "rules": rules});
        let mut loader = self.loader();
        let role = loader.call("POST", &format!("/apis/{api}/v1/clusterroles"), &role);
        assert_eq!(role.status(), 201, "{}", role.text());
        let binding = json!({
            "metadata": name,
            "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": role.json()["metadata"]["name"]},
            "subjects": [{"apiGroup": api, "kind": "User", "name": user.name}],
        });
        let before = self.count_rules(user, namespace);
        let bound = loader.call("POST", &format!("/apis/{api}/v1/{scope}"), &binding);
        assert_eq!(bound.status(), 201, "{kind}: {}", bound.text());
        let any = rules.as_array().is_some_and(|rules| !rules.is_empty());
        self.wait("server.log", || {
            !any || self.count_rules(user, namespace) > before
        })
        .unwrap();
    }

    fn count_rules(&self, user: &User, namespace: Option<&str>) -> usize {
        let review = json!({"spec": {"namespace": namespace.unwrap_or("default")}});
        let path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
        let status = &self.client(user).call("POST", path, &review).json()["status"];
        let count = |list: &str| status[list].as_array().map_or(0, Vec::len);
        count("resourceRules") + count("nonResourceRules")
    }

    /// What a user has asked so far, as the API server's audit log tells it.
    pub(crate) fn audit(&self, user: &User) -> Vec<Value> {
        let mut asked = self.audit_log();
        asked.retain(|event| event["user"]["username"] == user.name.as_str());
        asked
    }

    /// What anyone has asked so far.
    pub(crate) fn audit_log(&self) -> Vec<Value> {
        // The log is in order: when this question is in, so are all before it.
        static QUESTIONS: AtomicUsize = AtomicUsize::new(0);
        let mark = format!(
            "/version?mark={}",
            QUESTIONS.fetch_add(1, Ordering::Relaxed)
        );
        self.client(&self.admin()).get(&mark).unwrap();
        let read = || fs::read_to_string(self.folder.join("audit.log")).unwrap_or_default();
        self.wait("audit.log", || read().contains(&format!("{mark}\"")))
            .unwrap();
        read()
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// kubectl with a kubeconfig, and with a home of its own for what it caches.
    pub(crate) fn kubectl(&self, kubeconfig: &Path) -> Command {
        let mut kubectl = Command::new(tools::kubectl());
        kubectl
            .env("KUBECONFIG", kubeconfig)
            .env("HOME", &self.folder);
        kubectl
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// The file of the tokens, `token,user,uid,groups` a line.
fn tokens() -> String {
    let masters =
        ["admin", "loader"].map(|name| format!("token-of-{name},{name},{name},{MASTERS}\n"));
    let plain = (0..PLAIN_USERS).map(|n| format!("token-of-plain-{n},plain-{n},plain-{n}\n"));
    masters.into_iter().chain(plain).collect()
}

/// Ports that are free now; held all at once, so that no two are one.
fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

/// Does a task for each item on several connections at once; the results in the items' order.
pub(crate) fn in_parallel<I: Sync, R: Send>(
    connect: impl Fn() -> Client + Sync,
    items: &[I],
    task: impl Fn(&mut Client, &I) -> R + Sync,
) -> Vec<R> {
    const CONNECTIONS: usize = 8;
    let share = items.len().div_ceil(CONNECTIONS).max(1);
    let (connect, task) = (&connect, &task);
    thread::scope(|scope| {
        let workers: Vec<_> = items
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || {
                    let mut client = connect();
                    let done = chunk.iter().map(|item| task(&mut client, item));
                    done.collect::<Vec<_>>()
                })
            })
            .collect();
        let done = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        done.flatten().collect()
    })
}
