//! Rules that almost let something in: what each of them lacks.

use std::ops::RangeInclusive;

use crate::cidr::IpRange;

use super::evaluate::Holds;
use super::{Action, Firewall, Query, Rule, Source};

/// A rule that would let something in, but for one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss<H> {
    /// The rule.
    pub rule: H,
    /// What it lacks.
    pub gap: Gap,
}

/// The one thing that a rule lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// It is switched off.
    Disabled,
    /// It is for other virtual machines.
    Targets,
    /// It opens these ports instead.
    Port(Vec<RangeInclusive<u16>>),
    /// It leaves out these addresses of the range.
    Range(Vec<IpRange>),
}

impl<H: Copy> Firewall<H> {
    /// The rules that would let in what is asked, but for one thing, in the order in which they are
    /// asked.
    pub fn near_misses(&self, query: &Query<'_>) -> Vec<Miss<H>> {
        let allows = self.rules().filter(|rule| rule.action == Action::Allow);
        let misses = allows.filter_map(|rule| {
            let gap = rule.gap(query)?;
            let rule = rule.handle;
            Some(Miss { rule, gap })
        });
        misses.collect()
    }

    /// The first rule that would let in all that is asked, were it asked first.
    pub fn shadowed(&self, query: &Query<'_>) -> Option<H> {
        let mut allows = self.rules().filter(|rule| {
            let on = rule.action == Action::Allow && !rule.disabled;
            on && rule.applies(query) == Holds::Yes && rule.missing(query).is_empty()
        });
        allows.next().map(|rule| rule.handle)
    }
}

impl<H: Copy> Rule<H> {
    fn gap(&self, query: &Query<'_>) -> Option<Gap> {
        let missing = self.missing(query);
        if missing == [query.range] {
            return None;
        }
        let ports = (!self.opens(query.protocol, query.port)).then(|| self.ports(query.protocol));
        if ports.as_ref().is_some_and(Vec::is_empty) {
            return None;
        }
        let gaps = [
            self.disabled.then_some(Gap::Disabled),
            (self.targets.hold(query.machine) == Holds::No).then_some(Gap::Targets),
            ports.map(Gap::Port),
            (!missing.is_empty()).then_some(Gap::Range(missing)),
        ];
        let mut gaps = gaps.into_iter().flatten();
        gaps.next().filter(|_| gaps.next().is_none())
    }

    /// What its sources leave out of the range.
    fn missing(&self, query: &Query<'_>) -> Vec<IpRange> {
        let ranges = self.sources.iter().filter_map(|source| match source {
            Source::Range(range) => Some(*range),
            _ => None,
        });
        query.range.without(&ranges.collect::<Vec<_>>())
    }

    /// The ports of a protocol that it opens.
    fn ports(&self, protocol: u8) -> Vec<RangeInclusive<u16>> {
        let of = self
            .layer4
            .iter()
            .filter(|it| it.protocol == Some(protocol));
        of.flat_map(|it| it.ports.clone()).collect()
    }
}
