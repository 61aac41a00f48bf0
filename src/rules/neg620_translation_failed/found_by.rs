//! Which rules of Ingresses find a cause without the controller's word.

use crate::controller::event::{Cause, Reported};

/// Those rules, and what tells the cause from others of one Ingress.
pub(super) fn found_by(report: &Reported<'_>) -> (&'static [&'static str], String) {
    match &report.cause {
        Cause::ServiceMissing { service } => (&["NEG604"], (*service).to_owned()),
        Cause::IngressPortMissing { port, service } => (&["NEG605"], format!("{service} {port}")),
        Cause::ServiceType { service, .. } => (&["NEG617", "NEG606"], (*service).to_owned()),
        Cause::AppProtocols { service, .. } => (&["NEG610"], format!("{service} app-protocols")),
        Cause::BackendConfig { port, service, .. } => (
            &["NEG609", "NEG607"],
            format!("{service} {port} backend-config"),
        ),
        Cause::BackendConfigInvalid {
            namespace, name, ..
        } => (&["NEG639"], format!("{namespace}/{name}")),
        Cause::ResourceBackend => (&["NEG638"], "resource".to_owned()),
        Cause::PathType { path_type } => (&["NEG612"], format!("path type {path_type}")),
        Cause::Path { path: "", .. } => (&["NEG612"], "path".to_owned()),
        Cause::Path { path, .. } => (&["NEG612"], format!("path {path}")),
        Cause::StaticAddress { .. } => (&["NEG613"], "address".to_owned()),
        Cause::NothingToServe | Cause::NoSharedAddress | Cause::RedirectRefused { .. } => {
            (&["NEG629"], "frontend".to_owned())
        }
        cause => match cause.missing_neg() {
            Some(neg) => (
                &["NEG617", "NEG603", "NEG108", "NEG109", "NEG101", "NEG103"],
                neg.to_owned(),
            ),
            None => match cause {
                Cause::Google(refused) => (&[], refused.refusal.key()),
                _ => (&[], "sync".to_owned()),
            },
        },
    }
}
