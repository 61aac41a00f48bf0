//! What a health check asks of the Pods behind it, and what their own readiness probes ask there.

use crate::kind::cloud::{BackendService, HealthCheck};
use crate::kind::probe::{Handler, Probe};
use crate::kind::service::{ServicePort, TargetPort};
use crate::kind::workload::{Container, Workload};

use super::{Cloud, Joined, LiveNeg, Probed, World};

/// A readiness probe of Pods behind a backend service.
#[derive(Debug, Clone, Copy)]
pub struct PodProbe<'w, 'd> {
    /// The Service that selects the Pods.
    pub service: Joined<'w, 'd>,
    /// Its port behind the backend service.
    pub port: &'w ServicePort<'d>,
    /// What makes the Pods.
    pub workload: &'w Workload<'d>,
    /// The probe.
    pub probe: Probe<'d>,
    /// How it asks.
    pub handler: Handler<'d>,
}

impl<'d> Cloud<'d> {
    /// The ports that a health check asks behind a backend service: its fixed one, or those of the
    /// endpoints; none where these were not read.
    pub fn ports_asked(&self, service: &BackendService<'d>, check: &HealthCheck<'d>) -> Vec<i64> {
        if let Some((port, _)) = check.fixed_port() {
            return vec![port];
        }
        let probed = self.probed(service).unwrap_or_default();
        let mut ports: Vec<i64> = probed.iter().filter_map(|it| it.endpoint.port()).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

impl<'d> World<'d> {
    /// The readiness probes of Pods behind a backend service that ask the very ports that its health
    /// check asks.
    pub fn probes_beside(
        &self,
        service: &BackendService<'d>,
        check: &HealthCheck<'d>,
    ) -> Vec<PodProbe<'_, 'd>> {
        let ports = self.cloud().ports_asked(service, check);
        let mut probes = Vec::new();
        for asked in self.services_behind(service) {
            for workload in asked.service.workloads() {
                let containers = workload.containers.iter();
                probes.extend(containers.filter_map(|container| {
                    let probe = container.readiness_probe?;
                    let handler = probe.handler()?;
                    let port = number(handler.port()?, container)?;
                    ports.contains(&port).then_some(PodProbe {
                        service: asked.service,
                        port: asked.of.port,
                        workload,
                        probe,
                        handler,
                    })
                }));
            }
        }
        probes
    }
}

impl Probed<'_> {
    /// True where its Pod is among those of these Services, and not ready by its own probes. What a
    /// readiness gate says does not count.
    pub fn is_unready(&self, behind: &[LiveNeg<'_, '_>]) -> bool {
        let address = self.endpoint.address();
        let mut pods = behind.iter().filter_map(|asked| asked.pod_at(address));
        pods.any(|pod| {
            let ready = pod.condition("ContainersReady");
            let ready = ready.or_else(|| pod.condition("Ready"));
            ready.is_some_and(|ready| ready.status != "True")
        })
    }
}

/// The number of the port that a probe of a container asks.
fn number(port: TargetPort<'_>, container: &Container<'_>) -> Option<i64> {
    match port {
        TargetPort::Number(number) => Some(number),
        TargetPort::Name(name) => {
            let mut ports = container.ports.iter();
            Some(ports.find(|port| port.name == name)?.number)
        }
    }
}
