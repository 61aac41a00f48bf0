//! The hops of a world: every forwarding rule, and what it leads to.

use std::collections::{BTreeMap, HashMap};

use crate::finding::Subject;
use crate::kind::Kind;
use crate::kind::cloud::{
    BackendService, CloudObject, ForwardingRule, Leads, Neg, TargetProxy, UrlMap,
};
use crate::report::Report;
use crate::world::{LiveNeg, Probed, World};

use super::question::{NotFound, narrow};
use super::{Edge, Hop, State, Trace};

/// The roads of a world that answer a question, all of them where there is none; with what a report
/// says of them. `all` draws every endpoint.
pub fn trace(
    world: &World<'_>,
    report: &Report,
    question: Option<&str>,
    all: bool,
) -> Result<Trace, NotFound> {
    let mut builder = Builder {
        world,
        trace: Trace::default(),
        known: HashMap::new(),
    };
    builder.roads();
    let mut trace = builder.trace;
    trace.blame(report);
    let trace = match question {
        Some(question) => narrow(trace, question)?,
        None => trace,
    };
    Ok(if all { trace } else { trace.folded() })
}

struct Builder<'w, 'd> {
    world: &'w World<'d>,
    trace: Trace,
    known: HashMap<Subject, usize>,
}

impl<'d> Builder<'_, 'd> {
    fn roads(&mut self) {
        let cloud = self.world.cloud();
        for rule in cloud.forwarding_rules().filter(|rule| !rule.is_other()) {
            let start = self.rule(&rule);
            self.trace.starts.push(start);
        }
        // What no rule leads to begins a road of its own, that goes nowhere yet.
        for proxy in cloud.target_proxies() {
            self.begin(&proxy, |own| own.proxy(&proxy));
        }
        for map in cloud.url_maps() {
            self.begin(&map, |own| own.url_map(&map));
        }
        for service in cloud.backend_services() {
            self.begin(&service, |own| own.service(&service));
        }
        for neg in cloud.negs().filter(Neg::is_zonal) {
            self.begin(&neg, |own| own.neg(&neg, None));
        }
        if cloud.is_empty() {
            self.services();
        }
    }

    fn begin(&mut self, object: &CloudObject<'d>, build: impl FnOnce(&mut Self) -> usize) {
        if !self.known.contains_key(&object.subject()) {
            let start = build(self);
            self.trace.starts.push(start);
        }
    }

    /// Adds a hop, unless it is there; gives its place, and whether it is new.
    fn add(&mut self, kind: &'static str, name: &str, subject: Subject) -> (usize, bool) {
        if let Some(place) = self.known.get(&subject) {
            return (*place, false);
        }
        let place = self.trace.hops.len();
        self.known.insert(subject.clone(), place);
        self.trace.hops.push(Hop::new(kind, name, subject));
        (place, true)
    }

    fn object(&mut self, kind: &'static str, object: &CloudObject<'d>) -> (usize, bool) {
        self.add(kind, object.name(), object.subject())
    }

    fn fact(&mut self, place: usize, fact: impl Into<String>) {
        if let Some(hop) = self.trace.hops.get_mut(place) {
            hop.facts.push(fact.into());
        }
    }

    fn lead(&mut self, from: usize, to: usize, label: impl Into<String>) {
        if let Some(hop) = self.trace.hops.get_mut(from) {
            let label = label.into();
            hop.next.push(Edge { label, to });
        }
    }

    fn rule(&mut self, rule: &ForwardingRule<'d>) -> usize {
        let (place, _) = self.object("forwarding rule", rule);
        let ports: Vec<String> = rule
            .ports()
            .iter()
            .map(|range| {
                if range.start() == range.end() {
                    range.start().to_string()
                } else {
                    format!("{}-{}", range.start(), range.end())
                }
            })
            .collect();
        let ports = if rule.all_ports() {
            "all ports".to_owned()
        } else {
            ports.join(",")
        };
        self.fact(
            place,
            format!("{}:{ports} {}", rule.address(), rule.protocol()),
        );
        let cloud = self.world.cloud();
        let product = cloud.product(rule).map(|it| it.name.clone());
        self.fact(
            place,
            product.unwrap_or_else(|| "no load balancer of Google's".to_owned()),
        );
        let to = if let Some(link) = rule.backend_service() {
            cloud
                .backend_service(link.link)
                .map(|service| self.service(&service))
        } else {
            let proxy = rule.target();
            let proxy =
                proxy.and_then(|it| cloud.seek::<TargetProxy<'d>>(Kind::TargetProxy, it).found());
            proxy.map(|proxy| self.proxy(&proxy))
        };
        match to {
            Some(to) => self.lead(place, to, ""),
            None => self.end(place),
        }
        place
    }

    /// What is not known to lead anywhere.
    fn end(&mut self, place: usize) {
        let why = "what it leads to was not read, or is not there";
        self.state(place, State::Unknown(why.to_owned()));
    }

    fn state(&mut self, place: usize, state: State) {
        if let Some(hop) = self.trace.hops.get_mut(place) {
            hop.state = state;
        }
    }

    fn proxy(&mut self, proxy: &TargetProxy<'d>) -> usize {
        let (place, new) = self.object("target proxy", proxy);
        if !new {
            return place;
        }
        self.fact(place, proxy.protocol());
        let cloud = self.world.cloud();
        let to = proxy.next().and_then(|next| {
            if proxy.is_http() {
                let map = cloud.seek::<UrlMap<'d>>(Kind::UrlMap, next).found()?;
                Some(self.url_map(&map))
            } else {
                let service = cloud.backend_service(next.link)?;
                Some(self.service(&service))
            }
        });
        match to {
            Some(to) => self.lead(place, to, ""),
            None => self.end(place),
        }
        place
    }

    fn url_map(&mut self, map: &UrlMap<'d>) -> usize {
        let (place, new) = self.object("URL map", map);
        if !new {
            return place;
        }
        for edge in map.edges() {
            let Some(service) = self.world.cloud().backend_service(edge.to.link) else {
                continue;
            };
            let to = self.service(&service);
            let mut label = edge.hosts.join(", ");
            if !edge.paths.is_empty() {
                label = format!("{label} {}", edge.paths.join(", "));
            }
            match edge.leads {
                Leads::All => {}
                Leads::Weight { own, sum } => label = format!("{label} {own} of {sum}"),
                Leads::Mirror => label = format!("{label} copies"),
            }
            self.lead(place, to, label);
        }
        place
    }

    fn service(&mut self, service: &BackendService<'d>) -> usize {
        let (place, new) = self.object("backend service", service);
        if !new {
            return place;
        }
        let scope = if service.link.is_global() {
            "global"
        } else {
            service.link.location.name()
        };
        self.fact(
            place,
            format!("{}, {}, {scope}", service.protocol(), service.scheme()),
        );
        let check = service.health_check();
        self.fact(
            place,
            match check {
                Some(check) => format!("health check {}", check.link.name),
                None => "no health check".to_owned(),
            },
        );
        let probed = self.world.cloud().probed(service);
        for (neg, backend) in self.world.cloud().negs_of(service) {
            let own = probed.as_ref().map(|all| {
                let own = all.iter().filter(|it| it.neg.link == neg.link);
                own.cloned().collect::<Vec<_>>()
            });
            let to = self.neg(&neg, own);
            let label = match backend.scaler() {
                scaler if scaler < 1.0 => format!("capacity {scaler}"),
                _ => String::new(),
            };
            self.lead(place, to, label);
        }
        place
    }

    fn neg(&mut self, neg: &Neg<'d>, probed: Option<Vec<Probed<'d>>>) -> usize {
        let (place, new) = self.object("NEG", neg);
        if !new {
            return place;
        }
        self.fact(place, neg.link.location.name());
        let asked = self.world.askers(neg).into_iter().next();
        if let Some(asked) = &asked {
            let object = &asked.service.service.object;
            let namespace = object.namespace.unwrap_or_default();
            self.fact(
                place,
                format!(
                    "Service {namespace}/{} port {}",
                    object.name, asked.of.port.port
                ),
            );
            if let Some(hop) = self.trace.hops.get_mut(place) {
                hop.stands_for.push(object.subject());
            }
        }
        let read = || {
            let endpoints = self.world.cloud().endpoints(neg)?;
            let probed = |endpoint| Probed {
                neg: *neg,
                endpoint,
                state: None,
            };
            Some(endpoints.into_iter().map(probed).collect())
        };
        match probed.or_else(read) {
            Some(endpoints) => self.endpoints(place, neg, &endpoints, asked.as_ref()),
            None => self.fact(place, "endpoints not read"),
        }
        place
    }

    fn endpoints(
        &mut self,
        place: usize,
        neg: &Neg<'d>,
        endpoints: &[Probed<'d>],
        asked: Option<&LiveNeg<'_, 'd>>,
    ) {
        let mut by_state: BTreeMap<&str, Vec<&Probed<'d>>> = BTreeMap::new();
        for it in endpoints {
            by_state
                .entry(it.state.unwrap_or("not probed"))
                .or_default()
                .push(it);
        }
        for (state, alike) in by_state {
            for it in alike {
                let address = it.endpoint.address();
                let pod = asked.and_then(|asked| asked.pod_at(address));
                let (to, _) = if let Some(pod) = pod {
                    self.add("Pod", pod.object.name, pod.object.subject())
                } else {
                    let subject = Subject {
                        kind: "Endpoint".to_owned(),
                        name: format!("{}/{address}", neg.name()),
                        ..neg.subject()
                    };
                    self.add("endpoint", address, subject)
                };
                let port = it
                    .endpoint
                    .port()
                    .map_or_else(String::new, |port| format!(":{port}"));
                self.fact(to, format!("{address}{port}"));
                self.fact(to, state.to_lowercase());
                let state = match state {
                    "HEALTHY" => State::Fine,
                    "UNHEALTHY" => State::Broken("its health check fails".to_owned()),
                    "not probed" => State::Unread("its health was not read".to_owned()),
                    _ => State::Unknown("its health is not known yet".to_owned()),
                };
                self.state(to, state);
                self.lead(place, to, "");
            }
        }
    }

    /// Where Google Cloud was not read: Services with their NEGs and Pods.
    fn services(&mut self) {
        for service in self.world.services().filter(|it| it.is_live()) {
            for neg in service.live_negs() {
                let name = neg.name.or(neg.stated).unwrap_or_default();
                let object = &service.service.object;
                let subject = Subject {
                    kind: "NetworkEndpointGroup".to_owned(),
                    name: name.to_owned(),
                    ..object.subject()
                };
                let (place, _) = self.add("NEG", name, subject);
                let namespace = object.namespace.unwrap_or_default();
                self.fact(
                    place,
                    format!("Service {namespace}/{} {}", object.name, neg.port()),
                );
                self.fact(place, "what is before it was not read: --project");
                self.trace.starts.push(place);
                if let Some(hop) = self.trace.hops.get_mut(place) {
                    hop.stands_for.push(object.subject());
                }
                for pod in service.pods() {
                    let (to, _) = self.add("Pod", pod.object.name, pod.object.subject());
                    self.fact(to, pod.ip().unwrap_or("no address"));
                    self.lead(place, to, "");
                }
            }
        }
    }
}
