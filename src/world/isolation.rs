//! Which network policies decide who reaches a workload's Pods.

use std::collections::HashMap;

use crate::kind::Kind;
use crate::kind::network_policy::NetworkPolicy;
use crate::kind::object::Object;
use crate::kind::workload::Workload;

use super::{Missing, World};

/// The policies of a world, by namespace.
#[derive(Debug)]
pub struct Policies<'w, 'd> {
    world: &'w World<'d>,
    by_namespace: HashMap<Option<&'d str>, Vec<&'w NetworkPolicy<'d>>>,
}

impl<'w, 'd> Policies<'w, 'd> {
    /// Sorts the policies of a world.
    pub fn new(world: &'w World<'d>) -> Self {
        let mut by_namespace: HashMap<_, Vec<_>> = HashMap::new();
        for policy in world.network_policies() {
            let own = by_namespace.entry(policy.object.namespace).or_default();
            own.push(policy);
        }
        Self {
            world,
            by_namespace,
        }
    }

    /// The policies that shut the workload's Pods, each but for whom it admits.
    pub fn isolating(&self, workload: &Workload<'d>) -> Vec<&'w NetworkPolicy<'d>> {
        let isolates = |policy: &&NetworkPolicy<'_>| {
            !policy.object.partial
                && policy.isolates_ingress()
                && policy.object.shares_namespace(&workload.object)
                && policy.selects(&workload.labels)
        };
        if workload.host_network() {
            return Vec::new();
        }
        self.beside(&workload.object).filter(isolates).collect()
    }

    /// Whether all policies beside this one are known. They only add to each other, so one that was
    /// not read may admit what the others do not.
    pub fn complete(&self, policy: &Object<'d>) -> Result<(), Missing> {
        self.world.whole(Kind::NetworkPolicy, policy)?;
        let mut others = self.world.others_of(Kind::VendorPolicy).iter();
        let is_foreign = |other: &Object<'_>| other.clusters.meets(policy.clusters);
        if self.beside(policy).any(|other| other.object.partial) || others.any(is_foreign) {
            return Err(Missing::new(
                "another policy, of which a part or an unknown kind was read, may admit more",
                "the policies as the cluster has them",
            ));
        }
        Ok(())
    }

    fn beside(&self, object: &Object<'d>) -> impl Iterator<Item = &'w NetworkPolicy<'d>> {
        let own = self.by_namespace.get(&object.namespace);
        own.into_iter().flatten().copied()
    }
}
