//! Roads: from a forwarding rule over its proxy and its URL map to each backend service.

use std::collections::{BTreeSet, HashMap};

use crate::kind::Kind;
use crate::kind::cloud::{
    BackendService, ForwardingRule, Link, Subnetwork, TargetProxy, UrlMap, UrlMapEdge,
};
use crate::product::Product;

use super::cloud::Cloud;

/// A way that requests take from the front to one backend service.
#[derive(Debug, Clone)]
pub struct Road<'d> {
    /// Where it begins.
    pub rule: ForwardingRule<'d>,
    /// The proxy; `None` for a passthrough load balancer.
    pub proxy: Option<TargetProxy<'d>>,
    /// The URL map, where there is one.
    pub url_map: Option<UrlMap<'d>>,
    /// The ways of the URL map that lead here.
    pub edges: Vec<UrlMapEdge<'d>>,
    /// Where it leads.
    pub service: BackendService<'d>,
    /// The load balancer that the rule and its target form; `None` for a chain of no product.
    pub product: Option<&'static Product>,
}

impl<'d> Cloud<'d> {
    /// Every road that can be followed to a backend service that was read.
    pub fn roads(&self) -> &[Road<'d>] {
        &self.roads
    }

    /// The roads that lead to a backend service.
    pub fn roads_to(&self, service: Link<'d>) -> impl Iterator<Item = &Road<'d>> {
        let indices = self.roads_by_service.get(&service).into_iter().flatten();
        indices.filter_map(|index| self.roads.get(*index as usize))
    }

    /// True where some road leads to a backend service.
    pub fn is_live(&self, service: Link<'d>) -> bool {
        self.roads_to(service).next().is_some()
    }

    /// The product that a forwarding rule begins.
    pub fn product(&self, rule: &ForwardingRule<'d>) -> Option<&'static Product> {
        let regional = !rule.link.is_global();
        let target = if rule.backend_service().is_some() {
            None
        } else {
            let link = rule.target()?.link;
            Some((link.collection, !link.is_global()))
        };
        Product::of(rule.scheme()?, regional, target)
    }
}

impl<'d> Cloud<'d> {
    /// The network in which the proxies of a road live, its own or that of the NEGs, and the regions
    /// in which they are needed; `None` where no network is known.
    pub fn proxies_of(
        &self,
        road: &Road<'d>,
        product: &Product,
    ) -> Option<(Link<'d>, BTreeSet<&'d str>)> {
        let negs = || self.negs_of(&road.service).map(|(neg, _)| neg);
        let own = road.rule.link("network").map(|it| it.link);
        let network = own.or_else(|| negs().find_map(|neg| Some(neg.link("network")?.link)))?;
        let regions = if product.regional {
            road.rule.link.region().into_iter().collect()
        } else {
            negs().filter_map(|neg| neg.link.region()).collect()
        };
        Some((network, regions))
    }

    /// The proxy-only subnets of a purpose in a region of a network, backups too.
    pub fn proxy_subnets(
        &self,
        network: Link<'d>,
        region: &str,
        purpose: &str,
    ) -> Vec<Subnetwork<'d>> {
        let here = |it: &Subnetwork<'d>| {
            let legacy = purpose == "REGIONAL_MANAGED_PROXY"
                && it.purpose() == "INTERNAL_HTTPS_LOAD_BALANCER";
            it.link.region() == Some(region)
                && it.link("network").is_some_and(|own| own.link == network)
                && (it.purpose() == purpose || legacy)
        };
        self.subnetworks().filter(here).collect()
    }
}

/// All roads of a cloud whose objects are joined.
pub(super) fn roads<'d>(cloud: &Cloud<'d>) -> Vec<Road<'d>> {
    let mut roads = Vec::new();
    for rule in cloud.forwarding_rules().filter(|rule| !rule.is_other()) {
        let product = cloud.product(&rule);
        if let Some(service) = rule.backend_service() {
            roads.extend(cloud.backend_service(service.link).map(|service| Road {
                rule,
                proxy: None,
                url_map: None,
                edges: Vec::new(),
                service,
                product,
            }));
            continue;
        }
        let proxy = rule.target();
        let proxy =
            proxy.and_then(|it| cloud.seek::<TargetProxy<'d>>(Kind::TargetProxy, it).found());
        let Some((proxy, next)) = proxy.and_then(|proxy| Some((proxy, proxy.next()?))) else {
            continue;
        };
        let road = |url_map, edges, service| Road {
            rule,
            proxy: Some(proxy),
            url_map,
            edges,
            service,
            product,
        };
        if !proxy.is_http() {
            let service = cloud.backend_service(next.link);
            roads.extend(service.map(|service| road(None, Vec::new(), service)));
            continue;
        }
        let Some(map) = cloud.seek::<UrlMap<'d>>(Kind::UrlMap, next).found() else {
            continue;
        };
        roads.extend(by_service(&map).into_iter().filter_map(|(link, edges)| {
            Some(road(Some(map), edges, cloud.backend_service(link)?))
        }));
    }
    roads
}

/// The ways of a URL map by where they lead, in the order of the map.
fn by_service<'d>(map: &UrlMap<'d>) -> Vec<(Link<'d>, Vec<UrlMapEdge<'d>>)> {
    let mut places: HashMap<Link<'d>, usize> = HashMap::new();
    let mut ways: Vec<(Link<'d>, Vec<UrlMapEdge<'d>>)> = Vec::new();
    for edge in map.edges() {
        let place = *places.entry(edge.to.link).or_insert(ways.len());
        match ways.get_mut(place) {
            Some((_, edges)) => edges.push(edge),
            None => ways.push((edge.to.link, vec![edge])),
        }
    }
    ways
}
