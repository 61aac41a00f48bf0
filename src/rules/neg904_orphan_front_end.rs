//! NEG904: a front end whose Ingress or Service is gone, and behind which nothing is.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{ForwardingRule, Reference};
use crate::remedy::Run;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG904",
    slug: "orphan-front-end",
    severity: Severity::Warning,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
        Kind::Address,
        Kind::GkeCluster,
        Kind::Namespace,
        Kind::Node,
        Kind::Service,
        Kind::Ingress,
    ],
    follows: &[],
    check,
};

/// So long a controller may take to fill what it makes.
const NEW: SignedDuration = SignedDuration::from_hours(1);

/// For whom a controller says that it made a forwarding rule, as `namespace/name`.
#[derive(Debug, Default, Deserialize)]
struct MadeFor {
    #[serde(rename = "kubernetes.io/ingress-name")]
    ingress: Option<String>,
    #[serde(rename = "networking.gke.io/service-name")]
    service: Option<String>,
    #[serde(rename = "kubernetes.io/service-name")]
    old_service: Option<String>,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for rule in all.forwarding_rules() {
        let Some((kind, namespace, name)) = made_for(&rule) else {
            continue;
        };
        let created = rule.created();
        let age = created.and_then(|time| all.age(rule.link.project, time));
        if age.is_none_or(|age| age < NEW) || leads_on(world, &rule) {
            continue;
        }
        let behind = [
            Kind::TargetProxy,
            Kind::UrlMap,
            Kind::BackendService,
            Kind::Neg,
        ];
        let project = rule.link.project;
        let known = behind.iter().try_for_each(|kind| all.whole(*kind, project));
        match known.and_then(|()| world.is_gone(kind, project, &namespace, &name)) {
            Ok(true) => {
                let owner = match kind {
                    Kind::Ingress => format!("Ingress {namespace}/{name}"),
                    _ => format!("Service {namespace}/{name}"),
                };
                verdicts.find(finding(world, &rule, &owner));
            }
            Ok(false) => {}
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &rule, rule.head())),
        }
    }
}

fn made_for(rule: &ForwardingRule<'_>) -> Option<(Kind, String, String)> {
    let made: MadeFor = serde_json::from_str(rule.text("description")?).ok()?;
    let (kind, owner) = match (made.ingress, made.service.or(made.old_service)) {
        (Some(ingress), _) => (Kind::Ingress, ingress),
        (None, service) => (Kind::Service, service?),
    };
    let (namespace, name) = owner.split_once('/')?;
    Some((kind, namespace.to_owned(), name.to_owned()))
}

/// True where an endpoint stands behind it, or may: in a target pool, or behind a group that is no
/// NEG or was not read.
fn leads_on(world: &World<'_>, rule: &ForwardingRule<'_>) -> bool {
    let all = world.cloud();
    let of_instances = |it: Reference<'_>| it.link.collection == "targetPools";
    if rule.target().is_some_and(of_instances) {
        return true;
    }
    let mut roads = all
        .roads()
        .iter()
        .filter(|road| road.rule.link == rule.link);
    roads.any(|road| {
        let known = all.negs_of(&road.service).count();
        known < road.service.backends().count() || all.size_behind(&road.service) > 0
    })
}

fn finding(world: &World<'_>, rule: &ForwardingRule<'_>, owner: &str) -> Finding {
    let message = format!(
        "{} was made for {owner}, which no cluster of project {} has any more; it leads to no \
         endpoint and holds {}",
        cloud::head(rule),
        rule.link.project,
        rule.address()
    );
    let flag = rule.link.flag();
    let arguments = ["forwarding-rules", "delete", rule.name(), &flag];
    let run = Run::gcloud("delete the forwarding rule", rule.link.project, arguments);
    let mut finding = Finding::new(&ROW, rule, message, Label::new(rule.head(), "left over"))
        .because(rule.place_of("description"), "whom it was made for")
        .help(
            "delete it, and then what only it led to: its proxy, URL map, backend services and health \
             checks; release its address once no DNS name leads there",
        )
        .run(run.interrupting(format!("whatever is still sent to {}", rule.address())));
    let roads = world.cloud().roads().iter();
    for road in roads.filter(|road| road.rule.link == rule.link) {
        finding = finding.concerning(&road.service);
    }
    let mut addresses = world.cloud().addresses();
    if let Some(address) = addresses.find(|it| it.address() == rule.address()) {
        finding = finding.because(address.head(), "the address it holds");
    }
    finding
}
