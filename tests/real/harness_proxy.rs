//! Every fault of the proxy, seen by a client.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use super::cluster::Cluster;
use super::http::{Client, Message};
use super::kubeconfig::{Context, kubeconfig};
use super::proxy::{Fault, Proxy, When, resource};

const SERVICES: &str = "/api/v1/namespaces/default/services";

/// A client of the proxy, which holds no token itself.
fn client(proxy: &Proxy) -> Client {
    let address = proxy.url().trim_start_matches("http://").parse().unwrap();
    Client::new(address, None, None)
}

fn status(reply: io::Result<Message>) -> u16 {
    reply.unwrap().status()
}

#[test]
fn requests_pass_and_are_noted() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let plain = cluster.plain_user();
    let proxy = Proxy::start(cluster, &cluster.admin());
    let mut client = client(&proxy);
    let reply = client.get("/api/v1/services?limit=1").unwrap();
    assert_eq!(reply.json()["kind"], "ServiceList");
    let bearer = format!("Bearer {}", plain.token);
    let request = Message::request("GET", SERVICES).with("authorization", bearer);
    let reply = client.send(request.with("user-agent", "tester/1")).unwrap();
    assert_eq!(reply.json()["reason"], "Forbidden");
    let seen = proxy.seen();
    let [first, second] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert_eq!(
        (first.path.as_str(), first.query.as_str()),
        ("/api/v1/services", "limit=1")
    );
    assert_eq!(
        (second.method.as_str(), second.user_agent.as_str()),
        ("GET", "tester/1")
    );
    assert!(first.at < second.at);
}

#[test]
fn kubectl_works_through_it() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let admin = cluster.admin();
    let proxy = Proxy::start(cluster, &admin);
    let config = kubeconfig(&[Context {
        url: Some(proxy.url()),
        ..cluster.context(&admin)
    }]);
    let output = cluster
        .kubectl(&config)
        .args(["get", "services"])
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("kubernetes"),
        "{output:?}"
    );
    assert!(
        proxy
            .seen()
            .iter()
            .any(|seen| seen.user_agent.starts_with("kubectl"))
    );
    proxy.reset();
    proxy.fault("services", When::From(1), Fault::Status(403));
    let output = cluster
        .kubectl(&config)
        .args(["get", "services"])
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("the proxy forbids it"),
        "{output:?}"
    );
}

#[test]
fn it_answers_with_every_status() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let proxy = Proxy::start(cluster, &cluster.admin());
    let mut client = client(&proxy);
    for code in [401, 403, 404, 410, 429, 500, 503] {
        proxy.reset();
        proxy.fault("services", When::Once(2), Fault::Status(code));
        assert_eq!(status(client.get(SERVICES)), 200);
        assert_eq!(status(client.get("/api/v1/pods")), 200);
        let reply = client.get(SERVICES).unwrap();
        assert_eq!(reply.status(), code);
        if code != 404 {
            assert_eq!(reply.json()["code"], code);
        }
        assert_eq!(status(client.get(SERVICES)), 200);
    }
    proxy.reset();
    proxy.fault("services", When::From(1), Fault::RetryAfter(429, 3));
    for _ in 0..3 {
        let reply = client.get(SERVICES).unwrap();
        assert_eq!(
            (reply.status(), reply.header("retry-after")),
            (429, Some("3"))
        );
    }
}

#[test]
fn it_delays_cuts_truncates_and_closes() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let proxy = Proxy::start(cluster, &cluster.admin());
    let whole = client(&proxy).get(SERVICES).unwrap().body.len();
    let with = |fault| {
        proxy.reset();
        proxy.fault(SERVICES, When::Once(1), fault);
        client(&proxy).get(SERVICES)
    };
    let begin = Instant::now();
    assert_eq!(status(with(Fault::Delay(Duration::from_millis(300)))), 200);
    assert!(begin.elapsed() >= Duration::from_millis(300));
    assert_eq!(
        with(Fault::Cut).unwrap_err().kind(),
        ErrorKind::UnexpectedEof
    );
    let half = with(Fault::Truncate).unwrap();
    assert_eq!((half.status(), half.body.len()), (200, whole / 2));
    assert_eq!(
        with(Fault::Close).unwrap_err().kind(),
        ErrorKind::ConnectionAborted
    );
    assert_eq!(status(client(&proxy).get(SERVICES)), 200);
}

#[test]
fn paths_tell_their_resource() {
    for (path, expected) in [
        ("/api/v1/pods", Some("pods")),
        ("/api/v1/namespaces", Some("namespaces")),
        ("/api/v1/namespaces/mail", Some("namespaces")),
        ("/api/v1/namespaces/mail/pods/a/log", Some("pods")),
        ("/apis/apps/v1/deployments", Some("deployments.apps")),
        (
            "/apis/discovery.k8s.io/v1/namespaces/mail/endpointslices",
            Some("endpointslices.discovery.k8s.io"),
        ),
        ("/api/v1", None),
        ("/apis/apps/v1", None),
        ("/readyz", None),
    ] {
        assert_eq!(resource(path).as_deref(), expected, "{path}");
    }
}
