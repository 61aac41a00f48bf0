//! A small world, in which each address is asked alone and whatever is not known is tried both ways.

use neg_doctor::cidr::IpRange;
use neg_doctor::firewall::{
    Action, Firewall, Layer4, Level, Machine, Order, Query, Rule, Source, Targets, Tier, Verdict,
};
use proptest::prelude::*;

/// What the small evaluator says of one address.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Open,
    Shut,
    Inspected,
}

type Place = (usize, usize);

fn single(last: u8) -> IpRange {
    IpRange::new(&format!("10.0.0.{last}")).unwrap()
}

fn holds(range: IpRange, address: IpRange) -> bool {
    range.within(address) == Some(address)
}

/// Whether a rule matches an address, where those of `true_ones` that cannot be judged do match.
fn matches(rule: &Rule<Place>, query: &Query<'_>, address: IpRange, known: bool) -> bool {
    let any =
        |own: &[String], of: &[String]| own.is_empty() || own.iter().any(|it| of.contains(it));
    let layer4 = rule.layer4.iter().any(|it| {
        it.protocol.is_none_or(|own| own == query.protocol)
            && (it.ports.is_empty() || it.ports.iter().any(|ports| ports.contains(&query.port)))
    });
    let targets = !rule.targets.elsewhere
        && any(&rule.targets.tags, &query.machine.tags)
        && (rule.targets.secure_tags.is_empty() || known);
    let source = rule.sources.iter().any(|source| match source {
        Source::Range(range) => holds(*range, address),
        Source::Machines(_) => query.machines && known,
        Source::Some(ranges, _) => known && ranges.iter().any(|it| holds(*it, address)),
    });
    !rule.disabled && layer4 && targets && source
}

/// Goes through the levels with one address. Bit n of `world` says whether what cannot be judged of
/// the n-th rule holds.
fn walk(
    levels: &[Level<Place>],
    order: Order,
    query: &Query<'_>,
    address: IpRange,
    world: u32,
) -> End {
    let tiers = match order {
        Order::VpcFirst => [
            Tier::Hierarchy,
            Tier::System,
            Tier::Vpc,
            Tier::Network,
            Tier::Region,
        ],
        Order::PoliciesFirst => [
            Tier::Hierarchy,
            Tier::System,
            Tier::Network,
            Tier::Region,
            Tier::Vpc,
        ],
    };
    for tier in tiers {
        for level in levels.iter().filter(|level| level.tier == tier) {
            let known = |it: &Rule<Place>| world >> (it.handle.0 * 4 + it.handle.1) & 1 == 1;
            let matching = level
                .rules
                .iter()
                .filter(|it| matches(it, query, address, known(it)));
            let first = matching.min_by_key(|it| (it.priority, it.action != Action::Deny));
            match first.map(|it| &it.action) {
                Some(Action::Allow) => return End::Open,
                Some(Action::Deny) => return End::Shut,
                Some(Action::Other(_)) => return End::Inspected,
                Some(Action::GoToNext) | None => {}
            }
        }
    }
    End::Shut
}

fn source() -> impl Strategy<Value = Source> {
    let ranges = || {
        (0u8..=255, 24u8..=32)
            .prop_map(|(last, length)| IpRange::new(&format!("10.0.0.{last}/{length}")).unwrap())
    };
    prop_oneof![
        8 => ranges().prop_map(Source::Range),
        2 => Just(Source::Range(IpRange::ALL_V4)),
        1 => Just(Source::Range(IpRange::ALL_V6)),
        1 => Just(Source::Machines("a tag".to_owned())),
        1 => ranges().prop_map(|it| Source::Some(vec![it], "a list".to_owned())),
    ]
}

