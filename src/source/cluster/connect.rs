//! The client of one cluster, with credentials that can be renewed once.

use std::sync::{Mutex, PoisonError};

use kube::Client;
use tokio::time::{Instant, timeout_at};

use super::super::patience::causes;
use super::ClusterError;
use super::config::Target;
use super::plugin;

/// The client, and how to make it anew.
pub(super) struct Connection<'t> {
    target: &'t Target,
    deadline: Instant,
    current: Mutex<Session>,
    renewing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Session {
    client: Client,
    /// How often the credentials were renewed.
    renewed: u32,
}

impl<'t> Connection<'t> {
    pub(super) async fn new(target: &'t Target, deadline: Instant) -> Result<Self, ClusterError> {
        let client = client(target, deadline).await?;
        Ok(Self {
            target,
            deadline,
            current: Mutex::new(Session { client, renewed: 0 }),
            renewing: tokio::sync::Mutex::new(()),
        })
    }

    /// The client, and how often its credentials have been renewed.
    pub(super) fn client(&self) -> (Client, u32) {
        let session = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        (session.client.clone(), session.renewed)
    }

    /// Asks for new credentials after the server refused those that were renewed so often. Many
    /// requests may be refused at once; only the first of them asks.
    pub(super) async fn renew(&self, refused: u32) -> Result<(), ClusterError> {
        let _turn = self.renewing.lock().await;
        if self.client().1 > refused {
            return Ok(());
        }
        let client = client(self.target, self.deadline).await?;
        let renewed = refused + 1;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Session { client, renewed };
        Ok(())
    }
}

async fn client(target: &Target, deadline: Instant) -> Result<Client, ClusterError> {
    let mut config = target.config.clone();
    if let Some(plugin) = &target.plugin {
        let asked = timeout_at(deadline, plugin::ask(plugin, &mut config.auth_info)).await;
        asked.unwrap_or_else(|_| {
            Err(ClusterError::PluginFailed {
                command: plugin.command.clone().unwrap_or_default(),
                reason: "it does not end within --timeout".to_owned(),
            })
        })?;
    }
    Client::try_from(config).map_err(|error| ClusterError::Setup {
        context: target.name.clone(),
        reason: causes(&error),
    })
}
