//! NEG406: a firewall rule is for other nodes than those that run the Pods.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::remedy::Run;
use crate::world::{Admission, FirewallRule, World};

use super::admission::{Cause, Shut, concerning};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG406",
    slug: "firewall-misses-nodes",
    severity: Severity::Error,
    reads: super::neg401_probes_not_admitted::READS,
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for of in world.cloud().admissions() {
        let service = &of.service;
        let by_target = |cause: &Cause<'_>| matches!(cause, Cause::Targets(_));
        let Some(shut) = Shut::probers(world, of, by_target) else {
            continue;
        };
        let (Cause::Targets(rule), Some(first)) = (&shut.cause, shut.all.first()) else {
            continue;
        };
        let some = of
            .all
            .iter()
            .any(|it| it.range == first.range && it.answer.is_open());
        let message = format!(
            "{} lets {} in to other nodes than {} {} of {}: their endpoints are never reached",
            rule.called().replacen("firewall", "Firewall", 1).replacen(
                "rule",
                "Rule",
                usize::from(rule.policy.is_some())
            ),
            cloud::list(&shut.ranges()),
            shut.nodes(),
            if some {
                "that run some Pods"
            } else {
                "that run the Pods"
            },
            cloud::called(service),
        );
        let fields = ["targetTags", "targetServiceAccounts", "targetSecureTags"];
        let field = fields
            .iter()
            .find(|it| rule.node.get(it).is_some())
            .copied()
            .unwrap_or_default();
        let mut finding = Finding::new(&ROW, service, message, Label::new(rule.place_of(field), "not of these nodes"))
            .severity(shut.severity())
            .help("name what all nodes that run the Pods have, such as the node tag gke-<cluster>-<hash>-node");
        if let Some(instance) = first.instances.first() {
            let own = instance.root().at(&["tags", "items"]);
            let place = own.map_or_else(|| instance.head(), Node::place);
            finding = finding.because(place, "what such a node has");
        }
        let finding = finding.run(retarget(rule, &shut.all));
        verdicts.find(concerning(world, service, finding));
    }
}

/// The command that adds a tag of the nodes to those of the rule.
fn retarget(rule: &FirewallRule<'_>, all: &[&Admission<'_>]) -> Option<Run> {
    let mut tags = rule.texts("targetTags");
    let name = rule.name().filter(|_| !tags.is_empty())?;
    let first = all.first()?;
    let nodes = || all.iter().flat_map(|it| &it.instances);
    let common = |tag: &&str| nodes().all(|it| it.tags().any(|own| own == *tag));
    let tag = first.instances.first()?.tags().find(common)?;
    tags.push(tag);
    let option = format!("--target-tags={}", tags.join(","));
    let arguments = ["firewall-rules", "update", name, &option];
    Some(Run::gcloud(
        "aim the rule at these nodes too",
        first.network.project,
        arguments,
    ))
}
