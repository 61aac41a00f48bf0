//! Lists, page by page, several side by side.

use futures_util::StreamExt as _;
use futures_util::stream;
use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::document::Document;
use crate::kind::Kind;
use crate::kind::resource::{ALL, Resource, Scope};
use crate::snapshot::{Origin, Page};

use super::wire::{Failure, Wire};
use super::{PAGE, SIDE_BY_SIDE};

/// Which objects are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selection<'s> {
    /// The cluster's name.
    pub(super) cluster: &'s str,
    /// The namespaces; `None` for all.
    pub(super) namespaces: Option<&'s [String]>,
    /// Which Services, by their labels.
    pub(super) selector: Option<&'s str>,
    /// The namespaces that need not be there.
    pub(super) may_lack: &'s [String],
}

/// What was read of a resource.
pub(super) struct List {
    pub(super) resource: &'static Resource,
    pub(super) documents: Vec<Document>,
    pub(super) outcome: Outcome,
}

/// How much of it that is.
pub(super) enum Outcome {
    Whole,
    /// The cluster does not know the resource: it has no such objects.
    NotServed,
    Gap {
        reason: String,
        needs: String,
    },
}

/// How often a list whose pages went stale is begun anew.
const RESTARTS: u32 = 2;

/// The namespace whose UID tells clusters apart.
const KUBE_SYSTEM: &str = "kube-system";

/// Reads all resources that hold these kinds, in the order of their table.
pub(super) async fn read_all(
    wire: &Wire<'_>,
    kinds: &[Kind],
    selection: Selection<'_>,
) -> Vec<List> {
    let is_asked = |resource: &&Resource| {
        !resource.is_cloud() && kinds.iter().any(|kind| kind.is_in(resource))
    };
    let asked = ALL.iter().filter(is_asked);
    let lists = asked.enumerate().map(async |(place, resource)| {
        let reader = Reader {
            wire,
            resource,
            selection,
            documents: Vec::new(),
        };
        (place, reader.read().await)
    });
    // A long list must not keep short ones waiting.
    let mut lists: Vec<_> = stream::iter(lists)
        .buffer_unordered(SIDE_BY_SIDE)
        .collect()
        .await;
    lists.sort_by_key(|(place, _)| *place);
    lists.into_iter().map(|(_, list)| list).collect()
}

struct Reader<'r> {
    wire: &'r Wire<'r>,
    resource: &'static Resource,
    selection: Selection<'r>,
    documents: Vec<Document>,
}

