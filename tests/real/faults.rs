//! What goes wrong between the tool and the API server, at every resource in turn: what passes is
//! tried again and leaves no trace, what stays is a gap that is told in time, and never all is well.

use std::time::{Duration, Instant};

use neg_doctor::kind::resource::{ALL, Resource};
use serde_json::{Value, json};

use super::cluster::{Cluster, in_parallel};
use super::kubeconfig::{Context, kubeconfig};
use super::proxy::{Fault, Proxy, When};
use super::quiet::{ALL_CLEAR, quiet, served};
use super::tool::{Ran, asked_only_to_read, neg_doctor};

/// How long a run may read.
const TIMEOUT: Duration = Duration::from_secs(4);

/// How much longer it may take to start, to judge and to end, on a machine that does much else.
const MORE: Duration = Duration::from_secs(2);

/// A delay that no run waits for.
const TOO_LATE: Duration = Duration::from_secs(8);

/// A fault, what it leaves of a resource when it happens once, and when it stays.
const FAULTS: &[(Fault, Left, Left)] = &[
    (
        Fault::Status(401),
        Left::Whole,
        Left::Gap("refused the credentials"),
    ),
    (Fault::Status(403), Left::Refused, Left::Refused),
    (Fault::Status(404), Left::NotServed, Left::NotServed),
    (Fault::Status(410), Left::Gap("410"), Left::Gap("410")),
    (Fault::RetryAfter(429, 1), Left::Whole, Left::Gap("429")),
    (
        Fault::RetryAfter(429, 60),
        Left::Gap("429"),
        Left::Gap("429"),
    ),
    (Fault::Status(500), Left::Whole, Left::Gap("500")),
    (Fault::Status(503), Left::Whole, Left::Gap("503")),
    (
        Fault::Delay(TOO_LATE),
        Left::Gap("--timeout"),
        Left::Gap("--timeout"),
    ),
    (Fault::Close, Left::Whole, Left::Gap("connection")),
    (Fault::Cut, Left::OfBody, Left::OfBody),
    (Fault::Truncate, Left::OfBody, Left::OfBody),
];

