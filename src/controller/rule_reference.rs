//! The forwarding rules that a Service of class `standalone-passthrough-lb-neg` names: a list of names
//! and links. Source: kubernetes/ingress-gce, `pkg/l4/controllers/standalonenegcontroller.go`.

use std::ops::Range;

use super::names::NegName;

/// The annotation that names them.
pub const CUSTOM_FORWARDING_RULE: &str = "networking.gke.io/custom-forwarding-rule";
/// The controller takes so many, in the order of the alphabet, and leaves out the rest.
pub const MOST_RULES: usize = 10;

/// One of the rules that the annotation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleReference<'t> {
    /// A name, or a link.
    pub text: &'t str,
    /// Where it stands in the annotation.
    pub range: Range<usize>,
}

impl<'t> RuleReference<'t> {
    /// All that the annotation names.
    pub fn all(text: &'t str) -> Vec<Self> {
        let mut start = 0;
        let mut all = Vec::new();
        for piece in text.split(',') {
            let bare = piece.trim();
            let at = start + (piece.len() - piece.trim_start().len());
            if !bare.is_empty() {
                all.push(Self {
                    text: bare,
                    range: at..at + bare.len(),
                });
            }
            start += piece.len() + 1;
        }
        all
    }

    /// Why it leads to no forwarding rule, whatever there is in the project; `None` where it may.
    pub fn fault(&self) -> Option<&'static str> {
        let name = if self.text.contains('/') {
            let Some(name) = name_in_link(self.text) else {
                return Some("no link of a forwarding rule");
            };
            name
        } else {
            self.text
        };
        let is_name = NegName::new(name).is_resource_name();
        (!is_name).then_some("no name that a forwarding rule can have")
    }
}

/// The name in `projects/p/regions/r/forwardingRules/name` and in its shorter and longer forms.
fn name_in_link(link: &str) -> Option<&str> {
    let link = match link.find("/projects/") {
        Some(start) => link.get(start + 1..)?,
        None => link,
    };
    let parts: Vec<&str> = link.split('/').collect();
    let mut scoped = parts.as_slice();
    if let ["projects", _, rest @ ..] = scoped {
        scoped = rest;
    }
    match scoped {
        ["global", "forwardingRules", name] | ["regions", _, "forwardingRules", name] => {
            Some(*name)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RuleReference;

    #[test]
    fn lists_are_taken_apart() {
        let all = RuleReference::all(" a, ,projects/p/regions/r/forwardingRules/b,");
        let found: Vec<_> = all.iter().map(|it| (it.text, it.range.start)).collect();
        assert_eq!(
            found,
            [("a", 1), ("projects/p/regions/r/forwardingRules/b", 5)]
        );
        assert!(RuleReference::all(" , ").is_empty());
    }

    #[test]
    fn links_lead_to_forwarding_rules() {
        let fault = |text| {
            RuleReference::all(text)
                .first()
                .and_then(RuleReference::fault)
        };
        for good in [
            "web",
            "global/forwardingRules/web",
            "regions/europe-west1/forwardingRules/web",
            "https://www.googleapis.com/compute/v1/projects/p/global/forwardingRules/web",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "Web",
            "web_1",
            "forwardingRules/web",
            "zones/z/forwardingRules/web",
            "projects/p/regions/r/backendServices/web",
            "projects/p/regions/r/forwardingRules/",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
