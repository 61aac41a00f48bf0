//! A trace as one page that needs no network: the picture, the roads to unfold and search, and what
//! mends them. Its policy lets nothing load and runs only the page's own script, by its hash.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::svg;
use super::words::{escaped, mends, sign, weight};
use crate::finding::Severity;
use crate::remedy::Run;
use crate::render::shell;
use crate::trace::{Arrivals, Fault, Hop, State, Trace};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn page(trace: &Trace) -> String {
    let mut page = Page {
        trace,
        breaks: trace.breaks(),
        drawn: vec![false; trace.hops.len()],
        text: String::new(),
    };
    page.head();
    page.front();
    page.add("<main>\n<section>\n<h2>Roads</h2>\n");
    page.add(TOOLS);
    page.add("<div class=\"roads\"><ul>\n");
    for start in &trace.starts {
        page.hop(*start, "", "");
    }
    page.add("</ul></div>\n</section>\n<aside>\n<h2>Findings</h2>\n");
    page.findings();
    page.add("</aside>\n</main>\n<footer>Drawn by neg-doctor, which only reads. ");
    page.add("The commands are to be read before they are run.</footer>\n");
    page.add(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    page.text
}

const TOOLS: &str = "\
<div class=\"tools\"><input id=\"find\" type=\"search\" placeholder=\"Search names, addresses, findings\" \
aria-label=\"Search\"><label><input id=\"troubled\" type=\"checkbox\">only what is not fine</label>\
<button id=\"open\" type=\"button\">unfold all</button><button id=\"close\" type=\"button\">fold all</button>\
<span id=\"status\" class=\"note\" role=\"status\"></span></div>
";

struct Page<'t> {
    trace: &'t Trace,
    breaks: Vec<usize>,
    drawn: Vec<bool>,
    text: String,
}

/// What a policy calls a text that it allows.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

