//! Asks the levels of a firewall, one after the other.

use crate::cidr::IpRange;

use super::{
    Action, Answer, Firewall, Layer4, Level, Machine, Order, Part, Query, Rule, Source, Targets,
    Tier, Verdict,
};

impl Tier {
    /// Where it stands among the levels.
    fn place(self, order: Order) -> u8 {
        match (self, order) {
            (Self::Hierarchy, _) => 0,
            (Self::System, _) => 1,
            (Self::Vpc, Order::VpcFirst) => 2,
            (Self::Network, _) => 3,
            (Self::Region, _) => 4,
            (Self::Vpc, Order::PoliciesFirst) => 5,
        }
    }
}

/// Whether something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holds {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nobody can tell, for this reason.
    Perhaps(String),
}

impl Holds {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Perhaps(why), _) | (_, Self::Perhaps(why)) => Self::Perhaps(why),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Where what a rule matches comes from.
struct Matches {
    /// The addresses that it matches for certain.
    certain: Vec<IpRange>,
    /// Addresses of which it may match some, and why that is not known.
    possible: Vec<(Vec<IpRange>, String)>,
}

/// Addresses whose end is still open.
#[derive(Debug, Clone)]
struct Open<H> {
    range: IpRange,
    /// Rules of higher precedence that may match it, what they would do and why that is not known.
    doubts: Vec<(H, Action, String)>,
    through: Vec<H>,
}

impl<H: Copy> Firewall<H> {
    /// The firewalls of a network; the policies of the hierarchy in order from the organization
    /// down, everything else in any order.
    pub fn new(mut levels: Vec<Level<H>>, order: Order) -> Self {
        levels.sort_by_key(|level| level.tier.place(order));
        for level in &mut levels {
            // Of equal priority those that deny come first; policies have no equals.
            level
                .rules
                .sort_by_key(|rule| (rule.priority, rule.action != Action::Deny));
        }
        Self { levels }
    }

    /// Every rule, in the order in which they are asked.
    pub fn rules(&self) -> impl Iterator<Item = &Rule<H>> {
        self.levels.iter().flat_map(|level| &level.rules)
    }

    /// Whether all of a range may reach a port of a virtual machine, and who decides.
    pub fn ask(&self, query: &Query<'_>) -> Answer<H> {
        let mut parts = Vec::new();
        let mut open = vec![Open {
            range: query.range,
            doubts: Vec::new(),
            through: Vec::new(),
        }];
        for level in &self.levels {
            open = level.ask(query, open, &mut parts);
        }
        parts.extend(
            open.into_iter()
                .map(|it| it.decided(&Action::Deny, Verdict::Denied(None))),
        );
        parts.sort_by_key(|part| part.range);
        Answer { parts }
    }
}

impl<H: Copy> Level<H> {
    /// Decides about some of what is open; what it leaves to the next level is returned.
    fn ask(
        &self,
        query: &Query<'_>,
        mut open: Vec<Open<H>>,
        parts: &mut Vec<Part<H>>,
    ) -> Vec<Open<H>> {
        if let Some(why) = &self.unread {
            let unclear = |it: Open<H>| it.part(Verdict::Unclear(None, why.clone()));
            parts.extend(open.into_iter().map(unclear));
            return Vec::new();
        }
        let mut next = Vec::new();
        for rule in self.rules.iter().filter(|rule| !rule.disabled) {
            let applies = rule.applies(query);
            if applies == Holds::No {
                continue;
            }
            let mut rest = Vec::new();
            for piece in open {
                rest.extend(rule.take(query, &applies, piece, parts, &mut next));
            }
            open = rest;
        }
        next.extend(open);
        for piece in &mut next {
            // Whether a rule of this level handed it on or none took it is the same from here on.
            piece.doubts.retain(|(_, it, _)| *it != Action::GoToNext);
        }
        next
    }
}

impl<H: Copy> Rule<H> {
    /// Whether it is about what is asked, apart from where that comes from.
    pub(super) fn applies(&self, query: &Query<'_>) -> Holds {
        let opens = self.opens(query.protocol, query.port);
        let targets = self.targets.hold(query.machine);
        let destination = match query.address {
            _ if self.destinations.is_empty() => Holds::Yes,
            Some(address) => address.without(&self.destinations).is_empty().into(),
            None => Holds::Perhaps("the address that is asked is not known".to_owned()),
        };
        Holds::from(opens).and(targets).and(destination)
    }

    /// True where it is about a port of a protocol.
    pub fn opens(&self, protocol: u8, port: u16) -> bool {
        self.layer4.iter().any(|it| it.holds(protocol, port))
    }

