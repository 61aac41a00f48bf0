//! What a trace comes to, in one sentence.

use super::{Arrivals, Trace};

impl Trace {
    /// The answer to the question, without a full stop: `Traffic to 203.0.113.25:25 arrives at 6 of
    /// 6 Pods`.
    pub fn answer(&self) -> String {
        if self.hops.is_empty() {
            return "There is no road here".to_owned();
        }
        let arrivals = self.arrivals();
        let seen = |start: &usize| {
            let hop = self.hop(*start);
            hop.is_some_and(|hop| hop.kind == "forwarding rule")
        };
        if !self.starts.iter().any(seen) {
            let broken = self
                .broken()
                .map_or(String::new(), |it| format!("; it {it}"));
            let open = self.open(arrivals);
            return format!("No front was seen; the road behind it {open}{broken}");
        }
        let traffic = match self.aim() {
            Some(aim) => format!("Traffic to {aim}"),
            None => "Traffic".to_owned(),
        };
        let arrives = self.arrives(arrivals);
        match self.broken() {
            Some(broken) if arrivals.sure + arrivals.unsure == 0 => format!("{traffic} {broken}"),
            Some(broken) => format!("{traffic} {arrives}; it {broken}"),
            None if arrivals.total == 0 => format!("{traffic} reaches no endpoint that was seen"),
            None => format!("{traffic} {arrives}"),
        }
    }

    /// What traffic aims at: the question, or the only front.
    fn aim(&self) -> Option<&str> {
        let front = || match self.starts.as_slice() {
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
        let ends = self.ends(total);
        match (sure, unsure) {
            (_, 0) => format!("arrives at {sure} of {total} {ends}"),
            (0, _) => format!("may arrive at {unsure} of {total} {ends}: not all can be told"),
            _ => format!("arrives at {sure} of {total} {ends}, and may at {unsure} more"),
        }
    }

    fn open(&self, arrivals: Arrivals) -> String {
        let Arrivals {
            total,
            sure,
            unsure,
        } = arrivals;
        let ends = self.ends(total);
        match unsure {
            0 => format!("is open to {sure} of {total} {ends}"),
            _ => format!("is open to {sure} of {total} {ends}, and may be to {unsure} more"),
        }
    }

    fn ends(&self, count: usize) -> &'static str {
        let mut ends = self.hops.iter().filter(|hop| hop.is_end());
        match (ends.all(|hop| hop.kind == "Pod"), count == 1) {
            (true, true) => "Pod",
            (true, false) => "Pods",
            (false, true) => "endpoint",
            (false, false) => "endpoints",
        }
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
