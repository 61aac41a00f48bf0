//! Which proxy of the environment leads to a server, as `kubectl` finds it: `HTTPS_PROXY` may lack
//! its scheme, `NO_PROXY` speaks of the server, and nothing comes between this machine and itself.

use std::env;
use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

/// The proxy for a server.
pub(super) fn from_environment(server: &Uri) -> Option<Uri> {
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    if host == "localhost" || is_loopback {
        return None;
    }
    Matcher::from_env().intercept(server)?;
    let names = match server.scheme_str() {
        Some("https") => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let stated = names
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|stated| !stated.is_empty()))?;
    parsed(&stated)
}

fn parsed(stated: &str) -> Option<Uri> {
    if stated.contains("://") {
        return stated.parse().ok();
    }
    format!("http://{stated}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_may_be_missing() {
        for (stated, expected) in [
            ("localhost:8888", "http://localhost:8888/"),
            ("http://ann:pw@proxy:3128", "http://ann:pw@proxy:3128/"),
            ("socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080/"),
        ] {
            assert_eq!(parsed(stated).unwrap().to_string(), expected);
        }
        assert!(from_environment(&"https://127.0.0.1:6443".parse().unwrap()).is_none());
    }
}
