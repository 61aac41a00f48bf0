//! What a server or a network does wrong ends in another try or in a gap that says why; never in
//! silence, and never later than the time that was given.
#![cfg(test)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use neg_doctor::kind::Kind;
use neg_doctor::snapshot::{Gap, Snapshot};
use neg_doctor::source::cluster::{self, ClusterError, Exchange, Namespaces, Request, Watch};

/// What the server does with a request.
enum Reply {
    Answer(u16, &'static str, String),
    /// Fewer bytes than were promised.
    CutOff(String),
    Hang,
    Close,
}

/// Replies by path, and by how often it was asked for.
type Script = Box<dyn Fn(&str, usize) -> Reply + Send + Sync>;

struct Server {
    folder: tempfile::TempDir,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let script: Arc<Script> = Arc::new(Box::new(script));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (script, seen) = (Arc::clone(&script), Arc::clone(&seen));
                thread::spawn(move || serve(stream, &script, &seen));
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
             clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}]\n\
             contexts: [{{name: test, context: {{cluster: c, user: u, namespace: mail}}}}]\n\
             users: [{{name: u, user: {{tokenFile: token}}}}]\n"
        );
        std::fs::write(folder.path().join("config"), kubeconfig).unwrap();
        std::fs::write(folder.path().join("token"), "t").unwrap();
        Self { folder, asked }
    }

    fn request(&self, kinds: &[Kind], timeout: Duration) -> Request {
        Request {
            context: None,
            kubeconfig: Some(self.kubeconfig()),
            namespaces: Namespaces::All,
            selector: None,
            user: None,
            groups: Vec::new(),
            kinds: kinds.to_vec(),
            timeout,
        }
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    fn read(&self, timeout: Duration) -> Snapshot {
        cluster::read(&self.request(&[Kind::Pod], timeout), &Nobody).unwrap()
    }

    /// How often each path was asked for.
    fn asked(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for path in self.asked.lock().unwrap().iter() {
            *counts.entry(path.clone()).or_default() += 1;
        }
        counts
    }
}

fn serve(stream: TcpStream, script: &Script, seen: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut out = stream;
    loop {
        let mut first = String::new();
        if lines.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap_or(0) > 2 {
            line.clear();
        }
        let mut words = first.split(' ');
        assert_eq!(words.next(), Some("GET"));
        let path = words.next().unwrap().to_owned();
        let before = {
            let mut seen = seen.lock().unwrap();
            seen.push(path.clone());
            seen.iter().filter(|other| **other == path).count()
        };
        let head = |status: u16, headers: &str, length: usize| {
            format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n"
            )
        };
        match script(&path, before) {
            Reply::Answer(status, headers, body) => {
                let _ = write!(out, "{}{body}", head(status, headers, body.len()));
            }
            Reply::CutOff(body) => {
                let _ = write!(out, "{}{body}", head(200, "", body.len() + 10));
                return;
            }
            Reply::Hang => thread::sleep(Duration::from_secs(20)),
            Reply::Close => return,
        }
    }
}

struct Nobody;

