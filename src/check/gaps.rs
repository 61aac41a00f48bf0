//! What was asked of clusters and not read, told with the rules that stay open by that.

use std::collections::BTreeSet;

use crate::report::Unread;
use crate::rules::Row;
use crate::snapshot::{Gap, Header, Snapshot};

/// The gaps of all snapshots. What one missing right explains is told once.
pub(super) fn gaps(snapshots: &[Snapshot], rules: &[&'static Row]) -> Vec<Unread> {
    let of_snapshot = |snapshot: &Snapshot| of_header(&snapshot.header, rules);
    snapshots.iter().flat_map(of_snapshot).collect()
}

fn of_header(header: &Header, rules: &[&'static Row]) -> Vec<Unread> {
    let mut groups: Vec<(Option<Right<'_>>, Vec<&Gap>)> = Vec::new();
    for gap in header.coverage.gaps() {
        let right = Right::of(gap);
        let known = groups.iter_mut().find(|(other, _)| {
            let other = other.as_ref();
            right
                .as_ref()
                .is_some_and(|right| other.is_some_and(|other| other.joins(right)))
        });
        match known {
            Some((_, gaps)) => gaps.push(gap),
            None => groups.push((right, vec![gap])),
        }
    }
    let tell = |(right, gaps): (Option<Right<'_>>, Vec<&Gap>)| {
        let reads = |row: &&&Row| {
            let mut read = gaps.iter().map(|gap| gap.resource);
            read.any(|resource| row.reads.iter().any(|kind| kind.is_in(resource)))
        };
        let open: BTreeSet<&str> = rules.iter().filter(reads).map(|row| row.id).collect();
        let open: Vec<&str> = open.into_iter().collect();
        let names: Vec<String> = gaps.iter().map(|gap| gap.resource.name()).collect();
        let first = gaps.first().map(|gap| gap.reason.as_str());
        let first = first.unwrap_or_default();
        let mut reason = match (&right, gaps.as_slice()) {
            (Some(right), [_, _, ..]) => format!(
                "not allowed to {} {}{}: {first}; `neg-doctor permissions` prints the role that is \
                 needed",
                right.verb,
                names.join(", "),
                right.place,
            ),
            (_, [gap]) if !gap.needs.is_empty() => format!("{first}; needs {}", gap.needs),
            _ => first.to_owned(),
        };
        if !open.is_empty() {
            reason = format!("{reason}; not decided by that: {}", open.join(", "));
        }
        let origin = match names.as_slice() {
            [name] => format!("{}/{name}", header.name),
            _ => header.name.clone(),
        };
        Unread {
            origin,
            reason,
            place: None,
            fails: true,
        }
    };
    groups.into_iter().map(tell).collect()
}

/// The right that a gap lacks: `list on pods in namespace mail`.
struct Right<'g> {
    verb: &'g str,
    /// From the blank on: ` in namespace mail`, or nothing.
    place: &'g str,
}

impl<'g> Right<'g> {
    fn of(gap: &'g Gap) -> Option<Self> {
        let (verb, rest) = gap.needs.split_once(" on ")?;
        let place = rest.strip_prefix(gap.resource.name().as_str())?;
        ["list", "get"]
            .contains(&verb)
            .then_some(Self { verb, place })
    }

    /// True where one sentence tells both.
    fn joins(&self, other: &Self) -> bool {
        self.verb == other.verb && self.place == other.place
    }
}
