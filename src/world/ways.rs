//! Who leads to a backend service: the proxies and URL maps before it, whether or not a forwarding
//! rule stands in front of them.

use std::collections::HashMap;

use crate::kind::Kind;
use crate::kind::cloud::{
    BackendService, CloudObject, ForwardingRule, Link, Neg, TargetProxy, UrlMap,
};

use super::{Cloud, Missing};

/// What leads to a backend service.
#[derive(Debug, Clone)]
pub struct Ways<'d> {
    /// The URL maps that name it.
    pub url_maps: Vec<UrlMap<'d>>,
    /// The target proxies that lead to it, through those or by themselves.
    pub proxies: Vec<TargetProxy<'d>>,
}

impl<'d> Cloud<'d> {
    /// What leads to a backend service.
    pub fn ways_to(&self, service: &BackendService<'d>) -> Ways<'d> {
        let url_maps: Vec<UrlMap<'d>> = self.naming(Kind::UrlMap, service.link).collect();
        let mut proxies: Vec<TargetProxy<'d>> =
            self.naming(Kind::TargetProxy, service.link).collect();
        for map in &url_maps {
            proxies.extend(self.naming::<TargetProxy<'d>>(Kind::TargetProxy, map.link));
        }
        Ways { url_maps, proxies }
    }

    /// The forwarding rules before a target proxy.
    pub fn rules_before(
        &self,
        proxy: &TargetProxy<'d>,
    ) -> impl Iterator<Item = ForwardingRule<'d>> {
        self.naming(Kind::ForwardingRule, proxy.link)
    }

    /// What of a kind sends to a link.
    fn naming<T: From<CloudObject<'d>>>(
        &self,
        kind: Kind,
        link: Link<'d>,
    ) -> impl Iterator<Item = T> {
        let senders = self.senders.get(&link).into_iter().flatten();
        let senders = senders.filter_map(|index| self.objects.get(*index as usize));
        let own = senders.filter(move |object| object.kind() == kind);
        own.copied().map(T::from)
    }

    /// For each link the forwarding rules, target proxies and URL maps that send to it, each once.
    pub(super) fn find_senders(&self) -> HashMap<Link<'d>, Vec<u32>> {
        let mut senders: HashMap<Link<'d>, Vec<u32>> = HashMap::new();
        for (object, index) in self.objects.iter().zip(0_u32..) {
            let to: Vec<Link<'d>> = match object.kind() {
                Kind::ForwardingRule => {
                    let target = ForwardingRule::from(*object).target();
                    target.into_iter().map(|it| it.link).collect()
                }
                Kind::TargetProxy => {
                    let next = TargetProxy::from(*object).next();
                    next.into_iter().map(|it| it.link).collect()
                }
                Kind::UrlMap => {
                    let edges = UrlMap::from(*object).edges();
                    edges.iter().map(|edge| edge.to.link).collect()
                }
                _ => continue,
            };
            for link in to {
                let of_link = senders.entry(link).or_default();
                if of_link.last() != Some(&index) {
                    of_link.push(index);
                }
            }
        }
        senders
    }

    /// Whether all was read that could lead to a backend service: of its project, and of none other
    /// that it says it is used by.
    pub fn ways_are_whole(&self, service: &BackendService<'d>) -> Result<(), Missing> {
        let mut projects = vec![service.link.project];
        let users = service
            .get("usedBy")
            .into_iter()
            .flat_map(crate::document::Node::items);
        let users = users.filter_map(|user| service.reference(user.get("reference")?));
        projects.extend(users.map(|user| user.link.project));
        let kinds = [Kind::ForwardingRule, Kind::TargetProxy, Kind::UrlMap];
        let mut each = projects
            .iter()
            .flat_map(|project| kinds.map(|kind| (project, kind)));
        each.try_for_each(|(project, kind)| self.whole(kind, project))
    }

    /// True for an external rule whose address no reservation that was read holds.
    pub fn is_ephemeral(&self, rule: &ForwardingRule<'d>) -> bool {
        let external = rule.scheme().is_some_and(|it| it.starts_with("EXTERNAL"));
        // Of IPv6 a rule names the range.
        let bare = |text: &'d str| text.split('/').next().unwrap_or_default();
        let own = bare(rule.address());
        external
            && !rule.is_child()
            && !own.is_empty()
            && !self.addresses().any(|it| bare(it.address()) == own)
    }

    /// How many endpoints a backend service's NEGs say they hold.
    pub fn size_behind(&self, service: &BackendService<'d>) -> i64 {
        let negs = self.negs_of(service);
        negs.map(|(neg, _): (Neg<'d>, _)| neg)
            .filter(Neg::is_zonal)
            .map(|neg| neg.size())
            .sum()
    }
}
