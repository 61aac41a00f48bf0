//! The firewalls of a network out of the documents that tell of them.

use crate::cidr::IpRange;
use crate::document::Node;
use crate::firewall::{Action, Firewall, Layer4, Level, Order, Rule, Source, Targets, Tier};
use crate::kind::Kind;
use crate::kind::cloud::{Firewalls, Link};
use crate::text::Place;

use super::Cloud;

/// A rule of a firewall, where it is told.
#[derive(Debug, Clone, Copy)]
pub struct FirewallRule<'d> {
    /// The rule.
    pub node: Node<'d>,
    /// The policy that holds it; `None` for a VPC rule.
    pub policy: Option<Node<'d>>,
}

impl<'d> FirewallRule<'d> {
    /// `firewall rule lb-to-mail`, `rule 700 of firewall policy corp`
    pub fn called(&self) -> String {
        let text = |node: Node<'d>, field: &str| node.get(field).and_then(Node::text);
        match self.policy {
            None => format!(
                "firewall rule {}",
                text(self.node, "name").unwrap_or_default()
            ),
            Some(policy) => {
                let priority = text(self.node, "priority").unwrap_or_default();
                let names = ["displayName", "shortName", "name"];
                let name = names.iter().find_map(|field| text(policy, field));
                format!(
                    "rule {priority} of firewall policy {}",
                    name.unwrap_or_default()
                )
            }
        }
    }

    /// Its name, for a VPC rule.
    pub fn name(&self) -> Option<&'d str> {
        let name = self.node.get("name").filter(|_| self.policy.is_none());
        name.and_then(Node::text)
    }

    /// Where to point at a field of it, or at its name or priority.
    pub fn place_of(&self, field: &str) -> Place {
        let fields = [field, "name", "priority"];
        let node = fields.iter().find_map(|field| self.node.get(field));
        node.unwrap_or(self.node).place()
    }

    /// The ranges that it is about, as written.
    pub fn sources(&self) -> Vec<&'d str> {
        match self.node.get("match") {
            Some(matcher) => texts(matcher, "srcIpRanges"),
            None => texts(self.node, "sourceRanges"),
        }
    }

    /// The texts of a list of it.
    pub fn texts(&self, field: &str) -> Vec<&'d str> {
        texts(self.node, field)
    }
}

impl<'d> Cloud<'d> {
    /// Where the firewalls of a network are told.
    pub fn firewalls_of(&self, network: Link<'d>) -> impl Iterator<Item = Firewalls<'d>> {
        self.firewalls()
            .filter(move |it| is_effective(it) && self.known_as(it.link) == network)
    }

    /// The VPC rules of all other networks.
    pub fn rules_elsewhere(&self, network: Link<'d>) -> Vec<Rule<FirewallRule<'d>>> {
        let other = |link: Link<'d>| self.known_as(link) != network;
        let of = |rule: &Node<'d>| link(*rule, "network");
        let others = self.vpc_rules().filter(|rule| of(rule).is_some_and(other));
        others.filter_map(vpc_rule).collect()
    }

    /// Whether a VPC rule of a project, on whatever network, has this name.
    pub fn has_firewall_rule(&self, project: &str, name: &str) -> bool {
        let mut links = self.vpc_rules().filter_map(|rule| link(rule, "selfLink"));
        links.any(|link| link.project == project && link.name == name)
    }

    /// Every VPC rule that is told, of whatever network.
    fn vpc_rules(&self) -> impl Iterator<Item = Node<'d>> {
        self.firewalls().flat_map(|it| {
            let single = (!is_effective(&it)).then(|| it.root());
            it.rules().chain(single)
        })
    }

    /// What works on a network, in a region.
    pub fn firewall(&self, network: Link<'d>, region: Option<&str>) -> Firewall<FirewallRule<'d>> {
        let whole = self.whole(Kind::Firewall, network.project);
        let unread = |tier, reason: String| Level {
            tier,
            rules: Vec::new(),
            unread: Some(reason),
        };
        let overall = self.firewalls_of(network).find(|it| it.region().is_none());
        let own = |it: &Firewalls<'d>| region.is_some() && it.region() == region;
        let regional = self.firewalls_of(network).find(own);
        let mut levels = Vec::new();
        let listed = overall.or(regional);
        levels.push(Level {
            tier: Tier::Vpc,
            rules: match listed {
                Some(firewalls) => firewalls.rules().filter_map(vpc_rule).collect(),
                None => self.listed(network).filter_map(vpc_rule).collect(),
            },
            unread: None,
        });
        match (regional.or(overall), whole) {
            (None, Err(missing)) => levels.push(unread(Tier::Hierarchy, missing.reason)),
            (Some(told), whole) => {
                levels.extend(told.policies().map(|it| policy(it, network)));
                // Policies of regions are told for each region alone.
                if let Err(missing) = whole
                    && regional.is_none()
                {
                    levels.push(unread(Tier::Region, missing.reason));
                }
            }
            (None, Ok(())) => {}
        }
        let order = match self.network(network) {
            Some(network) if network.policies_first() => Order::PoliciesFirst,
            Some(_) => Order::VpcFirst,
            None => {
                let own = |level: &Level<_>| matches!(level.tier, Tier::Network | Tier::Region);
                if levels.iter().any(own) {
                    let why = format!("network {} was not read", network.name);
                    levels.push(unread(Tier::System, why));
                }
                Order::VpcFirst
            }
        };
        Firewall::new(levels, order)
    }

    /// The VPC rules of a network that were listed one by one.
    fn listed(&self, network: Link<'d>) -> impl Iterator<Item = Node<'d>> {
        let rules = self.firewalls().filter(move |it| {
            let of = it.link("network").map(|it| self.known_as(it.link));
            !is_effective(it) && of == Some(network)
        });
        rules.map(|it| it.root())
    }
}

fn link<'d>(rule: Node<'d>, field: &str) -> Option<Link<'d>> {
    rule.get(field).and_then(Node::text).and_then(Link::parse)
}

fn is_effective(firewalls: &Firewalls<'_>) -> bool {
    firewalls.resource.plural == "effectiveFirewalls"
}

fn list<'d>(node: Node<'d>, field: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    node.get(field).into_iter().flat_map(Node::items)
}

