//! A trace: the roads from the fronts of load balancers to Pods, hop by hop, with what is wrong on
//! the way. Plain data; `build` makes it from a world, `render::trace` draws it.

mod build;
mod question;

use serde::Serialize;

use crate::finding::{Severity, Subject};
use crate::remedy::Remedy;
use crate::report::Report;

pub use build::trace;
pub use question::NotFound;

/// The roads that answer a question.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Every hop, once however many roads lead over it.
    pub hops: Vec<Hop>,
    /// Where roads begin.
    pub starts: Vec<usize>,
}

/// A thing that requests pass.
#[derive(Debug, Clone)]
pub struct Hop {
    /// `forwarding rule`, `backend service`, `NEG`, `Pod`, `endpoint`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What it is in findings.
    pub subject: Subject,
    /// Other objects that stand for it: the Service of a NEG.
    pub stands_for: Vec<Subject>,
    /// What is worth knowing of it, a few words each.
    pub facts: Vec<String>,
    /// How it is.
    pub state: State,
    /// What is wrong with it, the gravest first.
    pub findings: Vec<Fault>,
    /// Where requests go from it.
    pub next: Vec<Edge>,
    /// How many alike it stands for; 1 for itself.
    pub count: usize,
}

/// How a hop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing is known to be wrong.
    Fine,
    /// Something is, and traffic still passes.
    Warned,
    /// Traffic ends here.
    Broken,
    /// Nobody looked, or nobody can tell.
    Unknown,
}

/// A way to another hop.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Which requests go it: `shop.example.com /api/*`; empty for all.
    pub label: String,
    /// Where to.
    pub to: usize,
}

/// What is wrong with a hop.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// The rule.
    pub id: &'static str,
    /// Its weight.
    #[serde(serialize_with = "by_name")]
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The commands that mend it, in order; of several ways the first.
    pub commands: Vec<Vec<String>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn by_name<S: serde::Serializer>(severity: &Severity, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(severity.name())
}

impl Trace {
    /// The first broken hop on each road, each once, in the order of the roads.
    pub fn breaks(&self) -> Vec<&Hop> {
        let mut breaks: Vec<usize> = Vec::new();
        let mut seen = vec![false; self.hops.len()];
        let mut pending: Vec<usize> = self.starts.iter().rev().copied().collect();
        while let Some(index) = pending.pop() {
            let Some((hop, seen)) = self.hops.get(index).zip(seen.get_mut(index)) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            if hop.state == State::Broken {
                breaks.push(index);
            } else {
                pending.extend(hop.next.iter().rev().map(|edge| edge.to));
            }
        }
        breaks
            .iter()
            .filter_map(|index| self.hops.get(*index))
            .collect()
    }

    /// How many endpoints there are at the ends of all roads, and how many of them can be reached as
    /// far as is known.
    pub fn arrivals(&self) -> (usize, usize) {
        let mut reached = vec![false; self.hops.len()];
        let mut pending = self.starts.clone();
        while let Some(index) = pending.pop() {
            let Some((hop, seen)) = self.hops.get(index).zip(reached.get_mut(index)) else {
                continue;
            };
            if hop.state != State::Broken && !std::mem::replace(seen, true) {
                pending.extend(hop.next.iter().map(|edge| edge.to));
            }
        }
        let ends = |it: &(&Hop, &bool)| matches!(it.0.kind, "Pod" | "endpoint");
        let all = self.hops.iter().zip(&reached).filter(ends);
        let total = all.clone().map(|(hop, _)| hop.count).sum();
        let arrived = all
            .filter(|(_, reached)| **reached)
            .map(|(hop, _)| hop.count)
            .sum();
        (arrived, total)
    }

    /// Ties the findings of a report to the hops that they are about.
    fn blame(&mut self, report: &Report) {
        for finding in report.findings.iter().filter(|it| it.cause.is_none()) {
            let about = |hop: &Hop| {
                let own = hop.subject == finding.subject || finding.concerns.contains(&hop.subject);
                own || hop.stands_for.contains(&finding.subject)
            };
            // Where a finding names several hops, its own subject comes first.
            let own = self.hops.iter().any(|hop| hop.subject == finding.subject);
            for hop in &mut self.hops {
                let is_it = if own {
                    hop.subject == finding.subject
                } else {
                    about(hop)
                };
                if is_it {
                    hop.findings.push(Fault::of(finding));
                }
            }
        }
        for hop in &mut self.hops {
            hop.findings
                .sort_by_key(|fault| std::cmp::Reverse(fault.severity));
            match hop.findings.first().map(|fault| fault.severity) {
                Some(Severity::Error) => hop.state = State::Broken,
                Some(Severity::Warning) if hop.state == State::Fine => hop.state = State::Warned,
                _ => {}
            }
        }
    }
}

impl Fault {
    fn of(finding: &crate::finding::Finding) -> Self {
        let run = finding.remedies.iter().find_map(|remedy| match remedy {
            Remedy::Run(run) => Some(run.commands().map(<[String]>::to_vec).collect()),
            Remedy::Edit(_) => None,
        });
        Self {
            id: finding.rule.id,
            severity: finding.severity,
            message: finding.message.clone(),
            commands: run.unwrap_or_default(),
        }
    }
}
