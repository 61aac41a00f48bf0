//! A cluster of one's own on which examples are shown one after the other.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;

use super::cluster::{Cluster, User};
use super::examples::{Case, Moved};
use super::kubeconfig::{Context, kubeconfig};
use super::loader::Loaded;
use super::observed::{name_of, text_of};
use super::tool::{Ran, neg_doctor, plugin, printed_role, resource_of, role_of, single_rights};

pub(crate) struct Stage {
    pub(crate) cluster: Cluster,
    /// Users by the resources that they may not list.
    users: HashMap<Vec<String>, User>,
}

/// An example that is in the cluster.
pub(crate) struct Show<'c> {
    pub(crate) moved: Moved<'c>,
    pub(crate) config: PathBuf,
    context: String,
    loaded: Loaded,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let cluster = Cluster::start().unwrap();
        let users = HashMap::from([(Vec::new(), cluster.admin())]);
        Self { cluster, users }
    }

    /// Puts an example into the cluster; in the server's words where it takes it not.
    pub(crate) fn show<'c>(&mut self, case: &'c Case) -> Result<Show<'c>, String> {
        case.can_be_asked_for()?;
        let user = self.user_without(&case.unread());
        let (header, context) = (case.header(), case.context());
        let namespace = text_of(&header, "/namespace");
        let config = kubeconfig(&[Context {
            name: &context,
            namespace: Some(namespace).filter(|name| !name.is_empty()),
            ..self.cluster.context(&user)
        }]);
        let moved = catch_unwind(|| case.moved()).map_err(|_| "no YAML of objects")?;
        let mut names: Vec<_> = moved.objects.iter().map(name_of).collect();
        names.sort();
        if let Some(twice) = names.windows(2).find(|names| names[0] == names[1]) {
            return Err(format!("variants of {}", twice[0]));
        }
        let load = || self.cluster.load_objects(moved.objects.clone());
        match catch_unwind(AssertUnwindSafe(load)) {
            Ok(loaded) => Ok(Show {
                moved,
                config,
                context,
                loaded,
            }),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                // What went in before the server refused.
                let objects = moved.objects.clone();
                let part = Loaded {
                    objects,
                    lost: Vec::new(),
                };
                catch_unwind(AssertUnwindSafe(|| self.cluster.unload(&part))).ok();
                Err(text)
            }
        }
    }

    pub(crate) fn clear(&self, show: &Show<'_>) {
        self.cluster.unload(&show.loaded);
    }

    /// See [`Cluster::let_time_pass`].
    pub(crate) fn let_time_pass(&self, show: &Show<'_>) {
        self.cluster.let_time_pass(&show.loaded);
    }

    fn user_without(&mut self, resources: &[String]) -> User {
        if let Some(known) = self.users.get(resources) {
            return known.clone();
        }
        let user = self.cluster.plain_user();
        let mut rights = single_rights(&printed_role());
        rights.retain(|right| !resources.contains(&resource_of(right)));
        self.cluster.allow(&user, &role_of(&rights), None);
        self.users.insert(resources.to_vec(), user.clone());
        user
    }
}

impl Show<'_> {
    /// `neg-doctor check` of the cluster, with the manifests of the example on top.
    pub(crate) fn live(&self) -> Command {
        let mut command = neg_doctor(&self.config);
        self.check(&mut command);
        command
    }

    /// The same as kubectl's plugin.
    pub(crate) fn through_kubectl(&self, stage: &Stage) -> Command {
        let mut command = plugin(&stage.cluster, &self.config);
        self.check(&mut command);
        command
    }

    fn check(&self, command: &mut Command) {
        command
            .args(["check", "-A", "--format", "json", "--context"])
            .arg(&self.context)
            .args(self.moved.manifests())
            .current_dir(self.moved.folder.path());
    }

    /// `neg-doctor check` of what `neg-doctor collect` has written of the cluster, where no cluster
    /// is to be had.
    pub(crate) fn collected(&self, name: &str) -> Command {
        let folder = self.moved.folder.path();
        let mut collect = neg_doctor(&self.config);
        collect.args(["collect", "-A", "-o", name, "--context"]);
        let collected = Ran::of(collect.arg(&self.context).current_dir(folder));
        assert!([0, 2].contains(&collected.code), "{collected:?}");
        let mut command = neg_doctor(&self.config);
        command
            .env("KUBECONFIG", "none")
            .args(["check", "--format", "json", name])
            .args(self.moved.manifests())
            .current_dir(folder);
        command
    }

    /// `neg-doctor check` of the example as files.
    pub(crate) fn as_files(&self) -> Command {
        let mut command = neg_doctor(&self.config);
        command
            .args(["check", "--format", "json"])
            .arg(self.moved.snapshot().file_name().unwrap())
            .args(self.moved.manifests())
            .current_dir(self.moved.folder.path());
        command
    }
}