    /// Takes of a piece what it matches; the rest, and what it may match, is returned.
    fn take(
        &self,
        query: &Query<'_>,
        applies: &Holds,
        piece: Open<H>,
        parts: &mut Vec<Part<H>>,
        next: &mut Vec<Open<H>>,
    ) -> Vec<Open<H>> {
        let Matches { certain, possible } = self.matches(query, applies);
        for range in overlaps(piece.range, &certain) {
            let mut taken = Open {
                range,
                ..piece.clone()
            };
            match &self.action {
                Action::Allow => {
                    parts.push(taken.decided(&Action::Allow, Verdict::Allowed(self.handle)));
                }
                Action::Deny => {
                    parts.push(taken.decided(&Action::Deny, Verdict::Denied(Some(self.handle))));
                }
                Action::GoToNext => {
                    taken.through.push(self.handle);
                    next.push(taken);
                }
                Action::Other(action) => {
                    let why = format!("its action is {action}");
                    parts.push(taken.part(Verdict::Unclear(Some(self.handle), why)));
                }
            }
        }
        let mut left: Vec<_> = piece.without(&certain).collect();
        for (ranges, why) in possible {
            left = left
                .into_iter()
                .flat_map(|it| it.doubting(&ranges, self, &why))
                .collect();
        }
        left
    }

    fn matches(&self, query: &Query<'_>, applies: &Holds) -> Matches {
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        for source in &self.sources {
            match source {
                Source::Range(range) => certain.push(*range),
                Source::Machines(_) if !query.machines => {}
                Source::Machines(why) => possible.push((vec![query.range], why.clone())),
                Source::Some(ranges, why) => possible.push((ranges.clone(), why.clone())),
            }
        }
        if let Holds::Perhaps(why) = applies {
            possible.push((std::mem::take(&mut certain), why.clone()));
        }
        Matches { certain, possible }
    }
}

impl<H: Copy> Open<H> {
    fn part(self, verdict: Verdict<H>) -> Part<H> {
        Part {
            range: self.range,
            verdict,
            through: self.through,
        }
    }

    /// A rule decides, unless one before it may do otherwise.
    fn decided(self, action: &Action, verdict: Verdict<H>) -> Part<H> {
        let doubt = self.doubts.iter().find(|(_, other, _)| other != action);
        let verdict = match doubt {
            Some((by, _, why)) => Verdict::Unclear(Some(*by), why.clone()),
            None => verdict,
        };
        self.part(verdict)
    }

    fn without(self, ranges: &[IpRange]) -> impl Iterator<Item = Self> {
        let left = self.range.without(ranges);
        left.into_iter().map(move |range| Self {
            range,
            ..self.clone()
        })
    }

    /// Splits it into what a rule may match and what it does not match.
    fn doubting(self, ranges: &[IpRange], rule: &Rule<H>, why: &str) -> Vec<Self> {
        let mut pieces: Vec<Self> = self.clone().without(ranges).collect();
        for range in overlaps(self.range, ranges) {
            let mut piece = Self {
                range,
                ..self.clone()
            };
            let doubt = (rule.handle, rule.action.clone(), why.to_owned());
            piece.doubts.push(doubt);
            pieces.push(piece);
        }
        pieces
    }
}

/// The parts of a range that are in any of the others, each address once.
fn overlaps(range: IpRange, others: &[IpRange]) -> Vec<IpRange> {
    let left = range.without(others);
    range.without(&left)
}

impl Layer4 {
    fn holds(&self, protocol: u8, port: u16) -> bool {
        self.protocol.is_none_or(|own| own == protocol)
            && (self.ports.is_empty() || self.ports.iter().any(|ports| ports.contains(&port)))
    }
}

impl Targets {
    /// Whether a rule for these is for a virtual machine.
    pub(super) fn hold(&self, machine: &Machine) -> Holds {
        let any =
            |own: &[String], of: &[String]| own.is_empty() || own.iter().any(|it| of.contains(it));
        let known = !self.elsewhere
            && any(&self.tags, &machine.tags)
            && any(&self.service_accounts, &machine.service_accounts);
        let secure = match &machine.secure_tags {
            _ if self.secure_tags.is_empty() => Holds::Yes,
            Some(tags) => any(&self.secure_tags, tags).into(),
            None => Holds::Perhaps(
                "it is for virtual machines with a secure tag, which are not known".to_owned(),
            ),
        };
        Holds::from(known).and(secure)
    }
}
