//! Three traces, built by hand: what is healthy, what is broken, what is wide.

use neg_doctor::finding::{Severity, Subject};
use neg_doctor::remedy::Run;
use neg_doctor::trace::{Edge, Fault, Hop, State, Trace};

/// Builds a trace.
#[derive(Default)]
pub(crate) struct Sketch(pub(crate) Trace);

pub(crate) fn subject(kind: &str, location: &str, name: &str) -> Subject {
    Subject {
        cluster: "acme".to_owned(),
        kind: kind.to_owned(),
        namespace: location.to_owned(),
        name: name.to_owned(),
    }
}

pub(crate) fn fault(
    id: &'static str,
    severity: Severity,
    message: &str,
    mend: Option<Run>,
) -> Fault {
    Fault {
        id,
        severity,
        message: message.to_owned(),
        fingerprint: format!("{id}-{}", message.len()),
        mend,
    }
}

impl Sketch {
    pub(crate) fn hop(&mut self, kind: &'static str, name: &str, facts: &[&str]) -> usize {
        let mut hop = Hop::new(kind, name, subject(kind, "global", name));
        hop.facts = facts.iter().map(|it| (*it).to_owned()).collect();
        self.0.hops.push(hop);
        self.0.hops.len() - 1
    }

    pub(crate) fn start(&mut self, name: &str, facts: &[&str]) -> usize {
        let place = self.hop("forwarding rule", name, facts);
        self.0.starts.push(place);
        place
    }

    pub(crate) fn lead(&mut self, from: usize, to: usize, label: &str) {
        let label = label.to_owned();
        self.0.hops[from].next.push(Edge {
            label,
            to,
            closed: false,
        });
    }

    pub(crate) fn side(
        &mut self,
        of: usize,
        kind: &'static str,
        name: &str,
        facts: &[&str],
    ) -> usize {
        let place = self.hop(kind, name, facts);
        self.0.hops[of].beside.push(place);
        place
    }

    pub(crate) fn broken(&mut self, place: usize, fault: Fault) {
        self.0.hops[place].state = State::Broken(fault.message.clone());
        self.0.hops[place].findings.push(fault);
    }

    pub(crate) fn pods(&mut self, of: usize, prefix: &str, count: usize, state: &State) {
        for index in 0..count {
            let name = format!("{prefix}-{index:02}");
            let address = format!("10.4.{}.{}:8443", of % 250, index + 5);
            let pod = self.hop("Pod", &name, &[&address]);
            self.0.hops[pod].state = state.clone();
            let word = match state {
                State::Fine => "healthy",
                State::Unread(_) => "not probed",
                _ => "unhealthy",
            };
            self.0.hops[pod].facts.push(word.to_owned());
            self.lead(of, pod, "");
        }
    }
}

const ZONES: [&str; 3] = ["europe-west1-b", "europe-west1-c", "europe-west1-d"];

/// A proxy Network Load Balancer over three zones with two Pods in each.
pub(crate) fn healthy() -> Trace {
    let mut sketch = Sketch::default();
    let edge = sketch.edge();
    for (zone, letter) in ZONES.iter().zip(["b", "c", "d"]) {
        let neg = sketch.hop("NEG", "edge-tcp", &[zone, "Service edge/gateway port 8443"]);
        sketch.lead(edge, neg, "");
        sketch.pods(neg, &format!("gateway-6f9c8d7b5-{letter}"), 2, &State::Fine);
    }
    sketch.0
}

impl Sketch {
    fn edge(&mut self) -> usize {
        let rule = self.start(
            "edge-tcp",
            &[
                "34.1.2.3:443 TCP",
                "global external proxy Network Load Balancer",
            ],
        );
        self.side(
            rule,
            "address",
            "edge-ip",
            &["34.1.2.3", "static, in use, PREMIUM"],
        );
        let proxy = self.hop("target proxy", "edge-tcp-proxy", &["TCP, PROXY_V1"]);
        self.lead(rule, proxy, "");
        let service = self.hop(
            "backend service",
            "edge-tcp-bs",
            &["TCP, EXTERNAL_MANAGED, global"],
        );
        self.lead(proxy, service, "");
        self.side(service, "health check", "edge-hc", &["TCP :8443 every 5 s"]);
        self.side(
            service,
            "firewall",
            "vpc prod",
            &["35.191.0.0/16, 130.211.0.0/22 to 8443"],
        );
        service
    }
}

