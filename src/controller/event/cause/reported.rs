//! The errors that one text reports: taken out of their lists and wrappings.

use super::{Cause, known};
use crate::controller::event::{
    advice,
    google::{Refusal, Refused},
    pattern::{bounded, read},
};

/// The most errors that are read of one text.
const MAX_REPORTS: usize = 64;
/// The most wrappings that are taken off one error.
const MAX_DEPTH: usize = 12;

/// One error of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported<'e> {
    /// Its whole text, with what wraps it.
    pub text: &'e str,
    /// What the controller was doing.
    pub step: Option<Step<'e>>,
    /// Why it failed.
    pub cause: Cause<'e>,
}

impl<'e> Cause<'e> {
    /// The name of what still uses a resource, where that keeps it from being deleted or changed;
    /// empty where it is not told.
    pub fn in_use_by(&self) -> Option<&'e str> {
        let Self::Google(Refused {
            refusal: Refusal::InUse { user, .. },
            ..
        }) = self
        else {
            return None;
        };
        Some(user.rsplit('/').next().unwrap_or(user))
    }

    /// The name of the NEG that Google Cloud does not find.
    pub fn missing_neg(&self) -> Option<&'e str> {
        let Self::Google(Refused {
            refusal: Refusal::NotFound { resource },
            ..
        }) = self
        else {
            return None;
        };
        let (_, name) = resource.rsplit_once("/networkEndpointGroups/")?;
        Some(name)
    }
}

/// What a controller was doing when something failed, from how it wraps the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'e> {
    /// Making sure that the NEG exists.
    EnsureNeg,
    /// Listing the endpoints that the NEG has. Fails once after a NEG was deleted by hand.
    ListEndpoints {
        /// Where, if told.
        zone: Option<&'e str>,
    },
    /// Reading the Service's `EndpointSlices`.
    ReadSlices,
    /// Making the `ServiceNetworkEndpointGroup`.
    EnsureServiceNeg {
        /// Its namespace.
        namespace: &'e str,
        /// Its name, that of the NEG.
        neg: &'e str,
        /// `spec.ports[].port`
        port: &'e str,
    },
    /// Making an Ingress's backends.
    Backends,
    /// Making an Ingress's frontend.
    Frontend,
}

impl<'e> Step<'e> {
    fn of(text: &'e str) -> Option<Self> {
        if text.starts_with("failed to get NEG for service") {
            return Some(Self::EnsureNeg);
        }
        if let Some(rest) = text.strip_prefix("failed to get current NEG endpoints") {
            let lookup = ": failed to lookup NEG in zone \"{zone}\", {rest}";
            let zone = read(lookup, rest).map(|it| it.text("zone"));
            return Some(Self::ListEndpoints { zone });
        }
        if let Some(it) = read("failed to lookup NEG in zone \"{zone}\", {rest}", text) {
            let zone = Some(it.text("zone"));
            return Some(Self::ListEndpoints { zone });
        }
        if text.starts_with("failed to get EPS for service") {
            return Some(Self::ReadSlices);
        }
        let service_neg = "failed to ensure svc neg cr {namespace}/{neg}/{port} for port: {error}";
        if let Some(it) = read(service_neg, text) {
            return Some(Self::EnsureServiceNeg {
                namespace: it.text("namespace"),
                neg: it.text("neg"),
                port: it.text("port"),
            });
        }
        if text.starts_with("error running backend syncing routine: ") {
            return Some(Self::Backends);
        }
        text.starts_with("error running load balancer syncing routine: ")
            .then_some(Self::Frontend)
    }
}

impl<'e> Reported<'e> {
    /// All errors of a text, in order. A text that holds no known error is one unknown error.
    pub fn all(text: &'e str) -> Vec<Self> {
        let text = bounded(text);
        let mut starts = vec![0];
        for (at, separator) in text.match_indices(['[', ',', ';']).take(1000) {
            let after = text.get(at + separator.len()..).unwrap_or_default();
            let error = after.trim_start_matches(' ');
            if begins_error(error) && starts.len() < MAX_REPORTS {
                starts.push(text.len() - error.len());
            }
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let pieces = starts.iter().zip(ends);
        let pieces = pieces.filter_map(|(start, end)| text.get(*start..end).map(unlisted));
        let mut reports: Vec<Self> = Vec::new();
        let mut wrapping = None;
        for piece in pieces {
            let mut report = Self::one(piece);
            // `failed to get NEG for service: [a, b]`: the wrapping is a piece of its own.
            if report.cause == Cause::Unknown && (piece.is_empty() || piece.ends_with(": ")) {
                wrapping = report.step;
                continue;
            }
            report.step = report.step.or(wrapping);
            reports.push(report);
        }
        if reports.is_empty() {
            reports.push(Self::one(text));
        }
        reports
    }

    /// Whether it heals by itself. A NEG that is missing when its endpoints are listed is made
    /// again in the next sync.
    pub fn passes(&self) -> bool {
        match (&self.step, &self.cause) {
            (Some(Step::ListEndpoints { .. }), Cause::Google(refused)) => {
                refused.passes() || matches!(refused.refusal, Refusal::NotFound { .. })
            }
            (_, cause) => cause.passes(),
        }
    }

    /// What to do about it, in a sentence or two; `None` where that is not known.
    pub fn advice(&self) -> Option<String> {
        advice::of_report(self)
    }

    fn one(text: &'e str) -> Self {
        Self {
            text,
            step: Step::of(text),
            cause: unwrapped(text),
        }
    }
}

fn begins_error(text: &str) -> bool {
    known::begins(text) || Step::of(text).is_some()
}

/// A piece of a list without the list's own marks.
fn unlisted(piece: &str) -> &str {
    let mut piece = piece.trim_end_matches([',', ';', ' ']);
    let count = |mark| piece.matches(mark).count();
    let (opened, closed) = (count('['), count(']'));
    for _ in closed..opened {
        let next = piece.strip_suffix('[').or_else(|| piece.strip_prefix('['));
        piece = next.unwrap_or(piece);
    }
    for _ in opened..closed {
        piece = piece.strip_suffix(']').unwrap_or(piece);
    }
    piece
}

/// The cause of an error in its wrappings: the outermost text that is known decides.
fn unwrapped(text: &str) -> Cause<'_> {
    let inner = text
        .match_indices(": ")
        .filter_map(|(at, colon)| text.get(at + colon.len()..));
    let mut tails = std::iter::once(text).chain(inner).take(MAX_DEPTH);
    let cause = tails.find_map(known::at);
    cause.unwrap_or_else(|| known::within(text))
}
