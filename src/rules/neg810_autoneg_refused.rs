//! NEG810: autoneg does not read, or cannot carry out, what a Service asks of it.

mod told;

use crate::controller::autoneg::{AUTONEG, AUTONEG_OLD, Autoneg, AutonegBackend, Limit, MEMBERS};
use crate::controller::decode::{Refused, Spanned};
use crate::document::edit;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::annotated::Stated;
use crate::kind::cloud::{BackendService, Location};
use crate::remedy::{Edit, Safety};
use crate::world::{Joined, World};

use super::translate::{refusal, with_json_quotes};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG810",
    slug: "autoneg-refused",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Event,
        Kind::Node,
        Kind::Namespace,
        Kind::BackendService,
    ],
    follows: &[],
    check,
};

const SHAPE: &str = "write {\"backend_services\": {\"PORT\": [{\"name\": \"BACKEND-SERVICE\", \
                     \"max_rate_per_endpoint\": 100}]}}, or max_connections_per_endpoint where it \
                     speaks TCP or SSL";

type Asked<'d> = Stated<'d, Autoneg>;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let stated = service.autoneg();
        if service.object.annotation(AUTONEG).is_none() {
            verdicts.findings.extend(given_up(service));
        }
        let mut refused = false;
        match stated.as_ref().map(|stated| (stated, &stated.decoded)) {
            Some((stated, Err(error))) => {
                refused = true;
                verdicts.find(unreadable(service, stated, error));
            }
            Some((stated, Ok(autoneg))) => {
                of_members(world, service, stated, autoneg, verdicts);
            }
            None => {}
        }
        let told = told::finding(world, service, refused);
        verdicts.findings.extend(told);
    }
}

/// The annotation of before 2.0, and not the one of today.
fn given_up(service: Joined<'_, '_>) -> Option<Finding> {
    let old = service.object.annotation(AUTONEG_OLD)?;
    let name = service.object.name;
    let message = format!(
        "Service {name} asks by {AUTONEG_OLD}, which autoneg does not read since version 2.0: its \
         NEGs get into no backend service"
    );
    let finding = Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(old.key, "not read since 2.0"),
    );
    let ports = service.claim().map(|(_, claim)| claim.exposed.as_slice());
    let rewritten = match ports {
        Some([port]) if !old.value.is_alias() => old.inner().and_then(|inner| {
            let new = format!(
                "{{\"backend_services\":{{\"{}\":[{}]}}}}",
                port.port,
                inner.text()
            );
            Autoneg::read(&new).ok()?;
            Some(Edit {
                title: format!("ask by {AUTONEG}"),
                safety: Safety::Unsafe,
                changes: vec![
                    edit::replace_string(old.key, AUTONEG)?,
                    edit::replace_string(old.value, &new)?,
                ],
            })
        }),
        _ => None,
    };
    let help = format!("ask by {AUTONEG}: {SHAPE}");
    let finding = finding.severity(Severity::Warning).detail("old");
    Some(finding.help(help).edit(rewritten))
}

fn unreadable(service: Joined<'_, '_>, stated: &Asked<'_>, refused: &Refused) -> Finding {
    let (label, what) = refusal(&stated.inner, refused);
    let quoted = with_json_quotes(stated.inner.text());
    let edit = Autoneg::read(&quoted).ok().and_then(|_| {
        let change = edit::replace_string(stated.annotation.value, &quoted)?;
        Some(Edit::risky("write JSON's quotes", change))
    });
    let message = format!(
        "{AUTONEG} of Service {} {what}: autoneg refuses all of it, and its NEGs get into no \
         backend service",
        service.object.name
    );
    Finding::new(&ROW, &service.object, message, label)
        .help(SHAPE)
        .edit(edit)
}

/// What it says where nobody looks, and limits that a backend service does not take.
fn of_members(
    world: &World<'_>,
    service: Joined<'_, '_>,
    stated: &Asked<'_>,
    autoneg: &Autoneg,
    verdicts: &mut Verdicts,
) {
    if let Some(first) = autoneg.unknown.first().filter(|_| autoneg.ports.is_empty()) {
        let message = format!(
            "{AUTONEG} of Service {} names no backend service: autoneg reads nothing but \
             backend_services, and passes {} over",
            service.object.name, first.value
        );
        let label = Label::new(stated.inner.place(first.range.clone()), "not read");
        let finding = Finding::new(&ROW, &service.object, message, label);
        verdicts.find(finding.help(SHAPE));
    }
    for (port, backend) in autoneg.backends() {
        let mended = backend.unknown.iter();
        let mended = mended.map(|member| passed_over(service, stated, port, backend, member));
        let before = verdicts.findings.len();
        verdicts.findings.extend(mended);
        let is_told = verdicts.findings.len() > before;
        let found = misfit(world, service, stated, port, backend);
        verdicts
            .findings
            .extend(found.filter(|it| it.severity == Severity::Error || !is_told));
    }
}

