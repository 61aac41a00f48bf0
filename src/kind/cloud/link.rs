//! Links between objects of Google Cloud, which come in many forms and mean one thing: full, of
//! another version or host, or only a part. Whether an object is global or regional belongs to its
//! identity: `targetHttpProxies/web` may exist in both.

use std::fmt;

/// What an object of Google Cloud is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link<'d> {
    /// The project: its id, or its number.
    pub project: &'d str,
    /// Where in the project.
    pub location: Location<'d>,
    /// `backendServices`.
    pub collection: &'d str,
    /// Its name.
    pub name: &'d str,
}

/// Where an object lives in its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location<'d> {
    /// Everywhere.
    Global,
    /// In a region.
    Region(&'d str),
    /// In a zone.
    Zone(&'d str),
}

impl<'d> Link<'d> {
    /// Reads a link that names its project: `https://www.googleapis.com/compute/v1/projects/…`,
    /// of any version and host, or from `projects/` on.
    pub fn parse(text: &'d str) -> Option<Self> {
        let at = text.find("projects/")?;
        let within = at == 0 || text.get(..at)?.ends_with('/');
        let mut parts = text.get(at..).filter(|_| within)?.split('/').skip(1);
        let project = parts.next().filter(|project| !project.is_empty())?;
        Self::read(project, &parts.collect::<Vec<_>>())
    }

    /// Reads a link as an object holds it, which may leave out the project: `regions/r/…`,
    /// `global/…`.
    pub fn parse_within(text: &'d str, holder: Link<'d>) -> Option<Self> {
        Self::parse(text).or_else(|| {
            let parts: Vec<&str> = text.split('/').collect();
            Self::read(holder.project, &parts)
        })
    }

    fn read(project: &'d str, parts: &[&'d str]) -> Option<Self> {
        let (location, rest) = match parts {
            ["global", rest @ ..] | ["locations", "global", rest @ ..] => (Location::Global, rest),
            ["regions" | "locations", region, rest @ ..] => (Location::Region(region), rest),
            ["zones", zone, rest @ ..] => (Location::Zone(zone), rest),
            [] => (Location::Global, &["projects", project][..]),
            _ => return None,
        };
        match (location, rest) {
            (_, [collection, name]) if !name.is_empty() => Some(Self {
                project,
                location,
                collection,
                name,
            }),
            // A region and a zone are objects themselves.
            (Location::Region(name), []) => Some(Self {
                project,
                location: Location::Global,
                collection: "regions",
                name,
            }),
            (Location::Zone(name), []) => Some(Self {
                project,
                location: Location::Global,
                collection: "zones",
                name,
            }),
            _ => None,
        }
    }

    /// The region it lives in, also by its zone; `None` for what is global.
    pub fn region(&self) -> Option<&'d str> {
        self.location.region()
    }

    /// The zone it lives in.
    pub fn zone(&self) -> Option<&'d str> {
        match self.location {
            Location::Zone(zone) => Some(zone),
            _ => None,
        }
    }

    /// True for what lives in no region.
    pub fn is_global(&self) -> bool {
        self.location == Location::Global
    }

    /// `--global`, `--region=europe-west1`, `--zone=europe-west1-b`: as gcloud takes it.
    pub fn flag(&self) -> String {
        match self.location {
            Location::Global => "--global".to_owned(),
            Location::Region(region) => format!("--region={region}"),
            Location::Zone(zone) => format!("--zone={zone}"),
        }
    }
}

impl<'d> Location<'d> {
    /// `global`, or the region's or zone's name.
    pub fn name(self) -> &'d str {
        match self {
            Self::Global => "global",
            Self::Region(name) | Self::Zone(name) => name,
        }
    }

    /// The region, also of a zone.
    pub fn region(self) -> Option<&'d str> {
        match self {
            Self::Global => None,
            Self::Region(region) => Some(region),
            Self::Zone(zone) => zone.rsplit_once('-').map(|(region, _)| region),
        }
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            project,
            collection,
            name,
            ..
        } = self;
        match self.location {
            Location::Global => write!(f, "projects/{project}/global/{collection}/{name}"),
            Location::Region(region) => {
                write!(f, "projects/{project}/regions/{region}/{collection}/{name}")
            }
            Location::Zone(zone) => {
                write!(f, "projects/{project}/zones/{zone}/{collection}/{name}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_link_are_one() {
        let forms = [
            "https://www.googleapis.com/compute/v1/projects/acme/zones/europe-west1-b/networkEndpointGroups/mail",
            "https://compute.googleapis.com/compute/beta/projects/acme/zones/europe-west1-b/networkEndpointGroups/mail",
            "http://127.0.0.1:8080/compute/v1/projects/acme/zones/europe-west1-b/networkEndpointGroups/mail",
            "//compute.googleapis.com/projects/acme/zones/europe-west1-b/networkEndpointGroups/mail",
            "projects/acme/zones/europe-west1-b/networkEndpointGroups/mail",
        ];
        let links: Vec<_> = forms.iter().map(|form| Link::parse(form)).collect();
        assert!(links.iter().all(|link| *link == links[0]), "{links:?}");
        let link = links[0].unwrap();
        assert_eq!(link.region(), Some("europe-west1"));
        assert_eq!(link.to_string(), forms[4]);
        let part = Link::parse_within("zones/europe-west1-b/networkEndpointGroups/mail", link);
        assert_eq!(part, Some(link));
    }

    #[test]
    fn scopes_are_told_apart() {
        let link = |text| Link::parse(text).unwrap();
        assert_ne!(
            link("projects/p/global/targetHttpProxies/web"),
            link("projects/p/regions/r/targetHttpProxies/web"),
        );
        assert_eq!(
            link("projects/p/regions/europe-west1").collection,
            "regions"
        );
        assert_eq!(link("projects/p").collection, "projects");
    }

    #[test]
    fn what_is_no_link_is_none() {
        for text in [
            "",
            "all-apis",
            "projects/",
            "projects//global/x/y",
            "myprojects/p/global/x/y",
        ] {
            assert_eq!(Link::parse(text), None, "{text}");
        }
    }
}