fn texts<'d>(node: Node<'d>, field: &str) -> Vec<&'d str> {
    list(node, field).filter_map(Node::text).collect()
}

fn owned(node: Node<'_>, field: &str) -> Vec<String> {
    texts(node, field).into_iter().map(str::to_owned).collect()
}

fn is_ingress(rule: Node<'_>) -> bool {
    let direction = rule.get("direction").and_then(Node::text);
    direction.is_none_or(|it| it == "INGRESS")
}

fn is_disabled(rule: Node<'_>) -> bool {
    rule.get("disabled").and_then(Node::boolean) == Some(true)
}

fn priority(rule: Node<'_>) -> i64 {
    rule.get("priority").and_then(Node::integer).unwrap_or(1000)
}

/// A source of which nothing is known but why.
fn anywhere(why: impl Into<String>) -> Source {
    Source::Some(vec![IpRange::ALL_V4, IpRange::ALL_V6], why.into())
}

fn ranges(texts: &[&str]) -> Vec<Source> {
    let range = |text: &&str| {
        let known = IpRange::new(text).map(Source::Range);
        known.unwrap_or_else(|| anywhere(format!("its range {text} is none")))
    };
    texts.iter().map(range).collect()
}

/// The protocols and ports of entries; one that cannot be read makes all sources unsure.
fn layer4<'d>(
    entries: impl Iterator<Item = Node<'d>>,
    field: &str,
    sources: &mut Vec<Source>,
) -> Vec<Layer4> {
    let mut all = Vec::new();
    for entry in entries {
        let protocol = entry.get(field).and_then(Node::text).unwrap_or_default();
        if let Some(known) = Layer4::read(protocol, texts(entry, "ports").into_iter()) {
            all.push(known);
        } else {
            let ports = Vec::new();
            all.push(Layer4 {
                protocol: None,
                ports,
            });
            *sources = vec![anywhere(format!(
                "its protocol {protocol} or its ports cannot be read"
            ))];
        }
    }
    all
}

