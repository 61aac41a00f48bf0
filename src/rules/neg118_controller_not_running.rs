//! NEG118: Services claim NEGs, and no controller works on them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::controller::event::NEG_CONTROLLER;
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Subject, Verdicts};
use crate::kind::Kind;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{LiveNeg, World, in_words};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG118",
    slug: "controller-not-running",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Event,
        Kind::Namespace,
        Kind::Node,
        Kind::GkeCluster,
    ],
    follows: &[],
    check,
};

/// The controller syncs every NEG at least every ten minutes.
const SILENT: SignedDuration = SignedDuration::from_mins(30);
/// More claims than these show nothing new.
const MAX_SHOWN: usize = 3;

/// What Services of one cluster have long asked for.
#[derive(Default)]
struct Work<'w, 'd> {
    negs: Vec<LiveNeg<'w, 'd>>,
    /// The record of the newest sync, and when that was.
    newest: Option<(Timestamp, &'w SvcNeg<'d>)>,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut works: BTreeMap<&str, Work<'_, '_>> = BTreeMap::new();
    for service in world.services().filter(|service| service.is_settled()) {
        let object = &service.object;
        let changed = world.age(object, object.changed());
        // Without a selector there may be no EndpointSlices, which are what keeps syncs coming.
        if service.selector.is_none() || changed.is_none_or(|age| age < SILENT) {
            continue;
        }
        let negs = service.live_negs();
        if negs.is_empty() {
            continue;
        }
        let work = works.entry(object.cluster_name).or_default();
        work.negs.extend(negs);
    }
    for (cluster, work) in &mut works {
        let synced = |record| Some((SvcNeg::last_sync(record)?, record));
        let own = world.svc_negs().iter();
        let own = own.filter(|record| record.object.cluster_name == *cluster);
        work.newest = own.filter_map(synced).max_by_key(|(time, _)| *time);
        verdicts.findings.extend(finding(world, work));
    }
}

/// What shows that nobody is at work, and how sure that is.
struct Evidence {
    message: String,
    label: Label,
    severity: Severity,
}

fn finding(world: &World<'_>, work: &Work<'_, '_>) -> Option<Finding> {
    let first = work.negs.first()?;
    let object = &first.service.object;
    let evidence = evidence(world, work)?;
    let cluster = object.cluster_name;
    let subject = Subject {
        cluster: cluster.to_owned(),
        kind: "Cluster".to_owned(),
        namespace: String::new(),
        name: cluster.to_owned(),
    };
    let mut finding = Finding::new(&ROW, subject, evidence.message, evidence.label)
        .severity(evidence.severity)
        .help(
            "see whether the add-on is on (`gcloud container clusters describe`, addonsConfig), and \
             turn it on with `gcloud container clusters update --update-addons \
             HttpLoadBalancing=ENABLED`; where a load balancer controller of your own runs instead, \
             look at its Pods and its rights",
        );
    for neg in work.negs.iter().take(MAX_SHOWN) {
        finding.labels.push(neg.asked("asked for here"));
    }
    for neg in &work.negs {
        finding = finding.concerning(&neg.service.object);
    }
    Some(finding)
}

fn evidence(world: &World<'_>, work: &Work<'_, '_>) -> Option<Evidence> {
    let first = work.negs.first()?;
    let object = &first.service.object;
    let cluster = match object.cluster_name {
        "" => "the cluster".to_owned(),
        name => format!("cluster {name}"),
    };
    let quiet = work
        .newest
        .and_then(|(time, _)| world.age(object, Some(time)));
    if quiet.is_some_and(|quiet| quiet < SILENT) {
        return None;
    }
    let off = world
        .gke_cluster(object)
        .and_then(|it| it.load_balancing_off());
    if let Some(off) = off {
        return Some(Evidence {
            message: format!(
                "The load-balancing add-on of {cluster} is off: no controller works on {}",
                claims(work)
            ),
            label: Label::new(off, "the add-on is off"),
            severity: Severity::Error,
        });
    }
    let unanswered = work.negs.iter().filter(|neg| neg.stated.is_none()).count();
    if let (Some((_, record)), Some(quiet)) = (work.newest, quiet) {
        let told = record.object.root().at(&["status", "lastSyncTime"]);
        let place = told.map_or_else(|| record.object.head(), Node::place);
        let severity = match unanswered {
            0 => Severity::Warning,
            _ => Severity::Error,
        };
        return Some(Evidence {
            message: format!(
                "No NEG of {cluster} has been synced for {}, and the controller does it every ten \
                 minutes: it does not run, so that changes of Pods do not reach the load balancers",
                in_words(quiet)
            ),
            label: Label::new(place, "the newest sync of all"),
            severity,
        });
    }
    nothing_at_all(world, work, unanswered).then(|| Evidence {
        message: format!(
            "The NEG controller of {cluster} has answered none of {}, and says nothing: it does \
             not run",
            claims(work)
        ),
        label: first.asked("not answered"),
        severity: Severity::Error,
    })
}

/// Whether no claim was answered, and no event says why. One Service alone may have a reason of its
/// own.
fn nothing_at_all(world: &World<'_>, work: &Work<'_, '_>, unanswered: usize) -> bool {
    let Some(first) = work.negs.first() else {
        return false;
    };
    let object = &first.service.object;
    let mut others = work.negs.iter().map(|neg| neg.service.object.name);
    let mut events = world.events().iter();
    unanswered == work.negs.len()
        && others.any(|name| name != object.name)
        && world.whole(Kind::Event, object).is_ok()
        && world.whole(Kind::SvcNeg, object).is_ok()
        && !events.any(|event| {
            event.component == NEG_CONTROLLER && event.object.clusters.meets(object.clusters)
        })
}

/// `the claims of 3 Services`
fn claims(work: &Work<'_, '_>) -> String {
    let mut services: Vec<_> = work
        .negs
        .iter()
        .map(|neg| (neg.service.object.namespace, neg.service.object.name))
        .collect();
    services.dedup();
    match services.as_slice() {
        [(_, name)] => format!("the claim of Service {name}"),
        all => format!("the claims of {} Services", all.len()),
    }
}
