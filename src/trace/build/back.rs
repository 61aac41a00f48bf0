//! From a backend service to its endpoints.

use crate::finding::Subject;
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService, Neg};
use crate::world::{LiveNeg, Probed};

use super::super::{Hop, State};
use super::cluster::{asks, readiness};
use super::{Builder, unread};

/// Of an endpoint for whose health nothing that was read asks.
const NOT_PROBED: &str = "not probed";

impl<'d> Builder<'_, 'd> {
    pub(super) fn service(&mut self, service: &BackendService<'d>) -> usize {
        let (place, new) = self.object("backend service", service);
        if !new {
            return place;
        }
        let scope = service.link.location.name();
        let fact = format!("{}, {}, {scope}", service.protocol(), service.scheme());
        self.fact(place, fact);
        self.health_check(place, service);
        for backend in service.backends() {
            self.backend(place, service, &backend);
        }
        self.firewalls(place, service);
        let dynamic = service.get("dynamicForwarding").is_some();
        if service.has_bindings() || dynamic {
            let what = if dynamic {
                "the addresses that requests name"
            } else {
                "service bindings"
            };
            let why = format!("it sends to {what}, which are not followed");
            self.state(place, State::Unread(why));
        }
        place
    }

    fn backend(&mut self, place: usize, service: &BackendService<'d>, backend: &Backend<'d>) {
        let Some(group) = backend.group else {
            return;
        };
        let to = match self.world.cloud().neg(group.link) {
            Some(neg) if neg.is_zonal() => self.neg(&neg, Some(service)),
            Some(neg) => {
                let (to, new) = self.object("NEG", &neg);
                if new {
                    self.fact(to, neg.link.location.name());
                }
                let why = match neg.endpoint_type() {
                    "" => "it does not say what it holds".to_owned(),
                    kind => format!("endpoints of type {kind} are no Pods, and are not followed"),
                };
                self.state(to, State::Unread(why));
                to
            }
            None if backend.is_neg() && group.link.zone().is_some() => {
                self.lost("NEG", Kind::Neg, group)
            }
            None if backend.is_neg() => {
                let why = "groups of no zone hold no Pods, and are not followed";
                self.named("NEG", group, State::Unread(why.to_owned()))
            }
            None => {
                let why = "instance groups hold no Pods, and are not followed";
                self.named("instance group", group, State::Unread(why.to_owned()))
            }
        };
        let scaler = backend.scaler();
        // What passes packets through has no capacity to set.
        let label = match scaler {
            scaler if scaler < 1.0 => format!("capacity {scaler}"),
            _ => String::new(),
        };
        self.way(place, to, label, scaler <= 0.0);
    }

    /// A NEG, with what the probers of a backend service say of its endpoints. Where those of two
    /// differ it is two hops.
    pub(super) fn neg(&mut self, neg: &Neg<'d>, of: Option<&BackendService<'d>>) -> usize {
        let probed = self.world.cloud().probed_in(neg, of);
        let states = probed.iter().flatten().map(|it| it.state.unwrap_or("-"));
        let states: Vec<&str> = states.collect();
        let hop = Hop::new("NEG", neg.name(), neg.subject()).at(neg.head());
        let (place, new) = self.add(hop, &states.join(" "));
        if !new {
            return place;
        }
        self.fact(place, neg.link.location.name());
        let asked = self.world.askers(neg).into_iter().next();
        if let Some(asked) = &asked {
            self.asked(place, asked);
        }
        let Some(endpoints) = probed else {
            let why = match self.world.cloud().whole(Kind::Endpoints, neg.link.project) {
                Err(missing) => unread("what it holds", &missing),
                Ok(()) => "what it holds was not read".to_owned(),
            };
            self.state(place, State::Unread(why));
            return place;
        };
        self.fact(place, healthy(&endpoints));
        let mut endpoints: Vec<&Probed<'d>> = endpoints.iter().collect();
        endpoints.sort_by_key(|it| it.state.unwrap_or(NOT_PROBED));
        for it in endpoints {
            self.endpoint(place, it, asked.as_ref(), of.is_some());
        }
        place
    }

    /// The Service that asks for a NEG.
    pub(super) fn asked(&mut self, place: usize, asked: &LiveNeg<'_, 'd>) {
        self.fact(place, asks(asked));
        if let Some(hop) = self.trace.hops.get_mut(place) {
            hop.stands_for.push(asked.service.service.object.subject());
        }
    }

    /// An endpoint of the NEG at a place, by its Pod where that is known.
    fn endpoint(
        &mut self,
        place: usize,
        probed: &Probed<'d>,
        asked: Option<&LiveNeg<'_, 'd>>,
        served: bool,
    ) {
        let endpoint = &probed.endpoint;
        let address = match endpoint.address() {
            "" => endpoint.ipv6_address().unwrap_or_default(),
            address => address,
        };
        let at = match endpoint.port() {
            Some(port) if address.contains(':') => format!("[{address}]:{port}"),
            Some(port) => format!("{address}:{port}"),
            None => address.to_owned(),
        };
        let pod = asked.and_then(|asked| asked.pod_at(address));
        let mut hop = if let Some(pod) = pod {
            let mut hop = Hop::new("Pod", pod.object.name, pod.object.subject());
            hop.facts.push(at.clone());
            hop
        } else {
            let subject = Subject {
                kind: "Endpoint".to_owned(),
                name: format!("{}/{at}", probed.neg.name()),
                ..probed.neg.subject()
            };
            Hop::new("endpoint", at.as_str(), subject)
        };
        let state = probed.state.unwrap_or(NOT_PROBED);
        hop.facts.push(state.to_lowercase());
        hop.facts.extend(pod.and_then(readiness));
        hop.state = health(probed.state, served);
        let (to, _) = self.add(hop.at(endpoint.node.place()), &format!("{place} {at}"));
        self.lead(place, to, "");
    }
}

/// How an endpoint is by what probers say of it.
fn health(state: Option<&str>, served: bool) -> State {
    let unknown = |why: &str| State::Unknown(why.to_owned());
    match state {
        Some("HEALTHY") => State::Fine,
        Some("UNHEALTHY") => State::Broken("its health check fails".to_owned()),
        Some("DRAINING") => unknown("it is being drained of connections"),
        Some(_) => unknown("its health is not known yet"),
        None if served => State::Unread(
            "its health was not read: gcloud compute backend-services get-health".to_owned(),
        ),
        None => State::Unread(NOT_PROBED.to_owned()),
    }
}

/// `2 of 3 healthy`, `no endpoint`
fn healthy(endpoints: &[Probed<'_>]) -> String {
    let count = endpoints.len();
    if count == 0 {
        return "no endpoint".to_owned();
    }
    if endpoints.iter().all(|it| it.state.is_none()) {
        let word = if count == 1 { "endpoint" } else { "endpoints" };
        return format!("{count} {word}, not probed");
    }
    let healthy = endpoints.iter().filter(|it| it.is_healthy()).count();
    format!("{healthy} of {count} healthy")
}
