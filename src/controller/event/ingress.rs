//! The events of the Ingress controller.

use super::{
    Format, LOAD_BALANCER_CONTROLLER, Meaning, Table,
    meaning::Trouble::{
        Certificate, ClassNotSupported, Cleanup, FrontendConfig, FrontendNotConfigured, HttpOnly,
        IngressSync, Translate, TransparentHealthCheckOff, TransparentHealthCheckOverridden,
        TransparentHealthCheckWithoutNeg, XpnFirewall,
    },
};
use Meaning::{Harmless, Progress, Trouble};

/// A step of making the frontend was taken: the backends and everything before it did.
const FRONTEND: Meaning = Progress(&[Translate]);

pub(super) static INGRESS: Table = Table {
    kind: "Ingress",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(&["Sync"], "scheduled", "Scheduled for sync", Harmless),
        Format::new(
            &["Sync"],
            "class-not-supported",
            r#"Ingress class "{class}" is not supported in this environment. Please use "{other}"."#,
            Trouble(ClassNotSupported),
        ),
        Format::new(
            &["Translate"],
            "backends",
            "Translation failed: invalid ingress spec: {error}",
            Trouble(Translate),
        ),
        Format::new(
            &["THCAnnotationWithoutFlag"],
            "feature-off",
            "THC annotation is present for at least one Service, but the Transparent Health Checks feature is not enabled.",
            Trouble(TransparentHealthCheckOff),
        ),
        Format::new(
            &["Sync"],
            "failed",
            "Error syncing to GCP: {error}",
            Trouble(IngressSync),
        ),
        // Controllers before 2020.
        Format::new(
            &["Sync"],
            "failed-old",
            "Error during sync: {error}",
            Trouble(IngressSync),
        ),
        Format::new(
            &["IPChanged"],
            "address",
            "IP is now {ip}",
            Progress(&[Translate, IngressSync]),
        ),
        Format::new(
            &["CREATE"],
            "address-old",
            "ip: {ip}",
            Progress(&[Translate, IngressSync]),
        ),
        Format::new(&["ADD"], "seen-old", "{namespace}/{ingress}", Harmless),
        Format::new(
            &["Sync"],
            "certificate-missing",
            "Could not find TLS certificate: {error}",
            Trouble(Certificate),
        ),
        Format::new(
            &["Sync"],
            "http-only",
            "Could not find any TLS certificates. Continuing setup for the load balancer to serve HTTP only. Note: this behavior is deprecated and will be removed in a future version of ingress-gce",
            Trouble(HttpOnly),
        ),
        Format::new(
            &["Sync"],
            "frontend-config",
            "Error: {error}",
            Trouble(FrontendConfig),
        ),
        Format::new(
            &["GarbageCollection"],
            "before-sync",
            "Error: {error}",
            Trouble(Cleanup),
        ),
        Format::new(
            &["GarbageCollection"],
            "after-sync",
            "Error during garbage collection: {error}",
            Trouble(Cleanup),
        ),
        Format::new(&["Sync"], "url-map", r#"UrlMap "{name}" {done}"#, FRONTEND),
        Format::new(
            &["Sync"],
            "certificates",
            r#"TargetProxy "{name}" certs updated"#,
            Progress(&[Translate, Certificate, HttpOnly]),
        ),
        Format::new(
            &["Sync"],
            "policy",
            r#"TargetProxy "{name}" SSLPolicy updated"#,
            FRONTEND,
        ),
        Format::new(
            &["Sync"],
            "regional-policy",
            r#"Regional TargetHttpsProxy "{name}" SSLPolicy updated"#,
            FRONTEND,
        ),
        Format::new(
            &["Sync"],
            "proxy",
            r#"TargetProxy "{name}" {done}"#,
            FRONTEND,
        ),
        Format::new(
            &["Sync"],
            "rule-created",
            r#"ForwardingRule "{name}" created"#,
            FRONTEND,
        ),
        Format::new(
            &["Sync"],
            "rule-deleted",
            r#"ForwardingRule "{name}" deleted"#,
            Harmless,
        ),
        Format::new(
            &["WillNotConfigureFrontend"],
            "no-shared-address",
            "gce-internal Ingress class must be configured with a static-ip to use both HTTP and HTTPS served on the same IP. Please configure a static-ip with Purpose=SHARED_LOADBALANCER_VIP and attach it to the ingress with the kubernetes.io/ingress.regional-static-ip-name annotation.",
            Trouble(FrontendNotConfigured),
        ),
        XPN,
        XPN_OLD,
    ],
};

/// Normal in type, though traffic is blocked.
pub(super) const XPN: Format = Format::new(
    &["XPN"],
    "firewall",
    "Firewall change required by security admin: `{command}`",
    Trouble(XpnFirewall),
);
pub(super) const XPN_OLD: Format = Format::new(
    &["XPN"],
    "firewall-old",
    "Firewall change required by network admin: `{command}`",
    Trouble(XpnFirewall),
);

/// What the health checks of Ingress backends say of their Service.
pub(super) static HEALTH_CHECK: Table = Table {
    kind: "Service",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(
            &["THCConfigured"],
            "done",
            "Transparent Health Check successfully configured.",
            Progress(&[
                TransparentHealthCheckOff,
                TransparentHealthCheckOverridden,
                TransparentHealthCheckWithoutNeg,
            ]),
        ),
        Format::new(
            &["BackendConfigOverridesTHC"],
            "overridden",
            "Both THC and BackendConfig annotations present and the BackendConfig has spec.healthCheck. The THC annotation will be ignored.",
            Trouble(TransparentHealthCheckOverridden),
        ),
        Format::new(
            &["THCAnnotationWithoutFlag"],
            "feature-off",
            "THC annotation present, but the Transparent Health Checks feature is not enabled.",
            Trouble(TransparentHealthCheckOff),
        ),
        Format::new(
            &["THCAnnotationWithoutNEG"],
            "without-neg",
            "THC annotation present, but NEG is disabled. Will not enable Transparent Health Checks.",
            Trouble(TransparentHealthCheckWithoutNeg),
        ),
        Format::new(
            &["HealthcheckDescriptionUpdate"],
            "description",
            "Healthcheck will be updated and the only field updated is Description.\nOld: {old}\nNew: {new}",
            Harmless,
        ),
    ],
};
