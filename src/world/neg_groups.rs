//! The NEGs of one claim: the same name in each zone of a project.

use std::collections::BTreeMap;

use crate::kind::cloud::{Backend, BackendService, Link, Neg, Owner};

use super::{Cloud, LiveNeg, World};

/// The NEGs of one name in the zones of one project: what a claim makes.
#[derive(Debug)]
pub struct NegGroup<'w, 'd> {
    /// One for each zone, by name of the zone.
    pub negs: Vec<Neg<'d>>,
    /// The port of a live Service that asks for them; `None` where none was read that does.
    pub asked: Option<LiveNeg<'w, 'd>>,
}

impl<'d> World<'d> {
    /// Every NEG of a zone that holds addresses of Pods or nodes, by claim.
    pub fn neg_groups(&self) -> Vec<NegGroup<'_, 'd>> {
        let mut groups: BTreeMap<(&'d str, &'d str), Vec<Neg<'d>>> = BTreeMap::new();
        for neg in self.cloud.negs().filter(Neg::is_zonal) {
            groups
                .entry((neg.link.project, neg.name()))
                .or_default()
                .push(neg);
        }
        let group = |mut negs: Vec<Neg<'d>>| {
            negs.sort_by_key(|neg| neg.link);
            let asked = negs
                .first()
                .and_then(|neg| self.askers(neg).into_iter().next());
            NegGroup { negs, asked }
        };
        let claims = groups.into_values().flat_map(by_owner);
        claims.map(group).collect()
    }
}

/// Parts NEGs of one name that say that they were made for different Services or clusters.
fn by_owner(negs: Vec<Neg<'_>>) -> Vec<Vec<Neg<'_>>> {
    let mut parts: Vec<(Option<Owner>, Vec<Neg<'_>>)> = Vec::new();
    for neg in negs {
        let owner = neg.owner();
        // One that says nothing goes with any.
        let same = |it: &Option<Owner>| it.is_none() || owner.is_none() || *it == owner;
        match parts.iter_mut().find(|(it, _)| same(it)) {
            Some((of, part)) => {
                *of = of.take().or(owner);
                part.push(neg);
            }
            None => parts.push((owner, vec![neg])),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

impl<'d> NegGroup<'_, 'd> {
    /// The NEG that stands for all.
    pub fn first(&self) -> Option<&Neg<'d>> {
        self.negs.first()
    }

    /// How many endpoints they hold, by what they say.
    pub fn size(&self) -> i64 {
        self.negs.iter().map(Neg::size).sum()
    }

    /// Every backend service that holds one of them, each once, with an entry of it.
    pub fn holders(
        &self,
        cloud: &Cloud<'d>,
    ) -> BTreeMap<Link<'d>, (BackendService<'d>, Backend<'d>)> {
        let held = self.negs.iter().flat_map(|neg| cloud.holders(neg.link));
        let mut holders = BTreeMap::new();
        for (service, backend) in held {
            holders.entry(service.link).or_insert((service, backend));
        }
        holders
    }
}
