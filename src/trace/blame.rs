//! Ties the findings of a report to the hops that they are about.

use super::{Fault, Hop, State, Trace};
use crate::finding::{Finding, Severity};
use crate::remedy::Remedy;
use crate::report::Report;

impl Trace {
    /// Takes the headlines of a report; an error breaks a hop, a warning marks it.
    pub(super) fn blame(&mut self, report: &Report) {
        for finding in report.findings.iter().filter(|it| it.cause.is_none()) {
            // Where a finding names several hops, its own subject comes first.
            let own = self.hops.iter().any(|hop| hop.subject == finding.subject);
            for hop in &mut self.hops {
                if hop.subject == finding.subject || !own && is_concerned(hop, finding) {
                    hop.findings.push(Fault::of(finding));
                }
            }
        }
        for hop in &mut self.hops {
            let gravest_first = |fault: &Fault| std::cmp::Reverse(fault.severity);
            hop.findings.sort_by_key(gravest_first);
            let Some(fault) = hop.findings.first() else {
                continue;
            };
            let message = fault.message.clone();
            match fault.severity {
                Severity::Error => hop.state = State::Broken(message),
                Severity::Warning if hop.state == State::Fine => {
                    hop.state = State::Warned(message);
                }
                _ => {}
            }
        }
    }
}

fn is_concerned(hop: &Hop, finding: &Finding) -> bool {
    finding.concerns.contains(&hop.subject) || hop.stands_for.contains(&finding.subject)
}

impl Fault {
    /// What a road shows of a finding.
    pub fn of(finding: &Finding) -> Self {
        let run = finding.remedies.iter().find_map(|remedy| match remedy {
            Remedy::Run(run) => Some(run.clone()),
            Remedy::Edit(_) => None,
        });
        Self {
            id: finding.rule.id,
            severity: finding.severity,
            message: finding.message.clone(),
            fingerprint: finding.fingerprint(),
            mend: run,
        }
    }
}
