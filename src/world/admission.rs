//! Admissions: whether the firewalls let probes and proxies of a load balancer reach the endpoints
//! behind a backend service, and which rule decides.

use std::collections::HashMap;

use crate::cidr::IpRange;
use crate::firewall::{
    Answer, Firewall, GFE_V6, Machine, Miss, PASSTHROUGH_V4, PASSTHROUGH_V6, PROBES_V4, PROBES_V6,
    Query,
};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, Endpoint, Instance, Link, Neg, Subnetwork};
use crate::product::{Product, Proxy};

use super::firewalls::FirewallRule;
use super::{Cloud, Missing, Sought};

/// What must reach endpoints that one rule set holds for: same network and region, same tags and
/// service accounts, same port.
#[derive(Debug, Clone)]
pub struct Admission<'d> {
    /// Whence.
    pub from: Whence<'d>,
    /// The addresses.
    pub range: IpRange,
    /// The port that is asked.
    pub port: u16,
    /// The virtual machines that hold the endpoints.
    pub instances: Vec<Instance<'d>>,
    /// The first endpoint.
    pub endpoint: Endpoint<'d>,
    /// True where a prober found one of the endpoints healthy.
    pub healthy: bool,
    /// The network.
    pub network: Link<'d>,
    /// What becomes of it.
    pub answer: Answer<FirewallRule<'d>>,
    /// The rules that would let it in, but for one thing.
    pub misses: Vec<Miss<FirewallRule<'d>>>,
    /// A rule that would let it in, were no rule of higher precedence in its way.
    pub shadowed: Option<FirewallRule<'d>>,
}

/// Whence something must reach endpoints.
#[derive(Debug, Clone, Copy)]
pub enum Whence<'d> {
    /// From the probers, and from Google's front ends, which share their addresses.
    Probers,
    /// From the Envoys in a proxy-only subnet.
    Proxies(Subnetwork<'d>),
}

/// All that must reach the endpoints behind a live backend service.
#[derive(Debug)]
pub struct Admissions<'d> {
    /// The backend service.
    pub service: BackendService<'d>,
    /// What must be let in.
    pub all: Vec<Admission<'d>>,
    /// Why some of it cannot be told.
    pub missing: Option<Missing>,
}

/// The firewalls of each network and region, once built.
type Built<'d> = HashMap<(Link<'d>, Option<&'d str>), Firewall<FirewallRule<'d>>>;

/// What decides about an admission.
type Key<'d> = (Link<'d>, Option<&'d str>, Machine, u16, IpRange);

/// A source that must be let in, and the port that it asks.
type Needed<'d> = (Whence<'d>, IpRange, u16);

impl<'d> Admission<'d> {
    fn new(
        (from, range, port): Needed<'d>,
        network: Link<'d>,
        machine: &Machine,
        firewall: &Firewall<FirewallRule<'d>>,
        endpoint: Endpoint<'d>,
    ) -> Self {
        let query = Query {
            range,
            machines: false,
            protocol: 6,
            port,
            address: None,
            machine,
        };
        let answer = firewall.ask(&query);
        let (misses, shadowed) = if answer.is_open() {
            (Vec::new(), None)
        } else {
            (firewall.near_misses(&query), firewall.shadowed(&query))
        };
        Self {
            from,
            range,
            port,
            instances: Vec::new(),
            endpoint,
            healthy: false,
            network,
            answer,
            misses,
            shadowed,
        }
    }
}

impl<'d> Cloud<'d> {
    /// For each live backend service what must be let in.
    pub fn admissions(&self) -> &[Admissions<'d>] {
        &self.admissions
    }

