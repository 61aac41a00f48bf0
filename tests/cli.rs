//! What a user types, and what comes back: exit codes, outputs, and nothing that is not asked for.
#![cfg(test)]

mod cli {
    pub(crate) mod bad_input;
    pub(crate) mod exit_codes;
    pub(crate) mod good_input;
    pub(crate) mod looks;
    pub(crate) mod other_commands;
    pub(crate) mod rendering;
    pub(crate) mod run;
    pub(crate) mod traces;
}
