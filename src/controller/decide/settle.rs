//! The steps after it is settled which NEGs are wanted: the zones, and whether their names are
//! free and will do.

use std::collections::BTreeMap;

use super::{Pass, PlannedName, Preprovisioned, Silence};
use crate::controller::{
    claim::Claim,
    input::SvcNeg,
    names::NegName,
    rejection::{Cause, LabelConflict, RefusedBy, Warning},
};

const MANAGED_BY: &str = "networking.gke.io/managed-by";
const SERVICE_NAME: &str = "networking.gke.io/service-name";
const SERVICE_PORT: &str = "networking.gke.io/service-port";

impl Pass<'_, '_> {
    pub(super) fn zones(&mut self, claim: &Claim) {
        let zones = claim.zones.iter().flatten().map(|zone| zone.value.clone());
        let zones: Vec<String> = zones.collect();
        if zones.is_empty() {
            return;
        }
        if !self.flags.enable_neg_preprovisioning {
            return self.silent(Silence::ZonesFlagOff);
        }
        let Some(region) = &self.around.region_zones else {
            self.decision.preprovisioned = Preprovisioned::Unchecked(zones);
            return;
        };
        let region: Vec<String> = region.iter().map(|zone| (*zone).to_owned()).collect();
        if region.is_empty() {
            return self.decision.warnings.push(Warning::NoRegionZones);
        }
        let stranger = zones.iter().find(|zone| !region.contains(zone)).cloned();
        self.decision.preprovisioned = match stranger {
            _ if zones.iter().any(|zone| zone == "*") => Preprovisioned::Zones(region),
            None => Preprovisioned::Zones(zones),
            Some(zone) => {
                let region_zones = region;
                let warning = Warning::ZoneNotInRegion { zone, region_zones };
                return self.decision.warnings.push(warning);
            }
        };
    }

    /// Refuses the ports whose NEG belongs to something else, or cannot have its name. Of two
    /// ports of this Service with one name, either may win; here it is the lower one.
    pub(super) fn negs_of_others(&mut self) {
        let (mut causes, mut taken) = (Vec::new(), BTreeMap::new());
        for neg in &self.decision.negs {
            let Some(name) = neg.name.known() else {
                continue;
            };
            let there = self.around.svcnegs.get(name.as_str());
            let conflict = match (there, taken.get(name)) {
                (Some(there), _) => self.conflict(neg.port, name, there),
                (None, Some(earlier)) => Some(self.own_conflict(neg.port, name, *earlier)),
                (None, None) => None,
            };
            causes.extend(conflict.map(|conflict| Cause::LabelConflict(Box::new(conflict))));
            taken.entry(name).or_insert(neg.port);
            if let PlannedName::Custom(name) = &neg.name {
                causes.extend(refused_name(neg.port, name));
            }
        }
        for cause in causes {
            self.reject(cause);
        }
    }

    fn conflict(&self, port: i32, name: &NegName, there: &SvcNeg) -> Option<LabelConflict> {
        let port_label = port.to_string();
        let wanted = [
            (MANAGED_BY, "neg-controller"),
            (SERVICE_NAME, self.service.name),
            (SERVICE_PORT, &port_label),
        ];
        wanted.into_iter().find_map(|(label, want)| {
            let have = there.labels.get(label).filter(|have| **have != want)?;
            Some(LabelConflict {
                port,
                neg: name.to_string(),
                label,
                want: want.to_owned(),
                have: (*have).to_owned(),
                owner: there.owner.unwrap_or_default().to_owned(),
            })
        })
    }

    fn own_conflict(&self, port: i32, name: &NegName, earlier: i32) -> LabelConflict {
        LabelConflict {
            port,
            neg: name.to_string(),
            label: SERVICE_PORT,
            want: port.to_string(),
            have: earlier.to_string(),
            owner: self.service.name.to_owned(),
        }
    }
}

fn refused_name(port: i32, name: &NegName) -> Option<Cause> {
    let refused_by = match (name.is_object_name(), name.is_resource_name()) {
        (false, _) => RefusedBy::ApiServer,
        (true, false) => RefusedBy::ComputeEngine,
        (true, true) => return None,
    };
    Some(Cause::NegNameInvalid {
        port,
        name: name.clone(),
        refused_by,
    })
}
