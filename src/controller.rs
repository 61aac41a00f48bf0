//! What GKE's controllers would do with a Service, as data in and data out: a simulation of one
//! pass of the NEG controller and of the Ingress and L4 controllers' view of the same Service.
//! Source: kubernetes/ingress-gce at acbcf5d66dd9 (2026-08-21).

pub mod claim;
pub mod decode;
pub mod mend;
pub mod names;
pub mod retype;
pub mod status;
