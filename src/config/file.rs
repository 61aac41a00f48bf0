//! The configuration file as serde reads it, before anything is held against anything.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::FailOn;
use crate::report::adjust::Level;

type Text = Spanned<String>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct File {
    pub(super) fail_on: Option<FailOn>,
    pub(super) select: Vec<Text>,
    pub(super) ignore: Vec<Text>,
    pub(super) exclude: Vec<Text>,
    pub(super) whole: bool,
    pub(super) adds_claim: Option<bool>,
    pub(super) rules: BTreeMap<Text, Level>,
    #[serde(rename = "override")]
    pub(super) overrides: Vec<Override>,
    #[serde(rename = "cluster")]
    pub(super) clusters: Vec<Cluster>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Override {
    pub(super) paths: Spanned<Vec<Text>>,
    #[serde(default)]
    pub(super) ignore: Vec<Text>,
    #[serde(default)]
    pub(super) rules: BTreeMap<Text, Level>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Cluster {
    pub(super) name: Text,
    pub(super) project: Option<String>,
    pub(super) location: Option<String>,
    #[serde(default)]
    pub(super) zones: Vec<Text>,
    pub(super) version: Option<Text>,
    pub(super) cluster_uid: Option<String>,
    pub(super) kube_system_uid: Option<String>,
    pub(super) adds_claim: Option<bool>,
    pub(super) additional_subnets: Option<bool>,
    pub(super) namespace: Option<String>,
    pub(super) whole: Option<bool>,
    pub(super) paths: Option<Spanned<Vec<Text>>>,
}