    fn admissions_of(&self, service: BackendService<'d>, built: &mut Built<'d>) -> Admissions<'d> {
        let mut found = Admissions {
            service,
            all: Vec::new(),
            missing: None,
        };
        let mut places: HashMap<Key<'d>, usize> = HashMap::new();
        let zonal = self.negs_of(&service).filter(|(neg, _)| neg.is_zonal());
        for (neg, _) in zonal {
            let Some(network) = neg.link("network").map(|it| self.known_as(it.link)) else {
                continue;
            };
            let region = neg.link.region();
            for endpoint in self.endpoints(&neg).unwrap_or_default() {
                let Some(instance) = self.holder_of(&neg, &endpoint, &mut found.missing) else {
                    continue;
                };
                let machine = machine(&instance);
                let healthy = is_healthy(&service, &endpoint);
                for needed in self.needed(&service, network, &endpoint) {
                    let (_, range, port) = needed;
                    let key = (network, region, machine.clone(), port, range);
                    let known = places.get(&key).and_then(|at| found.all.get_mut(*at));
                    if let Some(known) = known {
                        known.healthy |= healthy;
                        known.instances.push(instance);
                        continue;
                    }
                    let firewall = built
                        .entry((network, region))
                        .or_insert_with(|| self.firewall(network, region));
                    places.insert(key, found.all.len());
                    found.all.push(Admission {
                        instances: vec![instance],
                        healthy,
                        ..Admission::new(needed, network, &machine, firewall, endpoint)
                    });
                }
            }
        }
        found
    }

    /// The virtual machine of an endpoint.
    fn holder_of(
        &self,
        neg: &Neg<'d>,
        endpoint: &Endpoint<'d>,
        missing: &mut Option<Missing>,
    ) -> Option<Instance<'d>> {
        let found = self.instance(neg, endpoint.instance()?);
        if found.is_none()
            && let Err(why) = self.whole(Kind::Instance, neg.link.project)
        {
            *missing = Some(why);
        }
        found
    }

    /// What must reach an endpoint, and on which port.
    fn needed(
        &self,
        service: &BackendService<'d>,
        network: Link<'d>,
        endpoint: &Endpoint<'d>,
    ) -> Vec<Needed<'d>> {
        let check = self.health_check(service).and_then(Sought::found);
        let own = endpoint.port();
        let fixed = check.and_then(|it| Some(it.fixed_port()?.0));
        let ports = |numbers: [Option<i64>; 2]| {
            let mut ports: Vec<u16> = numbers
                .into_iter()
                .flatten()
                .filter_map(|it| it.try_into().ok())
                .collect();
            ports.dedup();
            ports
        };
        let mut needed: Vec<Needed<'d>> = Vec::new();
        for road in self.roads_to(service.link) {
            let Some(product) = road.product.filter(|it| it.proxy != Proxy::Mesh) else {
                continue;
            };
            let probed = match product.proxy {
                Proxy::Gfe => ports([own, fixed]),
                _ => ports([fixed.or(own), None]),
            };
            for range in probers(product, speaks_v6(service, endpoint)) {
                needed.extend(probed.iter().map(|port| (Whence::Probers, range, *port)));
            }
            if product.proxy == Proxy::Envoy {
                for (from, range) in self.proxies(product, road.rule.link.region(), network) {
                    needed.extend(
                        ports([own, None])
                            .into_iter()
                            .map(|port| (from, range, port)),
                    );
                }
            }
        }
        needed.sort_by_key(|(_, range, port)| (*range, *port));
        needed.dedup_by_key(|(_, range, port)| (*range, *port));
        needed
    }

    /// The proxy-only subnets whose Envoys speak for a product.
    fn proxies(
        &self,
        product: &Product,
        region: Option<&str>,
        network: Link<'d>,
    ) -> Vec<(Whence<'d>, IpRange)> {
        let subnets = self.subnetworks().filter(|subnet| {
            let of = subnet.link("network").map(|it| self.known_as(it.link));
            Some(subnet.purpose()) == product.proxy_subnet.as_deref()
                && of == Some(network)
                && (region.is_none() || subnet.link.region() == region)
                && (subnet.is_active() || subnet.is_draining())
        });
        let with_range = subnets.filter_map(|subnet| {
            let range = IpRange::new(subnet.range()?.1)?;
            Some((Whence::Proxies(subnet), range))
        });
        with_range.collect()
    }
}

/// All admissions of a cloud whose roads are known.
pub(super) fn admissions<'d>(cloud: &Cloud<'d>) -> Vec<Admissions<'d>> {
    let mut built = Built::new();
    let live = cloud.backend_services().filter(|it| cloud.is_live(it.link));
    live.map(|service| cloud.admissions_of(service, &mut built))
        .collect()
}

fn is_healthy(service: &BackendService<'_>, endpoint: &Endpoint<'_>) -> bool {
    let mut healths = endpoint.healths().filter(|it| {
        let asks = it
            .backend_service
            .is_none_or(|asks| asks.link == service.link);
        asks && it.state == "HEALTHY"
    });
    healths.next().is_some()
}

/// True where an endpoint is spoken to over IPv6.
fn speaks_v6(service: &BackendService<'_>, endpoint: &Endpoint<'_>) -> bool {
    let policy = service.address_selection();
    let wanted = matches!(policy, Some("IPV6_ONLY" | "PREFER_IPV6"));
    wanted && endpoint.ipv6_address().is_some_and(|it| !it.is_empty())
}

/// Whence a product probes, and speaks from the same addresses.
fn probers(product: &Product, v6: bool) -> impl Iterator<Item = IpRange> + use<> {
    let (first, second): (&[&str], &[&str]) = match (product.proxy, v6) {
        (Proxy::Gfe, true) => (PROBES_V6, GFE_V6),
        (Proxy::None, true) => (PASSTHROUGH_V6, &[]),
        (_, true) => (PROBES_V6, &[]),
        (Proxy::None, false) if product.scheme != "INTERNAL" => (PASSTHROUGH_V4, &[]),
        (_, false) => (PROBES_V4, &[]),
    };
    let all: Vec<IpRange> = first
        .iter()
        .chain(second)
        .filter_map(|it| IpRange::new(it))
        .collect();
    all.into_iter()
}

/// A virtual machine, as firewalls see it. Its secure tags are no part of its text.
fn machine(instance: &Instance<'_>) -> Machine {
    let mut tags: Vec<String> = instance.tags().map(str::to_owned).collect();
    let mut service_accounts: Vec<String> =
        instance.service_accounts().map(str::to_owned).collect();
    tags.sort();
    service_accounts.sort();
    Machine {
        tags,
        service_accounts,
        secure_tags: None,
    }
}
