//! Whether what the Ingress controller said still holds, by all that is to be seen now.

use crate::controller::app_protocols::{APP_PROTOCOLS, APP_PROTOCOLS_OLD};
use crate::controller::backend_config::{BACKEND_CONFIG, BACKEND_CONFIG_BETA};
use crate::controller::event::{BackendConfigFault, Cause, Reported};
use crate::controller::status::StatusClaim;
use crate::document::Node;
use crate::kind::ingress::{Ingress, IngressBackend, IngressPath};
use crate::kind::object::Object;
use crate::kind::service::Service;
use crate::world::{ForIngress, Resolved, Told, World};

/// The Service that a cause names, `namespace/name`.
fn service_in<'e>(cause: &Cause<'e>) -> Option<&'e str> {
    match cause {
        Cause::ServiceMissing { service }
        | Cause::IngressPortMissing { service, .. }
        | Cause::ServiceType { service, .. }
        | Cause::AppProtocols { service, .. }
        | Cause::BackendConfig { service, .. } => {
            service.split_once('/').map(|(_, service)| service)
        }
        _ => None,
    }
}

/// The backend of the Ingress that a cause is about.
pub(super) fn backend_of<'w, 'd>(
    ingress: &'w Ingress<'d>,
    cause: &Cause<'_>,
) -> Option<&'w IngressBackend<'d>> {
    let name = service_in(cause);
    let is_it = |backend: &&IngressBackend<'_>| match cause {
        Cause::ResourceBackend => backend.service.is_none(),
        Cause::IngressPortMissing { port, .. } => {
            Some(backend.service_name()) == name
                && backend.port.is_some_and(|own| own.to_string() == *port)
        }
        _ => Some(backend.service_name()) == name,
    };
    ingress.backends.iter().find(is_it)
}

/// The Services that are there and that a cause is about.
pub(super) fn concerned<'w, 'd>(
    world: &'w World<'d>,
    ingress: &Ingress<'_>,
    cause: &Cause<'_>,
) -> Vec<&'w Service<'d>> {
    if let Some(name) = service_in(cause) {
        return found(world, ingress, name);
    }
    let Some(missing) = cause.missing_neg() else {
        return Vec::new();
    };
    let names = ingress.backends.iter().map(IngressBackend::service_name);
    let services = names.flat_map(|name| world.services_named(name));
    let owns = |status: &StatusClaim| {
        let mut groups = status.groups.values();
        groups.any(|group| group.neg.value == missing)
    };
    services
        .filter(|service| service.object.shares_namespace(&ingress.object))
        .filter(|it| it.said_status().is_some_and(owns))
        .map(|service| service.service)
        .collect()
}

fn found<'w, 'd>(world: &'w World<'d>, ingress: &Ingress<'_>, name: &str) -> Vec<&'w Service<'d>> {
    match world.service(&ingress.object, name) {
        Resolved::Found(services) => services,
        _ => Vec::new(),
    }
}

/// Whether nothing that is to be seen speaks against a cause: neither a change since it was told
/// nor one that a manifest will bring.
pub(super) fn still(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    told: &Told<'_, '_>,
    it: &Reported<'_>,
) -> bool {
    let cause = &it.cause;
    let of_backend = service_in(cause).is_some() || *cause == Cause::ResourceBackend;
    let backend = backend_of(ingress, cause);
    if of_backend && backend.is_none() {
        return false;
    }
    let services = concerned(world, ingress, cause);
    let changed = services
        .iter()
        .filter_map(|service| service.object.changed());
    if changed.max() > told.last {
        return false;
    }
    let mut services = services.into_iter();
    match cause {
        // NEG611 speaks of certificates.
        Cause::Secret { .. } => false,
        Cause::ServiceMissing { .. } => services.next().is_none(),
        Cause::IngressPortMissing { .. } => {
            let has = |service: &Service<'_>| {
                backend.is_some_and(|backend| service.port_of(backend).is_some())
            };
            !services.any(has)
        }
        Cause::ServiceType { service_type, .. } => services.all(|service| {
            service.service_type.name() == *service_type
                && world.for_ingress(service) != ForIngress::Asked
        }),
        Cause::AppProtocols { .. } => services
            .all(|service| is_untouched(&service.object, &[APP_PROTOCOLS, APP_PROTOCOLS_OLD])),
        Cause::BackendConfig { fault, .. } => services.all(|service| {
            service.backend_configs().is_some()
                && is_untouched(&service.object, &[BACKEND_CONFIG, BACKEND_CONFIG_BETA])
                && (*fault != BackendConfigFault::Missing
                    || backend.is_none_or(|backend| lacks_config(world, service, backend)))
        }),
        Cause::PathType { path_type } => {
            texts(ingress, |path| path.path_type).any(|text| text == *path_type)
        }
        Cause::Path { path, .. } if !path.is_empty() => {
            texts(ingress, |path| path.path).any(|text| text == *path)
        }
        Cause::BackendConfigInvalid { name, .. } => {
            let configs = match world.backend_config(&ingress.object, name) {
                Resolved::Found(configs) => configs,
                _ => Vec::new(),
            };
            let changed = configs.iter().filter_map(|config| config.object.changed());
            changed.max() <= told.last && told.lasts(world.now(&ingress.object))
        }
        // Nothing ends the others in so many words.
        _ => told.lasts(world.now(&ingress.object)),
    }
}

fn texts<'d>(
    ingress: &Ingress<'d>,
    field: impl Fn(&IngressPath<'d>) -> Option<Node<'d>>,
) -> impl Iterator<Item = &'d str> {
    let paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
    paths.filter_map(move |path| field(path)?.text())
}

/// Whether a manifest leaves these annotations of a live object as they are.
fn is_untouched(object: &Object<'_>, keys: &[&str]) -> bool {
    let Some(shown) = object.shown() else {
        return false;
    };
    let mut keys = keys.iter();
    keys.all(|key| shown.annotation_text(key) == object.annotation_text(key))
}

/// Whether the BackendConfig that a Service names for the port of a backend is still not there.
fn lacks_config(world: &World<'_>, service: &Service<'_>, backend: &IngressBackend<'_>) -> bool {
    let is_there = || {
        let port = service.port_of(backend)?;
        let stated = service.backend_configs()?;
        let configs = stated.decoded.as_ref().ok()?;
        let config = configs.of_port(port.name, port.port)?;
        let found = world.backend_config(&service.object, &config.value);
        Some(matches!(found, Resolved::Found(_)))
    };
    is_there() != Some(true)
}
