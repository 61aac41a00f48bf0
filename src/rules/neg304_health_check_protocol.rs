//! NEG304: the health check speaks another protocol than the Pods.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, HealthCheck};
use crate::kind::probe::Handler;
use crate::remedy::Run;
use crate::text::Place;
use crate::world::{PodProbe, Sought, World};

use super::health::{self, Verdict};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG304",
    slug: "health-check-protocol",
    severity: Severity::Warning,
    reads: &[
        Kind::BackendService,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::Pod,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG401", "NEG402", "NEG405", "NEG406", "NEG404", "NEG407"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let check = world.cloud().health_check(&service);
        let Some(check) = check.and_then(Sought::found) else {
            continue;
        };
        verdicts.findings.extend(judge(world, &service, &check));
    }
}

/// What is spoken on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    Http,
    Https,
    Http2,
    Grpc,
    /// Bytes, of which nothing more is known.
    Tcp,
    /// Bytes over TLS.
    Ssl,
    /// gRPC over TLS.
    GrpcTls,
}

impl Speech {
    fn of_check(check: &HealthCheck<'_>) -> Option<Self> {
        Some(match check.protocol() {
            "HTTP" => Self::Http,
            "HTTPS" => Self::Https,
            "HTTP2" => Self::Http2,
            "SSL" => Self::Ssl,
            "GRPC" => Self::Grpc,
            "GRPC_WITH_TLS" => Self::GrpcTls,
            // A handshake passes whatever is spoken after it.
            _ => return None,
        })
    }

    /// What a probe shows; Kubernetes asks gRPC without TLS.
    fn of_probe(probe: &PodProbe<'_, '_>) -> Option<Self> {
        Some(match probe.handler {
            Handler::Http(_) if probe.handler.is_tls() => Self::Https,
            Handler::Http(_) => Self::Http,
            Handler::Grpc(_) => Self::Grpc,
            Handler::Tcp(_) => Self::Tcp,
            Handler::Exec(_) => return None,
        })
    }

    fn of_service(service: &BackendService<'_>) -> Option<Self> {
        Some(match service.protocol() {
            "HTTP" => Self::Http,
            "HTTPS" => Self::Https,
            "HTTP2" => Self::Http2,
            "SSL" => Self::Ssl,
            _ => return None,
        })
    }

    fn is_tls(self) -> bool {
        matches!(self, Self::Https | Self::Http2 | Self::Ssl | Self::GrpcTls)
    }

    fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https | Self::Http2)
    }

    fn is_grpc(self) -> bool {
        matches!(self, Self::Grpc | Self::GrpcTls)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Http => "plain HTTP",
            Self::Https => "HTTPS",
            Self::Http2 => "HTTP/2 over TLS",
            Self::Grpc => "gRPC without TLS",
            Self::GrpcTls => "gRPC over TLS",
            Self::Tcp => "plain TCP",
            Self::Ssl => "TLS",
        }
    }

    /// True where who asks so gets no answer that counts from who speaks otherwise.
    fn misses(self, spoken: Self) -> bool {
        if spoken == Self::Tcp {
            // Over bytes anything may be spoken.
            return false;
        }
        self.is_tls() != spoken.is_tls()
            || (self.is_http() && spoken.is_grpc())
            || (self.is_grpc() && spoken.is_http())
    }
}

/// What the Pods speak, and who says so.
struct Evidence {
    spoken: Speech,
    /// `the readiness probe of Deployment api`
    who: String,
    place: Place,
}

fn judge(
    world: &World<'_>,
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
) -> Option<Finding> {
    let asked = Speech::of_check(check)?;
    let probed = world.cloud().probed(service)?;
    let verdict = Verdict::of(&probed);
    if verdict == Verdict::Passes || probed.is_empty() || cloud::is_passthrough(service) {
        return None;
    }
    let evidence = evidence(world, service, check, asked, verdict)?;
    let message = format!(
        "Health check {} of {} speaks {}, and {} speaks {}: no endpoint can pass it",
        check.name(),
        cloud::called(service),
        asked.words(),
        evidence.who,
        evidence.spoken.words(),
    );
    let run = another(world, service, check, evidence.spoken);
    let finding = Finding::new(
        &ROW,
        service,
        message,
        Label::new(check.place_of("type"), format!("speaks {}", asked.words())),
    )
    .because(evidence.place, evidence.spoken.words())
    .help("a health check keeps its type: make another one that asks as the Pods speak")
    .run(run);
    let finding = health::showing(finding, &probed, 2);
    Some(health::concerning(finding, world, service, check))
}

