//! NEG218: a timeout that cuts connections which are known to last.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::BackendService;
use crate::remedy::Run;
use crate::text::Place;
use crate::world::{LiveNeg, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG218",
    slug: "timeout-misfit",
    severity: Severity::Note,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
        Kind::Namespace,
        Kind::Node,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
        Kind::BackendConfig,
    ],
    follows: &[],
    check,
};

/// What a load balancer waits where nothing else is said; whoever says more has thought of it.
const DEFAULT: i64 = 30;
/// What lasts is given an hour.
const LASTING: i64 = 3600;

/// Protocols over TCP whose connections stay open and idle: the names of their ports, and the number.
const LASTS: [(&[&str], i64, &str); 12] = [
    (&["ssh"], 22, "SSH sessions"),
    (&["imap"], 143, "IMAP sessions"),
    (&["imaps"], 993, "IMAP sessions"),
    (&["mqtt"], 1883, "MQTT sessions"),
    (&["mqtts"], 8883, "MQTT sessions"),
    (&["amqp"], 5672, "AMQP connections"),
    (&["amqps"], 5671, "AMQP connections"),
    (&["mysql"], 3306, "connections of MySQL clients"),
    (
        &["postgres", "postgresql"],
        5432,
        "connections of PostgreSQL clients",
    ),
    (&["redis"], 6379, "connections of Redis clients"),
    (
        &["mongodb", "mongo"],
        27017,
        "connections of MongoDB clients",
    ),
    (&["kafka"], 9092, "connections of Kafka clients"),
];

/// Connections that are known to last longer than the timeout.
struct Lasting {
    place: Place,
    what: String,
    label: String,
    /// The timeout that they need, in seconds.
    needs: i64,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        // A passthrough load balancer has no timeout; the controllers' own is said in Kubernetes.
        if cloud::is_passthrough(&service)
            || cloud::is_controllers(service.name())
            || has_routes_of_their_own(world, &service)
        {
            continue;
        }
        for asked in world.services_behind(&service) {
            let lasting = lasting(world, &service, &asked);
            let lasting = lasting.filter(|it| it.needs > service.timeout());
            verdicts
                .findings
                .extend(lasting.map(|it| finding(&service, &asked, it)));
        }
    }
}

/// Whether a URL map before the backend service states timeouts itself.
fn has_routes_of_their_own(world: &World<'_>, service: &BackendService<'_>) -> bool {
    let mut maps = world.cloud().roads_to(service.link);
    maps.any(|road| road.url_map.is_some_and(|map| map.timeout().is_some()))
}

fn lasting(
    world: &World<'_>,
    service: &BackendService<'_>,
    asked: &LiveNeg<'_, '_>,
) -> Option<Lasting> {
    if let Some(config) = world.config_of(asked.service, asked.of.port)
        && let Some(node) = config.object.spec().and_then(|spec| spec.get("timeoutSec"))
        && let Some(needs) = node.integer()
    {
        return Some(Lasting {
            place: node.place(),
            what: format!("what BackendConfig {} gives {needs} s", config.object.name),
            label: "behind an Ingress it may last".to_owned(),
            needs,
        });
    }
    if service.timeout() > DEFAULT {
        return None;
    }
    let tcp = matches!(service.protocol(), "TCP" | "SSL");
    web_socket(asked).or_else(|| tcp.then(|| well_known(asked)).flatten())
}

fn web_socket(asked: &LiveNeg<'_, '_>) -> Option<Lasting> {
    let port = asked.of.port;
    let stated = ["appProtocol", "name"].into_iter();
    let stated = stated.filter_map(|field| port.node.get(field));
    let mut stated = stated.filter(|node| {
        let words = node.text().unwrap_or_default().split(['-', '/']);
        let mut words = words.map(str::to_ascii_lowercase);
        words.any(|word| matches!(word.as_str(), "ws" | "wss" | "websocket" | "websockets"))
    });
    Some(Lasting {
        place: stated.next()?.place(),
        what: "WebSockets".to_owned(),
        label: "speaks WebSocket".to_owned(),
        needs: LASTING,
    })
}

fn well_known(asked: &LiveNeg<'_, '_>) -> Option<Lasting> {
    let port = asked.of.port;
    let mut words = port.name.split('-');
    let first = words.next().unwrap_or_default();
    let is_it =
        |(names, number, _): &&(&[&str], i64, &str)| names.contains(&first) || *number == port.port;
    let (names, number, what) = LASTS.iter().find(is_it)?;
    let node = port.node.get("name").filter(|_| names.contains(&first));
    Some(Lasting {
        place: node.unwrap_or(port.port_node).place(),
        what: (*what).to_owned(),
        label: match node {
            Some(_) => format!("a port for {what}"),
            None => format!("port {number} is for {what}"),
        },
        needs: LASTING,
    })
}

fn finding(service: &BackendService<'_>, asked: &LiveNeg<'_, '_>, lasting: Lasting) -> Finding {
    let object = &asked.service.service.object;
    let tcp = matches!(service.protocol(), "TCP" | "SSL");
    let how = if tcp {
        "ends connections that are silent for"
    } else {
        "ends what takes longer than"
    };
    let message = format!(
        "{} {how} {} s: that cuts {} behind {} of Service {}",
        cloud::head(service),
        service.timeout(),
        lasting.what,
        asked.port(),
        object.name,
    );
    let arguments = [
        "backend-services".to_owned(),
        "update".to_owned(),
        service.name().to_owned(),
        service.link.flag(),
        format!("--timeout={}s", lasting.needs),
    ];
    let run = Run::gcloud(
        format!("let them last {} s", lasting.needs),
        service.link.project,
        arguments,
    );
    let label = match service.get("timeoutSec") {
        Some(_) => "it ends them",
        None => "30 s, as it says nothing",
    };
    Finding::new(
        &ROW,
        service,
        message,
        Label::new(service.place_of("timeoutSec"), label),
    )
    .detail(format!(
        "{}/{}/{}",
        object.namespace.unwrap_or_default(),
        object.name,
        asked.of.port.port
    ))
    .concerning(object)
    .because(lasting.place, lasting.label)
    .help("raise timeoutSec, or let the peers keep connections alive more often than that")
    .run(run)
}
