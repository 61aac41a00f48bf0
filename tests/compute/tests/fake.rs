//! The fake against what is known of the real API, by plain HTTP.
#![cfg(test)]

mod fake {
    pub(crate) mod common;

    mod changes;
    mod faults;
    mod firewalls;
    mod health;
    mod refusals;
    mod samples;
    mod speed;
}
