//! stub
use super::Decoded;
pub(super) fn of(_d: &Decoded) -> Option<String> {
    None
}
