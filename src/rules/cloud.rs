//! What rules about Google Cloud share: words for its objects, and the arguments of `gcloud` that
//! name them.

use crate::kind::cloud::{Address, Backend, BackendService, CloudObject, Link};
use crate::remedy::Run;
use crate::world::World;

/// `backend service mail`
pub(super) fn called(object: &CloudObject<'_>) -> String {
    link(object.link)
}

/// The same of what a link leads to.
pub(super) fn link(link: Link<'_>) -> String {
    let word = match link.collection {
        "networkEndpointGroups" => return neg(link),
        "backendServices" => "backend service",
        "healthChecks" => "health check",
        "forwardingRules" => "forwarding rule",
        "targetHttpProxies" => "target HTTP proxy",
        "targetHttpsProxies" => "target HTTPS proxy",
        "targetTcpProxies" => "target TCP proxy",
        "targetSslProxies" => "target SSL proxy",
        "urlMaps" => "URL map",
        "addresses" => "address",
        "sslCertificates" | "certificates" => "certificate",
        other => other,
    };
    format!("{word} {}", link.name)
}

/// The same at the beginning of a sentence.
pub(super) fn head(object: &CloudObject<'_>) -> String {
    let words = called(object);
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// `NEG mail in europe-west1-b`
pub(super) fn neg(link: Link<'_>) -> String {
    format!("NEG {} in {}", link.name, link.location)
}

/// `is global`, `is in europe-west1`
pub(super) fn place(link: Link<'_>) -> String {
    match link.region() {
        None => "is global".to_owned(),
        Some(region) => format!("is in {region}"),
    }
}

/// `europe-west1-b, europe-west1-c and europe-west1-d`
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The arguments of `backend-services VERB` about a group.
pub(super) fn about_group(
    verb: &str,
    service: &BackendService<'_>,
    group: Link<'_>,
) -> Vec<String> {
    let place = match group.zone() {
        Some(zone) => format!("--network-endpoint-group-zone={zone}"),
        None => format!("--network-endpoint-group-region={}", group.location),
    };
    vec![
        "backend-services".to_owned(),
        verb.to_owned(),
        service.name().to_owned(),
        service.link.flag(),
        format!("--network-endpoint-group={}", group.name),
        place,
    ]
}

/// The mode and the target of a backend of a proxy, as gcloud takes them: those of another backend
/// of the service, or else what is a usual beginning.
pub(super) fn capacity(service: &BackendService<'_>) -> Vec<String> {
    let connection = matches!(service.protocol(), "TCP" | "SSL");
    let (mode, fields, flags, usual) = if connection {
        (
            "CONNECTION",
            ["maxConnectionsPerEndpoint", "maxConnections"],
            ["--max-connections-per-endpoint", "--max-connections"],
            1000.0,
        )
    } else {
        (
            "RATE",
            ["maxRatePerEndpoint", "maxRate"],
            ["--max-rate-per-endpoint", "--max-rate"],
            100.0,
        )
    };
    let sound = |it: &Backend<'_>| it.mode() == Some(mode);
    let of_sibling = service
        .backends()
        .filter(sound)
        .find_map(|it| it.target(&fields));
    let (field, value) = of_sibling
        .filter(|it| it.1 > 0.0)
        .unwrap_or((fields[0], usual));
    let flag = if field == fields[0] {
        flags[0]
    } else {
        flags[1]
    };
    vec![
        format!("--balancing-mode={mode}"),
        format!("{flag}={value}"),
    ]
}

/// The command that attaches a NEG as its siblings are.
pub(super) fn attach(service: &BackendService<'_>, group: Link<'_>) -> Run {
    let mut arguments = about_group("add-backend", service, group);
    if !is_passthrough(service) {
        arguments.extend(capacity(service));
    }
    let title = format!("attach the {} to {}", neg(group), called(service));
    Run::gcloud(title, service.link.project, arguments)
}

/// True for a backend service of a passthrough load balancer, by its own fields.
pub(super) fn is_passthrough(service: &BackendService<'_>) -> bool {
    match service.scheme() {
        "INTERNAL" | "EXTERNAL_PASSTHROUGH" => true,
        "EXTERNAL" => !service.link.is_global(),
        _ => false,
    }
}

/// True for a backend service that a controller of GKE made and keeps.
pub(super) fn is_controllers(name: &str) -> bool {
    let prefixes = [
        "k8s1-", "k8s2-", "k8s-", "gkegw1-", "gkemcg1-", "gkel4-", "mci-",
    ];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// The name for something new, with a number where it is taken.
pub(super) fn free_name(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    const LONGEST: usize = 63;
    let numbered = (2..).map(|n| {
        let end = format!("-{n}");
        let head: String = wanted.chars().take(LONGEST - end.len()).collect();
        format!("{}{end}", head.trim_end_matches('-'))
    });
    let plain: String = wanted.chars().take(LONGEST).collect();
    let mut names = std::iter::once(plain.trim_end_matches('-').to_owned()).chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// What an address is called by after the name of what it is for.
const SUFFIXES: [&str; 9] = [
    "-ip",
    "-ipv4",
    "-address",
    "-addr",
    "-vip",
    "-static",
    "-external",
    "-global",
    "-lb",
];

/// True where one name begins with the other: `mail-ip` is for `mail`, and for `mail-proxy`.
pub(super) fn are_of_one(address: &str, object: &str) -> bool {
    let begins = |long: &str, short: &str| {
        let rest = long.strip_prefix(short);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let mut suffixes = SUFFIXES.iter();
    let stem = suffixes.find_map(|suffix| address.strip_suffix(suffix));
    begins(address, object) || begins(object, stem.unwrap_or(address))
}

/// The forwarding rule that a global external proxy of this name lacks, where its port is known: the
/// Service's own for TCP. A regional rule needs to know its network and subnet as well.
pub(super) fn front(
    world: &World<'_>,
    service: &BackendService<'_>,
    protocol: &str,
    proxy: &str,
) -> Option<Run> {
    let (kind, port) = match protocol {
        "HTTP" => ("http", 80),
        "HTTPS" => ("https", 443),
        "SSL" => ("ssl", world.services_behind(service).first()?.of.port.port),
        _ => ("tcp", world.services_behind(service).first()?.of.port.port),
    };
    let global = service.link.is_global() && service.scheme().starts_with("EXTERNAL");
    let own = [
        format!("--load-balancing-scheme={}", service.scheme()),
        format!("--target-{kind}-proxy={proxy}"),
        format!("--ports={port}"),
    ];
    let rules = || world.cloud().forwarding_rules();
    let taken = |name: &str| rules().any(|it| it.name() == name && it.link.is_global());
    let name = free_name(service.name(), taken);
    let address = reserved(world, service).map(|it| format!("--address={}", it.name()));
    let title = match address {
        Some(_) => "make the forwarding rule, on the address that is reserved for it",
        None => "make the forwarding rule, on an address that Google chooses",
    };
    let arguments = ["forwarding-rules", "create", &name, "--global"].map(str::to_owned);
    let arguments = arguments.into_iter().chain(own).chain(address);
    global.then(|| Run::gcloud(title, service.link.project, arguments))
}

/// The global external address that waits for the front end of a backend service, by its name.
fn reserved<'d>(world: &World<'d>, service: &BackendService<'d>) -> Option<Address<'d>> {
    let fits = |it: &Address<'d>| {
        it.link.is_global()
            && it.link.project == service.link.project
            && it.address_type() == "EXTERNAL"
            && it.is_reserved()
            && it.users().next().is_none()
            && are_of_one(it.name(), service.name())
    };
    let mut waiting = world.cloud().addresses().filter(fits);
    waiting.next().filter(|_| waiting.next().is_none())
}
