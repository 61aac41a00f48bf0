//! Manifests of made-up applications as people write them: mixed quoting, comments, block scalars,
//! several namespaces. About one object in a hundred is defective. The same seed gives the same
//! bytes everywhere; nothing outside this file is read.

use std::fmt::Write as _;

#[path = "generator/kinds.rs"]
mod kinds;
#[path = "generator/random.rs"]
mod random;

use random::Random;

/// Objects that share a file.
const OBJECTS_PER_FILE: usize = 50;
/// Objects from one defect to the next.
const OBJECTS_PER_DEFECT: usize = 100;
/// Applications that share a namespace.
const APPS_PER_NAMESPACE: usize = 20;

/// What is wrong with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Defect {
    AnnotationNotJson,
    PortNotInService,
    ValueOfWrongType,
    UnknownKey,
    BackendConfigMissing,
    IngressPortMissing,
}

const DEFECTS: [Defect; 6] = [
    Defect::AnnotationNotJson,
    Defect::PortNotInService,
    Defect::ValueOfWrongType,
    Defect::UnknownKey,
    Defect::BackendConfigMissing,
    Defect::IngressPortMissing,
];

/// How traffic reaches an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    /// From inside the cluster only.
    Inside,
    /// Through an Ingress, with container-native load balancing.
    Ingress,
    /// Through a load balancer made by hand, whose NEG the Service claims.
    StandaloneNeg,
}

/// One application: its objects carry its name.
struct App {
    name: String,
    namespace: String,
    port: u16,
    target_port: u16,
    road: Road,
    has_backend_config: bool,
    has_network_policy: bool,
    defect: Option<Defect>,
}

/// Files of together so many objects: their paths and their texts.
pub(crate) fn manifests(objects: usize, seed: u64) -> Vec<(String, String)> {
    let mut random = Random::new(seed);
    let mut written = Vec::with_capacity(objects);
    let mut defects = 0;
    for number in 0.. {
        if written.len() >= objects {
            break;
        }
        let due = written.len() >= defects * OBJECTS_PER_DEFECT + OBJECTS_PER_DEFECT / 2;
        let defect = due.then(|| random.pick(&DEFECTS));
        defects += usize::from(due);
        let app = App::new(number, defect, &mut random);
        written.extend(app.objects(&mut random));
    }
    written.truncate(objects);
    written
        .chunks(OBJECTS_PER_FILE)
        .enumerate()
        .map(|(number, chunk)| {
            let path = format!("manifests/{:03}/part-{number:05}.yaml", number / 100);
            (path, chunk.join("---\n"))
        })
        .collect()
}

impl App {
    fn new(number: usize, defect: Option<Defect>, random: &mut Random) -> Self {
        let area = random.pick(&[
            "checkout", "search", "billing", "catalog", "mail", "session",
        ]);
        let role = random.pick(&["api", "web", "worker", "gateway", "cache", "admin"]);
        let road = match defect {
            Some(Defect::BackendConfigMissing | Defect::IngressPortMissing) => Road::Ingress,
            Some(_) => Road::StandaloneNeg,
            None => random.pick(&[
                Road::Inside,
                Road::Inside,
                Road::Inside,
                Road::Ingress,
                Road::Ingress,
                Road::StandaloneNeg,
            ]),
        };
        Self {
            name: format!("{area}-{role}-{number}"),
            namespace: format!("team-{}", number / APPS_PER_NAMESPACE),
            port: random.pick(&[80, 443, 8080, 9000]),
            target_port: random.pick(&[3000, 5000, 8081, 8443]),
            road,
            has_backend_config: road == Road::Ingress && defect.is_none() && random.one_in(3),
            has_network_policy: random.one_in(8),
            defect,
        }
    }

    /// Its objects, what is referred to before what refers to it.
    fn objects(&self, random: &mut Random) -> Vec<String> {
        let mut objects = vec![
            self.object("v1", "ConfigMap", "", |text| self.config_map(text, random)),
            self.object("apps/v1", "Deployment", "", |text| {
                self.deployment(text, random);
            }),
            self.object("autoscaling/v2", "HorizontalPodAutoscaler", "", |text| {
                self.autoscaler(text, random);
            }),
        ];
        if self.has_backend_config {
            objects.push(
                self.object("cloud.google.com/v1", "BackendConfig", "", |text| {
                    self.backend_config(text, random);
                }),
            );
        }
        if self.has_network_policy {
            objects.push(
                self.object("networking.k8s.io/v1", "NetworkPolicy", "", |text| {
                    self.network_policy(text);
                }),
            );
        }
        let annotations = self.service_annotations(random);
        objects.push(self.object("v1", "Service", &annotations, |text| {
            self.service(text, random);
        }));
        if self.road == Road::Ingress {
            let annotations = self.ingress_annotations(random);
            objects.push(
                self.object("networking.k8s.io/v1", "Ingress", &annotations, |text| {
                    self.ingress(text);
                }),
            );
        }
        objects
    }

    /// The head that every object has, then what `body` adds.
    fn object(
        &self,
        api_version: &str,
        kind: &str,
        annotations: &str,
        body: impl FnOnce(&mut String),
    ) -> String {
        let mut text = String::with_capacity(1024);
        let _ = write!(
            text,
            "apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  labels:\n    app: {name}\n",
            name = self.name,
            namespace = self.namespace,
        );
        if !annotations.is_empty() {
            let _ = write!(text, "  annotations:\n{annotations}");
        }
        body(&mut text);
        text
    }
}
