//! What the rules about firewalls share: why something is not let in, and in which words.

use std::ops::RangeInclusive;

use crate::cidr::IpRange;
use crate::finding::{Finding, Severity, Subject};
use crate::firewall::Gap;
use crate::kind::cloud::BackendService;
use crate::remedy::Run;
use crate::text::Place;
use crate::world::{Admission, Admissions, FirewallRule, Whence, World};

use super::cloud;

/// The node ports of a cluster, unless it was made with others.
const NODE_PORTS: RangeInclusive<u16> = 30000..=32767;

/// Why something is not let in.
#[derive(Debug, Clone)]
pub(super) enum Cause<'d> {
    /// A rule keeps it out.
    Rule(FirewallRule<'d>),
    /// A rule would let it in to other virtual machines.
    Targets(FirewallRule<'d>),
    /// A rule opens a port of the Service in place of the Pods'.
    ServicePort(FirewallRule<'d>, Vec<RangeInclusive<u16>>),
    /// No rule lets it in; this one almost does.
    Nothing(Option<(FirewallRule<'d>, Gap)>),
}

/// What of a backend service is not let in, for one reason.
#[derive(Debug)]
pub(super) struct Shut<'a, 'd> {
    /// The reason of the first.
    pub(super) cause: Cause<'d>,
    /// What is not let in.
    pub(super) all: Vec<&'a Admission<'d>>,
}

impl<'a, 'd> Shut<'a, 'd> {
    /// What probers are kept from, where a reason fits; `None` where nothing is.
    pub(super) fn probers(
        world: &World<'d>,
        of: &'a Admissions<'d>,
        fits: impl Fn(&Cause<'d>) -> bool,
    ) -> Option<Self> {
        let probers = |it: &&Admission<'d>| matches!(it.from, Whence::Probers);
        Self::new(world, of, |it| probers(&it), fits)
    }

    /// What proxies of a subnet are kept from, whatever the reason is.
    pub(super) fn proxies(
        world: &World<'d>,
        of: &'a Admissions<'d>,
        draining: bool,
    ) -> Option<Self> {
        let wanted = |it: &'a Admission<'d>| match it.from {
            Whence::Proxies(subnet) => draining != subnet.is_active(),
            Whence::Probers => false,
        };
        Self::new(world, of, wanted, |_| true)
    }

    fn new(
        world: &World<'d>,
        of: &'a Admissions<'d>,
        wanted: impl Fn(&'a Admission<'d>) -> bool,
        fits: impl Fn(&Cause<'d>) -> bool,
    ) -> Option<Self> {
        let mut shut: Option<Self> = None;
        for admission in of.all.iter().filter(|it| wanted(it)) {
            let Some(cause) = cause(world, &of.service, admission).filter(&fits) else {
                continue;
            };
            let all = &mut shut
                .get_or_insert_with(|| Self {
                    cause,
                    all: Vec::new(),
                })
                .all;
            all.push(admission);
        }
        shut
    }

    /// `35.191.0.0/16 and 130.211.0.0/22`: the addresses that are kept out, as far as they are.
    pub(super) fn ranges(&self) -> Vec<String> {
        let denied = self.all.iter().flat_map(|it| it.answer.denied());
        let mut ranges: Vec<String> = denied.map(|(range, _)| range.to_string()).collect();
        ranges.sort();
        ranges.dedup();
        ranges
    }

    /// `port 2525`
    pub(super) fn ports(&self) -> String {
        let mut ports: Vec<u16> = self.all.iter().map(|it| it.port).collect();
        ports.sort_unstable();
        ports.dedup();
        let texts: Vec<String> = ports.iter().map(ToString::to_string).collect();
        let word = if texts.len() == 1 { "port" } else { "ports" };
        format!("{word} {}", cloud::list(&texts))
    }

    /// `2 nodes` that hold endpoints, or `node gke-prod-…`.
    pub(super) fn nodes(&self) -> String {
        let mut names: Vec<&str> = self
            .all
            .iter()
            .flat_map(|it| it.instances.iter().map(|it| it.name()))
            .collect();
        names.sort_unstable();
        names.dedup();
        match names.as_slice() {
            [only] => format!("node {only}"),
            all => format!("{} nodes", all.len()),
        }
    }

    /// Where a finding can point that no rule is the reason of.
    pub(super) fn place(&self, world: &World<'d>) -> Option<Place> {
        let first = self.all.first()?;
        let told = world.cloud().firewalls_of(first.network).next();
        Some(match told {
            Some(told) => told.place_of("network"),
            None => first.endpoint.node.place(),
        })
    }

    /// The severity: what was found healthy all the same shows that not all is known.
    pub(super) fn severity(&self) -> Severity {
        let healthy = self.all.iter().all(|it| it.healthy);
        if healthy {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    /// The command that lets it all in by a new rule, for the nodes' common tag or service account.
    pub(super) fn open(&self, world: &World<'d>, service: &BackendService<'_>) -> Option<Run> {
        let network = self.all.first()?.network;
        let target = self.target()?;
        let mut ranges: Vec<String> = self.all.iter().map(|it| it.range.to_string()).collect();
        let mut ports: Vec<String> = self
            .all
            .iter()
            .map(|it| format!("tcp:{}", it.port))
            .collect();
        for list in [&mut ranges, &mut ports] {
            list.sort();
            list.dedup();
        }
        // A rule is about one family.
        if self.all.iter().any(|it| it.range.is_v6()) && self.all.iter().any(|it| !it.range.is_v6())
        {
            return None;
        }
        let taken = |name: &str| world.cloud().has_firewall_rule(network.project, name);
        let name = cloud::free_name(&format!("lb-to-{}", service.name()), taken);
        let arguments = [
            "firewall-rules".to_owned(),
            "create".to_owned(),
            name,
            format!("--network={}", network.name),
            "--direction=INGRESS".to_owned(),
            "--action=ALLOW".to_owned(),
            format!("--rules={}", ports.join(",")),
            format!("--source-ranges={}", ranges.join(",")),
            target,
        ];
        Some(Run::gcloud("let them in", network.project, arguments))
    }

    /// The option that names the nodes.
    fn target(&self) -> Option<String> {
        let mut instances = self.all.iter().flat_map(|it| &it.instances);
        let first = instances.next()?;
        let tagged = |tag: &&str| instances.clone().all(|it| it.tags().any(|own| own == *tag));
        if let Some(tag) = first.tags().find(tagged) {
            return Some(format!("--target-tags={tag}"));
        }
        let acts = |account: &&str| {
            let mut others = instances.clone();
            others.all(|it| it.service_accounts().any(|own| own == *account))
        };
        let account = first.service_accounts().find(acts)?;
        Some(format!("--target-service-accounts={account}"))
    }
}

/// Why an admission is refused; `None` where it is not, or nobody can tell.
fn cause<'d>(
    world: &World<'d>,
    service: &BackendService<'d>,
    admission: &Admission<'d>,
) -> Option<Cause<'d>> {
    let denied: Vec<_> = admission.answer.denied().map(|(_, by)| by).collect();
    denied.first()?;
    if let Some(rule) = denied.into_iter().flatten().next() {
        return Some(Cause::Rule(rule));
    }
    let misses = admission.misses.iter();
    let misses: Vec<_> = misses
        .filter(|it| is_meant(&it.rule, admission.range))
        .collect();
    let by = |wanted: fn(&Gap) -> bool| misses.iter().find(|it| wanted(&it.gap));
    if let Some(miss) = by(|gap| *gap == Gap::Targets) {
        return Some(Cause::Targets(miss.rule));
    }
    let own = own_ports(world, service);
    for miss in &misses {
        let Gap::Port(ports) = &miss.gap else {
            continue;
        };
        let is_own = |it: &RangeInclusive<u16>| own.iter().any(|port| it.contains(port));
        if ports.iter().any(|it| is_own(it) || *it == NODE_PORTS) {
            return Some(Cause::ServicePort(miss.rule, ports.clone()));
        }
    }
    let near = by(|gap| *gap == Gap::Disabled).or_else(|| by(|gap| matches!(gap, Gap::Range(_))));
    let near = near.or_else(|| misses.first());
    Some(Cause::Nothing(
        near.map(|miss| (miss.rule, miss.gap.clone())),
    ))
}

/// True for a rule that somebody wrote for a load balancer: one of its sources lies within the
/// range. A controller of GKE keeps its own rules, which are for its own nodes.
pub(super) fn is_meant(rule: &FirewallRule<'_>, range: IpRange) -> bool {
    let managed = |name: &str| name.starts_with("gke-") || cloud::is_controllers(name);
    let within = |text: &&str| IpRange::new(text).is_some_and(|it| it.without(&[range]).is_empty());
    !rule.name().is_some_and(managed) && rule.sources().iter().any(within)
}

/// The ports and node ports of the Services behind a backend service.
fn own_ports<'d>(world: &World<'d>, service: &BackendService<'d>) -> Vec<u16> {
    let behind = world.services_behind(service);
    let ports = behind.iter().flat_map(|it| {
        let port = it.of.port;
        [Some(port.port), port.node_port]
    });
    ports
        .flatten()
        .filter_map(|port| port.try_into().ok())
        .collect()
}

/// `80, 30000-32767`
pub(super) fn opened(ports: &[RangeInclusive<u16>]) -> String {
    let texts = ports.iter().map(|it| match (it.start(), it.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    });
    cloud::list(&texts.collect::<Vec<_>>())
}

/// Names the Services behind a backend service, and the Ingresses that lead to them.
pub(super) fn concerning<'d>(
    world: &World<'d>,
    service: &BackendService<'d>,
    mut finding: Finding,
) -> Finding {
    for asked in world.services_behind(service) {
        finding = finding.concerning(&asked.service.service.object);
        if let Some(ingress) = asked.of.ingress {
            finding = finding.concerning(&ingress.object);
        }
    }
    finding
}

/// Whether the firewalls let probers reach the Pods behind an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// They do.
    Open,
    /// They do not.
    Shut,
}

/// The way to the Pods behind an Ingress or a Service; `None` where nobody can tell.
pub(super) fn way_to(world: &World<'_>, object: &Subject) -> Option<Way> {
    let leads = |of: &&Admissions<'_>| {
        let behind = world.services_behind(&of.service);
        behind.iter().any(|it| {
            let ingress = it.of.ingress.map(|it| it.object.subject());
            it.service.service.object.subject() == *object || ingress.as_ref() == Some(object)
        })
    };
    let all: Vec<&Admissions<'_>> = world.cloud().admissions().iter().filter(leads).collect();
    let mut asked = all.iter().flat_map(|of| &of.all).peekable();
    asked.peek()?;
    let probed = asked.filter(|it| matches!(it.from, Whence::Probers));
    let probed: Vec<_> = probed.collect();
    if probed
        .iter()
        .any(|it| it.answer.denied().next().is_some() && !it.healthy)
    {
        return Some(Way::Shut);
    }
    let known = all.iter().all(|of| of.missing.is_none());
    let open = known && probed.iter().all(|it| it.answer.is_open());
    open.then_some(Way::Open)
}
