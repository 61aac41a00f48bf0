//! A trace as one page that needs no network: the picture, the roads with folding and search, and
//! what mends them.

use std::io::{self, Write};

use crate::render::shell;
use crate::trace::{Hop, State, Trace};

use super::svg::{self, escaped};
use super::tree::answer;

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:15px/1.5 ui-sans-serif,system-ui,sans-serif;max-width:110ch;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}
.picture{overflow:auto;border:1px solid #8884;border-radius:8px}
details,.leaf{margin-left:1.1rem;border-left:1px solid #8884;padding-left:.7rem}
summary{cursor:pointer}.facts{color:#777}.label{color:#777;font-style:italic}
.fine>.sign{color:#2e7d32}.warned>.sign{color:#b28704}.broken>.sign{color:#c62828}.unknown>.sign{color:#888}
.sign{font-weight:700;display:inline-block;width:1.1em}
.fault{margin:.2rem 0 .2rem 1.4rem}.error{color:#c62828}.warning{color:#b28704}
pre{background:#8881;padding:.6rem;border-radius:6px;overflow:auto;white-space:pre-wrap}
input{font:inherit;padding:.3rem .6rem;width:20rem;max-width:100%}
.hidden{display:none}
";

const SCRIPT: &str = "
const find=document.getElementById('find');
find.addEventListener('input',()=>{const q=find.value.toLowerCase();
for(const e of document.querySelectorAll('#roads details,#roads .leaf')){
const hit=e.textContent.toLowerCase().includes(q);e.classList.toggle('hidden',!hit);
if(q&&hit&&e.tagName==='DETAILS')e.open=true}});
for(const b of document.querySelectorAll('button'))b.addEventListener('click',()=>{
navigator.clipboard.writeText(b.nextElementSibling.textContent);b.textContent='copied'});
";

pub(super) fn render(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    let answer = escaped(&answer(trace));
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><title>neg-doctor trace</title>\n\
         <style>{STYLE}</style></head><body>\n<h1>{answer}</h1>\n<div class=\"picture\">"
    )?;
    out.write_all(svg::render(trace).as_bytes())?;
    writeln!(
        out,
        "</div>\n<h2>Roads</h2>\n<input id=\"find\" type=\"search\" placeholder=\"search\" \
         aria-label=\"search\">\n<div id=\"roads\">"
    )?;
    let mut drawn = vec![false; trace.hops.len()];
    for start in &trace.starts {
        hop(trace, *start, "", &mut drawn, out)?;
    }
    writeln!(out, "</div>")?;
    mends(trace, out)?;
    writeln!(out, "<script>{SCRIPT}</script></body></html>")
}

fn hop(
    trace: &Trace,
    place: usize,
    label: &str,
    drawn: &mut [bool],
    out: &mut impl Write,
) -> io::Result<()> {
    let Some((hop_here, seen)) = trace.hops.get(place).zip(drawn.get_mut(place)) else {
        return Ok(());
    };
    let again = std::mem::replace(seen, true);
    let head = head(hop_here, label);
    let class = class(hop_here);
    if again || hop_here.next.is_empty() {
        let again = if again && !hop_here.next.is_empty() {
            " <span class=\"facts\">as above</span>"
        } else {
            ""
        };
        writeln!(out, "<div class=\"leaf {class}\">{head}{again}")?;
        faults(hop_here, out)?;
        return writeln!(out, "</div>");
    }
    // What is fine down to the Pods starts folded at the NEG.
    let open = if hop_here.kind == "NEG" && hop_here.state == State::Fine {
        ""
    } else {
        " open"
    };
    writeln!(
        out,
        "<details{open} class=\"{class}\"><summary class=\"{class}\">{head}</summary>"
    )?;
    faults(hop_here, out)?;
    for edge in &hop_here.next {
        hop(trace, edge.to, &edge.label, drawn, out)?;
    }
    writeln!(out, "</details>")
}

fn class(hop: &Hop) -> &'static str {
    match hop.state {
        State::Fine => "fine",
        State::Warned => "warned",
        State::Broken => "broken",
        State::Unknown => "unknown",
    }
}

fn head(hop: &Hop, label: &str) -> String {
    let sign = match hop.state {
        State::Fine => "✓",
        State::Warned => "!",
        State::Broken => "✗",
        State::Unknown => "?",
    };
    let label = match label {
        "" => String::new(),
        label => format!("<span class=\"label\">{}</span> ", escaped(label)),
    };
    format!(
        "<span class=\"sign\">{sign}</span>{label}{} <b>{}</b> <span class=\"facts\">{}</span>",
        hop.kind,
        escaped(&hop.name),
        escaped(&hop.facts.join(", "))
    )
}

fn faults(hop: &Hop, out: &mut impl Write) -> io::Result<()> {
    for fault in &hop.findings {
        writeln!(
            out,
            "<div class=\"fault {}\">{} {}</div>",
            fault.severity,
            fault.id,
            escaped(&fault.message)
        )?;
    }
    Ok(())
}

fn mends(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    let faults = trace.hops.iter().flat_map(|hop| &hop.findings);
    let with = faults.filter(|fault| !fault.commands.is_empty());
    let mut told: Vec<&Vec<Vec<String>>> = Vec::new();
    for fault in with {
        if told.contains(&&fault.commands) {
            continue;
        }
        if told.is_empty() {
            writeln!(out, "<h2>What mends it</h2>")?;
        }
        told.push(&fault.commands);
        let commands: Vec<String> = fault.commands.iter().map(|it| shell(it)).collect();
        writeln!(
            out,
            "<p>{} {} <button>copy</button><pre>{}</pre></p>",
            fault.id,
            escaped(&fault.message),
            escaped(&commands.join("\n"))
        )?;
    }
    Ok(())
}
