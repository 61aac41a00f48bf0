//! NEG501: endpoints wait behind a backend service that no proxy leads to.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::BackendService;
use crate::remedy::Run;
use crate::world::{Ways, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG501",
    slug: "no-target-proxy",
    severity: Severity::Error,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::ForwardingRule,
        Kind::Address,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG514"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for service in all.backend_services() {
        let mesh = service.scheme() == "INTERNAL_SELF_MANAGED" || service.has_bindings();
        if mesh || all.is_live(service.link) || all.size_behind(&service) == 0 {
            continue;
        }
        let ways = all.ways_to(&service);
        // A passthrough load balancer has no proxy; NEG502 speaks of its rule.
        if !ways.proxies.is_empty() || cloud::is_passthrough(&service) {
            continue;
        }
        match all.ways_are_whole(&service) {
            Ok(()) => verdicts.find(finding(world, &service, &ways)),
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &service, service.head())),
        }
    }
}

fn finding(world: &World<'_>, service: &BackendService<'_>, ways: &Ways<'_>) -> Finding {
    let size = world.cloud().size_behind(service);
    let endpoints = if size == 1 {
        "1 endpoint waits".to_owned()
    } else {
        format!("{size} endpoints wait")
    };
    let what = match ways.url_maps.first() {
        Some(map) => format!(
            "no target proxy leads to URL {} before it",
            cloud::called(map).trim_start_matches("URL ")
        ),
        None if matches!(service.protocol(), "TCP" | "SSL") => {
            "no target proxy leads to it".to_owned()
        }
        None => "no URL map leads to it".to_owned(),
    };
    let message = format!(
        "{}: {what}, and {endpoints} behind it for traffic",
        cloud::head(service)
    );
    let mut finding = Finding::new(
        &ROW,
        service,
        message,
        Label::new(service.head(), "nothing leads here"),
    )
    .help(
        "what is left to make, in this order: for HTTP a URL map, a target proxy, a \
                 forwarding rule with an address",
    )
    .run(proxy(world, service, ways));
    for map in ways.url_maps.iter().take(2) {
        finding = finding.because(map.head(), "names it");
    }
    for (neg, _) in world.cloud().negs_of(service).take(3) {
        finding = finding.because(
            neg.place_of("size"),
            format!("waits in {}", neg.link.location),
        );
    }
    for asked in world.services_behind(service) {
        finding = finding.concerning(&asked.service.service.object);
    }
    finding
}

/// What is missing, where commands make it without a choice.
fn proxy(world: &World<'_>, service: &BackendService<'_>, ways: &Ways<'_>) -> Option<Run> {
    let project = service.link.project;
    let taken = |name: &str| {
        let mut proxies = world.cloud().target_proxies();
        proxies.any(|it| it.name() == name && it.link.location == service.link.location)
    };
    let name = &cloud::free_name(service.name(), taken);
    let flag = service.link.flag();
    let title = "make the target proxy, and the forwarding rule before it";
    let (mut run, protocol) = match (service.protocol(), ways.url_maps.first()) {
        ("TCP", _) => {
            let backend = format!("--backend-service={}", service.name());
            let arguments = ["target-tcp-proxies", "create", name, &backend, &flag];
            (Run::gcloud(title, project, arguments), "TCP")
        }
        ("HTTP" | "HTTPS" | "HTTP2" | "H2C", Some(map)) => {
            let map = format!("--url-map={}", map.name());
            let arguments = [
                "target-http-proxies",
                "create",
                name,
                &map,
                "--global-url-map",
                &flag,
            ];
            (Run::gcloud(title, project, arguments), "HTTP")
        }
        _ => return None,
    };
    // What is regional needs more than is known here.
    run.then
        .push(cloud::front(world, service, protocol, name)?.argv);
    Some(run)
}
