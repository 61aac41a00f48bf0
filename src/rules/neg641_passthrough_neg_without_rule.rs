//! NEG641: a Service whose NEGs stand behind forwarding rules of others names none that can be used.

use crate::controller::event::Trouble;
use crate::controller::l4::LoadBalancerClass;
use crate::controller::rule_reference::{CUSTOM_FORWARDING_RULE, MOST_RULES, RuleReference};
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{Service, ServiceType};
use crate::world::{Joined, Told, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG641",
    slug: "passthrough-neg-without-rule",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Event],
    follows: &[],
    check,
};

const NO_ADDRESS: &str = "the Service gets no address, and the nodes drop what comes to it";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let object = &service.object;
        if object.partial || object.deletion().is_some() || !is_standalone(&service) {
            continue;
        }
        let stated = object.annotation(CUSTOM_FORWARDING_RULE);
        let inner = stated.and_then(|it| it.inner());
        if inner.as_ref().is_some_and(|it| it.placeholder().is_some()) {
            continue;
        }
        let references = RuleReference::all(inner.as_ref().map_or("", Inner::text));
        let Some(inner) = inner.filter(|_| !references.is_empty()) else {
            verdicts.find(without(&service));
            continue;
        };
        let before = verdicts.findings.len();
        verdicts
            .findings
            .extend(faulty(&service, &inner, &references));
        verdicts
            .findings
            .extend(too_many(&service, &inner, &references));
        if verdicts.findings.len() == before {
            verdicts.findings.extend(told(world, service, &inner));
        }
    }
}

/// True where the controller of such Services works on it.
fn is_standalone(service: &Service<'_>) -> bool {
    let class = LoadBalancerClass::of(service.spec_text("loadBalancerClass"));
    class == LoadBalancerClass::StandaloneNeg && service.service_type == ServiceType::LoadBalancer
}

fn without(service: &Service<'_>) -> Finding {
    let object = &service.object;
    let class = object.spec().and_then(|spec| spec.get("loadBalancerClass"));
    let label = match object.annotation(CUSTOM_FORWARDING_RULE) {
        Some(empty) => Label::new(empty.value, "names no forwarding rule"),
        None => Label::new(
            class.map_or_else(|| object.head(), Into::into),
            format!("needs the annotation {CUSTOM_FORWARDING_RULE}"),
        ),
    };
    let message = format!(
        "Service {} names no forwarding rule for its NEGs: {NO_ADDRESS}",
        object.name
    );
    Finding::new(&ROW, object, message, label).help(format!(
        "name the forwarding rules before its NEGs, by name or link and with commas between them, in \
         {CUSTOM_FORWARDING_RULE}"
    ))
}

fn faulty(
    service: &Service<'_>,
    inner: &Inner<'_>,
    references: &[RuleReference<'_>],
) -> Option<Finding> {
    let object = &service.object;
    let faults = references.iter().filter_map(|it| Some((it, it.fault()?)));
    let faults: Vec<_> = faults.collect();
    let (first, why) = faults.first()?;
    let label = |it: &RuleReference<'_>, why: &str| Label::new(inner.place(it.range.clone()), why);
    let (severity, effect) = if faults.len() == references.len() {
        (Severity::Error, NO_ADDRESS)
    } else {
        (
            Severity::Warning,
            "the Service gets the addresses of the others only",
        )
    };
    let message = format!(
        "Service {} names {:?} as a forwarding rule, which is {why}: {effect}",
        object.name, first.text
    );
    let mut finding = Finding::new(&ROW, object, message, label(first, why)).severity(severity);
    let others = faults.iter().skip(1);
    finding
        .labels
        .extend(others.map(|(it, why)| label(it, why)));
    Some(finding.help(
        "give the name of a rule of the cluster's region, or a link such as \
         projects/p/regions/r/forwardingRules/name",
    ))
}

fn too_many(
    service: &Service<'_>,
    inner: &Inner<'_>,
    references: &[RuleReference<'_>],
) -> Option<Finding> {
    let object = &service.object;
    let mut sorted: Vec<_> = references.iter().collect();
    sorted.sort_by_key(|it| it.text);
    let left_out = sorted.get(MOST_RULES..).unwrap_or_default();
    let (first, rest) = left_out.split_first()?;
    let message = format!(
        "Service {} names {} forwarding rules, of which {MOST_RULES} are taken, in the order of the \
         alphabet: it gets no address of the others",
        object.name,
        references.len()
    );
    let label = |it: &RuleReference<'_>| Label::new(inner.place(it.range.clone()), "left out");
    let mut finding = Finding::new(&ROW, object, message, label(first))
        .severity(Severity::Warning)
        .detail("too many");
    finding.labels.extend(rest.iter().map(|it| label(it)));
    Some(finding.help("give the rules beyond the tenth to another Service"))
}

/// What the controller says again and again of rules that look right.
fn told(world: &World<'_>, service: Joined<'_, '_>, inner: &Inner<'_>) -> Option<Finding> {
    let object = &service.service.object;
    let now = world.now(object);
    if !service.is_unchanged() {
        return None;
    }
    let is_meant = |told: &Told<'_, '_>| {
        let unusable = [
            Trouble::ForwardingRulesUnusable,
            Trouble::ForwardingRulesPartlyUsable,
        ];
        // Until the NEGs are attached it says so here too; that is NEG642's matter.
        unusable.contains(&told.trouble)
            && told.lasts_long(now)
            && !told.decoded.message.contains("NEGs are not attached")
    };
    let told = world.told(object).into_iter().rfind(is_meant)?;
    let (severity, what) = match told.trouble {
        Trouble::ForwardingRulesUnusable => (
            Severity::Error,
            format!(
                "None of the forwarding rules that Service {} names",
                object.name
            ),
        ),
        _ => (
            Severity::Warning,
            format!(
                "Not all forwarding rules that Service {} names",
                object.name
            ),
        ),
    };
    let message = format!("{what} can be used{}", told.decoded.why());
    let finding = Finding::new(&ROW, object, message, told.label(now))
        .severity(severity)
        .detail("told")
        .because(inner.node(), "the rules that it names");
    Some(finding.help(
        "let them be rules of external passthrough load balancers that exist in the cluster's \
         project, with the protocol TCP, UDP or L3_DEFAULT and a backend service",
    ))
}
