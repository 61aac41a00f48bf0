//! Against a real kube-apiserver and etcd: `NEGDOC_REAL=1 cargo test --test real`. Without the
//! variable every test says that it was skipped. Needs etcd and Go on PATH; the API server is
//! built from `tests/apiserver/` when it is missing, helm from `tests/helm/`, which takes minutes the
//! first time.
#![cfg(test)]

mod real {
    pub(crate) mod certificates;
    pub(crate) mod cluster;
    pub(crate) mod etcd;
    pub(crate) mod http;
    pub(crate) mod kubeconfig;
    pub(crate) mod loader;
    pub(crate) mod observed;
    pub(crate) mod proxy;
    pub(crate) mod tools;

    // The product, on what the harness gives.
    pub(crate) mod crowd;
    pub(crate) mod examples;
    pub(crate) mod quiet;
    pub(crate) mod stage;
    pub(crate) mod tool;

    mod advice;
    mod charts;
    mod collect;
    mod faults;
    mod ingress_form;
    mod kubectl;
    mod overlay;
    mod permissions;
    mod rendered;
    mod rules;
    mod scale;

    // The harness itself, held to what the other tests rely on.
    mod harness_cluster;
    mod harness_loader;
    mod harness_proxy;
}