/// The same where one zone is not attached, and the firewall stops health checks.
pub(crate) fn broken() -> Trace {
    let mut sketch = Sketch::default();
    let edge = sketch.edge();
    let firewall = sketch.0.hops[edge].beside[1];
    sketch.broken(
        firewall,
        fault(
            "NEG402",
            Severity::Error,
            "No firewall rule of network prod lets 35.191.0.0/16 and 130.211.0.0/22 to port 8443 of \
             the nodes, so that every health check fails",
            Some(Run::gcloud(
                "let health checks in",
                "acme",
                [
                    "firewall-rules",
                    "create",
                    "allow-health-checks",
                    "--network=prod",
                    "--allow=tcp:8443",
                    "--source-ranges=35.191.0.0/16,130.211.0.0/22",
                    "--target-tags=gke-prod",
                ],
            )),
        ),
    );
    for (zone, letter) in ZONES.iter().zip(["b", "c", "d"]) {
        let neg = sketch.hop("NEG", "edge-tcp", &[zone, "Service edge/gateway port 8443"]);
        let label = if letter == "d" { "not attached" } else { "" };
        sketch.lead(edge, neg, label);
        let state = match letter {
            "d" => State::Unread("no backend service asks for its health".to_owned()),
            _ => State::Broken("its health check fails".to_owned()),
        };
        sketch.pods(neg, &format!("gateway-6f9c8d7b5-{letter}"), 2, &state);
        if letter == "d" {
            let attach = Run::gcloud(
                "attach the NEG of europe-west1-d",
                "acme",
                [
                    "backend-services",
                    "add-backend",
                    "edge-tcp-bs",
                    "--global",
                    "--network-endpoint-group=edge-tcp",
                    "--network-endpoint-group-zone=europe-west1-d",
                    "--balancing-mode=CONNECTION",
                    "--max-connections-per-endpoint=100",
                ],
            );
            let message = "NEG edge-tcp in europe-west1-d is no backend of backend service \
                           edge-tcp-bs, so its 2 endpoints get no traffic";
            sketch.broken(neg, fault("NEG203", Severity::Error, message, Some(attach)));
        }
    }
    sketch.0
}

/// An Application Load Balancer with two fronts, twelve backends and three hundred endpoints.
pub(crate) fn wide() -> Trace {
    let mut sketch = Sketch::default();
    let product = "global external Application Load Balancer";
    let rule = sketch.start("shop-https", &["34.8.9.10:443 TCP", product]);
    let plain = sketch.start("shop-http", &["34.8.9.10:80 TCP", product]);
    sketch.side(
        rule,
        "certificate",
        "shop-cert",
        &["managed", "shop.example.com", "ACTIVE"],
    );
    let proxy = sketch.hop("target proxy", "shop-https-proxy", &["HTTPS"]);
    let plain_proxy = sketch.hop("target proxy", "shop-http-proxy", &["HTTP"]);
    sketch.lead(rule, proxy, "");
    sketch.lead(plain, plain_proxy, "");
    let map = sketch.hop("URL map", "shop-map", &["4 hosts, 12 paths"]);
    sketch.lead(proxy, map, "");
    sketch.lead(plain_proxy, map, "");
    let names = [
        "web", "api", "cart", "search", "login", "media", "pay", "stock", "mail", "admin",
        "reports", "beta",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let host = ["shop", "api", "static", "admin"][index / 3];
        let service = sketch.hop(
            "backend service",
            &format!("k8s1-3f2a9c1d-shop-{name}-80-5e6f7a8b"),
            &["HTTP, EXTERNAL_MANAGED, global"],
        );
        sketch.lead(map, service, &format!("{host}.example.com /{name}/*"));
        if index == 0 {
            sketch.lead(map, service, "* (all other hosts)");
        }
        sketch.side(
            service,
            "health check",
            &format!("k8s1-3f2a9c1d-shop-{name}-80-5e6f7a8b"),
            &["HTTP /healthz"],
        );
        let neg = sketch.hop(
            "NEG",
            &format!("k8s1-3f2a9c1d-shop-{name}-80-5e6f7a8b"),
            &["europe-west1-b", &format!("Service shop/{name} port 80")],
        );
        sketch.lead(service, neg, if index == 11 { "capacity 0.2" } else { "" });
        match name {
            "pay" => {
                sketch.pods(neg, "pay-7d9", 22, &State::Fine);
                let why = State::Broken("its health check fails: 503".to_owned());
                sketch.pods(neg, "pay-ill", 3, &why);
            }
            "beta" => {
                let message = "Backend service beta has no endpoint that is healthy";
                sketch.broken(service, fault("NEG310", Severity::Error, message, None));
                let why = State::Broken("its health check fails: 404".to_owned());
                sketch.pods(neg, "beta-5c4", 25, &why);
            }
            "stock" => {
                let message = "Requests to backend service stock may take 30 s, and it drains \
                               connections for 0 s, so rollouts cut them";
                let drain = fault("NEG330", Severity::Warning, message, None);
                sketch.0.hops[service].state = State::Warned(message.to_owned());
                sketch.0.hops[service].findings.push(drain);
                sketch.pods(neg, "stock-66b", 25, &State::Fine);
            }
            "reports" => {
                let why = "its health was not read: compute.backendServices.get is missing";
                sketch.pods(neg, "reports-1", 25, &State::Unread(why.to_owned()));
            }
            name => sketch.pods(neg, &format!("{name}-6d5"), 25, &State::Fine),
        }
    }
    sketch.0
}
