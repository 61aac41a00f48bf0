//! Clusters of one's own on which examples are shown one after the other.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::cluster::{Cluster, User};
use super::examples::{Case, Moved, Snapshot};
use super::kubeconfig::{Context, kubeconfig};
use super::loader::Loaded;
use super::observed::name_of;
use super::tool::{Ran, neg_doctor, plugin, printed_role, resource_of, role_of, single_rights};

pub(crate) struct Stage {
    /// As many as the examples so far have shown at once.
    seats: Vec<Seat>,
}

struct Seat {
    cluster: Cluster,
    /// Users by the resources that they may not list.
    users: HashMap<Vec<String>, User>,
}

/// An example that is in the clusters.
pub(crate) struct Show {
    moved: Moved,
    pub(crate) config: PathBuf,
    contexts: Vec<String>,
    /// `-A`, or the namespaces that are read.
    extent: Vec<String>,
    loaded: Vec<Loaded>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self {
            seats: vec![Seat::new()],
        }
    }

    /// The cluster that every example uses.
    pub(crate) fn cluster(&self) -> &Cluster {
        &self.seats[0].cluster
    }

    /// Puts an example into clusters; in the server's words where one takes it not.
    pub(crate) fn show(&mut self, case: &Case) -> Result<Show, String> {
        let moved = catch_unwind(|| case.moved()).map_err(|_| "no YAML of objects")?;
        for (snapshot, objects) in case.snapshots.iter().zip(&moved.objects) {
            snapshot.can_be_asked_for()?;
            has_no_variants(objects)?;
        }
        while self.seats.len() < case.snapshots.len() {
            self.seats.push(Seat::new());
        }
        let contexts: Vec<_> = case.snapshots.iter().map(Snapshot::context).collect();
        let namespaces = case.snapshots.iter().flat_map(Snapshot::namespaces);
        let mut extent: Vec<_> = namespaces.flat_map(|it| ["-n".to_owned(), it]).collect();
        if extent.is_empty() {
            extent.push("-A".to_owned());
        }
        let config = self.config(case, &contexts);
        let mut loaded = Vec::new();
        for (seat, objects) in self.seats.iter().zip(&moved.objects) {
            match load(&seat.cluster, objects) {
                Ok(objects) => loaded.push(objects),
                Err(words) => {
                    self.unload(&loaded);
                    return Err(words);
                }
            }
        }
        Ok(Show {
            moved,
            config,
            contexts,
            extent,
            loaded,
        })
    }

    /// The kubeconfig of those who may not read what the example did not.
    fn config(&mut self, case: &Case, names: &[String]) -> PathBuf {
        let seats = self.seats.iter_mut().zip(&case.snapshots);
        let users: Vec<_> = seats
            .map(|(seat, snapshot)| seat.user_without(&snapshot.unread()))
            .collect();
        let headers: Vec<_> = case.snapshots.iter().map(Snapshot::header).collect();
        let context = |number: usize| Context {
            name: &names[number],
            namespace: headers[number]["namespace"].as_str(),
            ..self.seats[number].cluster.context(&users[number])
        };
        kubeconfig(&(0..names.len()).map(context).collect::<Vec<_>>())
    }

    fn unload(&self, loaded: &[Loaded]) {
        for (seat, loaded) in self.seats.iter().zip(loaded) {
            seat.cluster.unload(loaded);
        }
    }

    pub(crate) fn clear(&self, show: &Show) {
        self.unload(&show.loaded);
    }

    /// See [`Cluster::let_time_pass`].
    pub(crate) fn let_time_pass(&self, show: &Show) {
        for (seat, loaded) in self.seats.iter().zip(&show.loaded) {
            seat.cluster.let_time_pass(loaded);
        }
    }
}

/// No cluster holds an object twice.
fn has_no_variants(objects: &[Value]) -> Result<(), String> {
    let mut names: Vec<_> = objects.iter().map(name_of).collect();
    names.sort();
    match names.windows(2).find(|names| names[0] == names[1]) {
        Some(twice) => Err(format!("variants of {}", twice[0])),
        None => Ok(()),
    }
}

fn load(cluster: &Cluster, objects: &[Value]) -> Result<Loaded, String> {
    let load = || cluster.load_objects(objects.to_vec());
    catch_unwind(AssertUnwindSafe(load)).map_err(|panic| {
        // What went in before the server refused.
        let part = Loaded {
            objects: objects.to_vec(),
            lost: Vec::new(),
        };
        catch_unwind(AssertUnwindSafe(|| cluster.unload(&part))).ok();
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    })
}

impl Seat {
    fn new() -> Self {
        let cluster = Cluster::start().unwrap();
        let users = HashMap::from([(Vec::new(), cluster.admin())]);
        Self { cluster, users }
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

impl Show {
    /// `neg-doctor check` of the clusters, with the manifests of the example on top.
    pub(crate) fn live(&self) -> Command {
        self.of_clusters(neg_doctor(&self.config))
    }

    /// The same as kubectl's plugin.
    pub(crate) fn through_kubectl(&self, stage: &Stage) -> Command {
        self.of_clusters(plugin(stage.cluster(), &self.config))
    }

    fn of_clusters(&self, mut command: Command) -> Command {
        command.arg("check").args(&self.extent);
        for context in &self.contexts {
            command.args(["--context", context]);
        }
        self.with_manifests(command)
    }

    fn with_manifests(&self, mut command: Command) -> Command {
        command
            .args(["--format", "json"])
            .args(&self.moved.manifests)
            .current_dir(self.moved.folder.path());
        command
    }

    /// `neg-doctor check` of the example as files.
    pub(crate) fn as_files(&self) -> Command {
        let mut command = neg_doctor(&self.config);
        command.arg("check").args(&self.moved.snapshots);
        self.with_manifests(command)
    }

    /// `neg-doctor check` of what `neg-doctor collect` has written of the clusters, where no cluster
    /// is to be had.
    pub(crate) fn collected(&self, suffix: &str) -> Command {
        let mut command = neg_doctor(&self.config);
        command.env("KUBECONFIG", "none").arg("check");
        for context in &self.contexts {
            let name = format!("collected-{context}{suffix}");
            let mut collect = neg_doctor(&self.config);
            collect
                .args(["collect", "--context", context, "-o", &name])
                .args(&self.extent)
                .current_dir(self.moved.folder.path());
            let collected = Ran::of(&mut collect);
            assert!([0, 2].contains(&collected.code), "{collected:?}");
            command.arg(name);
        }
        self.with_manifests(command)
    }
}
