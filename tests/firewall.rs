//! What firewalls let in: cases by hand, the shapes of recorded answers, and every address of a
//! small world against an evaluator that asks one address at a time.
#![cfg(test)]

#[path = "firewall/naive.rs"]
mod naive;
#[path = "firewall/recorded.rs"]
mod recorded;

use neg_doctor::cidr::IpRange;
use neg_doctor::firewall::{
    Action, Answer, Firewall, Gap, Layer4, Level, Machine, Order, PROBES_V4, Query, Rule, Source,
    Targets, Tier, Verdict,
};

const NODE: &str = "gke-prod-node";

fn range(cidr: &str) -> IpRange {
    IpRange::new(cidr).unwrap()
}

fn machine() -> Machine {
    Machine {
        tags: vec![NODE.to_owned()],
        service_accounts: vec!["nodes@acme.iam.gserviceaccount.com".to_owned()],
        secure_tags: None,
    }
}

/// `allow 1000 35.191.0.0/16,130.211.0.0/22 tcp:8080`
fn rule(text: &'static str) -> Rule<&'static str> {
    let mut words = text.split(' ');
    let action = match words.next().unwrap() {
        "allow" => Action::Allow,
        "deny" => Action::Deny,
        "goto_next" => Action::GoToNext,
        other => Action::Other(other.to_owned()),
    };
    let priority = words.next().unwrap().parse().unwrap();
    let sources = words.next().unwrap().split(',');
    let (protocol, ports) = words.next().unwrap().split_once(':').unwrap();
    let ports = ports.split(',').filter(|it| !it.is_empty());
    Rule {
        handle: text,
        priority,
        disabled: false,
        action,
        sources: sources.map(|it| Source::Range(range(it))).collect(),
        layer4: vec![Layer4::read(protocol, ports).unwrap()],
        destinations: Vec::new(),
        targets: Targets::default(),
    }
}

fn level(tier: Tier, rules: Vec<Rule<&'static str>>) -> Level<&'static str> {
    Level {
        tier,
        rules,
        unread: None,
    }
}

fn vpc(rules: Vec<Rule<&'static str>>) -> Firewall<&'static str> {
    Firewall::new(vec![level(Tier::Vpc, rules)], Order::VpcFirst)
}

fn ask(firewall: &Firewall<&'static str>, from: &str) -> Answer<&'static str> {
    let machine = machine();
    firewall.ask(&query(&machine, from))
}

fn query<'q>(machine: &'q Machine, from: &str) -> Query<'q> {
    Query {
        range: range(from),
        machines: false,
        protocol: 6,
        port: 8080,
        address: None,
        machine,
    }
}

fn verdicts(answer: &Answer<&'static str>) -> Vec<(String, Verdict<&'static str>)> {
    let parts = answer.parts.iter();
    parts
        .map(|part| (part.range.to_string(), part.verdict.clone()))
        .collect()
}

const ALLOW: &str = "allow 1000 35.191.0.0/16,130.211.0.0/22 tcp:8080";

#[test]
fn no_rule_lets_nothing_in() {
    let answer = ask(&vpc(Vec::new()), "35.191.0.0/16");
    assert_eq!(
        verdicts(&answer),
        [("35.191.0.0/16".to_owned(), Verdict::Denied(None))]
    );
    assert!(!answer.is_open());
}

#[test]
fn an_allow_lets_in_and_a_deny_before_it_or_beside_it_shadows_it() {
    for range in PROBES_V4 {
        assert!(ask(&vpc(vec![rule(ALLOW)]), range).is_open());
    }
    for (deny, open) in [
        ("deny 900 0.0.0.0/0 all:", false),
        ("deny 1000 0.0.0.0/0 tcp:8000-9000", false),
        ("deny 1001 0.0.0.0/0 all:", true),
        ("deny 900 0.0.0.0/0 udp:", true),
        ("deny 900 0.0.0.0/0 tcp:22", true),
        ("deny 900 ::/0 all:", true),
    ] {
        let answer = ask(&vpc(vec![rule(ALLOW), rule(deny)]), "35.191.0.0/16");
        assert_eq!(answer.is_open(), open, "{deny}");
        if !open {
            assert_eq!(answer.denied().next().unwrap().1, Some(deny));
        }
    }
}

#[test]
fn what_is_admitted_in_part_is_not_admitted() {
    let half = "allow 1000 35.191.0.0/17 tcp:";
    let answer = ask(&vpc(vec![rule(half)]), "35.191.0.0/16");
    assert_eq!(
        verdicts(&answer),
        [
            ("35.191.0.0/17".to_owned(), Verdict::Allowed(half)),
            ("35.191.128.0/17".to_owned(), Verdict::Denied(None)),
        ]
    );
}

#[test]
fn two_rules_may_share_a_range() {
    let halves = [
        "allow 1000 35.191.0.0/17 tcp:",
        "allow 5 35.191.128.0/17 tcp:",
    ];
    assert!(ask(&vpc(halves.map(rule).to_vec()), "35.191.0.0/16").is_open());
}

#[test]
fn ipv6_is_asked_alike() {
    let firewall = vpc(vec![rule("allow 1000 2600:2d00:1:b029::/64 tcp:8080")]);
    assert!(ask(&firewall, "2600:2d00:1:b029::/64").is_open());
    assert!(!ask(&firewall, "2600:2d00:1:1::/64").is_open());
}

#[test]
fn the_order_of_levels() {
    let levels = |policy| {
        vec![
            level(Tier::Region, vec![]),
            level(Tier::Network, vec![rule(policy)]),
            level(Tier::Vpc, vec![rule(ALLOW)]),
        ]
    };
    let deny = "deny 1 0.0.0.0/0 all:";
    let after = Firewall::new(levels(deny), Order::VpcFirst);
    let before = Firewall::new(levels(deny), Order::PoliciesFirst);
    assert!(ask(&after, "35.191.0.0/16").is_open());
    assert!(!ask(&before, "35.191.0.0/16").is_open());
    let on = "goto_next 1 0.0.0.0/0 all:";
    let before = Firewall::new(levels(on), Order::PoliciesFirst);
    let answer = ask(&before, "35.191.0.0/16");
    assert!(answer.is_open());
    assert_eq!(answer.parts[0].through, [on]);
}

#[test]
fn the_hierarchy_comes_first_from_the_organization_down() {
    let organization = level(
        Tier::Hierarchy,
        vec![
            rule("goto_next 1 35.191.0.0/16 all:"),
            rule("deny 2 0.0.0.0/0 all:"),
        ],
    );
    let folder = level(Tier::Hierarchy, vec![rule("allow 7 0.0.0.0/0 tcp:8080")]);
    let rules = level(Tier::Vpc, vec![rule("deny 0 0.0.0.0/0 all:")]);
    let firewall = Firewall::new(vec![rules, organization, folder], Order::VpcFirst);
    assert!(ask(&firewall, "35.191.0.0/16").is_open());
    let answer = ask(&firewall, "130.211.0.0/22");
    let by = answer.denied().next().unwrap().1;
    assert_eq!(by, Some("deny 2 0.0.0.0/0 all:"));
}

#[test]
fn handed_on_to_a_level_that_says_nothing_is_kept_out() {
    let on = "goto_next 1 0.0.0.0/0 all:";
    let firewall = Firewall::new(
        vec![
            level(Tier::Hierarchy, vec![rule(on)]),
            level(Tier::Vpc, vec![]),
        ],
        Order::VpcFirst,
    );
    let answer = ask(&firewall, "35.191.0.0/16");
    assert_eq!(answer.parts[0].verdict, Verdict::Denied(None));
    assert_eq!(answer.parts[0].through, [on]);
}

#[test]
fn what_is_not_known_is_unclear_only_where_it_matters() {
    let listed = |action: &'static str| Rule {
        sources: vec![Source::Some(vec![IpRange::ALL_V4], "a list".to_owned())],
        ..rule(action)
    };
    let deny = listed("deny 1 1.1.1.1 tcp:8080");
    let answer = ask(&vpc(vec![deny, rule(ALLOW)]), "35.191.0.0/16");
    assert_eq!(
        answer.unclear(),
        Some((Some("deny 1 1.1.1.1 tcp:8080"), "a list"))
    );
    let other_port = listed("deny 1 1.1.1.1 tcp:22");
    assert!(ask(&vpc(vec![other_port, rule(ALLOW)]), "35.191.0.0/16").is_open());
    let allow = listed("allow 1 1.1.1.1 tcp:8080");
    assert!(ask(&vpc(vec![allow.clone(), rule(ALLOW)]), "35.191.0.0/16").is_open());
    let answer = ask(&vpc(vec![allow]), "35.191.0.0/16");
    assert!(answer.unclear().is_some());
    let inspect = rule("apply_security_profile_group 1 0.0.0.0/0 tcp:");
    assert!(
        ask(&vpc(vec![inspect]), "35.191.0.0/16")
            .unclear()
            .is_some()
    );
}

#[test]
fn load_balancers_are_no_virtual_machines() {
    let tagged = Rule {
        sources: vec![Source::Machines("a tag".to_owned())],
        ..rule("deny 1 1.1.1.1 tcp:")
    };
    let firewall = vpc(vec![tagged, rule("allow 2 0.0.0.0/0 tcp:")]);
    assert!(ask(&firewall, "35.191.0.0/16").is_open());
    let machine = machine();
    let machines = true;
    let answer = firewall.ask(&Query {
        machines,
        ..query(&machine, "10.0.0.0/8")
    });
    assert!(answer.unclear().is_some());
}

#[test]
fn a_level_that_was_not_read_makes_what_reaches_it_unclear() {
    let unread = Level {
        unread: Some("not read".to_owned()),
        ..level(Tier::Region, vec![])
    };
    let levels = vec![level(Tier::Vpc, vec![rule(ALLOW)]), unread];
    let firewall = Firewall::new(levels, Order::VpcFirst);
    assert!(ask(&firewall, "35.191.0.0/16").is_open());
    assert_eq!(
        ask(&firewall, "10.0.0.0/8").unclear(),
        Some((None, "not read"))
    );
}

#[test]
fn what_a_rule_lacks() {
    let disabled = Rule {
        disabled: true,
        ..rule(ALLOW)
    };
    let mut elsewhere = rule(ALLOW);
    elsewhere.targets.tags = vec!["gke-old-node".to_owned()];
    let ports = rule("allow 1000 35.191.0.0/16 tcp:80,30000-32767");
    let part = rule("allow 1000 35.191.0.0/17 tcp:8080");
    let two = Rule {
        disabled: true,
        ..ports.clone()
    };
    let far = rule("allow 1000 10.0.0.0/8 tcp:8080");
    for (rule, gap) in [
        (disabled, Some(Gap::Disabled)),
        (elsewhere, Some(Gap::Targets)),
        (ports, Some(Gap::Port(vec![80..=80, 30000..=32767]))),
        (part, Some(Gap::Range(vec![range("35.191.128.0/17")]))),
        (two, None),
        (far, None),
    ] {
        let firewall = vpc(vec![rule]);
        assert!(!ask(&firewall, "35.191.0.0/16").is_open());
        let machine = machine();
        let misses = firewall.near_misses(&query(&machine, "35.191.0.0/16"));
        assert_eq!(misses.into_iter().map(|it| it.gap).next(), gap);
    }
}

#[test]
fn targets_by_service_account_and_by_secure_tag() {
    let mut by_account = rule(ALLOW);
    by_account.targets.service_accounts = vec!["nodes@acme.iam.gserviceaccount.com".to_owned()];
    assert!(ask(&vpc(vec![by_account]), "35.191.0.0/16").is_open());
    let mut by_tag = rule(ALLOW);
    by_tag.targets.secure_tags = vec!["tagValues/1".to_owned()];
    let firewall = vpc(vec![by_tag]);
    assert!(ask(&firewall, "35.191.0.0/16").unclear().is_some());
    for (tags, open) in [(vec![], false), (vec!["tagValues/1".to_owned()], true)] {
        let machine = Machine {
            secure_tags: Some(tags),
            ..machine()
        };
        assert_eq!(
            firewall.ask(&query(&machine, "35.191.0.0/16")).is_open(),
            open
        );
    }
}
