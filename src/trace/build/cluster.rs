//! What a cluster alone shows: Services with the NEGs that they ask for, and their Pods.

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

    /// A NEG that a Service asks for, unless a hop stands for it.
    fn wanted(&mut self, service: Joined<'_, 'd>, neg: &LiveNeg<'_, 'd>) {
        let object = &service.service.object;
        let name = neg.name.as_deref().or(neg.stated.as_deref());
        let fact = format!(
            "Service {}/{} {}",
            object.namespace.unwrap_or_default(),
            object.name,
            neg.port()
        );
        let subject = object.subject();
        let shown = self.trace.hops.iter().any(|hop| {
            hop.kind == "NEG" && hop.stands_for.contains(&subject) && hop.facts.contains(&fact)
        });
        if shown {
            return;
        }
        let known = name.unwrap_or_default();
        let name = name.map_or_else(|| format!("of {}", neg.port()), str::to_owned);
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
            let hop = Hop::new("Pod", pod.object.name, pod.object.subject());
            let (to, _) = self.add(hop.at(pod.object.head()), &place.to_string());
            self.fact(to, pod.ip().unwrap_or("no address"));
            let (fact, state) = state(pod, known);
            self.fact(to, fact);
            self.state(to, state);
            self.lead(place, to, "");
        }
    }

    /// Why Google Cloud shows no NEG that is asked for.
    fn unseen(&self, neg: &LiveNeg<'_, 'd>) -> State {
        let clusters = self.world.clusters(&neg.service.service.object);
        let project = clusters.filter_map(|it| it.project.as_deref()).next();
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