fn vpc_rule(node: Node<'_>) -> Option<Rule<FirewallRule<'_>>> {
    if !is_ingress(node) {
        return None;
    }
    let mut sources = ranges(&texts(node, "sourceRanges"));
    for field in ["sourceTags", "sourceServiceAccounts"] {
        let machines = texts(node, field);
        if !machines.is_empty() {
            let why = format!("it is about virtual machines: {}", machines.join(", "));
            sources.push(Source::Machines(why));
        }
    }
    if sources.is_empty() {
        sources.push(Source::Range(IpRange::ALL_V4));
    }
    let (action, field) = match node.get("denied") {
        Some(_) => (Action::Deny, "denied"),
        None => (Action::Allow, "allowed"),
    };
    let layer4 = layer4(list(node, field), "IPProtocol", &mut sources);
    Some(Rule {
        handle: FirewallRule { node, policy: None },
        priority: priority(node),
        disabled: is_disabled(node),
        action,
        layer4,
        sources,
        destinations: destinations(node, "destinationRanges"),
        targets: Targets {
            elsewhere: false,
            tags: owned(node, "targetTags"),
            service_accounts: owned(node, "targetServiceAccounts"),
            secure_tags: Vec::new(),
        },
    })
}

fn destinations(node: Node<'_>, field: &str) -> Vec<IpRange> {
    let texts = texts(node, field);
    texts.into_iter().filter_map(IpRange::new).collect()
}

fn policy<'d>(node: Node<'d>, network: Link<'d>) -> Level<FirewallRule<'d>> {
    let kind = node.get("type").and_then(Node::text).unwrap_or_default();
    let tier = match kind {
        "NETWORK" => Tier::Network,
        "NETWORK_REGIONAL" => Tier::Region,
        _ if kind.starts_with("SYSTEM") => Tier::System,
        _ => Tier::Hierarchy,
    };
    let known = tier != Tier::Hierarchy || kind == "HIERARCHY";
    let rules = list(node, "rules").filter(|rule| is_ingress(*rule));
    Level {
        tier,
        rules: rules.map(|rule| policy_rule(rule, node, network)).collect(),
        unread: (!known).then(|| format!("a firewall policy is of type {kind}")),
    }
}

fn policy_rule<'d>(node: Node<'d>, policy: Node<'d>, network: Link<'d>) -> Rule<FirewallRule<'d>> {
    let matcher = node.get("match").unwrap_or(node);
    let mut sources = policy_sources(matcher);
    let action = match node.get("action").and_then(Node::text).unwrap_or_default() {
        "allow" => Action::Allow,
        "deny" => Action::Deny,
        "goto_next" => Action::GoToNext,
        other => Action::Other(other.to_owned()),
    };
    let entries = list(matcher, "layer4Configs");
    let layer4 = layer4(entries, "ipProtocol", &mut sources);
    let secure: Vec<Node<'d>> = list(node, "targetSecureTags").collect();
    // A tag that was removed makes its rule idle.
    let text = |tag: &Node<'d>, field: &str| tag.get(field).and_then(Node::text);
    let idle = |tag: &Node<'d>| text(tag, "state") == Some("INEFFECTIVE");
    let resources = texts(node, "targetResources");
    let here = |it: &str| Link::parse(it).is_some_and(|it| it.name == network.name);
    let elsewhere = (!resources.is_empty() && !resources.iter().any(|it| here(it)))
        || node.get("targetType").and_then(Node::text) == Some("INTERNAL_MANAGED_LB")
        || (!secure.is_empty() && secure.iter().all(idle));
    Rule {
        handle: FirewallRule {
            node,
            policy: Some(policy),
        },
        priority: priority(node),
        disabled: is_disabled(node),
        action,
        layer4,
        sources,
        destinations: destinations(matcher, "destIpRanges"),
        targets: Targets {
            elsewhere,
            tags: Vec::new(),
            service_accounts: owned(node, "targetServiceAccounts"),
            secure_tags: secure
                .iter()
                .filter_map(|tag| text(tag, "name").map(str::to_owned))
                .collect(),
        },
    }
}

fn policy_sources(matcher: Node<'_>) -> Vec<Source> {
    let mut sources = ranges(&texts(matcher, "srcIpRanges"));
    if list(matcher, "srcSecureTags").next().is_some() {
        let why = "it is about virtual machines with a secure tag";
        sources.push(Source::Machines(why.to_owned()));
    }
    for (field, what) in [
        ("srcAddressGroups", "address groups"),
        ("srcFqdns", "domain names"),
        ("srcRegionCodes", "countries"),
        ("srcThreatIntelligences", "threat intelligence lists"),
    ] {
        if list(matcher, field).next().is_some() {
            sources.push(anywhere(format!(
                "it is about {what}, which only Google knows"
            )));
        }
    }
    // A kind of network narrows whatever else is said.
    let kinds = ["srcNetworkType", "srcNetworkContext"];
    let mut kinds = kinds.iter().filter_map(|field| matcher.get(field)?.text());
    if let Some(kind) = kinds.find(|it| *it != "UNSPECIFIED") {
        let why = format!("it is about networks of the kind {kind}");
        let within = sources.iter().flat_map(|source| match source {
            Source::Range(range) => vec![*range],
            Source::Machines(_) => Vec::new(),
            Source::Some(ranges, _) => ranges.clone(),
        });
        let within: Vec<IpRange> = within.collect();
        return vec![if within.is_empty() {
            anywhere(why)
        } else {
            Source::Some(within, why)
        }];
    }
    if sources.is_empty() {
        sources.extend([IpRange::ALL_V4, IpRange::ALL_V6].map(Source::Range));
    }
    sources
}
