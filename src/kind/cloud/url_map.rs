//! URL maps.

use crate::document::Node;

use super::{CloudObject, Reference, number, view};

view! {
    /// A URL map, global or regional.
    UrlMap
}

/// One way from a URL map to a backend service or bucket.
#[derive(Debug, Clone)]
pub struct UrlMapEdge<'d> {
    /// Where it leads.
    pub to: Reference<'d>,
    /// The hosts for which it holds; `*` for every other host; empty for a path matcher that no
    /// host leads to.
    pub hosts: Vec<&'d str>,
    /// The paths for which it holds; empty for all others of these hosts.
    pub paths: Vec<&'d str>,
    /// How requests come to go there.
    pub leads: Leads,
    /// What takes every request before it could go this way.
    pub hidden_by: Option<Node<'d>>,
}

/// How requests come to go a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// All of them.
    All,
    /// A share by weight, out of the sum of the weights.
    Weight {
        /// Its weight.
        own: i64,
        /// The sum of all weights.
        sum: i64,
    },
    /// Copies, whose answers nobody reads.
    Mirror,
}

impl<'d> UrlMap<'d> {
    /// Every way to a backend service or bucket.
    pub fn edges(&self) -> Vec<UrlMapEdge<'d>> {
        let mut edges = Vec::new();
        let root = self.root();
        Ways {
            object: self.object,
            hosts: vec!["*"],
            edges: &mut edges,
        }
        .of(root, &[], every_host(root));
        for matcher in root.get("pathMatchers").into_iter().flat_map(Node::items) {
            let name = matcher.get("name").and_then(Node::text);
            let hosts = self.hosts_of(name);
            let mut ways = Ways {
                object: self.object,
                hosts,
                edges: &mut edges,
            };
            ways.of(matcher, &[], every_path(matcher));
            for rule in list(matcher, "pathRules") {
                ways.of(rule, &texts(rule, "paths"), None);
            }
            for rule in list(matcher, "routeRules") {
                let matches = list(rule, "matchRules");
                let paths: Vec<&str> = matches.flat_map(paths_of).collect();
                ways.of(rule, &paths, earlier(matcher, rule));
            }
        }
        edges
    }

    /// Every host that its host rules name.
    pub fn hosts(&self) -> Vec<Node<'d>> {
        let rules = list(self.root(), "hostRules");
        rules.flat_map(|rule| list(rule, "hosts")).collect()
    }

    /// Where it states a timeout of its own, which counts in place of the backend service's.
    pub fn timeout(&self) -> Option<Node<'d>> {
        let matchers: Vec<_> = list(self.root(), "pathMatchers").collect();
        let rules = matchers
            .iter()
            .flat_map(|matcher| list(*matcher, "pathRules").chain(list(*matcher, "routeRules")));
        let mut levels = std::iter::once(self.root())
            .chain(matchers.iter().copied())
            .chain(rules);
        levels.find_map(|level| {
            ["defaultRouteAction", "routeAction"]
                .into_iter()
                .find_map(|action| level.at(&[action, "timeout"]))
        })
    }

    /// The hosts that lead to a path matcher.
    fn hosts_of(&self, matcher: Option<&str>) -> Vec<&'d str> {
        let rules = list(self.root(), "hostRules");
        let own = rules.filter(|rule| rule.get("pathMatcher").and_then(Node::text) == matcher);
        own.flat_map(|rule| texts(rule, "hosts")).collect()
    }
}

/// Gathers the ways that one level of a URL map names.
struct Ways<'e, 'd> {
    object: CloudObject<'d>,
    hosts: Vec<&'d str>,
    edges: &'e mut Vec<UrlMapEdge<'d>>,
}

