//! NEG309: a health check takes longer to find a new Pod healthy than a rollout waits for it.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::workload::Workload;
use crate::text::Place;
use crate::world::{BackendPort, ForIngress, Sought, World};

use super::health::{self, Stated};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG309",
    slug: "health-check-slow",
    severity: Severity::Note,
    reads: &[
        Kind::BackendService,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::BackendConfig,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG306"],
    check,
};

/// After so many seconds the readiness gate of a Pod opens, whatever the load balancer says.
const GATE: i64 = 600;

/// After so many seconds without progress a rollout counts as failed, where nothing else is said.
const DEADLINE: i64 = 600;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let check = world.cloud().health_check(&service);
        let Some(check) = check.and_then(Sought::found) else {
            continue;
        };
        let behind = world.services_behind(&service);
        let workloads = behind.iter().flat_map(|asked| asked.service.workloads());
        let pace = Pace {
            interval: check.interval(),
            threshold: check.healthy_threshold(),
        };
        let Some(limit) = pace.outruns(workloads) else {
            continue;
        };
        let message = format!(
            "Health check {} of {} {}",
            check.name(),
            cloud::called(&service),
            pace.words(&limit)
        );
        let label = Label::new(check.place_of("checkIntervalSec"), pace.label());
        let finding = Finding::new(&ROW, &service, message, label)
            .because(
                limit.place_or(check.place_of("healthyThreshold")),
                limit.label,
            )
            .help(HELP);
        verdicts.find(health::concerning(finding, world, &service, &check));
    }
    for reached in world.backend_ports() {
        verdicts.findings.extend(of_config(world, &reached));
    }
}

const HELP: &str = "ask more often, or be content with fewer answers: new Pods are to be found healthy \
                    within a minute or two";

fn of_config(world: &World<'_>, reached: &BackendPort<'_, '_>) -> Option<Finding> {
    let asked = matches!(
        world.for_ingress(reached.service.service),
        ForIngress::Asked
    );
    let stated = health::stated(world, reached.service, reached.port);
    let Stated::By(config) = stated else {
        return None;
    };
    let check = config.health_check().filter(|_| asked)?;
    let number = |field: &str| check.get(field).and_then(Node::integer);
    let pace = Pace {
        interval: number("checkIntervalSec")?,
        threshold: number("healthyThreshold")?,
    };
    let limit = pace.outruns(reached.service.workloads())?;
    let object = &config.object;
    let message = format!(
        "The check of BackendConfig {} {}",
        object.name,
        pace.words(&limit)
    );
    let label = Label::new(check.get("checkIntervalSec")?, pace.label());
    let other = check.get("healthyThreshold")?.place();
    Some(
        Finding::new(&ROW, object, message, label)
            .detail(reached.service.object.name)
            .because(limit.place_or(other), limit.label)
            .concerning(&reached.service.object)
            .help(HELP),
    )
}

/// How long a check takes to find an endpoint healthy.
struct Pace {
    /// Seconds from one probe to the next.
    interval: i64,
    /// How many answers in a row it wants.
    threshold: i64,
}

/// How long a rollout waits for a Pod.
struct Limit<'d> {
    seconds: i64,
    /// What happens then.
    then: String,
    node: Option<Node<'d>>,
    label: &'static str,
}

impl Limit<'_> {
    fn place_or(&self, other: Place) -> Place {
        self.node.map_or(other, Node::place)
    }
}

impl Pace {
    fn seconds(&self) -> i64 {
        self.interval.saturating_mul(self.threshold)
    }

    /// The nearest limit that it does not keep.
    fn outruns<'w, 'd: 'w>(
        &self,
        workloads: impl Iterator<Item = &'w Workload<'d>>,
    ) -> Option<Limit<'d>> {
        let deadlines = workloads
            .filter(|it| !it.object.partial)
            .filter_map(deadline);
        let gate = Limit {
            seconds: GATE,
            then: "the readiness gates of Pods open unchecked".to_owned(),
            node: None,
            label: "this many answers in a row",
        };
        let limits = std::iter::once(gate).chain(deadlines);
        let broken = limits.filter(|limit| self.seconds() >= limit.seconds);
        broken.min_by_key(|limit| limit.seconds)
    }

    fn words(&self, limit: &Limit<'_>) -> String {
        format!(
            "takes {} s to find a new Pod healthy ({} times {} s): after {} s {}",
            self.seconds(),
            self.threshold,
            self.interval,
            limit.seconds,
            limit.then
        )
    }

    fn label(&self) -> String {
        format!("asks every {} s", self.interval)
    }
}

/// After how long without a Pod that becomes available a Deployment counts as failed.
fn deadline<'d>(workload: &Workload<'d>) -> Option<Limit<'d>> {
    let spec = workload.object.spec()?;
    let node = spec.get("progressDeadlineSeconds");
    let deadline = node.map_or(Some(DEADLINE), Node::integer)?;
    let ready = spec.get("minReadySeconds").and_then(Node::integer);
    (workload.object.kind_name == "Deployment").then_some(Limit {
        seconds: deadline.saturating_sub(ready.unwrap_or(0)),
        then: format!(
            "the rollout of Deployment {} counts as failed",
            workload.object.name
        ),
        node,
        label: "no rollout waits longer",
    })
}
