//! The project of a text of snapshots, loaded into the fake Compute API.

use fake_compute::{Fake, Health};
use neg_doctor::document::{self, Document};
use neg_doctor::snapshot::is_header;
use neg_doctor::text::Source;
use serde_json::{Value, json};

/// What of a text is Google Cloud's, and the rest of it.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    /// The ids of the projects.
    pub(crate) projects: Vec<String>,
    /// The objects of the projects.
    pub(crate) objects: Vec<Value>,
    /// The snapshots of clusters, as text.
    pub(crate) clusters: String,
}

impl Stage {
    /// Takes a text apart.
    pub(crate) fn of(text: &str) -> Self {
        let mut stage = Self::default();
        for part in text.split("---\n") {
            let reading = document::read(&Source::new("stage.yaml", part), |_, _| true);
            let document = reading.documents.first().expect("an object in each part");
            let value = document.root().to_json().expect("no aliases");
            if let Some(project) = value.get("project").filter(|_| is_header(document)) {
                stage.projects.push(project.as_str().unwrap().to_owned());
            } else if is_cloud(document) {
                stage.objects.push(value);
            } else {
                if !stage.clusters.is_empty() {
                    stage.clusters.push_str("---\n");
                }
                stage.clusters.push_str(part);
            }
        }
        stage
    }

    /// Loads the projects.
    pub(crate) fn load(&self, fake: &Fake) {
        for project in &self.projects {
            fake.project(project);
        }
        let (mut plain, mut endpoints) = (Vec::new(), Vec::new());
        for object in &self.objects {
            if object.get("networkEndpointGroup").is_some() {
                endpoints.push(object);
                continue;
            }
            if object.get("firewalls").is_some() {
                plain.extend(object["firewalls"].as_array().unwrap().iter().cloned());
                continue;
            }
            if object["kind"] == "compute#region" || object["kind"] == "compute#project" {
                continue;
            }
            plain.push(object.clone());
        }
        fake.load(plain);
        for list in endpoints {
            let group = list["networkEndpointGroup"].as_str().unwrap();
            let items = list["items"].as_array().unwrap();
            fake.endpoints(group, items.iter().map(member).collect());
            for item in items {
                let address = item["networkEndpoint"]["ipAddress"].as_str().unwrap();
                let state = item
                    .pointer("/healths/0/healthState")
                    .and_then(Value::as_str);
                let health = match state {
                    Some("UNHEALTHY") => Health::Unhealthy,
                    _ => Health::Healthy,
                };
                fake.set_health(group, address, health);
            }
        }
    }
}

fn member(item: &Value) -> Value {
    let mut endpoint = item["networkEndpoint"].clone();
    let known = [
        "instance",
        "ipAddress",
        "port",
        "ipv6Address",
        "annotations",
    ];
    let members = endpoint.as_object_mut().unwrap();
    members.retain(|name, _| known.contains(&name.as_str()));
    json!(endpoint)
}

fn is_cloud(document: &Document) -> bool {
    document.type_meta().1.contains('#')
}
