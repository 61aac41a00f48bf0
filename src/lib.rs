//! neg-doctor finds out why traffic does not arrive at Pods behind Google Cloud network endpoint
//! groups (NEGs). One line runs through it: bytes become documents, documents become one world,
//! rules look at the world and make findings, findings are rendered. Only the two ends do I/O.

pub mod apply;
pub mod build;
pub mod card;
pub mod check;
pub mod cidr;
pub mod cli;
pub mod config;
pub mod controller;
pub mod document;
pub mod finding;
pub mod firewall;
pub mod fix;
pub mod json;
pub mod kind;
pub mod product;
pub mod remedy;
pub mod render;
pub mod report;
pub mod rules;
pub mod snapshot;
pub mod source;
pub mod text;
pub mod trace;
pub mod world;
