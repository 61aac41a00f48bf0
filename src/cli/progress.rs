//! What is told on standard error while a cluster is read: a line that keeps changing, on a
//! terminal; each request, where that is asked for; and their number at the end.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::source::cluster::{Exchange, Watch};

/// Clears the line.
const CLEAR: &str = "\r\x1b[2K";

/// The line is drawn anew so often.
const TICK: Duration = Duration::from_millis(200);

/// The exit code after Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Watches the reading of one cluster.
pub(super) struct Progress {
    state: Arc<Mutex<State>>,
    verbose: bool,
    trace: bool,
}

struct State {
    cluster: String,
    begun: Instant,
    draws: bool,
    /// Objects by resource.
    read: BTreeMap<String, usize>,
    /// Requests by resource and what came of them.
    requests: BTreeMap<(String, String), usize>,
}

impl Progress {
    pub(super) fn new(context: Option<&str>, verbose: bool, trace: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let draws = io::stderr().is_terminal() && !dumb && !trace;
        let state = Arc::new(Mutex::new(State {
            cluster: context.unwrap_or("the cluster").to_owned(),
            begun: Instant::now(),
            draws,
            read: BTreeMap::new(),
            requests: BTreeMap::new(),
        }));
        if draws {
            leave_a_clean_line();
            let state = Arc::clone(&state);
            thread::spawn(move || {
                while state.lock().unwrap_or_else(PoisonError::into_inner).draw() {
                    thread::sleep(TICK);
                }
            });
        }
        Self {
            state,
            verbose,
            trace,
        }
    }

    /// Clears the line, and tells how many requests were made.
    pub(super) fn end(self) {
        let mut state = self.lock();
        let mut out = io::stderr().lock();
        if state.draws {
            state.draws = false;
            // Nobody is there to be told.
            let _ = write!(out, "{CLEAR}");
        }
        if self.verbose {
            let total: usize = state.requests.values().sum();
            let took = state.begun.elapsed().as_secs_f32();
            let _ = writeln!(
                out,
                "neg-doctor: {}: {total} requests in {took:.1} s",
                state.cluster
            );
            for ((resource, outcome), count) in &state.requests {
                let _ = writeln!(out, "{count:>7} GET {resource}: {outcome}");
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Draws the line; false once there is nothing more to draw.
    fn draw(&self) -> bool {
        if self.draws {
            let mut read: Vec<_> = self.read.iter().filter(|(_, count)| **count > 0).collect();
            read.sort_by(|a, b| b.1.cmp(a.1));
            let shown: String = read
                .iter()
                .take(4)
                .map(|(name, count)| format!(", {count} {name}"))
                .collect();
            let seconds = self.begun.elapsed().as_secs();
            let line = format!("reading {}{shown} … {seconds} s", self.cluster);
            let width =
                terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
            let line: String = line.chars().take(width.saturating_sub(1)).collect();
            let mut out = io::stderr().lock();
            let _ = write!(out, "{CLEAR}{line}");
            let _ = out.flush();
        }
        self.draws
    }
}

impl Watch for Progress {
    fn exchange(&self, exchange: &Exchange<'_>) {
        let outcome = match (exchange.status, &exchange.failure) {
            (Some(200), Some(_)) => "200, broken off".to_owned(),
            (Some(status), _) => status.to_string(),
            (None, _) => "no answer".to_owned(),
        };
        if self.trace {
            let Exchange {
                path,
                bytes,
                took,
                attempt,
                ..
            } = exchange;
            let again = if *attempt > 1 {
                format!(", try {attempt}")
            } else {
                String::new()
            };
            let fault = exchange
                .failure
                .as_deref()
                .map(|fault| format!(": {fault}"))
                .unwrap_or_default();
            let milliseconds = took.as_secs_f64() * 1000.0;
            let _ = writeln!(
                io::stderr(),
                "GET {path} {outcome}, {bytes} bytes in {milliseconds:.1} ms{again}{fault}"
            );
        }
        let key = (exchange.resource.to_owned(), outcome);
        *self.lock().requests.entry(key).or_default() += 1;
    }

    fn read(&self, resource: &str, objects: usize) {
        self.lock().read.insert(resource.to_owned(), objects);
    }
}

/// Lets Ctrl-C clear the line before it ends the program.
fn leave_a_clean_line() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        let end = || {
            let _ = write!(io::stderr(), "{CLEAR}");
            #[expect(
                clippy::exit,
                reason = "Ctrl-C ends at once, whatever is being waited for"
            )]
            std::process::exit(INTERRUPTED);
        };
        // Where it cannot be set, Ctrl-C ends all the same and leaves a line behind.
        let _ = ctrlc::set_handler(end);
    });
}