fn evidence(
    world: &World<'_>,
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
    asked: Speech,
    verdict: Verdict,
) -> Option<Evidence> {
    let probes = world.probes_beside(service, check);
    let shown = || {
        probes
            .iter()
            .filter_map(|it| Some((it, Speech::of_probe(it)?)))
    };
    // Of several probes, which may belong to several ports of one Pod, one that fits is enough.
    if shown().any(|(_, spoken)| spoken != Speech::Tcp && !asked.misses(spoken)) {
        return None;
    }
    if let Some((probe, spoken)) = shown().find(|(_, spoken)| asked.misses(*spoken)) {
        // An HTTP server may speak gRPC beside it.
        if asked.is_grpc() && spoken.is_http() && verdict != Verdict::Fails {
            return None;
        }
        let maker = &probe.workload.object;
        return Some(Evidence {
            spoken,
            who: format!("the readiness probe of {} {}", maker.kind_name, maker.name),
            place: probe.handler.node().place(),
        });
    }
    if verdict != Verdict::Fails || check.fixed_port().is_some() {
        return None;
    }
    // What the load balancer itself speaks to the same port.
    let spoken = Speech::of_service(service).filter(|spoken| asked.misses(*spoken));
    if let Some(spoken) = spoken {
        let who = "the load balancer".to_owned();
        let place = service.place_of("protocol");
        return Some(Evidence { spoken, who, place });
    }
    let bytes = matches!(service.protocol(), "TCP" | "SSL") && asked.is_http();
    let (probe, spoken) = shown().find(|(_, spoken)| bytes && *spoken == Speech::Tcp)?;
    let maker = &probe.workload.object;
    Some(Evidence {
        spoken,
        who: format!("the readiness probe of {} {}", maker.kind_name, maker.name),
        place: probe.handler.node().place(),
    })
}

/// The commands that put a check of another type in the place of one.
fn another(
    world: &World<'_>,
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
    spoken: Speech,
) -> Option<Run> {
    let kind = match spoken {
        Speech::Http => "http",
        Speech::Https => "https",
        Speech::Http2 => "http2",
        Speech::Grpc => "grpc",
        Speech::Tcp => "tcp",
        Speech::Ssl => "ssl",
        Speech::GrpcTls => return None,
    };
    let project = service.link.project;
    let taken = |name: &str| world.cloud().health_checks().any(|it| it.name() == name);
    let name = cloud::free_name(&format!("{}-{kind}", check.name()), taken);
    let known = world.cloud().whole(Kind::HealthCheck, project).is_ok();
    let same_place = check.link.location == service.link.location;
    if !known || !same_place || cloud::is_controllers(service.name()) {
        return None;
    }
    let port = match check.fixed_port() {
        Some((port, _)) => format!("--port={port}"),
        None => "--use-serving-port".to_owned(),
    };
    let flag = check.link.flag();
    let path = world
        .probes_beside(service, check)
        .into_iter()
        .find(|it| Speech::of_probe(it) == Some(spoken) && spoken.is_http());
    let create = ["health-checks", "create", kind, &name, &flag, &port]
        .map(str::to_owned)
        .into_iter()
        .chain([
            format!("--check-interval={}s", check.interval()),
            format!("--timeout={}s", check.timeout()),
            format!("--healthy-threshold={}", check.healthy_threshold()),
            format!("--unhealthy-threshold={}", check.unhealthy_threshold()),
        ])
        .chain(path.map(|it| format!("--request-path={}", it.handler.path())));
    let scope = match check.link.region() {
        Some(region) => format!("--health-checks-region={region}"),
        None => "--global-health-checks".to_owned(),
    };
    let named = format!("--health-checks={name}");
    let switch = [
        "backend-services",
        "update",
        service.name(),
        &flag,
        &named,
        &scope,
    ];
    let title = format!("make a check that speaks {}, and use it", spoken.words());
    Some(Run::gcloud(title, project, create).then(project, switch))
}
