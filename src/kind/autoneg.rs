//! What a Service asks of autoneg, the controller that puts NEGs into backend services.

use crate::controller::autoneg::{AUTONEG, Autoneg};

use super::annotated::Stated;
use super::service::Service;

impl<'d> Service<'d> {
    /// What it asks of autoneg; `None` where it asks nothing, or where another tool fills in a
    /// placeholder first.
    pub fn autoneg(&self) -> Option<Stated<'d, Autoneg>> {
        let stated = Stated::new(self.object.annotation(AUTONEG)?, Autoneg::read)?;
        stated.inner.placeholder().is_none().then_some(stated)
    }
}
