//! NEG219: connections are drained for longer than the Pods live.

use std::collections::BTreeSet;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Subject, Verdicts};
use crate::kind::Kind;
use crate::kind::backend_config::BackendConfig;
use crate::kind::cloud::BackendService;
use crate::kind::workload::Workload;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG219",
    slug: "draining-misfit",
    severity: Severity::Note,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::Namespace,
        Kind::Node,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
        Kind::Workload,
        Kind::BackendConfig,
    ],
    follows: &[],
    check,
};

/// Kubernetes' default for `terminationGracePeriodSeconds`.
const DEFAULT_GRACE: i64 = 30;
/// What a load balancer waits for an answer where nothing else is said.
const DEFAULT_TIMEOUT: i64 = 30;

/// How long connections may live on when their endpoint goes.
struct Draining<'d> {
    node: Node<'d>,
    /// In seconds.
    longest: i64,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told: BTreeSet<(Subject, Subject)> = BTreeSet::new();
    let mut judge = |draining: &Draining<'_>, subject: Subject, name: &str, pods: &Workload<'_>| {
        let Some(grace) = outlasted(draining, pods) else {
            return;
        };
        let of = Subject::from(&pods.object);
        if told.insert((subject.clone(), of.clone())) {
            let finding = finding(draining, subject, name, pods, grace);
            verdicts.find(finding.detail(&of).concerning(of));
        }
    };
    for service in world.cloud().backend_services() {
        // What the controllers set is judged where it is said.
        let draining = of_service(&service).filter(|_| !cloud::is_controllers(service.name()));
        let Some(draining) = draining else { continue };
        let name = cloud::head(&service);
        for asked in world.services_behind(&service) {
            for workload in asked.service.workloads() {
                judge(&draining, Subject::from(&service), &name, workload);
            }
        }
    }
    for reached in world.backend_ports() {
        let config = world.config_of(reached.service, reached.port);
        let draining = config.and_then(|config| Some((config, of_config(config)?)));
        let Some((config, draining)) = draining else {
            continue;
        };
        let name = format!("BackendConfig {}", config.object.name);
        for workload in reached.service.workloads() {
            judge(&draining, Subject::from(&config.object), &name, workload);
        }
    }
}

fn of_service<'d>(service: &BackendService<'d>) -> Option<Draining<'d>> {
    let node = service.draining()?;
    let requests = matches!(service.protocol(), "HTTP" | "HTTPS" | "HTTP2" | "H2C");
    let longest = requests.then(|| service.timeout());
    Draining::new(node, longest)
}

fn of_config<'d>(config: &BackendConfig<'d>) -> Option<Draining<'d>> {
    let spec = config.object.spec()?;
    let node = spec.at(&["connectionDraining", "drainingTimeoutSec"])?;
    let timeout = spec.get("timeoutSec").and_then(Node::integer);
    Draining::new(node, Some(timeout.unwrap_or(DEFAULT_TIMEOUT)))
}

impl<'d> Draining<'d> {
    /// No request takes longer than its timeout; a TCP connection may take any time.
    fn new(node: Node<'d>, timeout: Option<i64>) -> Option<Self> {
        let seconds = node.integer()?;
        let longest = timeout.map_or(seconds, |timeout| seconds.min(timeout));
        Some(Self { node, longest })
    }
}

/// The seconds that a workload's Pods have to end, where that is less than they may be sent to.
fn outlasted(draining: &Draining<'_>, workload: &Workload<'_>) -> Option<i64> {
    // Jobs and single Pods are not rolled.
    if matches!(workload.object.kind_name, "Pod" | "Job" | "CronJob") {
        return None;
    }
    let stated = grace(workload).and_then(Node::integer);
    let default = (!workload.object.partial).then_some(DEFAULT_GRACE);
    let grace = stated.or(default)?;
    (draining.longest > grace).then_some(grace)
}

fn grace<'d>(workload: &Workload<'d>) -> Option<Node<'d>> {
    workload.pod_spec()?.get("terminationGracePeriodSeconds")
}

fn finding(
    draining: &Draining<'_>,
    subject: Subject,
    name: &str,
    workload: &Workload<'_>,
    seconds: i64,
) -> Finding {
    let object = &workload.object;
    let message = format!(
        "{name} lets connections to a Pod that ends live on for {} s, but {} {} has its Pods killed \
         after {seconds} s",
        draining.longest, object.kind_name, object.name
    );
    let place = grace(workload).map_or_else(|| object.head(), Node::place);
    let label = Label::new(draining.node, "the connections may live on");
    Finding::new(&ROW, subject, message, label)
        .because(place, format!("its Pods are killed after {seconds} s"))
        .help(
            "let terminationGracePeriodSeconds be no less than connections are drained, or drain \
             them for a shorter time",
        )
}
