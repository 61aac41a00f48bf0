//! NEG106: the controller cannot bring the endpoints of a NEG up to date, by its own record.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{FailingNeg, GRACE, Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG106",
    slug: "svcneg-not-synced",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
    ],
    follows: &[
        "NEG105", "NEG107", "NEG108", "NEG109", "NEG110", "NEG006", "NEG007", "NEG101", "NEG118",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.is_settled()) {
        let all = service.failing_svc_negs("Synced");
        verdicts.findings.extend(all.iter().map(failing));
        for svc_neg in service.wanted_svc_negs() {
            let age = world.age(&service.object, svc_neg.object.created());
            let is_new = age.is_none_or(|age| age < GRACE);
            let says = |name: &str| svc_neg.condition(name).is_some();
            if !is_new && !says("Synced") && !says("Initialized") && svc_neg.last_sync().is_none() {
                verdicts.find(never_synced(service, svc_neg));
            }
        }
    }
}

fn failing(failing: &FailingNeg<'_, '_>) -> Finding {
    let initialized = failing.svc_neg.condition("Initialized");
    let effect = match initialized.map(|condition| condition.status) {
        Some("False") => "not every zone has it",
        _ => "new Pods get no traffic, and ended ones may still",
    };
    let message = format!(
        "NEG {} of Service {} is not kept up to date{}; {effect}",
        failing.svc_neg.object.name,
        failing.service.object.name,
        failing.why()
    );
    failing.finding(&ROW, message)
}

fn never_synced(service: Joined<'_, '_>, svc_neg: &SvcNeg<'_>) -> Finding {
    let message = format!(
        "The NEG controller has never finished a sync of NEG {} of Service {}",
        svc_neg.object.name, service.object.name
    );
    let label = Label::new(svc_neg.object.head(), "has no conditions");
    let finding = Finding::new(&ROW, &service.object, message, label)
        .concerning(&svc_neg.object)
        .detail(svc_neg.object.name)
        .help(
            "look for SyncNetworkEndpointGroupFailed among the events of the Service (kept for an \
             hour), and whether other NEGs of the cluster are synced",
        );
    match service.neg {
        Some(neg) => finding.because(neg.key, "asks for it"),
        None => finding,
    }
}
