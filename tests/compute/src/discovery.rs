//! Google's discovery document of compute v1, cut by `cut.py`: which methods there are, on which
//! paths, with which parameters, and of which shape requests and answers are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

const TEXT: &str = include_str!("../compute.v1.json");

/// The cut document.
#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    /// Query parameters that every method takes.
    parameters: Map<String, Value>,
    methods: BTreeMap<String, Method>,
    pub(crate) schemas: BTreeMap<String, Value>,
}

/// One method of the API.
#[derive(Debug, Deserialize)]
pub(crate) struct Method {
    /// Such as `compute.backendServices.list`.
    pub(crate) id: String,
    #[serde(rename = "httpMethod")]
    pub(crate) verb: String,
    pub(crate) path: String,
    query: Map<String, Value>,
    request: Option<Reference>,
    response: Option<Reference>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    #[serde(rename = "$ref")]
    schema: String,
}

/// A method and the path that led to it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static Method,
    /// The object or collection meant, as a key: `projects/P/global/backendServices/B`.
    pub(crate) place: String,
}

impl Document {
    /// The one document.
    pub(crate) fn get() -> &'static Self {
        static DOCUMENT: OnceLock<Document> = OnceLock::new();
        DOCUMENT.get_or_init(|| serde_json::from_str(TEXT).expect("cut.py writes this document"))
    }

    /// The method that a request means, `path` being what follows `/compute/v1/`.
    pub(crate) fn route(&'static self, verb: &str, path: &str) -> Option<Call> {
        let fits =
            |method: &&Method| method.verb == verb && variables(&method.path, path).is_some();
        // `firewallPolicies/getEffectiveFirewalls` is a method, not a policy of that name.
        let method = self
            .methods
            .values()
            .filter(fits)
            .min_by_key(|method| variables(&method.path, path))?;
        let place = path
            .strip_suffix(method.name())
            .and_then(|place| place.strip_suffix('/'))
            .unwrap_or(path);
        Some(Call {
            method,
            place: scoped(place),
        })
    }

    /// The name of the schema of the objects below a collection such as `backendServices`.
    pub(crate) fn schema_of(&self, collection: &str) -> Option<&str> {
        self.of_collection(collection, "get")
            .find_map(|method| method.response())
    }

    /// The kinds of scope that a collection lies in: `global`, `regions`, `zones`.
    pub(crate) fn scopes(&self, collection: &str) -> BTreeSet<&str> {
        self.of_collection(collection, "list")
            .filter_map(|method| method.path.strip_prefix("projects/{project}/"))
            .filter_map(|path| path.split('/').next())
            .collect()
    }

    fn of_collection(&self, collection: &str, name: &str) -> impl Iterator<Item = &Method> {
        let fits = move |method: &&Method| {
            let mut segments = method.path.rsplit('/');
            method.name() == name
                && segments.find(|part| !part.starts_with('{')) == Some(collection)
        };
        self.methods.values().filter(fits)
    }

    /// The query parameter of a method, as a schema.
    pub(crate) fn parameter<'d>(&'d self, method: &'d Method, name: &str) -> Option<&'d Value> {
        method.query.get(name).or_else(|| self.parameters.get(name))
    }

    /// The properties of a schema.
    pub(crate) fn properties(&self, schema: &str) -> Option<&Map<String, Value>> {
        self.schemas.get(schema)?.get("properties")?.as_object()
    }

    /// The `kind` that objects of a schema say they are.
    pub(crate) fn kind(&self, schema: &str) -> Option<&str> {
        self.properties(schema)?
            .get("kind")?
            .get("default")?
            .as_str()
    }
}

impl Method {
    /// Such as `backendServices`.
    pub(crate) fn resource(&self) -> &str {
        self.id.split('.').nth(1).unwrap_or_default()
    }

    /// Such as `list`.
    pub(crate) fn name(&self) -> &str {
        self.id.rsplit('.').next().unwrap_or_default()
    }

    pub(crate) fn request(&self) -> Option<&str> {
        Some(&self.request.as_ref()?.schema)
    }

    pub(crate) fn response(&self) -> Option<&str> {
        Some(&self.response.as_ref()?.schema)
    }

    /// Whether it only reads, although it may be a POST.
    pub(crate) fn reads(&self) -> bool {
        let posts = ["getHealth", "listNetworkEndpoints", "listInstances", "wait"];
        self.verb == "GET" || posts.contains(&self.name())
    }
}

/// How many variables of a path template are filled by a path, if it fits.
fn variables(template: &str, path: &str) -> Option<usize> {
    let mut filled = 0;
    let mut parts = path.split('/');
    for wanted in template.split('/') {
        let part = parts.next()?;
        if wanted.starts_with('{') {
            filled += 1;
            if part.is_empty() {
                return None;
            }
        } else if wanted != part {
            return None;
        }
    }
    parts.next().is_none().then_some(filled)
}

/// Some old methods of global objects lack `global` in their path.
fn scoped(place: &str) -> String {
    let mut parts: Vec<&str> = place.split('/').collect();
    if let ["projects", _, collection, _] = parts[..]
        && collection.starts_with("target")
    {
        parts.insert(2, "global");
    }
    parts.join("/")
}
