//! From kubeconfigs, or from inside a Pod, to the server and the user that a request means.

use std::env;
use std::path::PathBuf;

use http::HeaderValue;
use http::header::USER_AGENT;
use kube::Config;
use kube::config::{ExecConfig, KubeConfigOptions, Kubeconfig};

use super::super::patience::causes;
use super::proxy;
use super::{ClusterError, Request};

/// Where a request goes.
pub(super) struct Target {
    /// The context's name.
    pub(super) name: String,
    /// The namespace that the context names.
    pub(super) namespace: String,
    /// Server and user; credentials that a plugin gives are not in it yet.
    pub(super) config: Config,
    /// The plugin that gives credentials.
    pub(super) plugin: Option<ExecConfig>,
}

/// How the client names itself.
const AGENT: &str = concat!("neg-doctor/", env!("CARGO_PKG_VERSION"));

/// Finds out where a request goes.
pub(super) fn target(request: &Request) -> Result<Target, ClusterError> {
    let (name, mut config) = match kubeconfig(request)? {
        Found::Kubeconfig(kubeconfig) => of_context(*kubeconfig, request)?,
        Found::Nothing { looked } => match Config::incluster() {
            Ok(config) if request.context.is_none() => ("in-cluster".to_owned(), config),
            _ => return Err(ClusterError::NoKubeconfig { looked }),
        },
    };
    if let Some(user) = &request.user {
        config.auth_info.impersonate = Some(user.clone());
        config.auth_info.impersonate_groups = None;
    }
    if !request.groups.is_empty() {
        config.auth_info.impersonate_groups = Some(request.groups.clone());
    }
    config
        .headers
        .push((USER_AGENT, HeaderValue::from_static(AGENT)));
    // Which fault is worth another try is decided here.
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT);
    config.read_timeout = Some(SILENCE);
    config.reset_reader_on_write = true;
    Ok(Target {
        name,
        namespace: config.default_namespace.clone(),
        plugin: config.auth_info.exec.take(),
        config,
    })
}

/// How long a connection may take to come about.
const CONNECT: std::time::Duration = std::time::Duration::from_secs(10);

/// How long a server may say nothing in the middle of an exchange.
const SILENCE: std::time::Duration = std::time::Duration::from_secs(20);

enum Found {
    Kubeconfig(Box<Kubeconfig>),
    Nothing { looked: String },
}

/// Reads the kubeconfigs, and joins them as `kubectl` does; files of `KUBECONFIG` may be missing.
fn kubeconfig(request: &Request) -> Result<Found, ClusterError> {
    let read = |path: &PathBuf| {
        let unreadable = |error| ClusterError::Kubeconfig(causes(&error));
        Kubeconfig::read_from(path).map_err(unreadable)
    };
    if let Some(path) = &request.kubeconfig {
        return Ok(Found::Kubeconfig(Box::new(read(path)?)));
    }
    let stated = env::var_os("KUBECONFIG").filter(|value| !value.is_empty());
    let paths: Vec<PathBuf> = match &stated {
        Some(value) => env::split_paths(value)
            .filter(|path| !path.as_os_str().is_empty())
            .collect(),
        None => env::home_dir()
            .map(|home| home.join(".kube").join("config"))
            .into_iter()
            .collect(),
    };
    let mut found: Option<Kubeconfig> = None;
    for path in paths.iter().filter(|path| path.exists()) {
        let next = read(path)?;
        let before = found.take().unwrap_or_default();
        let joined = before
            .merge(next)
            .map_err(|error| ClusterError::Kubeconfig(causes(&error)))?;
        found = Some(joined);
    }
    Ok(match found {
        Some(kubeconfig) => Found::Kubeconfig(Box::new(kubeconfig)),
        None => Found::Nothing {
            looked: paths
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
                .join(", "),
        },
    })
}

fn of_context(kubeconfig: Kubeconfig, request: &Request) -> Result<(String, Config), ClusterError> {
    let known: Vec<String> = kubeconfig
        .contexts
        .iter()
        .map(|context| context.name.clone())
        .collect();
    let named = request
        .context
        .clone()
        .or_else(|| kubeconfig.current_context.clone());
    let Some(name) = named.filter(|name| !name.is_empty()) else {
        return Err(ClusterError::NoCurrentContext { known });
    };
    if !known.contains(&name) {
        return Err(ClusterError::NoContext { name, known });
    }
    let stated = states_proxy(&kubeconfig, &name);
    let options = KubeConfigOptions {
        context: Some(name.clone()),
        ..KubeConfigOptions::default()
    };
    // The loader is asynchronous in name only: it never waits.
    let loading = Config::from_custom_kubeconfig(kubeconfig, &options);
    let loaded = futures_util::FutureExt::now_or_never(loading);
    match loaded {
        Some(Ok(mut config)) => {
            // The loader holds NO_PROXY against the proxy instead of the server.
            if !stated {
                config.proxy_url = proxy::from_environment(&config.cluster_url);
            }
            Ok((name, config))
        }
        Some(Err(error)) => Err(ClusterError::Setup {
            context: name,
            reason: causes(&error),
        }),
        None => Err(ClusterError::Setup {
            context: name,
            reason: "it takes too long".to_owned(),
        }),
    }
}

/// True where the kubeconfig itself names the proxy of a context's cluster.
fn states_proxy(kubeconfig: &Kubeconfig, name: &str) -> bool {
    let context = kubeconfig
        .contexts
        .iter()
        .find(|context| context.name == name);
    let cluster = context.and_then(|named| Some(&named.context.as_ref()?.cluster));
    let mut clusters = kubeconfig.clusters.iter();
    let proxy = cluster
        .and_then(|name| clusters.find(|cluster| cluster.name == *name))
        .and_then(|named| named.cluster.as_ref()?.proxy_url.as_ref());
    proxy.is_some_and(|proxy| !proxy.is_empty())
}
