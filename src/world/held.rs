//! The Pods that the NEGs of live Services hold, by what made them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::finding::{Finding, Label, Subject};
use crate::kind::endpoint_slice::EndpointSlice;
use crate::kind::object::Object;
use crate::kind::pod::Pod;
use crate::kind::service::ServicePort;
use crate::kind::workload::Workload;
use crate::rules::Row;

use super::{Joined, NegPort, World};

/// The running Pods of one workload that NEGs hold.
#[derive(Debug)]
pub struct Held<'w, 'd> {
    /// The workload: a Deployment rather than its `ReplicaSet`s.
    pub maker: Subject,
    /// At least one.
    pub pods: Vec<HeldPod<'w, 'd>>,
}

/// A running Pod that NEGs hold, as the cluster is and as its manifests leave it.
#[derive(Debug)]
pub struct HeldPod<'w, 'd> {
    /// The Pod.
    pub pod: &'w Pod<'d>,
    /// The Services that select it, with each of their ports behind a NEG; at least one.
    pub negs: Vec<(Joined<'w, 'd>, NegPort<'w, 'd>)>,
}

/// What made Pods, and the Pods with the Services that select each, by their places in the world.
/// Sorted out once: it costs more than all that rules ask of it.
pub(super) type Group = (Subject, Vec<(u32, Vec<u32>)>);

impl<'d> World<'d> {
    /// The running Pods behind NEGs, by workload; those of system namespaces are nobody's to change
    /// and left out.
    pub fn held(&self) -> Vec<Held<'_, 'd>> {
        let ports: Vec<Vec<_>> = self
            .services()
            .map(|service| service.live_ports().collect())
            .collect();
        let negs = |services: &Vec<u32>| {
            let each = services.iter().filter_map(|index| {
                let service = self.joined(*index as usize)?;
                let ports = ports.get(*index as usize)?.iter();
                Some(ports.map(move |port| (service, *port)))
            });
            each.flatten().collect()
        };
        let held = |(pod, services): &(u32, Vec<u32>)| {
            Some(HeldPod {
                pod: self.pods.get(*pod as usize)?,
                negs: negs(services),
            })
        };
        let groups = self.groups.get_or_init(|| self.group()).iter();
        groups
            .map(|(maker, pods)| Held {
                maker: maker.clone(),
                pods: pods.iter().filter_map(held).collect(),
            })
            .collect()
    }

    /// The running Pods behind NEGs by what made them, each with the Services that select it.
    fn group(&self) -> Vec<Group> {
        let mut services_of: HashMap<u32, Vec<u32>> = HashMap::new();
        for service in self.services().filter(|service| service.stands()) {
            if service.live_ports().next().is_none() {
                continue;
            }
            for pod in self.selected_pods.get(service.index).into_iter().flatten() {
                let services = services_of.entry(*pod).or_default();
                services.push(service.index as u32);
            }
        }
        let mut by_maker: HashMap<_, Vec<(u32, Vec<u32>)>> = HashMap::new();
        for (pod, index) in self.pods.iter().zip(0_u32..) {
            let Some(services) = services_of.remove(&index).filter(|_| pod.is_alive()) else {
                continue;
            };
            let object = &pod.object;
            let maker = (object.clusters, object.namespace, pod.maker());
            by_maker.entry(maker).or_default().push((index, services));
        }
        let group = |((_, _, (kind, name)), pods): (_, Vec<(u32, Vec<u32>)>)| {
            let (first, _) = pods.first()?;
            let maker = Subject {
                kind: str::to_owned(kind),
                name: str::to_owned(name),
                ..self.pods.get(*first as usize)?.object.subject()
            };
            Some((maker, pods))
        };
        let mut groups: Vec<Group> = by_maker.into_iter().filter_map(group).collect();
        groups.sort_by(|(one, _), (other, _)| one.cmp(other));
        groups
    }
}

impl<'w, 'd> Held<'w, 'd> {
    /// `2 of 3 Pods of Deployment web`.
    pub fn count(&self, some: &[&HeldPod<'w, 'd>]) -> String {
        let Subject { kind, name, .. } = &self.maker;
        match (some.len(), self.pods.len()) {
            _ if kind == "Pod" => format!("Pod {name}"),
            (_, 1) => format!("the Pod of {kind} {name}"),
            (some, all) if some == all => format!("all {all} Pods of {kind} {name}"),
            (some, all) => format!("{some} of {all} Pods of {kind} {name}"),
        }
    }

