//! What a cluster alone shows: Services with the NEGs that they ask for, and their Pods.

use std::collections::HashSet;

use crate::finding::Subject;
use crate::kind::Kind;
use crate::kind::pod::Pod;
use crate::world::{Joined, LiveNeg};

use super::super::{Hop, State};
use super::Builder;

impl<'d> Builder<'_, 'd> {
    /// The NEGs of Services that Google Cloud did not show.
    pub(super) fn services(&mut self) {
        let world = self.world;
        for service in world.services().filter(|it| it.is_live()) {
            let negs = service.live_negs();
            if negs.is_empty() && service.service.neg.is_some() {
                self.claimant(service);
            }
            for neg in negs {
                self.wanted(service, &neg);
            }
        }
    }

    /// A Service whose claim asks for nothing that can be made.
    fn claimant(&mut self, service: Joined<'_, 'd>) {
        let object = &service.service.object;
        let namespace = object.namespace.unwrap_or_default();
        let mut hop = Hop::new("Service", object.name, object.subject());
        hop.facts.push(format!("namespace {namespace}"));
        hop.stands_for.push(object.subject());
        let why = "its claim asks for no NEG that can be made";
        hop.state = State::Unknown(why.to_owned());
        let (place, _) = self.add(hop.at(object.head()), "");
        self.trace.starts.push(place);
    }

    /// A NEG that a Service asks for, unless hops stand for it.
    fn wanted(&mut self, service: Joined<'_, 'd>, neg: &LiveNeg<'_, 'd>) {
        let object = &service.service.object;
        let fact = asks(neg);
        let subject = object.subject();
        let hops = self.trace.hops.iter();
        let shown: Vec<&Hop> = hops
            .filter(|hop| hop.kind == "NEG" && hop.stands_for.contains(&subject))
            .filter(|hop| hop.facts.contains(&fact))
            .collect();
        if !shown.is_empty() {
            let read = shown.iter().all(|it| !matches!(it.state, State::Unread(_)));
            let ends = shown.iter().flat_map(|hop| &hop.next);
            let ends = ends.filter_map(|edge| self.trace.hop(edge.to));
            let held: HashSet<Subject> = ends.map(|hop| hop.subject.clone()).collect();
            if read {
                self.outside(service, neg, &held);
            }
            return;
        }
        let known = neg.name.or(neg.stated);
        let name = known.map_or_else(|| format!("of {}", neg.port()), str::to_owned);
        let mut hop = Hop::new(
            "NEG",
            name.clone(),
            Subject {
                kind: "NetworkEndpointGroup".to_owned(),
                name,
                ..subject.clone()
            },
        );
        hop.facts.push(fact);
        hop.stands_for.push(subject);
        hop.state = self.unseen(neg);
        let (place, new) = self.add(hop.at(object.head()), &neg.port());
        if !new {
            return;
        }
        self.trace.starts.push(place);
        for pod in service.pods() {
            let (fact, state) = state(pod, known.unwrap_or_default());
            self.pod(place, pod, fact, state, false);
        }
    }

    /// The Pods of a Service that none of its NEGs holds.
    fn outside(&mut self, service: Joined<'_, 'd>, neg: &LiveNeg<'_, 'd>, held: &HashSet<Subject>) {
        let is_outside = |it: &&Pod<'d>| it.is_alive() && !held.contains(&it.object.subject());
        let pods: Vec<&Pod<'d>> = service.pods().filter(is_outside).collect();
        if pods.is_empty() {
            return;
        }
        let object = &service.service.object;
        let mut hop = Hop::new("Service", object.name, object.subject());
        hop.facts.push(neg.port());
        hop.stands_for.push(object.subject());
        hop.state = State::Unknown("no NEG of it holds these Pods".to_owned());
        let (place, _) = self.add(hop.at(object.head()), &neg.port());
        self.trace.starts.push(place);
        for pod in pods {
            let fact = readiness(pod).unwrap_or_else(|| "ready".to_owned());
            let state = State::Unknown("no NEG holds it".to_owned());
            self.pod(place, pod, fact, state, true);
        }
    }

    fn pod(&mut self, place: usize, pod: &Pod<'d>, fact: String, state: State, closed: bool) {
        let mut hop = Hop::new("Pod", pod.object.name, pod.object.subject());
        hop.facts.push(pod.ip().unwrap_or("no address").to_owned());
        hop.facts.push(fact);
        hop.state = state;
        let (to, _) = self.add(hop.at(pod.object.head()), &place.to_string());
        self.way(place, to, "", closed);
    }

    /// Why Google Cloud shows no NEG that is asked for.
    fn unseen(&self, neg: &LiveNeg<'_, 'd>) -> State {
        let mut clusters = self.world.clusters(&neg.service.service.object);
        let project = clusters.find_map(|it| it.project.as_deref());
        let cloud = self.world.cloud();
        match project {
            Some(project) if cloud.whole(Kind::Neg, project).is_ok() => State::Unknown(format!(
                "project {project} has no such NEG that is this Service's"
            )),
            Some(project) => State::Unread(format!(
                "Google Cloud was not read, with what leads to it: --project {project}"
            )),
            None => State::Unread(
                "Google Cloud was not read, with what leads to it: --project".to_owned(),
            ),
        }
    }
}

/// `Service mail/mail port 25`
pub(super) fn asks(neg: &LiveNeg<'_, '_>) -> String {
    let object = &neg.service.service.object;
    let namespace = object.namespace.unwrap_or_default();
    format!("Service {namespace}/{} {}", object.name, neg.port())
}

/// How a Pod is by what its cluster shows of it, as an endpoint of a NEG of this name.
fn state(pod: &Pod<'_>, neg: &str) -> (String, State) {
    if let Some(not) = readiness(pod) {
        if pod.ip().is_none() {
            return (not, State::Unknown("it has no address yet".to_owned()));
        }
        if !pod.containers_ready() {
            return (
                not,
                State::Broken("its containers are not ready".to_owned()),
            );
        }
        let said = pod.neg_condition().map_or("", |it| it.message);
        let why = match said {
            "" => "its readiness gate for NEGs is shut".to_owned(),
            said => format!("its readiness gate for NEGs is shut: {said}"),
        };
        return (not, State::Unknown(why));
    }
    // The gate opens also where nobody found out whether the Pod answers, and for one NEG of several.
    let opened = pod.neg_condition().is_some_and(|it| {
        let said = it.message.replace('\\', "");
        let healthy = said.starts_with("Pod has become Healthy");
        it.status == "True" && healthy && said.contains(&format!("\"{neg}\""))
    });
    if opened {
        (
            "ready, its gate opened by a health check".to_owned(),
            State::Fine,
        )
    } else {
        let why = "what the load balancer's health check finds was not read";
        ("ready".to_owned(), State::Unread(why.to_owned()))
    }
}

/// What keeps a Pod from being ready; `None` where nothing does.
pub(super) fn readiness(pod: &Pod<'_>) -> Option<String> {
    if pod.ip().is_none() {
        return Some("without an address".to_owned());
    }
    if !pod.containers_ready() {
        return Some("not ready".to_owned());
    }
    let waits =
        pod.neg_gate().is_some() && pod.neg_condition().is_none_or(|it| it.status != "True");
    waits.then(|| "waiting".to_owned())
}
