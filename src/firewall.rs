//! What firewalls of Google Cloud let in to a virtual machine: hierarchical policies, VPC rules and
//! network policies in the order in which Google evaluates them. Plain data in, plain data out.
//!
//! A rule that cannot be judged from what is known (a list of addresses that only Google holds, a
//! secure tag) makes an answer unclear where the answer depends on it, and only there.

mod evaluate;
mod miss;
mod ranges;

use std::ops::RangeInclusive;

use crate::cidr::IpRange;

pub use miss::{Gap, Miss};
pub use ranges::{GFE_V6, PASSTHROUGH_V4, PASSTHROUGH_V6, PROBES_V4, PROBES_V6};

/// The firewalls of a network, in the order in which they are asked.
///
/// A handle of the type `H` stands for a rule and comes back in answers.
#[derive(Debug, Clone)]
pub struct Firewall<H> {
    levels: Vec<Level<H>>,
}

/// One policy, or the VPC rules of a network.
#[derive(Debug, Clone)]
pub struct Level<H> {
    /// Which of the levels it is.
    pub tier: Tier,
    /// Its rules, in any order.
    pub rules: Vec<Rule<H>>,
    /// Why its rules are not known; then nothing that reaches this level is clear.
    pub unread: Option<String>,
}

/// The levels of firewalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// A policy of the organization or of a folder; among themselves from the organization down.
    Hierarchy,
    /// A policy that Google keeps for its services.
    System,
    /// The VPC rules.
    Vpc,
    /// A policy of the whole network.
    Network,
    /// A policy of the network in a region.
    Region,
}

/// Whether the network's policies come after the VPC rules or before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `AFTER_CLASSIC_FIREWALL`, the default.
    VpcFirst,
    /// `BEFORE_CLASSIC_FIREWALL`
    PoliciesFirst,
}

/// An ingress rule.
#[derive(Debug, Clone)]
pub struct Rule<H> {
    /// What stands for it in answers.
    pub handle: H,
    /// Its place in its level: lowest first, and of equals those that deny.
    pub priority: i64,
    /// True for a rule that is switched off.
    pub disabled: bool,
    /// What it does with what it matches.
    pub action: Action,
    /// Whence: it matches what comes from any of these.
    pub sources: Vec<Source>,
    /// What it matches; of these any.
    pub layer4: Vec<Layer4>,
    /// The addresses that it protects; none for all.
    pub destinations: Vec<IpRange>,
    /// The virtual machines that it protects.
    pub targets: Targets,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Lets in.
    Allow,
    /// Keeps out.
    Deny,
    /// Leaves it to the next level.
    GoToNext,
    /// Something else, such as an inspection, whose end nobody can tell.
    Other(String),
}

/// Where a rule lets things come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// These addresses.
    Range(IpRange),
    /// Virtual machines, by a tag or a service account.
    Machines(String),
    /// Some of these addresses; which ones only Google knows.
    Some(Vec<IpRange>, String),
}

/// A protocol and its ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer4 {
    /// The protocol's number; `None` for all.
    pub protocol: Option<u8>,
    /// The ports; none for all.
    pub ports: Vec<RangeInclusive<u16>>,
}

/// Which virtual machines a rule is for. Lists that are empty do not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// True where the rule is not for this network, or not for virtual machines.
    pub elsewhere: bool,
    /// Network tags.
    pub tags: Vec<String>,
    /// Service accounts.
    pub service_accounts: Vec<String>,
    /// Secure tags.
    pub secure_tags: Vec<String>,
}

/// A virtual machine, as far as firewalls look at it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Machine {
    /// Its network tags.
    pub tags: Vec<String>,
    /// Its service accounts.
    pub service_accounts: Vec<String>,
    /// Its secure tags; `None` where they are not known.
    pub secure_tags: Option<Vec<String>>,
}

/// May all of a range reach a port of a virtual machine?
#[derive(Debug, Clone, Copy)]
pub struct Query<'q> {
    /// Whence.
    pub range: IpRange,
    /// True where virtual machines may hold addresses of the range, which sources by tag or service
    /// account are about; load balancers and their probes are none.
    pub machines: bool,
    /// The protocol's number: 6 for TCP.
    pub protocol: u8,
    /// The port.
    pub port: u16,
    /// The address that is asked; `None` where it is not known.
    pub address: Option<IpRange>,
    /// The virtual machine.
    pub machine: &'q Machine,
}

/// The answer to a query: what becomes of each part of the range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<H> {
    /// The parts, which together are the range.
    pub parts: Vec<Part<H>>,
}

/// A part of a range that one rule decides about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<H> {
    /// The addresses.
    pub range: IpRange,
    /// What becomes of them.
    pub verdict: Verdict<H>,
    /// The rules that handed it on to a next level.
    pub through: Vec<H>,
}

/// What becomes of a part of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<H> {
    /// It is let in by this rule.
    Allowed(H),
    /// It is kept out by this rule, or because no rule speaks of it.
    Denied(Option<H>),
    /// Nobody can tell: because of this rule or, without one, of a level that was not read.
    Unclear(Option<H>, String),
}

impl<H: Copy> Answer<H> {
    /// True where all of the range is let in.
    pub fn is_open(&self) -> bool {
        let open = |part: &Part<H>| matches!(part.verdict, Verdict::Allowed(_));
        self.parts.iter().all(open)
    }

    /// The parts that are kept out.
    pub fn denied(&self) -> impl Iterator<Item = (IpRange, Option<H>)> {
        self.parts.iter().filter_map(|part| match part.verdict {
            Verdict::Denied(by) => Some((part.range, by)),
            _ => None,
        })
    }

    /// Why it is unclear, and the rule that makes it so; `None` where something is kept out, or all
    /// is let in.
    pub fn unclear(&self) -> Option<(Option<H>, &str)> {
        if self.denied().next().is_some() {
            return None;
        }
        self.parts.iter().find_map(|part| match &part.verdict {
            Verdict::Unclear(by, why) => Some((*by, why.as_str())),
            _ => None,
        })
    }
}

impl Layer4 {
    /// Reads a protocol as rules write it, `tcp`, `6`, `all`, with its ports; `None` for what is no
    /// protocol.
    pub fn read<'t>(protocol: &str, ports: impl Iterator<Item = &'t str>) -> Option<Self> {
        let protocol = match protocol.to_ascii_lowercase().as_str() {
            "all" => None,
            "icmp" => Some(1),
            "ipip" => Some(94),
            "tcp" => Some(6),
            "udp" => Some(17),
            "esp" => Some(50),
            "ah" => Some(51),
            "sctp" => Some(132),
            number => Some(number.parse().ok()?),
        };
        let ports: Option<Vec<_>> = ports.map(read_ports).collect();
        Some(Self {
            protocol,
            ports: ports?,
        })
    }
}

/// `22`, `8000-9000`
fn read_ports(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}
