//! NEG401: no firewall rule lets the probes reach the Pods.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::firewall::{Gap, Verdict};
use crate::kind::Kind;
use crate::remedy::Run;
use crate::world::{Admissions, FirewallRule, Missing, Whence, World};

use super::admission::{Cause, Shut, concerning, is_meant, opened};
use super::{Row, cloud};

/// What the rules about firewalls read.
pub(super) const READS: &[Kind] = &[
    Kind::BackendService,
    Kind::ForwardingRule,
    Kind::TargetProxy,
    Kind::UrlMap,
    Kind::HealthCheck,
    Kind::Neg,
    Kind::Endpoints,
    Kind::Firewall,
    Kind::Network,
    Kind::Subnetwork,
    Kind::Instance,
    Kind::Service,
    Kind::Ingress,
    Kind::SvcNeg,
    Kind::Node,
    Kind::Namespace,
];

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG401",
    slug: "probes-not-admitted",
    severity: Severity::Error,
    reads: READS,
    follows: &["NEG302", "NEG407"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for of in world.cloud().admissions() {
        let plain = |cause: &Cause<'_>| matches!(cause, Cause::Nothing(_));
        if let Some(shut) = Shut::probers(world, of, plain) {
            verdicts.findings.extend(finding(world, of, &shut));
        }
        if let Some(missing) = unclear(of) {
            let service = &of.service;
            verdicts.leave(missing.undecided(&ROW, service, service.head()));
        }
    }
}

/// Why nobody can tell whether something is let in.
fn unclear(of: &Admissions<'_>) -> Option<Missing> {
    if of.missing.is_some() {
        return of.missing.clone();
    }
    of.all.iter().find_map(|it| {
        let (by, why) = it.answer.unclear()?;
        let whence = it.range;
        Some(match by {
            Some(rule) => Missing::new(
                format!(
                    "{} may decide whether {whence} reaches port {}: {why}",
                    rule.called(),
                    it.port
                ),
                "a Connectivity Test of Network Intelligence Center",
            ),
            None => Missing::new(
                why,
                format!("--project {}, with its firewalls", it.network.project),
            ),
        })
    })
}

fn finding(world: &World<'_>, of: &Admissions<'_>, shut: &Shut<'_, '_>) -> Option<Finding> {
    let service = &of.service;
    let first = shut.all.first()?;
    let message = format!(
        "No firewall rule on network {} lets {} reach {} of {}: {} is not probed from there, and \
         turns unhealthy",
        first.network.name,
        cloud::list(&shut.ranges()),
        shut.ports(),
        shut.nodes(),
        cloud::called(service),
    );
    let Cause::Nothing(near) = &shut.cause else {
        return None;
    };
    let near = near.clone().or_else(|| other_half(of, shut));
    let label = match &near {
        Some((rule, gap)) => miss(rule, gap),
        None => Label::new(shut.place(world)?, "none of its rules lets them in"),
    };
    let mut finding = Finding::new(&ROW, service, message, label)
        .severity(shut.severity())
        .because(first.endpoint.node, "an endpoint that is to be probed")
        .help(format!(
            "let the load balancer's ranges reach the Pods' port in project {}, to which the \
             network belongs",
            first.network.project
        ));
    for rule in first.answer.parts.iter().flat_map(|part| &part.through) {
        let priority = rule.node.get("priority").and_then(Node::integer);
        // The last rules of a policy hand everything on.
        if priority.is_some_and(|it| it < 2_147_483_644) {
            finding = finding.because(
                rule.place_of("action"),
                "hands them on, and no rule after it lets them in",
            );
        }
    }
    for rule in elsewhere(world, of) {
        finding = finding.because(
            rule.place_of("network"),
            "opens the port on another network",
        );
    }
    let mend = near.as_ref().and_then(|(rule, gap)| mend(shut, rule, gap));
    Some(concerning(
        world,
        service,
        finding.run(mend.or_else(|| shut.open(world, service))),
    ))
}

/// A rule that lets in other ranges of the same probers.
fn other_half<'d>(of: &Admissions<'d>, shut: &Shut<'_, 'd>) -> Option<(FirewallRule<'d>, Gap)> {
    let first = shut.all.first()?;
    let open = of.all.iter().filter(|it| {
        let same = it.port == first.port && it.range.is_v6() == first.range.is_v6();
        same && matches!(it.from, Whence::Probers) && it.answer.is_open()
    });
    let mut by = open.filter_map(|it| match it.answer.parts.first()?.verdict {
        Verdict::Allowed(rule) => is_meant(&rule, it.range).then_some(rule),
        _ => None,
    });
    Some((by.next()?, Gap::Range(vec![first.range])))
}

fn miss(rule: &FirewallRule<'_>, gap: &Gap) -> Label {
    match gap {
        Gap::Disabled => Label::new(
            rule.place_of("disabled"),
            "would let them in, and is switched off",
        ),
        Gap::Range(missing) => {
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            let text = format!("leaves out {}", cloud::list(&missing));
            Label::new(rule.place_of("sourceRanges"), text)
        }
        Gap::Port(ports) => Label::new(
            rule.place_of("allowed"),
            format!("opens {} instead", opened(ports)),
        ),
        Gap::Targets => Label::new(rule.place_of("targetTags"), "is for other nodes"),
    }
}

/// VPC rules of other networks that open a port that is asked: rules of a service project do not
/// work on the network of its host.
fn elsewhere<'d>(world: &World<'d>, of: &Admissions<'d>) -> Vec<FirewallRule<'d>> {
    let Some(first) = of
        .all
        .first()
        .filter(|it| it.network.project != of.service.link.project)
    else {
        return Vec::new();
    };
    let others = world.cloud().rules_elsewhere(first.network);
    let opens = others.into_iter().filter(|it| it.opens(6, first.port));
    opens.map(|it| it.handle).take(1).collect()
}

fn mend(shut: &Shut<'_, '_>, rule: &FirewallRule<'_>, gap: &Gap) -> Option<Run> {
    let project = shut.all.first()?.network.project;
    let name = rule.name()?;
    let (title, option) = match gap {
        Gap::Disabled => ("switch the rule on", "--no-disabled".to_owned()),
        Gap::Range(_) => {
            let mut ranges: Vec<String> = rule.sources().into_iter().map(str::to_owned).collect();
            for range in shut.all.iter().map(|it| it.range.to_string()) {
                if !ranges.contains(&range) {
                    ranges.push(range);
                }
            }
            let option = format!("--source-ranges={}", ranges.join(","));
            ("let in the whole ranges", option)
        }
        Gap::Port(_) | Gap::Targets => return None,
    };
    let arguments = ["firewall-rules", "update", name, &option];
    Some(Run::gcloud(title, project, arguments))
}