    /// A finding about the workload that concerns the Services of some of its Pods, of which the
    /// first three are shown.
    pub fn finding(
        &self,
        rule: &'static Row,
        some: &[&HeldPod<'w, 'd>],
        message: String,
        label: impl Fn(&HeldPod<'w, 'd>) -> Label,
    ) -> Option<Finding> {
        let mut labels = some.iter().take(3).map(|held| label(held));
        let mut finding = Finding::new(rule, self.maker.clone(), message, labels.next()?);
        finding.labels.extend(labels);
        for (service, _) in some.iter().flat_map(|held| &held.negs) {
            let subject = service.service.object.subject();
            if !finding.concerns.contains(&subject) {
                finding.concerns.push(subject);
            }
        }
        Some(finding)
    }
}

impl<'w, 'd> HeldPod<'w, 'd> {
    /// Those of its NEGs that an Ingress or a route gives to a load balancer.
    pub fn balanced(&self) -> impl Iterator<Item = (Joined<'w, 'd>, NegPort<'w, 'd>)> {
        let negs = self.negs.iter().copied();
        negs.filter(|(_, neg)| neg.ingress.is_some() || neg.route.is_some())
    }
}

impl<'w, 'd> NegPort<'w, 'd> {
    /// Since when it is asked for, at the latest: the last change of the Service, and of the
    /// Ingress or route where none exposes it.
    pub fn claimed(&self, service: Joined<'w, 'd>) -> Option<Timestamp> {
        let ingress = self.ingress.map(|ingress| &ingress.object);
        let referrer = ingress.or_else(|| self.route.map(|route| &route.object));
        let referrer = referrer.filter(|_| !self.exposed);
        let changed = service.service.changed?;
        let referrer = referrer.and_then(Object::changed);
        Some(changed.max(referrer.unwrap_or(changed)))
    }
}

impl<'w, 'd> Joined<'w, 'd> {
    /// True where what the controllers did with its Pods is a consequence of what it is and will
    /// be: the cluster shows it, nobody deletes it, and its manifest, if any, does not change which
    /// Pods it selects. Those of system namespaces are nobody's to change and left out.
    pub fn stands(self) -> bool {
        let object = &self.service.object;
        !object.in_system_namespace() && object.deleted().is_none() && self.keeps_pods()
    }

    fn keeps_pods(self) -> bool {
        let own = &self.service;
        own.object.observed
            || self.shown().is_some_and(|shown| {
                let labels = shown.selector.as_deref().unwrap_or_default();
                let own_labels = own.selector.as_deref().unwrap_or_default();
                own.selects(labels) && shown.selects(own_labels)
            })
    }

    /// The slices from which the controller takes the endpoints of a port: those with a port of the
    /// same name, and of IPv4, which a cluster with two address families has too.
    pub fn slices_for(self, port: &ServicePort<'d>) -> impl Iterator<Item = &'w EndpointSlice<'d>> {
        let name = port.name;
        self.slices().filter(move |slice| {
            let mut ports = slice.ports.iter();
            slice.address_type == "IPv4" && ports.any(|port| port.name == name)
        })
    }

    /// The running Pods that it selects and that no manifest is about to make anew, seen as
    /// workloads: they show labels and ports that no template states.
    pub fn staying_pods(self) -> impl Iterator<Item = Workload<'d>> {
        let workloads = self.world.workloads.iter().map(|it| &it.object);
        let declared =
            workloads.filter(|it| !it.observed && it.shares_namespace(&self.service.object));
        let declared: HashSet<_> = declared.map(|it| (it.kind_name, it.name)).collect();
        let stays = move |pod: &&Pod<'d>| !declared.contains(&pod.maker());
        let pods = self.pods().filter(|pod| pod.is_alive()).filter(stays);
        pods.map(|pod| Workload::new(pod.object.clone()))
    }

    /// True where its manifest, if any, does not change the name and the target of a port.
    pub fn keeps_port(self, port: &ServicePort<'_>) -> bool {
        self.service.object.observed
            || self.shown().is_some_and(|shown| {
                let mut ports = shown.ports_numbered(port.port);
                ports.any(|shown| shown.name == port.name && shown.target == port.target)
            })
    }
}