impl Watch for Nobody {
    fn exchange(&self, _: &Exchange<'_>) {}
    fn read(&self, _: &str, _: usize) {}
}

const ENOUGH: Duration = Duration::from_secs(30);

fn fine(body: impl Into<String>) -> Reply {
    Reply::Answer(200, "", body.into())
}

fn version() -> Reply {
    fine(r#"{"gitVersion": "v1.33.4-gke.1"}"#)
}

fn pods(names: &[&str], next: &str) -> String {
    let items: Vec<_> = names
        .iter()
        .map(|name| format!(r#"{{"metadata": {{"name": "{name}", "namespace": "mail"}}}}"#))
        .collect();
    format!(
        r#"{{"kind": "PodList", "metadata": {{"continue": "{next}"}}, "items": [{}]}}"#,
        items.join(",")
    )
}

/// The first page of two, or the second.
fn page_of_two(path: &str) -> Reply {
    if path.contains("continue=") {
        fine(pods(&["b"], ""))
    } else {
        fine(pods(&["a"], "a b&c"))
    }
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    let name = |document: &'_ neg_doctor::document::Document| {
        document
            .source()
            .origin
            .rsplit('/')
            .next()
            .map(str::to_owned)
    };
    let names = snapshot.documents.iter().filter_map(name);
    names
        .map(|name| if name == "a" { "a" } else { "b" })
        .collect()
}

fn only_gap(snapshot: &Snapshot) -> &Gap {
    let gaps = snapshot.header.coverage.gaps();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    &gaps[0]
}

#[test]
fn what_passes_is_tried_again() {
    type Fault = fn() -> Reply;
    let faults: [Fault; 7] = [
        || Reply::Answer(500, "", "oh".to_owned()),
        || Reply::Answer(503, "", String::new()),
        || Reply::Answer(429, "retry-after: 1\r\n", "slow down".to_owned()),
        || Reply::Answer(401, "", "who".to_owned()),
        || Reply::CutOff(pods(&["a"], "")),
        || fine("<html>log in</html>"),
        || Reply::Close,
    ];
    for (index, fault) in faults.into_iter().enumerate() {
        for at in [
            "/api/v1/pods?limit=500",
            "/api/v1/pods?limit=500&continue=a%20b%26c",
        ] {
            let server = Server::start(move |path, count| match path {
                "/version" => version(),
                path if path == at && count == 1 => fault(),
                path => page_of_two(path),
            });
            let begun = Instant::now();
            let snapshot = server.read(ENOUGH);
            // Retry-After is obeyed; the usual wait is a quarter of a second at most.
            assert!(index != 2 || begun.elapsed() >= Duration::from_secs(1));
            assert!(
                snapshot.header.coverage.gaps().is_empty(),
                "{:?}",
                snapshot.header.coverage
            );
            assert_eq!(names(&snapshot), ["a", "b"]);
            assert_eq!(server.asked()[at], 2);
        }
    }
}

#[test]
fn what_does_not_pass_is_a_gap() {
    let forbidden =
        r#"{"kind": "Status", "message": "pods is forbidden: User \"ann\" cannot list"}"#;
    for (status, body, tries, reason, needs) in [
        (
            403,
            forbidden,
            1,
            "pods is forbidden: User \"ann\" cannot list",
            "list on pods in all namespaces",
        ),
        (
            401,
            "no",
            2,
            "the cluster refused the credentials: no",
            "credentials that the cluster takes",
        ),
        (
            404,
            "no",
            1,
            "the server does not serve it",
            "a server of Kubernetes' own API",
        ),
        (
            302,
            "",
            1,
            "the server answered 302 Found: Found",
            "another run, when the server answers",
        ),
        (
            500,
            "\u{1b}[31mred",
            4,
            "the server answered 500 Internal Server Error:  [31mred",
            "another run, when the server answers",
        ),
    ] {
        let server = Server::start(move |path, _| match path {
            "/version" => version(),
            _ => Reply::Answer(status, "", body.to_owned()),
        });
        let snapshot = server.read(ENOUGH);
        let gap = only_gap(&snapshot);
        assert_eq!((gap.reason.trim(), gap.part), (reason, false));
        assert_eq!(gap.needs, needs);
        assert_eq!(server.asked()["/api/v1/pods?limit=500"], tries, "{status}");
    }
}

#[test]
fn a_list_that_went_stale_is_begun_anew() {
    let server = Server::start(|path, count| match path {
        "/version" => version(),
        path if path.contains("continue=") && count == 1 => {
            Reply::Answer(410, "", "gone".to_owned())
        }
        path => page_of_two(path),
    });
    let snapshot = server.read(ENOUGH);
    assert_eq!(names(&snapshot), ["a", "b"]);
    let stale = Server::start(|path, _| match path {
        "/version" => version(),
        path if path.contains("continue=") => Reply::Answer(410, "", "gone".to_owned()),
        path => page_of_two(path),
    });
    let snapshot = stale.read(ENOUGH);
    assert!(only_gap(&snapshot).part);
    assert_eq!(names(&snapshot), ["a"]);
    assert_eq!(stale.asked()["/api/v1/pods?limit=500"], 3);
}

#[test]
fn a_page_that_leads_to_itself_is_left() {
    let server = Server::start(|path, _| match path {
        "/version" => version(),
        _ => fine(pods(&["a"], "again")),
    });
    let snapshot = server.read(ENOUGH);
    assert!(only_gap(&snapshot).part);
}

#[test]
fn time_is_kept() {
    let second = Duration::from_secs(1);
    for (headers, hangs) in [("retry-after: 3600\r\n", false), ("", true)] {
        let server = Server::start(move |path, _| match path {
            "/version" => version(),
            path if !path.contains("continue=") => page_of_two(path),
            _ if hangs => Reply::Hang,
            _ => Reply::Answer(429, headers, String::new()),
        });
        let begun = Instant::now();
        let snapshot = server.read(second);
        assert!(begun.elapsed() < 3 * second, "{:?}", begun.elapsed());
        let gap = only_gap(&snapshot);
        assert!(
            gap.part && gap.reason.contains("not read within --timeout"),
            "{gap:?}"
        );
    }
}

#[test]
fn a_resource_that_is_not_there_is_a_fact() {
    let server = Server::start(|path, _| match path {
        "/version" => version(),
        path if path.starts_with("/apis/cloud.google.com/v1beta1/") => fine(pods(&["a"], "")),
        _ => Reply::Answer(404, "", "404 page not found".to_owned()),
    });
    let request = server.request(&[Kind::BackendConfig, Kind::SvcNeg], ENOUGH);
    let snapshot = cluster::read(&request, &Nobody).unwrap();
    assert!(snapshot.header.coverage.gaps().is_empty());
    assert_eq!(
        snapshot.documents[0].type_meta(),
        ("cloud.google.com/v1beta1", "BackendConfig")
    );
    let text = &snapshot.header.document.source().text;
    assert!(
        text.contains("notServed:\n- servicenetworkendpointgroups.networking.gke.io\n"),
        "{text}"
    );
}

#[test]
fn namespaces_are_read_one_by_one() {
    let server = Server::start(|path, _| match path {
        "/version" => version(),
        "/api/v1/namespaces/mail" | "/api/v1/namespaces/kube-system" => {
            fine(r#"{"metadata": {"name": "x", "uid": "u"}}"#)
        }
        "/api/v1/namespaces/typo" => Reply::Answer(404, "", "no".to_owned()),
        path => page_of_two(path),
    });
    let mut request = server.request(
        &[Kind::Namespace, Kind::Pod, Kind::Node, Kind::Service],
        ENOUGH,
    );
    request.namespaces = Namespaces::These(vec!["mail".to_owned(), "typo".to_owned()]);
    request.selector = Some("app=mail,tier!=db".to_owned());
    let snapshot = cluster::read(&request, &Nobody).unwrap();
    assert_eq!(only_gap(&snapshot).reason, "there is no namespace typo");
    let asked = server.asked();
    for path in [
        "/api/v1/nodes?limit=500",
        "/api/v1/namespaces/mail/pods?limit=500",
        "/api/v1/namespaces/typo/services?limit=500&labelSelector=app%3Dmail%2Ctier%21%3Ddb",
    ] {
        assert_eq!(asked.get(path), Some(&1), "{asked:?}");
    }
}

#[test]
fn what_cannot_even_begin_says_what_to_do() {
    let unauthorized = Server::start(|_, _| Reply::Answer(401, "", "no".to_owned()));
    let begin = |server: &Server| {
        cluster::read(&server.request(&[Kind::Pod], ENOUGH), &Nobody).unwrap_err()
    };
    assert!(matches!(begin(&unauthorized), ClusterError::Refused { .. }));
    let mut request = unauthorized.request(&[], ENOUGH);
    request.context = Some("other".to_owned());
    let error = cluster::read(&request, &Nobody).unwrap_err().to_string();
    assert_eq!(
        error,
        "the kubeconfig has no context other\n  there are: test"
    );
    let closes = Server::start(|_, _| Reply::Close);
    assert!(matches!(begin(&closes), ClusterError::Unreachable { .. }));
    std::fs::write(closes.kubeconfig(), "a: [").unwrap();
    assert!(matches!(begin(&closes), ClusterError::Kubeconfig(_)));
}
