//! NEG706: Pods behind a NEG end before the load balancer has stopped sending to them.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::workload::Container;
use crate::world::{Behind, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG706",
    slug: "pod-ends-before-drained",
    severity: Severity::Note,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Workload,
    ],
    follows: &[],
    check,
};

/// Kubernetes' default for `terminationGracePeriodSeconds`.
const DEFAULT_GRACE: i64 = 30;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for behind in world.behind_negs() {
        let kind = behind.workload.object.kind_name;
        // Jobs and single Pods are not rolled.
        if matches!(
            kind,
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Rollout"
        ) {
            verdicts.findings.extend(judge(&behind));
        }
    }
}

fn judge(behind: &Behind<'_, '_>) -> Option<Finding> {
    let (_, neg) = behind.ports.first()?;
    let pod = behind.workload.pod_spec()?;
    let stated = pod.get("terminationGracePeriodSeconds");
    let grace = stated.and_then(Node::integer).unwrap_or(DEFAULT_GRACE);
    let serving = behind.workload.serving(neg.port);
    let mut hooks = serving
        .iter()
        .filter_map(|container| pre_stop(container))
        .peekable();
    if hooks.peek().is_none() {
        let first = serving.first().filter(|_| grace <= DEFAULT_GRACE)?;
        return Some(finding(behind, first));
    }
    let (node, seconds) = hooks
        .filter_map(|hook| Some((hook, pause(hook)?)))
        .find(|(_, seconds)| *seconds >= grace)?;
    let object = &behind.workload.object;
    let message = format!(
        "{} {} waits {seconds} s before it stops, but its Pods are killed {grace} s after the \
         beginning of the wait",
        object.kind_name, object.name
    );
    let mut finding = Finding::new(
        &ROW,
        object,
        message,
        Label::new(node, format!("{seconds} s")),
    );
    if let Some(stated) = stated {
        finding = finding.because(stated, "counts from the start of preStop");
    }
    let help = "let terminationGracePeriodSeconds be the wait and the time that requests in flight \
                take";
    Some(finding.help(help))
}

/// The hook that Kubernetes runs before it sends SIGTERM.
fn pre_stop<'d>(container: &Container<'d>) -> Option<Node<'d>> {
    container.node.at(&["lifecycle", "preStop"])
}

/// The seconds that a hook sleeps, where it plainly does.
fn pause(hook: Node<'_>) -> Option<i64> {
    if let Some(seconds) = hook.at(&["sleep", "seconds"]) {
        return seconds.integer();
    }
    let command = hook
        .at(&["exec", "command"])?
        .items()
        .filter_map(Node::text);
    let mut words = command.flat_map(str::split_whitespace);
    words.find(|word| word.rsplit('/').next() == Some("sleep"))?;
    let seconds = words.next()?.trim_end_matches([';', '"', '\'', ')']);
    seconds.strip_suffix('s').unwrap_or(seconds).parse().ok()
}

fn finding(behind: &Behind<'_, '_>, container: &Container<'_>) -> Finding {
    let object = &behind.workload.object;
    let message = format!(
        "{} {} may stop serving before the load balancer stops sending: every rollout risks 502s",
        object.kind_name, object.name
    );
    let place = container.node.get("name").unwrap_or(container.node);
    let label = Label::new(place, "gets SIGTERM at once: it has no preStop");
    behind.shown_by(Finding::new(&ROW, object, message, label)).help(
        "let preStop sleep for 15 to 60 seconds and let terminationGracePeriodSeconds be longer; a \
         server that serves on after SIGTERM needs only the longer grace period",
    )
}