impl Reader<'_> {
    async fn read(mut self) -> List {
        let resource = self.resource;
        let outcome = match (resource.kind, self.selection.namespaces) {
            (Kind::Namespace, Some(names)) => self.namespaces(names).await,
            (_, Some(names)) if resource.scope == Scope::Namespaced => self.lists(names).await,
            _ => self.versions(None).await,
        };
        List {
            resource,
            documents: self.documents,
            outcome,
        }
    }

    /// The list of each namespace. The first gap is told; the others are read all the same.
    async fn lists(&mut self, names: &[String]) -> Outcome {
        let mut outcome = Outcome::Whole;
        for name in names {
            match self.versions(Some(name)).await {
                Outcome::Whole => {}
                // It is served in all namespaces, or in none.
                Outcome::NotServed => return Outcome::NotServed,
                gap @ Outcome::Gap { .. } => {
                    if matches!(outcome, Outcome::Whole) {
                        outcome = gap;
                    }
                }
            }
        }
        outcome
    }

    /// The list of the first version that is served.
    async fn versions(&mut self, namespace: Option<&str>) -> Outcome {
        let before = self.documents.len();
        for version in self.resource.versions {
            match self.list(version, namespace).await {
                Ok(()) => return Outcome::Whole,
                // After a first page it is known to be served.
                Err(failure)
                    if failure.status() == Some(StatusCode::NOT_FOUND)
                        && self.documents.len() == before => {}
                // Who may not list it is refused before anybody looks whether it is there.
                Err(failure)
                    if self.resource.optional
                        && failure.status() == Some(StatusCode::FORBIDDEN)
                        && !self.is_served(version).await => {}
                Err(failure) => return self.gap("list", &failure, namespace),
            }
        }
        if self.resource.optional {
            return Outcome::NotServed;
        }
        Outcome::Gap {
            reason: "the server does not serve it".to_owned(),
            needs: "a server of Kubernetes' own API".to_owned(),
        }
    }

    /// Whether the server has the resource in this version, by what it tells everybody; true where
    /// it does not tell.
    async fn is_served(&self, version: &str) -> bool {
        let resource = self.resource;
        let path = format!("/apis/{}/{version}", resource.group);
        let read = |body: Vec<u8>| {
            let told: Served = serde_json::from_slice(&body)?;
            Ok(told.resources.iter().any(|it| it.name == resource.plural))
        };
        match self.wire.get(&resource.name(), &path, read).await {
            Ok(served) => served,
            Err(failure) => failure.status() != Some(StatusCode::NOT_FOUND),
        }
    }

    /// All pages of a list. What was read before a fault stays.
    async fn list(
        &mut self,
        version: &'static str,
        namespace: Option<&str>,
    ) -> Result<(), Failure> {
        let before = self.documents.len();
        let mut next: Option<String> = None;
        let mut restarts = 0;
        loop {
            let page = self.page(version, namespace, next.as_deref()).await;
            let page = match page {
                Err(stale) if next.is_some() && restarts < RESTARTS && is_stale(&stale) => {
                    restarts += 1;
                    next = None;
                    self.documents.truncate(before);
                    continue;
                }
                page => page?,
            };
            self.documents.extend(page.documents);
            self.wire
                .watch()
                .read(&self.resource.name(), self.documents.len());
            if page.next.is_none() {
                return Ok(());
            }
            if page.next == next {
                return Err(Failure::Garbled("a page leads to itself".to_owned()));
            }
            next = page.next;
        }
    }

    async fn page(
        &self,
        version: &'static str,
        namespace: Option<&str>,
        next: Option<&str>,
    ) -> Result<Page, Failure> {
        let resource = self.resource;
        let selector = self.selection.selector;
        let selector = selector.filter(|_| resource.kind == Kind::Service);
        let options = [("labelSelector", selector), ("continue", next)];
        let options = options
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let options: String = options
            .map(|(name, value)| format!("&{name}={}", encoded(value)))
            .collect();
        let path = path(resource, version, namespace);
        let path = format!("{path}?limit={PAGE}{options}");
        let cluster = self.selection.cluster.to_owned();
        let read = move |body: Vec<u8>| {
            Page::read(
                &body,
                Origin {
                    cluster: &cluster,
                    resource,
                    version,
                },
            )
        };
        self.wire.get(&resource.name(), &path, read).await
    }

    /// The namespaces that are read, and the one that tells clusters apart, one by one: to list
    /// them all would need a wider permission.
    async fn namespaces(&mut self, names: &[String]) -> Outcome {
        let mut outcome = Outcome::Whole;
        let resource = self.resource;
        let system = Some(KUBE_SYSTEM).filter(|system| !names.iter().any(|name| name == system));
        for name in names.iter().map(String::as_str).chain(system) {
            let version = resource.versions.first().copied().unwrap_or_default();
            let path = format!("{}/{}", path(resource, version, None), encoded(name));
            let cluster = self.selection.cluster.to_owned();
            let read = move |body: Vec<u8>| {
                Origin {
                    cluster: &cluster,
                    resource,
                    version,
                }
                .object(&body)
            };
            match self.wire.get(&resource.name(), &path, read).await {
                Ok(document) => self.documents.push(document),
                Err(failure)
                    if failure.status() == Some(StatusCode::NOT_FOUND)
                        && self.selection.may_lack.iter().any(|it| it == name) => {}
                Err(failure) if matches!(outcome, Outcome::Whole) => {
                    outcome = match failure.status() {
                        Some(StatusCode::NOT_FOUND) => Outcome::Gap {
                            reason: format!("there is no namespace {name}"),
                            needs: "-n with a namespace that exists".to_owned(),
                        },
                        _ => self.gap("get", &failure, Some(name)),
                    };
                }
                Err(_) => {}
            }
        }
        self.wire
            .watch()
            .read(&resource.name(), self.documents.len());
        outcome
    }

    /// Why something was not read, and what would let it be.
    fn gap(&self, verb: &str, failure: &Failure, namespace: Option<&str>) -> Outcome {
        let name = self.resource.name();
        let place = match (namespace, self.resource.scope) {
            (Some(namespace), Scope::Namespaced) => format!(" in namespace {namespace}"),
            (Some(object), Scope::Cluster) => format!(" {object}"),
            (None, Scope::Namespaced) => " in all namespaces".to_owned(),
            (None, Scope::Cluster) | (_, Scope::Project) => String::new(),
        };
        let needs = match failure {
            Failure::Late(_) => "a longer --timeout".to_owned(),
            Failure::Credentials(_) => "credentials that the cluster takes".to_owned(),
            failure => match failure.status() {
                Some(StatusCode::FORBIDDEN) => format!("{verb} on {name}{place}"),
                Some(StatusCode::UNAUTHORIZED) => "credentials that the cluster takes".to_owned(),
                _ => "another run, when the server answers".to_owned(),
            },
        };
        Outcome::Gap {
            reason: failure.reason(),
            needs,
        }
    }
}

/// What the server tells of a version of a group.
#[derive(Deserialize)]
struct Served {
    resources: Vec<ServedResource>,
}

#[derive(Deserialize)]
struct ServedResource {
    name: String,
}

/// True where the pages that were read so far no longer fit the next one.
fn is_stale(failure: &Failure) -> bool {
    failure.status() == Some(StatusCode::GONE)
}

fn path(resource: &Resource, version: &str, namespace: Option<&str>) -> String {
    let mut path = match resource.group {
        "" => format!("/api/{version}"),
        group => format!("/apis/{group}/{version}"),
    };
    if let Some(namespace) = namespace {
        path.push_str("/namespaces/");
        path.push_str(&encoded(namespace));
    }
    path.push('/');
    path.push_str(resource.plural);
    path
}

/// What stands for itself in a path and a query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
