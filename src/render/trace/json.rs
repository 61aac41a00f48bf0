//! A trace for programs, as in `schemas/neg-doctor-trace-1.schema.json`.

use std::io::{self, Write};

use serde::Serialize;

use crate::render::write_json;
use crate::trace::{Fault, State, Trace};

#[derive(Serialize)]
struct Document<'t> {
    version: u32,
    endpoints: Endpoints,
    starts: &'t [usize],
    hops: Vec<Hop<'t>>,
}

#[derive(Serialize)]
struct Endpoints {
    arrived: usize,
    total: usize,
}

#[derive(Serialize)]
struct Hop<'t> {
    kind: &'t str,
    name: &'t str,
    project: &'t str,
    location: &'t str,
    state: State,
    count: usize,
    facts: &'t [String],
    findings: &'t [Fault],
    next: Vec<Edge<'t>>,
}

#[derive(Serialize)]
struct Edge<'t> {
    to: usize,
    label: &'t str,
}

pub(super) fn render(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    let (arrived, total) = trace.arrivals();
    let hops = trace.hops.iter().map(|hop| Hop {
        kind: hop.kind,
        name: &hop.name,
        project: &hop.subject.cluster,
        location: &hop.subject.namespace,
        state: hop.state,
        count: hop.count,
        facts: &hop.facts,
        findings: &hop.findings,
        next: hop
            .next
            .iter()
            .map(|edge| Edge {
                to: edge.to,
                label: &edge.label,
            })
            .collect(),
    });
    let document = Document {
        version: 1,
        endpoints: Endpoints { arrived, total },
        starts: &trace.starts,
        hops: hops.collect(),
    };
    write_json(&document, out)
}
