//! Directories that are to be rendered before they are manifests: `--render` does it, and without it
//! the run says what it did not look at.

use std::collections::HashSet;
use std::sync::Arc;

use clap::Args;

use crate::build::{self, Build, Rendered, Tool};
use crate::report::Unread;
use crate::source::rendered;
use crate::text::Source;

/// Whether and how directories are rendered.
#[derive(Debug, Args)]
#[group(id = "rendering")]
pub(super) struct Options {
    /// Check what kustomize or helm make of the directories that are kustomizations or charts; runs
    /// `kustomize build` (or `kubectl kustomize`) and `helm template`
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    render: bool,
    /// With --render: values for charts, as helm takes them (repeatable)
    #[arg(long, value_name = "FILE", requires = "render")]
    values: Vec<String>,
}

impl Options {
    /// Puts what was rendered in the place of the files that it was rendered from.
    pub(super) fn render(
        &self,
        sources: &mut Vec<Arc<Source>>,
        unread: &mut Vec<Unread>,
        max_bytes: u64,
    ) -> Vec<Rendered> {
        let builds = build::builds(sources);
        if !self.render {
            unread.extend(not_rendered(&builds));
            return Vec::new();
        }
        let all = std::mem::take(sources);
        let mut done = Vec::new();
        for build in builds {
            match rendered::render(&build, &self.values) {
                Ok(source) => done.push(Rendered {
                    source,
                    files: rendered::behind(&build, &all, max_bytes),
                }),
                Err(reason) => unread.push(Unread {
                    origin: build.directory,
                    reason: format!("not rendered: {reason}"),
                    place: None,
                    fails: true,
                }),
            }
        }
        let used: HashSet<&str> = done
            .iter()
            .flat_map(|it| &it.files)
            .map(|it| it.origin.as_str())
            .collect();
        let others = all.iter().filter(|it| !used.contains(it.origin.as_str()));
        sources.extend(others.cloned());
        sources.extend(done.iter().map(|it| Arc::clone(&it.source)));
        done
    }
}

/// What the files alone do not show.
fn not_rendered(builds: &[Build]) -> Vec<Unread> {
    let mut told: Vec<Unread> = Vec::new();
    let lacking = |it: &&Build| !it.missing.is_empty();
    for build in builds.iter().filter(lacking) {
        let missing = build.missing.join(", ");
        let reason = format!("builds on {missing}, which was not read: {}", how(build));
        told.push(unread(build, reason));
    }
    for tool in [Tool::Kustomize, Tool::Helm] {
        let mut whole = builds.iter().filter(|it| it.tool == tool && !lacking(it));
        let Some(first) = whole.next() else { continue };
        let others = match whole.count() {
            0 => String::new(),
            1 => ", nor of 1 other".to_owned(),
            count => format!(", nor of {count} others"),
        };
        let reason = format!("what it renders to was not checked{others}: {}", how(first));
        told.push(unread(first, reason));
    }
    told
}

fn how(build: &Build) -> String {
    let command = match build.tool {
        Tool::Kustomize => "kustomize build",
        Tool::Helm => "helm template",
    };
    let directory = &build.directory;
    format!("{command} {directory} | neg-doctor check -, or neg-doctor check --render {directory}")
}

fn unread(build: &Build, reason: String) -> Unread {
    Unread {
        origin: build.file().to_owned(),
        reason,
        place: None,
        fails: false,
    }
}
