//! NEG103: the controller has not answered a claim.

use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{GRACE, LiveNeg, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG103",
    slug: "claim-without-status",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Ingress],
    follows: &[
        "NEG004", "NEG006", "NEG009", "NEG020", "NEG021", "NEG101", "NEG108", "NEG118",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.is_live()) {
        let object = &service.object;
        if object.deleted().is_some() {
            continue;
        }
        let is_old = |neg: &LiveNeg<'_, '_>| {
            let age = world.age(object, neg.of.claimed(service));
            age.is_some_and(|age| age >= GRACE)
        };
        let unanswered = service.live_negs().into_iter();
        let unanswered = unanswered.filter(|neg| neg.stated.is_none() && is_old(neg));
        verdicts
            .findings
            .extend(unanswered.map(|neg| finding(&neg)));
    }
}

fn finding(neg: &LiveNeg<'_, '_>) -> Finding {
    let object = &neg.service.object;
    let port = neg.port();
    let message = format!(
        "Service {} asks for a NEG for {port}, and the NEG controller has not answered: \
         cloud.google.com/neg-status lacks it",
        object.name
    );
    let mut finding = Finding::new(&ROW, object, message, neg.asked("not in neg-status"))
        .detail(&port)
        .help(
            "the controller writes its answer before it makes anything, so one of its passes \
             failed or none was made: look for ProcessServiceFailed among the events of the \
             Service (kept for an hour), and whether other Services of the cluster get NEGs",
        );
    if let Some(status) = neg.service.status() {
        finding = finding.because(status.inner.node(), "the answer, without this port");
    }
    finding
}