impl<'t> Page<'t> {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn head(&mut self) {
        let style = format!("{}{STYLE}", svg::part_style(self.trace));
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
            hash(&style),
            hash(SCRIPT)
        );
        // Writing to a `String` cannot fail.
        let _ = write!(
            self.text,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n\
             <style>{style}</style>\n</head>\n<body>\n",
            escaped(&self.trace.answer())
        );
    }

    /// The answer, the counts, the picture.
    fn front(&mut self) {
        let trace = self.trace;
        let Arrivals {
            total,
            sure,
            unsure,
        } = trace.arrivals();
        let (class, badge) = match (self.breaks.is_empty(), unsure) {
            (false, _) => ("broken", "✗"),
            (true, 0) if sure > 0 && (sure < total || trace.is_troubled()) => ("warned", "!"),
            (true, 0) if sure > 0 => ("fine", "✓"),
            _ => ("unknown", "?"),
        };
        let faults = || trace.hops.iter().flat_map(|hop| &hop.findings);
        let fronts = trace.starts.iter().filter_map(|start| trace.hop(*start));
        let starts = fronts.filter(|hop| hop.is_front()).count();
        let breaks = self.breaks.len();
        let _ = writeln!(
            self.text,
            "<header>\n<h1 class=\"{class}\"><span class=\"badge\" aria-hidden=\"true\">{badge}</span>\
             <span>{}</span></h1>\n<ul class=\"counts\"><li><b>{starts}</b> {}</li>\
             <li><b>{sure}</b> of <b>{total}</b> endpoints reached</li><li><b>{breaks}</b> {}</li>\
             <li><b>{}</b> findings</li>\
             <li><label><input id=\"whole\" type=\"checkbox\">fit the picture</label></li></ul>\n</header>",
            escaped(&trace.answer()),
            if starts == 1 { "front" } else { "fronts" },
            if breaks == 1 { "break" } else { "breaks" },
            faults().count()
        );
        self.add("<div class=\"picture\">\n");
        self.add(&svg::part(trace));
        self.add("</div>\n");
    }

    fn hop(&mut self, place: usize, label: &str, side: &str) {
        let trace = self.trace;
        let Some((hop, drawn)) = trace.hop(place).zip(self.drawn.get_mut(place)) else {
            return;
        };
        let again = std::mem::replace(drawn, true);
        let state = hop.state.name();
        let id = if again {
            String::new()
        } else {
            format!(" id=\"h{place}\"")
        };
        let _ = write!(self.text, "<li{id} data-state=\"{state}\"{side}>");
        let mut line = head(hop, label, !again);
        if again {
            let _ = write!(line, " <a href=\"#h{place}\">as above</a>");
        }
        if again || hop.next.is_empty() && hop.beside.is_empty() {
            let _ = write!(self.text, "<div class=\"hop {state}\">{line}</div>");
            if !again {
                self.troubles(place, hop);
            }
        } else {
            // What is fine down to the Pods starts folded at the NEG.
            let folded = hop.kind == "NEG" && hop.next.len() > 3 && self.is_fine(hop);
            let open = if folded { "" } else { " open" };
            let _ = write!(
                self.text,
                "<details{open}><summary class=\"hop {state}\">{line}</summary>"
            );
            self.troubles(place, hop);
            self.add("<ul>\n");
            for side in &hop.beside {
                self.hop(*side, "", " class=\"side\"");
            }
            for edge in &hop.next {
                self.hop(edge.to, &edge.label, "");
            }
            self.add("</ul></details>");
        }
        self.add("</li>\n");
    }

    fn is_fine(&self, hop: &Hop) -> bool {
        let fine = |edge: &crate::trace::Edge| {
            let to = self.trace.hop(edge.to);
            to.is_some_and(|to| to.state == State::Fine)
        };
        hop.state == State::Fine && hop.next.iter().all(fine)
    }

    fn troubles(&mut self, place: usize, hop: &Hop) {
        for fault in &hop.findings {
            let _ = write!(
                self.text,
                "<div class=\"said {}\"><b>{}</b> {}</div>",
                fault.severity.name(),
                weight(fault),
                escaped(&fault.message)
            );
        }
        let why = escaped(hop.why());
        if self.breaks.contains(&place) {
            let gap = if why.is_empty() { "" } else { ": " };
            let _ = write!(
                self.text,
                "<div class=\"said ends\">traffic ends here{gap}{why}</div>"
            );
        } else if !why.is_empty() {
            let _ = write!(self.text, "<div class=\"said note\">{why}</div>");
        }
    }

    /// Each finding once, the gravest first; together what the same commands mend.
    fn findings(&mut self) {
        let trace = self.trace;
        let mends = mends(trace).into_iter();
        let mut cards: Vec<(Vec<&Fault>, Option<&Run>)> =
            mends.map(|(run, faults)| (faults, Some(run))).collect();
        for fault in trace.hops.iter().flat_map(|hop| &hop.findings) {
            let same = |it: &&Fault| it.fingerprint == fault.fingerprint;
            if !cards.iter().any(|(faults, _)| faults.iter().any(same)) {
                cards.push((vec![fault], None));
            }
        }
        let gravity = |faults: &[&Fault]| faults.iter().map(|it| it.severity).max();
        cards.sort_by_key(|(faults, _)| std::cmp::Reverse(gravity(faults)));
        for (faults, run) in &cards {
            self.card(faults, *run);
        }
        if cards.is_empty() {
            self.add("<p class=\"none\">Nothing was found on these roads.</p>\n");
        }
    }

    fn card(&mut self, faults: &[&'t Fault], run: Option<&Run>) {
        let gravest = faults.iter().map(|fault| fault.severity).max();
        let severity = gravest.map_or("note", Severity::name);
        let _ = writeln!(self.text, "<div class=\"card {severity}\">");
        if run.is_some() {
            self.add("<button class=\"copy\" type=\"button\">copy</button>");
        }
        for fault in faults {
            let place = self.trace.hops.iter().position(|hop| {
                let same = |it: &Fault| it.fingerprint == fault.fingerprint;
                hop.findings.iter().any(same)
            });
            let _ = writeln!(
                self.text,
                "<p class=\"{}\"><b>{}</b> {} <a href=\"#h{}\">show</a></p>",
                fault.severity.name(),
                weight(fault),
                escaped(&fault.message),
                place.unwrap_or_default()
            );
        }
        if let Some(run) = run {
            let interrupts = match &run.interrupts {
                Some(what) => format!("; it interrupts {what}"),
                None => String::new(),
            };
            let title = escaped(&format!("{}{interrupts}", run.title));
            let commands: Vec<String> = run.commands().map(command).collect();
            let _ = writeln!(
                self.text,
                "<p class=\"note\">{title}</p><pre>{}</pre>",
                commands.join("\n")
            );
        }
        self.add("</div>\n");
    }
}

/// A command line, that is broken only between words.
fn command(argv: &[String]) -> String {
    let word = |word: &String| {
        let word = escaped(&shell(std::slice::from_ref(word)));
        format!("<span>{word}</span>")
    };
    argv.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn head(hop: &Hop, label: &str, full: bool) -> String {
    let label = match label {
        "" => String::new(),
        label => format!("<span class=\"way\">{}</span> ", escaped(label)),
    };
    let (facts, title) = match &hop.place {
        _ if !full => (String::new(), String::new()),
        None => (escaped(&hop.facts.join(" · ")), String::new()),
        Some(place) => (
            escaped(&hop.facts.join(" · ")),
            format!(" title=\"{}\"", escaped(&place.to_string())),
        ),
    };
    format!(
        "<span class=\"sign\">{}</span>{label}<span class=\"kind\">{}</span> <b{title}>{}</b> \
         <span class=\"facts\">{facts}</span>",
        sign(&hop.state).0,
        escaped(&hop.title()),
        escaped(&hop.name)
    )
}
