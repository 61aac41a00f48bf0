//! NEG106: the controller cannot bring the endpoints of a NEG up to date, by its own record.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::condition::Condition;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{GRACE, Joined, World};

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
        for (svc_neg, condition) in service.failing_svc_negs("Synced") {
            verdicts.find(failing(service, svc_neg, &condition));
        }
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

fn failing(service: Joined<'_, '_>, svc_neg: &SvcNeg<'_>, condition: &Condition<'_>) -> Finding {
    let initialized = svc_neg.condition("Initialized");
    let effect = match initialized.map(|condition| condition.status) {
        Some("False") => "not every zone has it",
        _ => "new Pods get no traffic, and ended ones may still",
    };
    let message = format!(
        "The NEG controller fails to bring NEG {} of Service {} up to date: {effect}",
        svc_neg.object.name, service.object.name
    );
    let label = Label::new(condition.told(), "what the controller says");
    finding(service, svc_neg, message, label).help(advice(svc_neg, condition))
}

fn never_synced(service: Joined<'_, '_>, svc_neg: &SvcNeg<'_>) -> Finding {
    let message = format!(
        "The NEG controller has never finished a sync of NEG {} of Service {}",
        svc_neg.object.name, service.object.name
    );
    let label = Label::new(svc_neg.object.head(), "has no conditions");
    finding(service, svc_neg, message, label).help(
        "look for SyncNetworkEndpointGroupFailed among the events of the Service (kept for an \
         hour), and whether other NEGs of the cluster are synced",
    )
}

fn finding(
    service: Joined<'_, '_>,
    svc_neg: &SvcNeg<'_>,
    message: String,
    label: Label,
) -> Finding {
    let finding = Finding::new(&ROW, &service.object, message, label)
        .concerning(&svc_neg.object)
        .detail(svc_neg.object.name);
    match service.neg {
        Some(neg) => finding.because(neg.key, "asks for it"),
        None => finding,
    }
}

/// What to do about it.
fn advice(svc_neg: &SvcNeg<'_>, condition: &Condition<'_>) -> String {
    let known = condition.advice(svc_neg.object.kind_name);
    let known = known.unwrap_or_else(|| "remove the cause that the message names".to_owned());
    format!("{known}; the controller tries again by itself, at the latest after ten minutes")
}
