//! How much of a cluster or of a project was read: whole, a part, nothing, and why.

use crate::document::Node;
use crate::kind::Kind;
use crate::kind::resource::{Resource, Scope};
use crate::text::Place;

use super::{HeaderError, strings};

/// How much of a cluster or of a project was read.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// True for a project of Google Cloud: the resources of clusters are not its matter.
    cloud: bool,
    /// The resources that were read, or found not to be served; `None` for all.
    read: Option<Vec<&'static Resource>>,
    /// The namespaces that were read; `None` for all.
    namespaces: Option<Vec<String>>,
    /// The label selector by which Services and what refers to them were chosen.
    selector: Option<String>,
    /// What was asked for and not read, or only in part.
    gaps: Vec<Gap>,
}

/// A resource that was asked for and not read, or only in part.
#[derive(Debug, Clone)]
pub struct Gap {
    /// The resource.
    pub resource: &'static Resource,
    /// Whether some of its objects were read.
    pub part: bool,
    /// Why not all were.
    pub reason: String,
    /// What would let them be read.
    pub needs: String,
    /// Where the header says so.
    pub place: Place,
}

/// Why a kind was not wholly read.
#[derive(Debug, Clone)]
pub struct Lack {
    /// Why.
    pub reason: String,
    /// What would help.
    pub needs: String,
    /// Where the header says so.
    pub place: Option<Place>,
}

/// How much of a kind was read.
#[derive(Debug, Clone, Copy)]
pub enum Read<'c> {
    /// All: what is missing is missing.
    Whole,
    /// It was asked for, and not all came.
    Gap(&'c Gap),
    /// Nobody asked for it.
    NotAsked(Kind),
    /// The namespace is none of those that were read.
    OtherNamespace,
    /// Only the objects that a label selector takes were read.
    Selected(&'c str),
}

impl Coverage {
    pub(super) fn read(root: Node<'_>, cloud: bool) -> Result<Self, HeaderError> {
        let known = |node: Node<'_>| {
            let name = node.text().unwrap_or_default();
            Resource::named(name)
        };
        let resources = |name: &str| -> Result<Option<Vec<&'static Resource>>, HeaderError> {
            let listed = strings(root, name)?;
            // A later version may know more resources than this one.
            Ok(listed.map(|names| names.into_iter().filter_map(Resource::named).collect()))
        };
        let mut gaps = Vec::new();
        for entry in root.get("unread").into_iter().flat_map(Node::items) {
            let text = |name: &str| entry.get(name).and_then(Node::text);
            let Some(resource) = entry.get("resource") else {
                return Err(HeaderError::new(entry, "an entry without `resource`"));
            };
            gaps.extend(known(resource).map(|resource| Gap {
                resource,
                part: entry.get("part").and_then(Node::boolean) == Some(true),
                reason: text("reason").unwrap_or("it was not read").to_owned(),
                needs: text("needs").unwrap_or_default().to_owned(),
                place: entry.place(),
            }));
        }
        let read = resources("read")?;
        let not_served = resources("notServed")?.unwrap_or_default();
        Ok(Self {
            cloud,
            read: read.map(|read| [read, not_served].concat()),
            namespaces: strings(root, "namespaces")?
                .map(|names| names.into_iter().map(str::to_owned).collect()),
            selector: root.get("selector").and_then(Node::text).map(str::to_owned),
            gaps,
        })
    }

    /// What was asked for and not read, or only in part.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The namespaces that were read; `None` for all.
    pub fn namespaces(&self) -> Option<&[String]> {
        self.namespaces.as_deref()
    }

    /// Which of these kinds were not wholly read, and why: one entry for each resource.
    pub fn missing(&self, kinds: &[Kind]) -> Vec<Lack> {
        let gaps = self.gaps.iter();
        let gaps = gaps.filter(|gap| kinds.iter().any(|kind| kind.is_in(gap.resource)));
        let gaps = gaps.map(|gap| Lack {
            reason: format!("not all {} were read: {}", gap.resource.plural, gap.reason),
            needs: gap.needs.clone(),
            place: Some(gap.place.clone()),
        });
        let not_asked = kinds.iter().flat_map(|kind| kind.resources());
        let not_asked = not_asked.filter(|it| it.is_cloud() == self.cloud && !self.was_asked(it));
        let not_asked = not_asked.map(|resource| Lack {
            reason: format!("the snapshot does not hold {}", resource.plural),
            needs: "a snapshot for this rule too, or the cluster itself".to_owned(),
            place: None,
        });
        gaps.chain(not_asked).collect()
    }

    fn was_asked(&self, resource: &'static Resource) -> bool {
        let listed = |read: &Vec<&'static Resource>| read.contains(&resource);
        self.read.as_ref().is_none_or(listed)
            || self.gaps.iter().any(|gap| gap.resource == resource)
    }

    /// How much of a kind was read of a namespace; of all that was asked for where none is given.
    pub fn of(&self, kind: Kind, namespace: Option<&str>) -> Read<'_> {
        if let Some(gap) = self.gaps.iter().find(|gap| kind.is_in(gap.resource)) {
            return Read::Gap(gap);
        }
        if !kind.resources().all(|resource| self.was_asked(resource)) {
            return Read::NotAsked(kind);
        }
        let namespaced = kind
            .resources()
            .any(|resource| resource.scope == Scope::Namespaced);
        let is_read = |namespace: &str| {
            self.namespaces
                .as_ref()
                .is_none_or(|read| read.iter().any(|name| name == namespace))
        };
        if namespaced && !namespace.is_none_or(is_read) {
            return Read::OtherNamespace;
        }
        match &self.selector {
            Some(selector) if kind == Kind::Service => Read::Selected(selector),
            _ => Read::Whole,
        }
    }
}
