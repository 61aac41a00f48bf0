//! What a trace comes to, in one sentence.

use super::{Arrivals, Effect, Hop, State, Trace, effect};

impl Trace {
    /// The answer to the question, without a full stop: `Traffic to 203.0.113.25:25 arrives at 6 of
    /// 6 Pods`.
    pub fn answer(&self) -> String {
        if self.hops.is_empty() {
            let why = "There is no road here: nothing that was read is a forwarding rule, a backend \
                       service or a NEG, and no cluster shows a Service that asks for one";
            return why.to_owned();
        }
        let broken = self.broken();
        if self.starts_that(Hop::is_front).is_empty() {
            let broken = broken.filter(|_| !self.only_lacks_a_front());
            let broken = broken.map_or(String::new(), |it| format!("; it {it}"));
            let unread = self.starts_that(|it| matches!(it.state, State::Unread(_)));
            let front = if unread.is_empty() {
                "No forwarding rule leads here"
            } else {
                "What leads here was not read"
            };
            return format!("{front}; the road behind {}{broken}", self.open());
        }
        let traffic = match self.aim() {
            Some(aim) => format!("Traffic to {aim}"),
            None => "Traffic".to_owned(),
        };
        let arrivals = self.arrivals();
        let arrives = self.arrives(arrivals);
        match broken {
            Some(broken) if arrivals.sure + arrivals.unsure == 0 => format!("{traffic} {broken}"),
            Some(broken) => format!("{traffic} {arrives}; it {broken}"),
            None if arrivals.total == 0 => {
                let why = self.doubted().unwrap_or_default();
                format!("{traffic} comes to no endpoint that was seen{why}")
            }
            None => format!("{traffic} {arrives}"),
        }
    }

    /// What traffic aims at: the question, or the only front.
    fn aim(&self) -> Option<&str> {
        let front = || match self.starts_that(Hop::is_front).as_slice() {
            [start] => self.hop(*start)?.facts.first()?.split(' ').next(),
            _ => None,
        };
        self.question.as_deref().or_else(front)
    }

    fn arrives(&self, arrivals: Arrivals) -> String {
        let Arrivals {
            total,
            sure,
            unsure,
        } = arrivals;
        let ends = self.called(total);
        let doubt = self.doubted().unwrap_or_default();
        match (sure, unsure) {
            (_, 0) => format!("arrives at {sure} of {total} {ends}"),
            (0, _) => format!("may arrive at {unsure} of {total} {ends}{doubt}"),
            _ => format!("arrives at {sure} of {total} {ends}, and may at {unsure} more{doubt}"),
        }
    }

    /// How far requests would come behind where the roads begin.
    fn open(&self) -> String {
        let Arrivals {
            total,
            sure,
            unsure,
        } = self.behind();
        let ends = self.called(total);
        match (total, unsure) {
            (0, _) => "has no endpoint that was seen".to_owned(),
            (_, 0) => format!("is open to {sure} of {total} {ends}"),
            _ if sure == 0 => format!("may be open to {unsure} of {total} {ends}"),
            _ => format!("is open to {sure} of {total} {ends}, and may be to {unsure} more"),
        }
    }

    fn called(&self, count: usize) -> &'static str {
        let mut ends = self.hops.iter().filter(|hop| hop.is_end());
        match (ends.all(|hop| hop.kind == "Pod"), count == 1) {
            (true, true) => "Pod",
            (true, false) => "Pods",
            (false, true) => "endpoint",
            (false, false) => "endpoints",
        }
    }

    /// ` (Pod mail-1: its health was not read)`, what lets nobody tell.
    fn doubted(&self) -> Option<String> {
        let ends = |hop: &&Hop| matches!(hop.kind, "URL map" | "NEG") && hop.next.is_empty();
        let hop = self.doubt().or_else(|| self.hops.iter().find(ends))?;
        let (title, name, why) = (hop.title(), &hop.name, hop.state.why());
        let why = match (why, hop.facts.last()) {
            ("", Some(fact)) => fact,
            (why, _) => why,
        };
        Some(format!(" ({title} {name}: {why})"))
    }

    /// Whether nothing is broken but that no front leads here.
    fn only_lacks_a_front(&self) -> bool {
        let breaks = self.breaks();
        let lacks = |hop: &Hop| {
            let first = hop.findings.first();
            first.is_some_and(|it| effect(it.id) == Some(Effect::Front))
        };
        let mut hops = breaks.iter().filter_map(|place| self.hop(*place));
        hops.all(lacks)
    }

    /// `breaks at backend service mail: …`, the first break on any road.
    fn broken(&self) -> Option<String> {
        let breaks = self.breaks();
        let places = || breaks.iter().filter_map(|place| self.hop(*place));
        let first = places().next()?;
        let others: usize = places().skip(1).map(|hop| hop.count).sum();
        let also = match others {
            0 => String::new(),
            1 => ", and at 1 other place".to_owned(),
            _ => format!(", and at {others} other places"),
        };
        let why = match first.state.why() {
            "" => "traffic ends there",
            why => why,
        };
        Some(format!(
            "breaks at {} {}{also}: {why}",
            first.title(),
            first.name
        ))
    }
}
