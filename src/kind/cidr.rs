//! IPv4 ranges: which addresses are left when others are taken away.

use std::net::Ipv4Addr;

/// Addresses from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ipv4Range {
    first: u32,
    last: u32,
}

impl Ipv4Range {
    /// All addresses.
    pub const ALL: Self = Self {
        first: 0,
        last: u32::MAX,
    };

    /// The range of a CIDR such as `35.191.0.0/16`; `None` for IPv6 and for other text.
    pub fn new(cidr: &str) -> Option<Self> {
        let (address, length) = cidr.split_once('/')?;
        let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
        let length = length.parse::<u32>().ok().filter(|length| *length <= 32)?;
        let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
        Some(Self {
            first: address & !hosts,
            last: address | hosts,
        })
    }

    /// What is left of it without the others.
    pub fn without(self, others: &[Self]) -> Vec<Self> {
        let mut left = vec![self];
        for other in others {
            left = left
                .into_iter()
                .flat_map(|range| range.minus(*other))
                .collect();
        }
        left
    }

    fn minus(self, other: Self) -> impl Iterator<Item = Self> {
        if other.last < self.first || self.last < other.first {
            return [Some(self), None].into_iter().flatten();
        }
        let below = (self.first < other.first).then(|| Self {
            first: self.first,
            last: other.first - 1,
        });
        let above = (other.last < self.last).then(|| Self {
            first: other.last + 1,
            last: self.last,
        });
        [below, above].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::Ipv4Range;

    fn range(cidr: &str) -> Ipv4Range {
        Ipv4Range::new(cidr).unwrap()
    }

    #[test]
    fn host_bits_do_not_matter() {
        assert_eq!(range("35.191.7.1/16"), range("35.191.0.0/16"));
        assert_eq!(range("1.2.3.4/0"), Ipv4Range::ALL);
        for text in ["35.191.0.0", "35.191.0.0/33", "2600:2d00::/32", "", "a/b"] {
            assert_eq!(Ipv4Range::new(text), None, "{text}");
        }
    }

    #[test]
    fn halves_cover_the_whole() {
        let whole = range("35.191.0.0/16");
        let (low, high) = (range("35.191.0.0/17"), range("35.191.128.0/17"));
        assert_eq!(whole.without(&[low]), [high]);
        assert_eq!(whole.without(&[high, low]), []);
        assert_eq!(whole.without(&[Ipv4Range::ALL]), []);
        assert_eq!(whole.without(&[range("10.0.0.0/8")]), [whole]);
    }

    #[test]
    fn a_hole_leaves_both_sides() {
        let left = range("10.0.0.0/30").without(&[range("10.0.0.1/32")]);
        assert_eq!(left.len(), 2);
        assert_eq!(left[0], range("10.0.0.0/32"));
        assert_eq!(left[1], range("10.0.0.2/31"));
    }

    #[test]
    fn the_ends_of_the_address_space_are_no_trouble() {
        assert_eq!(range("255.255.255.255/32").without(&[Ipv4Range::ALL]), []);
        assert_eq!(
            Ipv4Range::ALL.without(&[range("0.0.0.0/1")]),
            [range("128.0.0.0/1")]
        );
    }
}
