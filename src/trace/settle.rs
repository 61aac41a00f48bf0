//! What the structure of the roads says of a hop: that nothing goes on from it, or that nothing
//! behind it is known.

use super::{Hop, State, Trace};

/// Longer than any road.
const LONGEST: usize = 8;

impl Trace {
    /// Judges hops of which nothing else is known by what is behind them. What no front leads to is
    /// never broken by that: nobody may mean it to serve.
    pub(super) fn settle(&mut self) {
        let fronts = self.starts_that(Hop::is_front);
        let served = self.reached(&fronts, |_| true);
        for _ in 0..LONGEST {
            let states: Vec<Option<State>> = self.hops.iter().map(|hop| self.judged(hop)).collect();
            if states.iter().all(Option::is_none) {
                break;
            }
            let hops = self.hops.iter_mut().zip(states).zip(&served);
            for ((hop, state), served) in hops {
                match state {
                    Some(State::Broken(why)) if !served => hop.state = State::Unknown(why),
                    Some(state) => hop.state = state,
                    None => {}
                }
            }
        }
    }

    /// How a hop is by what is behind it; `None` where that changes nothing.
    fn judged(&self, hop: &Hop) -> Option<State> {
        if !hop.state.is_sure() {
            return None;
        }
        let is_service = hop.kind == "backend service";
        if hop.next.is_empty() {
            let broken = is_service.then(|| State::Broken("it has no backend".to_owned()));
            return broken;
        }
        if hop.ways().next().is_none() {
            let why = "no request goes on from it: each way has a capacity or a weight of 0";
            return Some(State::Broken(why.to_owned()));
        }
        let behind: Vec<&Hop> = hop.ways().filter_map(|to| self.hop(to)).collect();
        let is_empty = |it: &&Hop| it.kind == "NEG" && it.next.is_empty() && it.state.is_sure();
        if is_service && behind.iter().all(is_empty) {
            return Some(State::Broken("its NEGs hold no endpoint".to_owned()));
        }
        if hop.state != State::Fine {
            return None;
        }
        if hop.kind == "NEG" && behind.iter().all(|it| it.state.is_broken()) {
            let why = "no endpoint of it is healthy";
            return Some(State::Warned(why.to_owned()));
        }
        if behind.iter().all(|it| self.is_blind(it, &is_unread)) {
            let why = "nothing behind it was looked at";
            return Some(State::Unread(why.to_owned()));
        }
        let why = "nothing behind it is known to answer";
        let unsure = |it: &State| is_unread(it) || matches!(it, State::Unknown(_));
        let all = behind.iter().all(|it| self.is_blind(it, &unsure));
        all.then(|| State::Unknown(why.to_owned()))
    }
    /// Whether a hop, or else all that it leads to, is in such a state.
    fn is_blind(&self, hop: &Hop, is: &dyn Fn(&State) -> bool) -> bool {
        let mut ways = hop.ways().filter_map(|to| self.hop(to)).peekable();
        let behind = !hop.state.is_broken() && ways.peek().is_some();
        is(&hop.state) || behind && ways.all(|it| self.is_blind(it, is))
    }
}

fn is_unread(state: &State) -> bool {
    matches!(state, State::Unread(_))
}
