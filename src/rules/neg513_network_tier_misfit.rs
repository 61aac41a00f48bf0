//! NEG513: network tiers that do not join.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG513",
    slug: "network-tier-misfit",
    severity: Severity::Error,
    reads: &[Kind::ForwardingRule, Kind::Address],
    follows: &["NEG504"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let external = |scheme: Option<&str>| scheme.is_some_and(|it| it.starts_with("EXTERNAL"));
    for rule in world.cloud().forwarding_rules() {
        if rule.is_other() || !external(rule.scheme()) {
            continue;
        }
        let product = world.cloud().product(&rule);
        if let Some(product) = product.filter(|it| !it.tiers.iter().any(|tier| tier == rule.tier()))
        {
            let message = format!(
                "{} is in tier {}, which a {} does not have",
                cloud::head(&rule),
                rule.tier(),
                product.name
            );
            let label = Label::new(rule.place_of("networkTier"), "another tier");
            verdicts.find(Finding::new(&ROW, &rule, message, label).help(format!(
                "make the rule anew in tier {}",
                product.tiers.join(" or ")
            )));
            continue;
        }
        let mut addresses = world.cloud().addresses();
        let own = addresses.find(|it| it.address() == rule.address() && !rule.address().is_empty());
        let Some(address) = own.filter(|it| it.tier() != rule.tier()) else {
            continue;
        };
        let message = format!(
            "{} is in tier {}, and its address {} in tier {}: the API refuses the pair",
            cloud::head(&rule),
            rule.tier(),
            address.name(),
            address.tier()
        );
        verdicts.find(
            Finding::new(
                &ROW,
                &rule,
                message,
                Label::new(rule.place_of("networkTier"), "its tier"),
            )
            .because(address.place_of("networkTier"), "another tier")
            .help("reserve an address in the tier of the rule"),
        );
    }
}