/// A member that autoneg does not know.
fn passed_over(
    service: Joined<'_, '_>,
    stated: &Asked<'_>,
    port: &str,
    backend: &AutonegBackend,
    member: &Spanned<String>,
) -> Finding {
    let without = match backend.limit() {
        Limit::None => ", so that the backend has no limit, which Google Cloud refuses",
        _ => "",
    };
    let message = format!(
        "Service {} says {} for port {port}, which autoneg does not read{without}",
        service.object.name, member.value
    );
    let near = MEMBERS.iter().find(|known| {
        let flat = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "");
        let (known, written) = (flat(known), flat(&member.value));
        strsim::osa_distance(&known, &written) <= 2
            || known.strip_suffix("perendpoint") == Some(written.as_str())
    });
    let edit = near.and_then(|known| {
        let change = stated.change(member.range.clone(), &format!("\"{known}\""))?;
        let title = format!("replace \"{}\" with \"{known}\"", member.value);
        Some(Edit::risky(title, change))
    });
    let label = Label::new(stated.inner.place(member.range.clone()), "not read");
    Finding::new(&ROW, &service.object, message, label)
        .severity(Severity::Warning)
        .detail(format!("{port} {}", member.value))
        .help(format!("autoneg reads {}", MEMBERS.join(", ")))
        .edit(edit)
}

/// A limit of a kind that the backend service does not take, or none.
fn misfit(
    world: &World<'_>,
    service: Joined<'_, '_>,
    stated: &Asked<'_>,
    port: &str,
    backend: &AutonegBackend,
) -> Option<Finding> {
    let known = backend_service(world, service, backend);
    let speaks_http =
        known.map(|it| !matches!(it.protocol(), "TCP" | "SSL" | "UDP" | "UNSPECIFIED"));
    let (range, text, severity) = match (backend.limit(), speaks_http) {
        (Limit::Connections(range), Some(true)) => {
            (range, "a limit on connections", Severity::Error)
        }
        (Limit::Rate(range), Some(false)) => (range, "a limit on requests", Severity::Error),
        // The port of the NEG of a Service load balancer, which takes no limit.
        (Limit::None, _) if port != "0" => (&backend.range, "no limit", Severity::Warning),
        _ => return None,
    };
    let place = stated.inner.place(range.clone());
    let finding = |message: String| {
        Finding::new(&ROW, &service.object, message, Label::new(place, text))
            .severity(severity)
            .detail(format!("{port} {}", backend.range.start))
    };
    let Some(known) = known.filter(|_| severity == Severity::Error) else {
        let message = format!(
            "Service {} gives autoneg no limit for port {port}: unless autoneg has one by default, \
             it asks for CONNECTION without a number, which Google Cloud refuses",
            service.object.name
        );
        return Some(finding(message).help(SHAPE));
    };
    let message = format!(
        "{} speaks {}, and Service {} gives autoneg {text} for it: Google Cloud refuses to add the \
         NEGs of port {port}",
        cloud::head(&known),
        known.protocol(),
        service.object.name
    );
    let help = "use max_rate_per_endpoint with HTTP, HTTPS, HTTP2 and gRPC, \
                max_connections_per_endpoint with TCP and SSL";
    let shown = known.place_of("protocol");
    let finding = finding(message).because(shown, "its protocol");
    Some(finding.concerning(&known).help(help))
}

/// The backend service that is meant, of the cluster's project.
fn backend_service<'d>(
    world: &World<'d>,
    service: Joined<'_, '_>,
    backend: &AutonegBackend,
) -> Option<BackendService<'d>> {
    let name = backend.name.as_ref()?.value.as_str();
    let region = backend.region.as_ref().map(|region| region.value.as_str());
    let location = match region {
        None | Some("") => Location::Global,
        Some(region) => Location::Region(region),
    };
    let project = world.clusters(&service.object).next()?.project.as_deref()?;
    let mut known = world.cloud().backend_services();
    known.find(|it| it.name() == name && it.link.location == location && it.link.project == project)
}
