//! What GKE's controllers would do with a Service, as data in and data out: a simulation of one
//! pass of the NEG controller and of the Ingress and L4 controllers' view of the same Service.
//! Source: kubernetes/ingress-gce at acbcf5d66dd9 (2026-08-21).

pub mod app_protocols;
pub mod autoneg;
pub mod backend_config;
pub mod claim;
pub mod decide;
pub mod decode;
pub mod event;
pub mod ingress;
pub mod input;
pub mod l4;
pub mod mend;
pub mod names;
pub mod rejection;
pub mod retype;
pub mod rule_reference;
pub mod status;
pub mod transparent_check;

/// The annotation by which a Service asks for NEGs. There is no other spelling.
pub const NEG_ANNOTATION: &str = "cloud.google.com/neg";
/// The annotation in which the controller states the NEGs it wants.
pub const NEG_STATUS_ANNOTATION: &str = "cloud.google.com/neg-status";
