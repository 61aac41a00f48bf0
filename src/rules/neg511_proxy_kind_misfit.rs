//! NEG511: the target proxy and the backend protocol do not join.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG511",
    slug: "proxy-kind-misfit",
    severity: Severity::Error,
    reads: &[Kind::TargetProxy, Kind::UrlMap, Kind::BackendService],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let protocol = service.protocol();
        for proxy in world.cloud().ways_to(&service).proxies {
            // Proxies of a mesh may send gRPC as such; load balancers send it as HTTP/2.
            let mesh = service.scheme() == "INTERNAL_SELF_MANAGED";
            let http = ["HTTP", "HTTPS", "HTTP2", "H2C"].contains(&protocol);
            let fits = match proxy.protocol() {
                "HTTP" | "HTTPS" => http || (mesh && protocol == "GRPC"),
                _ => ["TCP", "SSL"].contains(&protocol),
            };
            if fits {
                continue;
            }
            let message = format!(
                "{} speaks {protocol}, and {} before it {}: the API refuses the pair",
                cloud::head(&service),
                cloud::called(&proxy),
                proxy.protocol()
            );
            let label = Label::new(service.place_of("protocol"), "its protocol");
            verdicts.find(
                Finding::new(&ROW, &service, message, label)
                    .detail(proxy.link)
                    .because(proxy.head(), format!("a proxy for {}", proxy.protocol()))
                    .concerning(&proxy)
                    .help(
                        "TCP and SSL services stand behind target TCP or SSL proxies, HTTP, HTTPS and \
                         HTTP/2 ones behind a URL map and a target HTTP or HTTPS proxy; gRPC is sent \
                         as HTTP2",
                    ),
            );
        }
    }
}
