//! What Google Cloud shows of the NEGs that live Services ask for, beside what the cluster shows:
//! only what was read at about the same time can be compared.

use std::collections::HashMap;

use jiff::SignedDuration;

use crate::kind::Kind;
use crate::kind::cloud::{GkeCluster, Neg};
use crate::kind::endpoint_slice::Endpoint;
use crate::kind::object::Object;
use crate::kind::pod::Pod;
use crate::kind::service::ServicePort;

use super::{Cluster, GRACE, Joined, LiveNeg, Missing, World};

/// So far apart a cluster and its project may have been read and still be compared.
const TOGETHER: SignedDuration = SignedDuration::from_mins(2);

/// An endpoint of a Service that has been ready for longer than the controllers take.
#[derive(Debug, Clone, Copy)]
pub struct Lasting<'w, 'd> {
    /// The entry of its EndpointSlice.
    pub endpoint: &'w Endpoint<'d>,
    /// The Pod behind it.
    pub pod: &'w Pod<'d>,
}

impl<'w, 'd> LiveNeg<'w, 'd> {
    /// Its NEGs, as Google Cloud showed them when the cluster was read. `None` where not every NEG
    /// of the cluster's project and every record of the controller was
    /// read, or where its name is not known; an error where that was at another time.
    pub fn beside(&self) -> Option<Result<Vec<Neg<'d>>, Missing>> {
        let world = self.service.world;
        let object = &self.service.service.object;
        let cluster = world.clusters(object).next()?;
        let project = cluster.project.as_deref()?;
        world.cloud.whole(Kind::Neg, project).ok()?;
        // NEGs of additional subnets are known by the controller's record alone.
        world.whole(Kind::SvcNeg, object).ok()?;
        let names = [self.name, self.stated];
        if self.svc_neg.is_none() && names == [None, None] {
            return None;
        }
        let (seen, cloud) = (world.now(object), world.cloud.now(project));
        let apart = seen
            .zip(cloud)
            .map(|(seen, cloud)| seen.duration_since(cloud));
        Some(match apart {
            Some(apart) if apart.abs() <= TOGETHER => Ok(self.in_cloud()),
            Some(_) => Err(Missing::new(
                format!(
                    "cluster {} and project {project} were not read at the same time",
                    cluster.name
                ),
                "one run with --context and --project",
            )),
            None => Err(Missing::new(
                format!("when project {project} was read is not known"),
                "--project, or a snapshot with a time",
            )),
        })
    }
}

impl<'w, 'd> Joined<'w, 'd> {
    /// The endpoints of a port that have been ready for longer than the controllers take; none
    /// where the Pods were not read.
    pub fn lasting_endpoints(self, port: &ServicePort<'d>) -> Vec<Lasting<'w, 'd>> {
        let pods: HashMap<&str, &Pod<'d>> = self.pods().map(|it| (it.object.name, it)).collect();
        let slices = self.slices_for(port);
        let endpoints = slices.flat_map(|slice| &slice.endpoints);
        let lasting = endpoints.filter_map(|endpoint| {
            let pod = *pods.get(endpoint.pod?)?;
            let age = self.world.age(&pod.object, pod.containers_ready_since())?;
            let ready = endpoint.ready && !endpoint.terminating && pod.is_alive();
            (ready && age >= GRACE).then_some(Lasting { endpoint, pod })
        });
        lasting.collect()
    }
}

impl<'d> World<'d> {
    /// The GKE cluster that the cluster of an object is; `None` where several could be it.
    pub fn gke_cluster(&self, object: &Object<'_>) -> Option<GkeCluster<'d>> {
        let cluster = self.clusters(object).next()?;
        let mut own = self.cloud.gke_clusters().filter(|it| is_it(it, cluster));
        let first = own.next()?;
        own.next().is_none().then_some(first)
    }
}

/// Whether a cluster that was looked at can be this one, by the name of its context and its place.
fn is_it(gke: &GkeCluster<'_>, cluster: &Cluster) -> bool {
    let context = cluster.name.rsplit('_').next().unwrap_or_default();
    let place = cluster.location.as_deref();
    cluster.project.as_deref() == Some(gke.link.project)
        && context == gke.name()
        && place.is_none_or(|place| gke.location().starts_with(place))
}
