//! The load balancer products of Google Cloud: which chains of objects form one, and what it
//! allows. The table is `product/products.json`.

use std::sync::LazyLock;

use serde::Deserialize;

/// A load balancer product.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of the table"
)]
pub struct Product {
    /// `global-external-proxy-nlb`
    pub id: String,
    /// As Google's documentation calls it.
    pub name: String,
    /// The scheme of its forwarding rules.
    pub scheme: String,
    /// What terminates or passes the traffic.
    pub proxy: Proxy,
    /// True where its forwarding rules are regional; classic products have regional ones too, in
    /// Standard tier.
    pub regional: bool,
    /// The collections of its target proxies; none for a passthrough product.
    pub targets: Vec<String>,
    /// True where its target proxies and URL maps are regional.
    pub regional_target: bool,
    /// True where its backend services are regional.
    pub regional_service: bool,
    /// The schemes of its backend services.
    pub service_schemes: Vec<String>,
    /// The protocols of its backend services.
    pub service_protocols: Vec<String>,
    /// The types of NEG that it takes.
    pub neg_types: Vec<String>,
    /// The balancing modes for NEGs of a zone.
    pub modes: Vec<String>,
    /// `global`, `regional`: where its health checks may live.
    pub health_check_scopes: Vec<String>,
    /// True where a health check may ask the serving port.
    pub serving_port: bool,
    /// The purpose of the proxy-only subnet that it needs.
    pub proxy_subnet: Option<String>,
    /// `EXTERNAL` or `INTERNAL`: its addresses.
    pub address_type: String,
    /// True where its addresses are regional; a cross-region internal rule is global itself.
    pub regional_address: bool,
    /// The network tiers of its rules.
    pub tiers: Vec<String>,
}

/// What terminates or passes the traffic of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proxy {
    /// Google's front ends, which speak to Pods from the ranges of the probes.
    Gfe,
    /// Envoys in a proxy-only subnet, which speak to Pods from there.
    Envoy,
    /// The mesh's own.
    Mesh,
    /// Nothing: packets come as the client sent them.
    None,
}

static ALL: LazyLock<Vec<Product>> = LazyLock::new(|| {
    // A test reads it.
    serde_json::from_str(include_str!("product/products.json")).unwrap_or_default()
});

impl Product {
    /// Every product.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The product that a forwarding rule begins: by its scheme, whether it is regional, and the
    /// collection and scope of its target; no target for a rule before a backend service.
    ///
    /// A regional rule before a global proxy is the classic product in Standard tier.
    pub fn of(scheme: &str, regional: bool, target: Option<(&str, bool)>) -> Option<&'static Self> {
        let fits = |product: &&Self| match target {
            Some((collection, regional_target)) => {
                let standard = scheme == "EXTERNAL" && !regional_target;
                product.targets.iter().any(|it| it == collection)
                    && product.regional_target == regional_target
                    && (product.regional == regional || standard)
            }
            None => product.targets.is_empty() && product.regional == regional,
        };
        ALL.iter().find(|it| it.scheme == scheme && fits(it))
    }

    /// True for a product that passes packets on as they are.
    pub fn is_passthrough(&self) -> bool {
        self.proxy == Proxy::None
    }

    /// True for an Application Load Balancer.
    pub fn is_http(&self) -> bool {
        self.targets.iter().any(|it| it == "targetHttpProxies")
    }

    /// True where health checks of this scope are allowed.
    pub fn takes_check(&self, regional: bool) -> bool {
        let scope = if regional { "regional" } else { "global" };
        self.health_check_scopes.iter().any(|it| it == scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(scheme: &str, regional: bool, target: Option<(&str, bool)>) -> &'static str {
        Product::of(scheme, regional, target).map_or("", |it| it.id.as_str())
    }

    #[test]
    fn chains_are_told_apart() {
        assert_eq!(Product::all().len(), 15);
        let tcp = Some(("targetTcpProxies", false));
        let http = Some(("targetHttpProxies", false));
        let regional_http = Some(("targetHttpProxies", true));
        assert_eq!(
            id("EXTERNAL_MANAGED", false, tcp),
            "global-external-proxy-nlb"
        );
        assert_eq!(id("EXTERNAL", false, tcp), "classic-proxy-nlb");
        assert_eq!(id("EXTERNAL", true, tcp), "classic-proxy-nlb");
        assert_eq!(id("EXTERNAL", true, None), "external-passthrough-nlb-bs");
        assert_eq!(id("INTERNAL", true, None), "internal-passthrough-nlb");
        assert_eq!(
            id("EXTERNAL_MANAGED", true, regional_http),
            "regional-external-alb"
        );
        assert_eq!(
            id("INTERNAL_MANAGED", true, regional_http),
            "regional-internal-alb"
        );
        assert_eq!(
            id("INTERNAL_MANAGED", false, http),
            "cross-region-internal-alb"
        );
        assert_eq!(id("INTERNAL_SELF_MANAGED", false, http), "service-mesh");
        assert_eq!(id("WHATEVER", false, http), "");
    }
}
