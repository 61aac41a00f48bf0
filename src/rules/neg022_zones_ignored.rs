//! NEG022: one wrong zone, and the controller ignores the whole list.

use crate::controller::decode::Spanned;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::remedy::{Edit, Safety};
use crate::world::{Cluster, Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG022",
    slug: "zones-ignored",
    severity: Severity::Warning,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

/// More labels than this show nothing new.
const MAX_LABELS: usize = 4;
/// Stands for all zones of the region, whatever else is listed.
const ALL_ZONES: &str = "*";
/// The zones that people expect by the alphabet and that do not exist.
/// <https://cloud.google.com/compute/docs/regions-zones>, as of 2026.
const NEVER: [&str; 2] = ["europe-west1-a", "us-east1-a"];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, claim)) = service.service.claim() else {
            continue;
        };
        let zones = claim.zones.as_deref().unwrap_or_default();
        if !claim.has_effect() || zones.iter().any(|zone| zone.value == ALL_ZONES) {
            continue;
        }
        let regions = Regions::of(world, service, zones);
        let wrong: Vec<_> = zones
            .iter()
            .filter_map(|zone| Some((zone, regions.fault(&zone.value)?)))
            .collect();
        if let Some(finding) = finding(service, inner, &wrong) {
            verdicts.find(finding.edit(edit(inner, &wrong, &regions)));
        }
    }
}

fn finding(
    service: Joined<'_, '_>,
    inner: &Inner<'_>,
    wrong: &[(&Spanned<String>, String)],
) -> Option<Finding> {
    let ((zone, fault), others) = wrong.split_first()?;
    let message = format!(
        "Service {} lists {:?} among its zones: the controller ignores the whole list",
        service.object.name, zone.value
    );
    let label = Label::new(inner.place(zone.range.clone()), fault);
    let mut finding = Finding::new(&ROW, &service.object, message, label);
    for (zone, fault) in others.iter().take(MAX_LABELS - 1) {
        finding = finding.because(inner.place(zone.range.clone()), fault);
    }
    Some(finding.help(
        "list zones of the cluster's region only, or \"*\" for all of them; NEGs come into being \
         where Pods run, as if there were no list",
    ))
}

/// The edit that mends all of the list, where only letter case and blanks are wrong.
fn edit(
    inner: &Inner<'_>,
    wrong: &[(&Spanned<String>, String)],
    regions: &Regions<'_>,
) -> Option<Edit> {
    let change = |(zone, _): &(&Spanned<String>, String)| {
        let better = zone.value.trim().to_ascii_lowercase();
        let mends = regions.fault(&better).is_none();
        mends.then(|| inner.change(zone.range.clone(), &format!("\"{better}\"")))?
    };
    Some(Edit {
        title: "write the zones as Google Cloud does".to_owned(),
        safety: Safety::Unsafe,
        changes: wrong.iter().map(change).collect::<Option<_>>()?,
    })
}

/// The regions that zones must be of.
struct Regions<'w> {
    clusters: Vec<(&'w str, &'w str)>,
    /// The region of the first zone listed, where no cluster's is known.
    first: Option<&'w str>,
}

impl<'w> Regions<'w> {
    fn of(world: &'w World<'_>, service: Joined<'_, '_>, zones: &'w [Spanned<String>]) -> Self {
        let known = |cluster: &'w Cluster| {
            let by_zone = || region_of(cluster.zones.first()?);
            Some((cluster.name.as_str(), cluster.region().or_else(by_zone)?))
        };
        let clusters: Vec<_> = world.clusters(&service.object).filter_map(known).collect();
        let mut listed = zones.iter().filter_map(|zone| region_of(&zone.value));
        let first = listed.next().filter(|_| clusters.is_empty());
        Self { clusters, first }
    }

    /// What is wrong with a zone, if anything certainly is.
    fn fault(&self, zone: &str) -> Option<String> {
        let Some(region) = region_of(zone) else {
            let plain = zone.trim().to_ascii_lowercase();
            return Some(match region_of(&plain) {
                Some(_) => format!("the zone is called {plain}"),
                None if is_region(&plain) => "a region, not a zone".to_owned(),
                None => "no zone: zones are called like europe-west1-b".to_owned(),
            });
        };
        if NEVER.contains(&zone) {
            return Some(format!("{region} has the zones b, c and d"));
        }
        let mut clusters = self.clusters.iter();
        match clusters.find(|(_, own)| *own != region) {
            Some(("", own)) => Some(format!("the cluster is in {own}")),
            Some((cluster, own)) => Some(format!("cluster {cluster} is in {own}")),
            None if self.first.is_some_and(|first| first != region) => {
                Some("of another region than the first zone".to_owned())
            }
            None => None,
        }
    }
}

/// The region of a text in the form of a zone's name, such as `us-central1-a` or `us-south1-ai1b`.
fn region_of(zone: &str) -> Option<&str> {
    let (region, letter) = zone.rsplit_once('-')?;
    let is_letter = letter.len() == 1 || letter.starts_with("ai");
    let allowed = letter
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    let starts = letter.starts_with(|first: char| first.is_ascii_lowercase());
    (is_region(region) && is_letter && allowed && starts).then_some(region)
}

/// Whether a text has the form of a region's name, such as `us-central1`.
fn is_region(text: &str) -> bool {
    let Some((continent, rest)) = text.split_once('-') else {
        return false;
    };
    let direction = rest.trim_end_matches(|char: char| char.is_ascii_digit());
    let lower = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    lower(continent) && lower(direction) && direction.len() < rest.len()
}
