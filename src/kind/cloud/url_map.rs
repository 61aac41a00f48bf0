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
        .of(root, &[]);
        for matcher in root.get("pathMatchers").into_iter().flat_map(Node::items) {
            let name = matcher.get("name").and_then(Node::text);
            let hosts = self.hosts_of(name);
            let mut ways = Ways {
                object: self.object,
                hosts,
                edges: &mut edges,
            };
            ways.of(matcher, &[]);
            for rule in list(matcher, "pathRules") {
                ways.of(rule, &texts(rule, "paths"));
            }
            for rule in list(matcher, "routeRules") {
                let matches = list(rule, "matchRules");
                let fields = [
                    "prefixMatch",
                    "fullPathMatch",
                    "regexMatch",
                    "pathTemplateMatch",
                ];
                let of_match =
                    |it: Node<'d>| fields.iter().filter_map(move |field| it.get(field)?.text());
                ways.of(rule, &matches.flat_map(of_match).collect::<Vec<_>>());
            }
        }
        edges
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
    fn of(&mut self, node: Node<'d>, paths: &[&'d str]) {
        for field in ["defaultService", "service"] {
            self.push(node.get(field), paths, Leads::All);
        }
        for field in ["defaultRouteAction", "routeAction"] {
            let Some(action) = node.get(field) else {
                continue;
            };
            let weight = |it: Node<'_>| number(it.get("weight")).unwrap_or(0);
            let sum = list(action, "weightedBackendServices").map(weight).sum();
            for way in list(action, "weightedBackendServices") {
                let own = weight(way);
                self.push(way.get("backendService"), paths, Leads::Weight { own, sum });
            }
            let mirror = action.at(&["requestMirrorPolicy", "backendService"]);
            self.push(mirror, paths, Leads::Mirror);
        }
    }

    fn push(&mut self, node: Option<Node<'d>>, paths: &[&'d str], leads: Leads) {
        let to = node.and_then(|node| self.object.reference(node));
        self.edges.extend(to.map(|to| UrlMapEdge {
            to,
            hosts: self.hosts.clone(),
            paths: paths.to_vec(),
            leads,
        }));
    }
}

fn list<'d>(node: Node<'d>, field: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    node.get(field).into_iter().flat_map(Node::items)
}

fn texts<'d>(node: Node<'d>, field: &str) -> Vec<&'d str> {
    list(node, field).filter_map(Node::text).collect()
}
