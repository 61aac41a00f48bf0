//! The events of GKE's Gateway controller. It is not open: these are texts that users show, with
//! numbered errors that nest: `Error GWCER104: HTTPRoute "a/b" is misconfigured, err: Error GWCER102:
//! services a/c not found`.

use super::{Format, Meaning, Reported, Table, meaning::Trouble::GatewaySync};
use Meaning::{Progress, Trouble};

/// GKE's Gateway controllers, for one cluster (`sc-`) and for several (`mc-`).
pub(super) const GATEWAY_CONTROLLER: &str = "gateway-controller";

pub(super) static GATEWAY: Table = Table {
    kind: "Gateway",
    component: GATEWAY_CONTROLLER,
    formats: &[
        Format::new(
            &["SYNC"],
            "done",
            "SYNC on {gateway} was a success",
            Progress(&[GatewaySync]),
        ),
        Format::new(
            &["SYNC"],
            "translate",
            r#"failed to translate Gateway "{gateway}": {error}"#,
            Trouble(GatewaySync),
        ),
        Format::new(
            &["SYNC"],
            "google",
            "generic::{error}",
            Trouble(GatewaySync),
        ),
    ],
};

/// What the Gateway controller says is wrong, in an event or a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayError<'e> {
    /// The number of the outermost error, such as `106`: 101 an annotation, 104 a route, 105 a
    /// listener, 106 the Gateway; empty where it has none.
    pub number: &'e str,
    /// The innermost error.
    pub error: &'e str,
}

impl<'e> GatewayError<'e> {
    /// The error that a message tells.
    pub fn of(message: &'e str) -> Self {
        let numbered = |text: &'e str| text.split_once("Error GWCER").map(|(_, rest)| rest);
        let is_number = |it: &&str| it.bytes().all(|byte| byte.is_ascii_digit());
        let number = numbered(message)
            .and_then(|rest| rest.get(..3))
            .filter(is_number);
        let innermost = message.rsplit(", err: ").next().unwrap_or(message);
        // What is left of `Error GWCER102: services a/c not found`.
        let bare = number.and_then(|_| {
            let (_, rest) = innermost.rsplit_once("Error GWCER")?;
            rest.get(3..)?.strip_prefix(": ")
        });
        let bare = bare.unwrap_or(innermost);
        Self {
            number: number.unwrap_or_default(),
            error: bare.trim().trim_end_matches('.'),
        }
    }

    /// Why it fails, in a few words; `None` where nothing is said.
    pub fn words(self) -> Option<String> {
        self.report()?.words()
    }

    /// What to do about it.
    pub fn advice(self) -> String {
        let known = KNOWN.iter().find(|(part, _)| self.error.contains(part));
        if let Some((_, advice)) = known {
            return (*advice).to_owned();
        }
        let of_google = self.report().and_then(|report| report.advice());
        of_google.unwrap_or_else(|| {
            let what = match self.number {
                "101" => "the annotation",
                "104" => "the route",
                "105" => "the listener",
                _ => "what the message names",
            };
            format!("correct {what}; until then the load balancer stays as it is")
        })
    }

    fn report(self) -> Option<Reported<'e>> {
        Reported::all(self.error).into_iter().next()
    }
}

/// Parts of errors, and what to do about them.
const KNOWN: &[(&str, &str)] = &[
    (
        "references to backends in other namespaces",
        "put the route into the namespace of the Service; a ReferenceGrant helps only where the \
         version of the cluster reads it",
    ),
    (
        "SslCertificate",
        "name a certificate of Compute Engine in networking.gke.io/pre-shared-certs: of a \
         ManagedCertificate that is its status.certificateName (mcrt-…), not its own name",
    ),
    (
        "CertificateMap",
        "take `tls` off the listener, or the annotation networking.gke.io/certmap off the Gateway",
    ),
    (
        "certificate reference",
        "refer to a Secret with `kind: Secret` and an empty group, in the Gateway's namespace",
    ),
    (
        "Timeouts are not supported",
        "take `timeouts` out of the route, and set timeoutSec in a GCPBackendPolicy of the Service",
    ),
    (
        "does not support rule filters",
        "make a new Gateway of class gke-l7-global-external-managed, which has them, or take the \
         filters out of the route",
    ),
    (
        "unsupported address type",
        "reserve the address and name it with `type: NamedAddress`",
    ),
    (
        "services ",
        "create the Service in the namespace of the route, or name one that is there",
    ),
];

#[cfg(test)]
mod tests {
    use super::GatewayError;

    #[test]
    fn the_innermost_error_tells() {
        let of = |text| {
            let GatewayError { number, error } = GatewayError::of(text);
            (number, error)
        };
        let nested = r#"error cause: reference-not-found: Error GWCER104: HTTPRoute "a/b" is misconfigured, err: Error GWCER102: services a/c not found"#;
        assert_eq!(of(nested), ("104", "services a/c not found"));
        let plain =
            r#"Gateway: Invalid : Error GWCER106: Gateway "a/b" is invalid, err: unsupported x.."#;
        assert_eq!(of(plain), ("106", "unsupported x"));
        assert_eq!(of("Error GWCER101: Annotation x"), ("101", "Annotation x"));
        assert_eq!(of("is not ready"), ("", "is not ready"));
        assert_eq!(of("Error GWCERé"), ("", "Error GWCERé"));
        assert_eq!(of(""), ("", ""));
    }
}
