//! What the Ingress controller says of what an Ingress refers to.

use super::{Known, known};
use crate::controller::event::cause::{BackendConfigFault, Cause};

pub(super) static KNOWN: &[Known] = &[
    known(r#"could not find service "{service}""#, |it| {
        Cause::ServiceMissing {
            service: it.text("service"),
        }
    }),
    known(
        r#"could not find port "{port}" in service "{service}""#,
        |it| Cause::IngressPortMissing {
            port: ingress_port(it.text("port")),
            service: it.text("service"),
        },
    ),
    known(
        r#"service "{service}" is type "{type}", expected "NodePort" or "LoadBalancer" when not using NEGs"#,
        |it| Cause::ServiceType {
            service: it.text("service"),
            service_type: it.text("type"),
        },
    ),
    known(
        r#"could not parse "{key}" annotation on service "{service}", err: {error}"#,
        |it| Cause::AppProtocols {
            service: it.text("service"),
            error: it.text("error"),
        },
    ),
    known(
        r#"error getting BackendConfig for port "{port}" on service "{service}", err: {error}"#,
        |it| Cause::BackendConfig {
            port: ingress_port(it.text("port")),
            service: it.text("service"),
            fault: backend_config(it.text("error")),
        },
    ),
    known(
        "BackendConfig {namespace}/{name} is not valid: {error}",
        |it| Cause::BackendConfigInvalid {
            namespace: it.text("namespace"),
            name: it.text("name"),
            error: it.text("error"),
        },
    ),
    known("Ingress Backend is not a service", |_| {
        Cause::ResourceBackend
    }),
    known(
        r#"failed to retrieve the system default backend service "{service}" with port "{port}": {error}"#,
        |it| Cause::DefaultBackend {
            service: it.text("service"),
        },
    ),
    known("unsupported path type: {type}", |it| Cause::PathType {
        path_type: it.text("type"),
    }),
    known(
        "failed to validate {type} path type due to empty path",
        |it| Cause::Path {
            path_type: it.text("type"),
            path: "",
        },
    ),
    known(
        "failed to validate {type} path {path} due to invalid wildcard",
        |it| Cause::Path {
            path_type: it.text("type"),
            path: it.text("path"),
        },
    ),
    known(r#"secret "{secret}" does not exist"#, |it| Cause::Secret {
        secret: it.text("secret"),
        lacks: None,
    }),
    known(r#"secrets "{secret}" not found"#, |it| Cause::Secret {
        secret: it.text("secret"),
        lacks: None,
    }),
    known(
        r#"secret "{secret}" does not specify {lacks} as string data"#,
        |it| Cause::Secret {
            secret: it.text("secret"),
            lacks: it.get("lacks"),
        },
    ),
    known(
        "invalid configuration: both HTTP and HTTPS are disabled{rest}",
        |_| Cause::NothingToServe,
    ),
    known("invalid ingress frontend configuration{rest}", |_| {
        Cause::NothingToServe
    }),
    known("error invalid internal ingress https config", |_| {
        Cause::NoSharedAddress
    }),
    known("cannot enable HTTPS Redirects with {by}", |it| {
        Cause::RedirectRefused { by: it.text("by") }
    }),
    known(
        "the given static IP name {name} doesn't translate to an existing static IP.",
        |it| Cause::StaticAddress {
            name: it.text("name"),
        },
    ),
    known("no FrontendConfig for Ingress exists.", |_| {
        Cause::FrontendConfigMissing
    }),
    known(
        "invalid value for Service annotation {annotation}, should be {range}, got \"{value}\"",
        |it| Cause::AnnotationValue {
            annotation: it.text("annotation"),
            value: it.text("value"),
        },
    ),
];

/// The name or number in `&ServiceBackendPort{Name:http,Number:0,}`.
fn ingress_port(text: &str) -> &str {
    let inner = text.strip_prefix("&ServiceBackendPort{Name:");
    let inner = inner.and_then(|rest| rest.strip_suffix(",}")?.split_once(",Number:"));
    match inner {
        Some(("", number)) => number,
        Some((name, _)) => name,
        None => text,
    }
}

fn backend_config(error: &str) -> BackendConfigFault {
    match error {
        "BackendConfig annotation is invalid json" => BackendConfigFault::InvalidJson,
        "no BackendConfig's found in annotation" => BackendConfigFault::NoneNamed,
        "no BackendConfig for service port exists." => BackendConfigFault::Missing,
        _ => BackendConfigFault::Other,
    }
}
