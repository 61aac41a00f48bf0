//! NEG506: a target proxy sends the PROXY header to Pods that do not read it, or none to Pods that
//! ask for it.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::TargetProxy;
use crate::kind::pod::Pod;
use crate::kind::probe::Handler;
use crate::kind::service::{ServicePort, TargetPort};
use crate::kind::workload::Workload;
use crate::world::{LiveNeg, Missing, Road, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG506",
    slug: "proxy-header-misfit",
    severity: Severity::Warning,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::BackendService,
        Kind::Neg,
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &[],
    check,
};

/// Where the Pods of an Istio gateway are told what stands before them.
const TOPOLOGY: &str = "proxy.istio.io/config";

/// What Pods show of the PROXY header.
enum Shown<'d> {
    /// They are told to read it, here.
    Read(Node<'d>),
    /// They answer this probe of the very port, which begins without it.
    Plain(Node<'d>),
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told = Vec::new();
    for road in world.cloud().roads() {
        let Some(proxy) = road.proxy.filter(|proxy| !proxy.is_http()) else {
            continue;
        };
        if !told.contains(&(proxy.link, road.service.link)) {
            told.push((proxy.link, road.service.link));
            judge(world, road, &proxy, verdicts);
        }
    }
}

fn judge(world: &World<'_>, road: &Road<'_>, proxy: &TargetProxy<'_>, verdicts: &mut Verdicts) {
    let sends = proxy.proxy_header() == "PROXY_V1";
    let behind = world.services_behind(&road.service);
    let shown = behind.iter().find_map(shown);
    let (message, label, text) = match (sends, shown) {
        (true, Some(Shown::Plain(probe))) => (
            "sends a PROXY header, and the Pods behind it answer a probe of that port without one: \
             they do not ask for it, and may take it for garbage",
            Label::new(proxy.place_of("proxyHeader"), "sends a PROXY header"),
            (probe, "answers without a PROXY header"),
        ),
        (false, Some(Shown::Read(told))) => (
            "sends no PROXY header, and the Pods behind it are told to read one: they may refuse \
             every connection",
            Label::new(proxy.place_of("proxyHeader"), "sends no PROXY header"),
            (told, "reads a PROXY header"),
        ),
        (true, None) => {
            let missing = Missing::new(
                "nothing that was read says whether the Pods read the PROXY header",
                "a look into the configuration of the server in the Pods",
            );
            verdicts.leave(missing.undecided(&ROW, &road.service, road.service.head()));
            return;
        }
        _ => return,
    };
    let mut finding = Finding::new(
        &ROW,
        &road.service,
        format!("{} {message}", cloud::head(proxy)),
        label,
    )
    .detail(proxy.link)
    .because(text.0, text.1)
    .concerning(proxy)
    .help(
        "both have to agree, and the health check with them (NEG307): let a server that can take \
         both forms do so first, then change the proxy",
    );
    for asked in &behind {
        finding = finding.concerning(&asked.service.service.object);
    }
    verdicts.find(finding);
}

/// What the Pods of a Service show for the port that its NEG is for.
fn shown<'d>(asked: &LiveNeg<'_, 'd>) -> Option<Shown<'d>> {
    let mut workloads = asked.service.workloads();
    let read = workloads.find_map(topology);
    read.map(Shown::Read).or_else(|| {
        // A probe says something only where it passes.
        let ready = asked.service.pods().any(Pod::containers_ready);
        let mut workloads = asked.service.workloads().filter(|_| ready);
        let probe = workloads.find_map(|it| plain(it, asked.of.port));
        probe.map(Shown::Plain)
    })
}

/// Where an Istio gateway is told to read the PROXY header.
fn topology<'d>(workload: &Workload<'d>) -> Option<Node<'d>> {
    let metadata = workload.template?.get("metadata")?;
    let config = metadata.at(&["annotations", TOPOLOGY])?;
    config.text()?.contains("proxyProtocol").then_some(config)
}

/// The probe by HTTP or gRPC of the port that a Service's port leads to.
fn plain<'d>(workload: &Workload<'d>, port: &ServicePort<'_>) -> Option<Node<'d>> {
    let number = |target: TargetPort<'_>| match target {
        TargetPort::Number(number) => Some(number),
        TargetPort::Name(name) => Some(workload.port_named(name)?.number),
    };
    let serving = number(port.target)?;
    let asks = |handler: &Handler<'d>| {
        matches!(handler, Handler::Http(_) | Handler::Grpc(_))
            && handler.port().and_then(number) == Some(serving)
    };
    let probes = workload
        .containers
        .iter()
        .filter_map(|it| it.readiness_probe);
    let mut handlers = probes.filter_map(|probe| probe.handler()).filter(asks);
    handlers.next().map(Handler::node)
}