/// What is left of a resource.
#[derive(Debug, Clone, Copy)]
enum Left {
    Whole,
    /// A gap whose reason holds this.
    Gap(&'static str),
    /// A gap where the cluster has the resource, and a fact where it has not.
    Refused,
    /// A fact where it may be missing, and a gap where it never is.
    NotServed,
    /// Whole where it happens once, a gap where it stays; nothing where there is no list to spoil.
    OfBody,
}

/// One run: a fault at a resource.
struct Trial {
    resource: &'static Resource,
    fault: Fault,
    stays: bool,
    /// A word of the reason of the gap that there must be.
    gap: Option<&'static str>,
}

fn trials(served: &[&'static Resource]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for resource in ALL.iter().filter(|resource| !resource.is_cloud()) {
        let here = served.contains(&resource);
        for (fault, once, staying) in FAULTS {
            for (stays, left) in [(false, once), (true, staying)] {
                let gap = match left {
                    Left::Whole => None,
                    Left::Gap(word) => Some(*word),
                    Left::Refused => here.then_some("needs list on"),
                    Left::NotServed => (!resource.optional).then_some("does not serve"),
                    Left::OfBody => (here && stays).then_some(""),
                };
                trials.push(Trial {
                    resource,
                    fault: *fault,
                    stays,
                    gap,
                });
            }
        }
    }
    trials
}

/// A run through a proxy that does what was planned.
fn through(proxy: &Proxy, cluster: &Cluster, arguments: &[&str]) -> Ran {
    let admin = cluster.admin();
    let config = kubeconfig(&[Context {
        url: Some(proxy.url()),
        ..cluster.context(&admin)
    }]);
    // Both for people and for programs, of one run.
    let file = config.with_extension("json");
    let mut command = neg_doctor(&config);
    command
        .args(["check", "--timeout"])
        .arg(format!("{}s", TIMEOUT.as_secs()))
        .arg("--output")
        .arg(format!("json={}", file.display()))
        .args(arguments);
    let mut ran = Ran::of(&mut command);
    assert!(ran.took < TIMEOUT + MORE, "{command:?} {ran:?}");
    let human = std::mem::take(&mut ran.stdout);
    ran.stdout = std::fs::read_to_string(&file).unwrap_or_default();
    ran.stderr.push_str(&human);
    ran
}

/// What is wrong with a run that should be whole, or lack this one resource.
fn complaint(ran: &Ran, resource: &str, gap: Option<&str>) -> Option<String> {
    let report = ran.report();
    let unread = report["unread"].as_array().unwrap();
    let all_clear = ran.stderr.contains(ALL_CLEAR);
    let told = |entry: &Value, word: &str| {
        let origin = entry["origin"].as_str().unwrap();
        origin == format!("test/{resource}") && entry["reason"].as_str().unwrap().contains(word)
    };
    let fine = match (gap, unread.as_slice()) {
        (None, []) => ran.code == 0 && all_clear,
        (Some(word), [entry]) => ran.code == 2 && !all_clear && told(entry, word),
        _ => false,
    };
    (!fine).then(|| format!("expected {gap:?}: {} {}{unread:#?}", ran.code, ran.stderr))
}

#[test]
fn every_fault_at_every_resource_is_healed_or_told() {
    let Some(cluster) = quiet() else { return };
    let begin = Instant::now();
    let trials = trials(&served(cluster));
    let told = in_parallel(
        || cluster.loader(),
        &trials,
        |_, trial| {
            let proxy = Proxy::start(cluster, &cluster.admin());
            let name = trial.resource.name();
            let when = if trial.stays {
                When::From(1)
            } else {
                When::Once(1)
            };
            proxy.fault(&name, when, trial.fault);
            let ran = through(&proxy, cluster, &["-A"]);
            let complaint = complaint(&ran, &name, trial.gap)?;
            Some(format!("{name} {:?} {when:?}: {complaint}", trial.fault))
        },
    );
    let told: Vec<_> = told.into_iter().flatten().collect();
    println!("{} runs in {:?}", trials.len(), begin.elapsed());
    assert!(
        told.is_empty(),
        "{} of {}\n{}",
        told.len(),
        trials.len(),
        told.join("\n")
    );
    asked_only_to_read(cluster);
}

/// More than a page of each.
const MANY: usize = 501;

/// Where there are so many.
const PAGED: &[(&str, &str)] = &[
    ("pods", "/api/v1/namespaces/paged/pods"),
    ("events", "/api/v1/namespaces/paged/events"),
    (
        "servicenetworkendpointgroups.networking.gke.io",
        "/apis/networking.gke.io/v1beta1/namespaces/paged/servicenetworkendpointgroups",
    ),
];

/// What goes wrong with the second page, and a word of the gap that it leaves.
const BETWEEN_PAGES: &[(When, Fault, Option<&str>)] = &[
    (When::Once(2), Fault::Status(410), None),
    (When::From(2), Fault::Status(410), Some("410")),
    (When::Once(2), Fault::Status(503), None),
    (When::From(2), Fault::Status(503), Some("503")),
    (When::Once(2), Fault::Truncate, None),
    (When::From(2), Fault::Cut, Some("connection")),
    (When::From(2), Fault::Delay(TOO_LATE), Some("--timeout")),
];

fn many() -> Vec<Value> {
    let named = |api: &str, kind: &str, spec: Value, n: usize| {
        let metadata = json!({"name": format!("n{n}"), "namespace": "paged"});
        json!({"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec})
    };
    let mut objects = vec![named(
        "v1",
        "Service",
        json!({
            "type": "ClusterIP",
            "clusterIP": "None",
            "clusterIPs": ["None"],
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        }),
        0,
    )];
    for n in 0..MANY {
        let pod = json!({"containers": [{"name": "c", "image": "i"}]});
        let mut event = named("v1", "Event", Value::Null, n);
        event.as_object_mut().unwrap().remove("spec");
        event["involvedObject"] = json!({"kind": "Pod", "name": "n1", "namespace": "paged"});
        let (gke, neg) = ("networking.gke.io/v1beta1", "ServiceNetworkEndpointGroup");
        objects.extend([
            named("v1", "Pod", pod, n),
            event,
            named(gke, neg, json!({}), n),
        ]);
    }
    objects
}

#[test]
fn pages_that_went_stale_are_read_anew_or_told() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.store(many());
    let trials: Vec<_> = PAGED
        .iter()
        .flat_map(|paged| BETWEEN_PAGES.iter().map(move |fault| (paged, fault)))
        .collect();
    let told = in_parallel(
        || cluster.loader(),
        &trials,
        |_, ((name, path), (when, fault, gap))| {
            let proxy = Proxy::start(cluster, &cluster.admin());
            proxy.fault(path, *when, *fault);
            let ran = through(&proxy, cluster, &["-n", "paged"]);
            // Each object once, however often its page was read.
            let counted = ran.report()["clusters"][0]["objects"].to_string();
            let whole = counted.matches(&format!(":{MANY}")).count() == PAGED.len();
            let complaint = complaint(&ran, name, *gap);
            let complaint = complaint.or_else(|| (gap.is_none() && !whole).then_some(counted))?;
            Some(format!("{name} {fault:?} {when:?}: {complaint}"))
        },
    );
    let told: Vec<_> = told.into_iter().flatten().collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    asked_only_to_read(cluster);
}
