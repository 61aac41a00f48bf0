//! NEG909: a firewall rule that GKE made for a cluster that is gone.

use std::collections::BTreeSet;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Subject, Verdicts};
use crate::kind::Kind;
use crate::remedy::Run;
use crate::world::{Missing, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG909",
    slug: "orphan-firewall-rule",
    severity: Severity::Note,
    reads: &[
        Kind::Firewall,
        Kind::GkeCluster,
        Kind::Instance,
        Kind::Project,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told = BTreeSet::new();
    for firewalls in world.cloud().firewalls() {
        let project = firewalls.link.project;
        let single = firewalls.get("name").map(|_| firewalls.root());
        for rule in firewalls.rules().chain(single) {
            let name = rule.get("name").and_then(Node::text).unwrap_or_default();
            let Some(cluster) = named_for(name).or_else(|| tagged_for(rule, name)) else {
                continue;
            };
            if is_alive(world, project, rule, cluster) || !told.insert((project, name)) {
                continue;
            }
            match all_are_known(world, project) {
                Ok(()) => verdicts.find(finding(project, rule, name, cluster)),
                Err(missing) => {
                    let place = rule.get("name").unwrap_or(rule);
                    let subject = subject(project, name);
                    verdicts.leave(missing.undecided(&ROW, subject, place));
                }
            }
        }
    }
}

/// `prod` for `gke-prod-1a2b3c4d-all`.
fn named_for(name: &str) -> Option<&str> {
    let suffixes = [
        "all",
        "ssh",
        "vms",
        "master",
        "exkubelet",
        "inkubelet",
        "mcsd",
    ];
    let (cluster, suffix) = cluster_of(name)?;
    suffixes.contains(&suffix).then_some(cluster)
}

/// The cluster of the nodes that a rule is for, where a controller in the cluster made it: such a
/// rule's name has an identifier in place of the cluster's name.
fn tagged_for<'d>(rule: Node<'d>, name: &str) -> Option<&'d str> {
    let prefixes = ["k8s-", "k8s1-", "k8s2-"];
    let own = prefixes.iter().any(|it| name.starts_with(it));
    let node = |tag: &'d str| cluster_of(tag).filter(|(_, suffix)| *suffix == "node");
    let mut clusters = tags(rule).map(|tag| node(tag).map(|(cluster, _)| cluster));
    let first = clusters.next().flatten().filter(|_| own)?;
    clusters.all(|it| it == Some(first)).then_some(first)
}

/// `prod` and `all` of `gke-prod-1a2b3c4d-all`.
fn cluster_of(name: &str) -> Option<(&str, &str)> {
    let (rest, suffix) = name.strip_prefix("gke-")?.rsplit_once('-')?;
    let (cluster, hash) = rest.rsplit_once('-')?;
    let is_hash = hash.len() == 8 && hash.bytes().all(|it| it.is_ascii_hexdigit());
    (is_hash && !cluster.is_empty()).then_some((cluster, suffix))
}

fn tags<'d>(rule: Node<'d>) -> impl Iterator<Item = &'d str> {
    let tags = rule.get("targetTags").into_iter().flat_map(Node::items);
    tags.filter_map(Node::text)
}

/// True where a cluster of such a name is there, or a virtual machine that the rule is about. Long
/// names are cut in the rule's.
fn is_alive(world: &World<'_>, project: &str, rule: Node<'_>, cluster: &str) -> bool {
    let mut clusters = world.cloud().gke_clusters();
    let tags: Vec<_> = tags(rule).collect();
    let mut instances = world.cloud().instances();
    clusters.any(|it| it.name().starts_with(cluster))
        || instances
            .any(|it| it.link.project == project && it.tags().any(|own| tags.contains(&own)))
}

/// Whether every cluster that could use a network of this project was listed.
fn all_are_known(world: &World<'_>, project: &str) -> Result<(), Missing> {
    let all = world.cloud();
    all.whole(Kind::GkeCluster, project)?;
    all.whole(Kind::Instance, project)?;
    all.whole(Kind::Project, project)?;
    let mut projects = all.project_quotas();
    let is_host =
        projects.any(|it| it.name() == project && it.text("xpnProjectStatus") == Some("HOST"));
    if !is_host {
        return Ok(());
    }
    Err(Missing::new(
        format!("project {project} shares its networks: clusters of other projects may use them"),
        "the list of clusters of every project that uses the network",
    ))
}

fn subject(project: &str, name: &str) -> Subject {
    Subject {
        cluster: project.to_owned(),
        kind: "Firewall".to_owned(),
        namespace: "global".to_owned(),
        name: name.to_owned(),
    }
}

fn finding(project: &str, rule: Node<'_>, name: &str, cluster: &str) -> Finding {
    let message = format!(
        "Firewall rule {name} was made for cluster {cluster}, which project {project} does not have \
         any more: it keeps the network from being deleted"
    );
    let label = Label::new(rule.get("name").unwrap_or(rule), "left over");
    let arguments = ["firewall-rules", "delete", name];
    let finding = Finding::new(&ROW, subject(project, name), message, label);
    if tags(rule).next().is_none() {
        // Without tags it lets requests in to every machine of the network.
        return finding.help("delete it, once nothing else of the network relies on it");
    }
    finding
        .help("delete it: no virtual machine has its tags")
        .run(Run::gcloud("delete it", project, arguments))
}

#[cfg(test)]
mod tests {
    use super::named_for;

    #[test]
    fn names_tell_the_cluster() {
        assert_eq!(named_for("gke-prod-1a2b3c4d-all"), Some("prod"));
        assert_eq!(named_for("gke-eu-prod-1a2b3c4d-mcsd"), Some("eu-prod"));
        for name in [
            "gke-prod-all",
            "gke-prod-xxxxxxxx-all",
            "gke-prod-1a2b3c4d-web",
            "lb-to-mail",
        ] {
            assert_eq!(named_for(name), None, "{name}");
        }
    }
}
