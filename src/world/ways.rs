//! Who leads to a backend service: the proxies and URL maps before it, whether or not a forwarding
//! rule stands in front of them.

use crate::kind::Kind;
use crate::kind::cloud::{BackendService, ForwardingRule, Neg, TargetProxy, UrlMap};

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
        let names = |map: &UrlMap<'d>| map.edges().iter().any(|edge| edge.to.link == service.link);
        let url_maps: Vec<UrlMap<'d>> = self.url_maps().filter(names).collect();
        let leads = |proxy: &TargetProxy<'d>| {
            let next = proxy.next().map(|it| it.link);
            next == Some(service.link) || url_maps.iter().any(|map| next == Some(map.link))
        };
        Ways {
            proxies: self.target_proxies().filter(leads).collect(),
            url_maps,
        }
    }

    /// The forwarding rules before a target proxy.
    pub fn rules_before(
        &self,
        proxy: &TargetProxy<'d>,
    ) -> impl Iterator<Item = ForwardingRule<'d>> {
        let link = proxy.link;
        let leads =
            move |rule: &ForwardingRule<'d>| rule.target().is_some_and(|it| it.link == link);
        self.forwarding_rules().filter(leads)
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
