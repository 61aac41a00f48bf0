//! The BackendConfig that a Service names for a port.

use crate::kind::backend_config::BackendConfig;
use crate::kind::service::ServicePort;

use super::{Joined, Resolved, World};

impl<'d> World<'d> {
    /// The BackendConfig that a Service names for a port, where there is certainly one.
    pub fn config_of(
        &self,
        service: Joined<'_, 'd>,
        port: &ServicePort<'_>,
    ) -> Option<&BackendConfig<'d>> {
        let configs = service.backend_configs()?.decoded.ok()?;
        let named = configs.of_port(port.name, port.port)?;
        match self.backend_config(&service.service.object, &named.value) {
            Resolved::Found(found) => match found.as_slice() {
                [only] => Some(only),
                _ => None,
            },
            Resolved::Absent | Resolved::Unclear(_) => None,
        }
    }
}
