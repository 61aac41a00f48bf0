//! A trace for programs: `schemas/neg-doctor-trace-1.schema.json` says what each field means. A
//! field may be added under the same version; none changes its meaning or goes.

use std::io;

use serde::Serialize;

use crate::remedy::Run;
use crate::render::write_json;
use crate::text::Position;
use crate::trace::{self, Trace};

pub(super) fn write(trace: &Trace, out: &mut dyn io::Write) -> io::Result<()> {
    let arrivals = trace.arrivals();
    let document = Document {
        version: 1,
        question: trace.question.as_deref(),
        answer: trace.answer(),
        endpoints: Endpoints {
            total: arrivals.total,
            arrived: arrivals.sure,
            unsure: arrivals.unsure,
        },
        starts: &trace.starts,
        breaks: trace.breaks(),
        hops: trace.hops.iter().map(Hop::from).collect(),
    };
    write_json(&document, out)
}

#[derive(Serialize)]
struct Document<'t> {
    version: u32,
    question: Option<&'t str>,
    answer: String,
    endpoints: Endpoints,
    starts: &'t [usize],
    breaks: Vec<usize>,
    hops: Vec<Hop<'t>>,
}

#[derive(Serialize)]
struct Endpoints {
    total: usize,
    arrived: usize,
    unsure: usize,
}

#[derive(Serialize)]
struct Hop<'t> {
    kind: &'t str,
    name: &'t str,
    project: &'t str,
    location: &'t str,
    count: usize,
    state: &'t str,
    why: &'t str,
    facts: &'t [String],
    place: Option<Place<'t>>,
    findings: Vec<Finding<'t>>,
    next: Vec<Edge<'t>>,
    beside: &'t [usize],
}

#[derive(Serialize)]
struct Place<'t> {
    origin: &'t str,
    start: Position,
}

#[derive(Serialize)]
struct Finding<'t> {
    id: &'t str,
    severity: &'t str,
    message: &'t str,
    fingerprint: &'t str,
    commands: Vec<&'t [String]>,
    interrupts: Option<&'t str>,
}

#[derive(Serialize)]
struct Edge<'t> {
    to: usize,
    label: &'t str,
    closed: bool,
}

impl<'t> From<&'t trace::Hop> for Hop<'t> {
    fn from(hop: &'t trace::Hop) -> Self {
        let edge = |edge: &'t trace::Edge| Edge {
            to: edge.to,
            label: &edge.label,
            closed: edge.closed,
        };
        Self {
            kind: hop.kind,
            name: &hop.name,
            project: &hop.subject.cluster,
            location: &hop.subject.namespace,
            count: hop.count,
            state: hop.state.name(),
            why: hop.state.why(),
            facts: &hop.facts,
            place: hop.place.as_ref().map(|place| Place {
                origin: &place.source.origin,
                start: place.start(),
            }),
            findings: hop.findings.iter().map(Finding::from).collect(),
            next: hop.next.iter().map(edge).collect(),
            beside: &hop.beside,
        }
    }
}

impl<'t> From<&'t trace::Fault> for Finding<'t> {
    fn from(fault: &'t trace::Fault) -> Self {
        let run = fault.mend.as_ref();
        Self {
            id: fault.id,
            severity: fault.severity.name(),
            message: &fault.message,
            fingerprint: &fault.fingerprint,
            commands: run.into_iter().flat_map(Run::commands).collect(),
            interrupts: run.and_then(|run| run.interrupts.as_deref()),
        }
    }
}
