//! NEG703: a readiness gate for NEGs on Pods that no NEG will hold.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::workload::{NEG_READINESS_GATE, Workload};
use crate::world::{Joined, Missing, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG703",
    slug: "readiness-gate-without-neg",
    severity: Severity::Note,
    reads: &[Kind::Workload, Kind::Service, Kind::Gateway, Kind::Route],
    follows: &["NEG012"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for workload in world
        .workloads()
        .iter()
        .filter(|workload| by_hand(workload))
    {
        let mut gates = workload.readiness_gates();
        let Some(gate) = gates.find(|gate| gate.text() == Some(NEG_READINESS_GATE)) else {
            continue;
        };
        let selecting: Vec<_> = selecting(world, workload).collect();
        match holds(world, workload, &selecting) {
            Ok(true) => {}
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &workload.object, gate)),
            Ok(false) => {
                let head = &workload.object;
                let message = format!(
                    "{} {} has the readiness gate of NEGs, but no NEG holds its Pods: the gate protects nothing",
                    head.kind_name, head.name
                );
                let label = Label::new(gate, "written by hand");
                let mut finding = Finding::new(&ROW, head, message, label);
                for service in selecting.iter().take(3) {
                    let text = format!(
                        "Service {} selects them and claims no NEG",
                        service.object.name
                    );
                    finding = finding.because(service.object.head(), text);
                }
                verdicts.find(finding.help(
                    "GKE adds the gate to the Pods that need it by itself, so leave it out; without \
                     the controller of GKE such Pods never become ready",
                ));
            }
        }
    }
}

/// True for a Pod template. A Pod with an owner, or one that a cluster has answered with, may have
/// got the gate from GKE when a NEG was still claimed.
fn by_hand(workload: &Workload<'_>) -> bool {
    let root = workload.object.root();
    let is_live =
        root.at(&["metadata", "ownerReferences"]).is_some() || root.get("status").is_some();
    !(workload.object.partial || workload.object.kind_name == "Pod" && is_live)
}

/// The Services that certainly or possibly select the Pods.
fn selecting<'w, 'd>(
    world: &'w World<'d>,
    workload: &'w Workload<'d>,
) -> impl Iterator<Item = Joined<'w, 'd>> {
    world.services().filter(|service| {
        service.service.selects(&workload.labels)
            && service.service.object.may_share_namespace(&workload.object)
    })
}

/// Whether a NEG will hold the Pods.
fn holds(
    world: &World<'_>,
    workload: &Workload<'_>,
    selecting: &[Joined<'_, '_>],
) -> Result<bool, Missing> {
    for service in selecting {
        // Patches of the same Service may bring the claim.
        let named = world.services_named(service.object.name);
        let variants = named.filter(|variant| variant.object.may_share_namespace(&service.object));
        for variant in variants {
            let claims = match (variant.neg, variant.claim()) {
                (Some(_), Some((_, claim))) => claim.has_effect(),
                // A refused claim is another rule's matter.
                (Some(_), None) => true,
                (None, _) => world.adds_claim(&variant.object) == Some(true),
            };
            if claims || variant.routes().next().is_some() {
                return Ok(true);
            }
        }
    }
    for service in selecting {
        if service.neg.is_none() && world.adds_claim(&service.object).is_none() {
            return Err(Missing::new(
                format!(
                    "GKE may add the claim when Service {} is created",
                    service.object.name
                ),
                "`adds-claim` in a [[cluster]] entry says whether it does",
            ));
        }
    }
    world.whole(Kind::Service, &workload.object)?;
    Ok(false)
}
