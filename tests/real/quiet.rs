//! A cluster in which nothing is wrong, so that a run that reads it whole says so.

use std::sync::OnceLock;

use neg_doctor::kind::resource::{ALL, Resource};

use super::cluster::Cluster;
use super::tools;

const NOTHING_WRONG: &str = r"
apiVersion: v1
kind: Service
metadata: {name: web, namespace: quiet}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: networking.gke.io/v1beta1
kind: ServiceNetworkEndpointGroup
metadata: {name: other, namespace: quiet}
spec: {}
---
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: {name: other, namespace: quiet}
spec: {timeoutSec: 30}
";

/// What a run says that found nothing in what it has read whole.
pub(crate) const ALL_CLEAR: &str = "no problems found";

/// The quiet cluster of this process; `None` where this tier is not wanted.
pub(crate) fn quiet() -> Option<&'static Cluster> {
    static QUIET: OnceLock<Cluster> = OnceLock::new();
    tools::wanted().then(|| {
        QUIET.get_or_init(|| {
            let cluster = Cluster::start().unwrap();
            cluster.load(NOTHING_WRONG);
            cluster
        })
    })
}

/// The resources that are read and that this API server has.
pub(crate) fn served(cluster: &Cluster) -> Vec<&'static Resource> {
    let mut client = cluster.loader();
    let mut is_served = |resource: &&Resource| {
        let mut versions = resource.versions.iter();
        versions.any(|version| {
            let root = if resource.group.is_empty() {
                "/api".to_owned()
            } else {
                format!("/apis/{}", resource.group)
            };
            let path = format!("{root}/{version}/{}?limit=1", resource.plural);
            client.get(&path).unwrap().status() == 200
        })
    };
    ALL.iter().filter(|resource| is_served(resource)).collect()
}