impl<'d> Ways<'_, 'd> {
    /// What a map, a path matcher, a path rule or a route rule names.
    fn of(&mut self, node: Node<'d>, paths: &[&'d str], hidden_by: Option<Node<'d>>) {
        let mut push = |to, leads| self.push(to, paths, leads, hidden_by);
        for field in ["defaultService", "service"] {
            push(node.get(field), Leads::All);
        }
        for field in ["defaultRouteAction", "routeAction"] {
            let Some(action) = node.get(field) else {
                continue;
            };
            let weight = |it: Node<'_>| number(it.get("weight")).unwrap_or(0);
            let sum = list(action, "weightedBackendServices").map(weight).sum();
            for way in list(action, "weightedBackendServices") {
                let own = weight(way);
                push(way.get("backendService"), Leads::Weight { own, sum });
            }
            let mirror = action.at(&["requestMirrorPolicy", "backendService"]);
            push(mirror, Leads::Mirror);
        }
    }

    fn push(
        &mut self,
        node: Option<Node<'d>>,
        paths: &[&'d str],
        leads: Leads,
        hidden_by: Option<Node<'d>>,
    ) {
        let to = node.and_then(|node| self.object.reference(node));
        self.edges.extend(to.map(|to| UrlMapEdge {
            to,
            hosts: self.hosts.clone(),
            paths: paths.to_vec(),
            leads,
            hidden_by,
        }));
    }
}

/// The host rule that takes every host, so that none is left for the map's own default.
fn every_host(map: Node<'_>) -> Option<Node<'_>> {
    let mut hosts = list(map, "hostRules").flat_map(|rule| list(rule, "hosts"));
    hosts.find(|host| host.text() == Some("*"))
}

/// The rule of a path matcher that takes every path, so that none is left for its default.
fn every_path(matcher: Node<'_>) -> Option<Node<'_>> {
    let mut paths = list(matcher, "pathRules").flat_map(|rule| list(rule, "paths"));
    let path = paths.find(|path| path.text() == Some("/*"));
    let mut rules = list(matcher, "routeRules");
    path.or_else(|| rules.find_map(|rule| prefixes(rule).find(|it| it.text() == Some("/"))))
}

/// The match of an earlier route rule that takes every path of this one; of path rules the longest
/// match counts, so none of them hides another.
fn earlier<'d>(matcher: Node<'d>, rule: Node<'d>) -> Option<Node<'d>> {
    let own = number(rule.get("priority"))?;
    let before = list(matcher, "routeRules")
        .filter(move |other| number(other.get("priority")).is_some_and(|it| it < own));
    let taken = |prefix: &Node<'d>| {
        let prefix = prefix.text().unwrap_or_default();
        let mut asked = list(rule, "matchRules").peekable();
        let within = |it: Node<'d>| {
            let literal = it.get("prefixMatch").or_else(|| it.get("fullPathMatch"));
            let path = literal.and_then(Node::text);
            prefix == "/" || path.is_some_and(|path| path.starts_with(prefix))
        };
        asked.peek().is_some() && asked.all(within)
    };
    before.flat_map(prefixes).find(taken)
}

/// The prefixes that a route rule takes whatever else the request says.
fn prefixes<'d>(rule: Node<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let conditions = ["headerMatches", "queryParameterMatches", "metadataFilters"];
    list(rule, "matchRules")
        .filter(move |it| {
            let mut conditions = conditions.iter();
            conditions.all(|name| list(*it, name).next().is_none())
        })
        .filter_map(|it| it.get("prefixMatch"))
        .filter(|it| it.text().is_some_and(|text| !text.is_empty()))
}

/// The paths of a match of a route rule.
fn paths_of<'d>(of_match: Node<'d>) -> impl Iterator<Item = &'d str> + use<'d> {
    let fields = [
        "prefixMatch",
        "fullPathMatch",
        "regexMatch",
        "pathTemplateMatch",
    ];
    fields
        .into_iter()
        .filter_map(move |field| of_match.get(field)?.text())
}

fn list<'d>(node: Node<'d>, field: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    node.get(field).into_iter().flat_map(Node::items)
}

fn texts<'d>(node: Node<'d>, field: &str) -> Vec<&'d str> {
    list(node, field).filter_map(Node::text).collect()
}
