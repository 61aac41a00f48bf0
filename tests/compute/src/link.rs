//! The links by which objects name one another, and the keys by which the store holds them.

/// What every link of the API begins with, wherever it is served.
const ROOT: &str = "https://www.googleapis.com/compute/v1/";

/// The link to what a key names.
pub(crate) fn link(key: &str) -> String {
    format!("{ROOT}{key}")
}

/// The key that a link means: `projects/P/global/networks/N`, or `locations/global/firewallPolicies/F`.
/// Takes links to any host and version, and partial ones, of which some need the project of the
/// object that says them. `None` for what is no link to an object of the Compute API.
pub(crate) fn key(link: &str, project: &str) -> Option<String> {
    let path = match link.split_once("://") {
        Some((_, rest)) => {
            let (_, path) = rest.split_once('/')?;
            path.strip_prefix("compute/")?.split_once('/')?.1
        }
        None if link.starts_with("//") => return None,
        None => link.trim_start_matches('/'),
    };
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        ["projects", _, "global", _, _]
        | ["projects", _, "regions" | "zones", _, _, _]
        | ["projects", _, "regions" | "zones", _]
        | ["locations", "global", "firewallPolicies", _]
        | ["projects", _] => Some(path.to_owned()),
        ["global", _, _] | ["regions" | "zones", _] | ["regions" | "zones", _, _, _] => {
            Some(format!("projects/{project}/{path}"))
        }
        _ => None,
    }
}

/// The project of a key; empty for what lies in an organization.
pub(crate) fn project(key: &str) -> &str {
    key.strip_prefix("projects/")
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default()
}

/// `global`, `regions/R` or `zones/Z`.
pub(crate) fn scope(key: &str) -> &str {
    let below = key.splitn(3, '/').nth(2).unwrap_or_default();
    match below.split('/').next() {
        Some("global") => "global",
        Some("regions" | "zones") => match below.match_indices('/').nth(1) {
            Some((end, _)) => &below[..end],
            None => below,
        },
        _ => "",
    }
}

/// The region that a scope is or lies in.
pub(crate) fn region(scope: &str) -> Option<&str> {
    match scope.split_once('/')? {
        ("regions", region) => Some(region),
        ("zones", zone) => zone.rsplit_once('-').map(|(region, _)| region),
        _ => None,
    }
}

/// Such as `backendServices`.
pub(crate) fn collection(key: &str) -> &str {
    key.rsplit('/').nth(1).unwrap_or_default()
}

/// The last part.
pub(crate) fn name(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or_default()
}