fn rule() -> impl Strategy<Value = Rule<Place>> {
    let action = prop_oneof![
        6 => Just(Action::Allow),
        4 => Just(Action::Deny),
        4 => Just(Action::GoToNext),
        1 => Just(Action::Other("inspect".to_owned())),
    ];
    let ports = prop::collection::vec(
        (80u16..83, 0u16..2).prop_map(|(at, more)| at..=at + more),
        0..2,
    );
    let protocol = prop_oneof![Just(Some(6)), Just(Some(17)), Just(None)];
    let tags = prop::collection::vec(
        prop_oneof![Just("a".to_owned()), Just("b".to_owned())],
        0..2,
    );
    (
        (0i64..4, prop::bool::weighted(0.1), action),
        prop::collection::vec(source(), 1..3),
        prop::collection::vec((protocol, ports), 1..3),
        (tags, prop::bool::weighted(0.1), prop::bool::weighted(0.1)),
    )
        .prop_map(
            |((priority, disabled, action), sources, layer4, (tags, secure, elsewhere))| Rule {
                handle: (0, 0),
                priority,
                disabled,
                action,
                sources,
                layer4: layer4
                    .into_iter()
                    .map(|(protocol, ports)| Layer4 { protocol, ports })
                    .collect(),
                destinations: Vec::new(),
                targets: Targets {
                    elsewhere,
                    tags,
                    secure_tags: if secure {
                        vec!["secure".to_owned()]
                    } else {
                        Vec::new()
                    },
                    ..Targets::default()
                },
            },
        )
}

fn levels() -> impl Strategy<Value = Vec<Level<Place>>> {
    let tiers = [
        Tier::Region,
        Tier::Vpc,
        Tier::Hierarchy,
        Tier::Network,
        Tier::Hierarchy,
        Tier::System,
    ];
    tiers
        .map(|_| prop::collection::vec(rule(), 0..4))
        .prop_map(move |all| {
            let numbered =
                all.into_iter()
                    .zip(tiers)
                    .enumerate()
                    .map(|(place, (mut rules, tier))| {
                        for (index, rule) in rules.iter_mut().enumerate() {
                            rule.handle = (place, index);
                            // Rules of a policy have each a priority of their own.
                            if tier != Tier::Vpc {
                                rule.priority = rule.priority * 4 + index as i64;
                            }
                        }
                        Level {
                            tier,
                            rules,
                            unread: None,
                        }
                    });
            numbered.collect()
        })
}

/// The rules, as bits, of which not all is known.
fn unknown(levels: &[Level<Place>]) -> Vec<u32> {
    let rules = levels.iter().flat_map(|level| &level.rules);
    let opaque = |it: &&Rule<Place>| {
        !it.targets.secure_tags.is_empty()
            || it.sources.iter().any(|it| !matches!(it, Source::Range(_)))
    };
    rules
        .filter(opaque)
        .map(|it| 1 << (it.handle.0 * 4 + it.handle.1))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_address_ends_as_the_answer_says(
        levels in levels(),
        first in prop::bool::ANY,
        port in 80u16..84,
        (last, length) in (0u8..=255, 24u8..=32),
        tag in prop::bool::ANY,
        machines in prop::bool::ANY,
    ) {
        let order = if first { Order::VpcFirst } else { Order::PoliciesFirst };
        let machine = Machine {
            tags: if tag { vec!["a".to_owned()] } else { Vec::new() },
            ..Machine::default()
        };
        let range = IpRange::new(&format!("10.0.0.{last}/{length}")).unwrap();
        let query = Query { range, machines, protocol: 6, port, address: None, machine: &machine };
        let answer = Firewall::new(levels.clone(), order).ask(&query);
        let bits = unknown(&levels);
        prop_assume!(bits.len() <= 6);
        for address in (0..=255).map(single).filter(|it| holds(range, *it)) {
            let mut of = answer.parts.iter().filter(|part| holds(part.range, address));
            let part = of.next().expect("the parts are the range");
            prop_assert!(of.next().is_none(), "the parts do not overlap");
            let ends: Vec<End> = (0u32..1 << bits.len())
                .map(|chosen| {
                    let on = |(place, bit): (usize, &u32)| if chosen >> place & 1 == 1 { *bit } else { 0 };
                    let world = bits.iter().enumerate().map(on).sum();
                    walk(&levels, order, &query, address, world)
                })
                .collect();
            match &part.verdict {
                Verdict::Allowed(_) => prop_assert!(ends.iter().all(|it| *it == End::Open)),
                Verdict::Denied(_) => prop_assert!(ends.iter().all(|it| *it == End::Shut)),
                Verdict::Unclear(..) => {
                    prop_assert!(!bits.is_empty() || ends.contains(&End::Inspected));
                }
            }
        }
    }
}
