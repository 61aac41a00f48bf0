//! Ranges of addresses, IPv4 and IPv6: which are left when others are taken away.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};

/// Addresses of one family from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpRange {
    v6: bool,
    first: u128,
    last: u128,
}

impl IpRange {
    /// All IPv4 addresses.
    pub const ALL_V4: Self = Self {
        v6: false,
        first: 0,
        last: u32::MAX as u128,
    };

    /// All IPv6 addresses.
    pub const ALL_V6: Self = Self {
        v6: true,
        first: 0,
        last: u128::MAX,
    };

    /// The range of a CIDR such as `35.191.0.0/16`, or of a single address; `None` for other text.
    pub fn new(cidr: &str) -> Option<Self> {
        let net: IpNet = match cidr.parse::<IpAddr>() {
            Ok(address) => address.into(),
            Err(_) => cidr.parse().ok()?,
        };
        Some(Self {
            v6: matches!(net, IpNet::V6(_)),
            first: number(net.network()),
            last: number(net.broadcast()),
        })
    }

    /// True for addresses of IPv6.
    pub fn is_v6(self) -> bool {
        self.v6
    }

    /// The addresses that are in both.
    #[must_use]
    pub fn within(self, other: Self) -> Option<Self> {
        let first = self.first.max(other.first);
        let last = self.last.min(other.last);
        let both = self.v6 == other.v6 && first <= last;
        both.then_some(Self {
            first,
            last,
            ..self
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
        let Some(both) = self.within(other) else {
            return [Some(self), None].into_iter().flatten();
        };
        let below = (self.first < both.first).then(|| Self {
            last: both.first - 1,
            ..self
        });
        let above = (both.last < self.last).then(|| Self {
            first: both.last + 1,
            ..self
        });
        [below, above].into_iter().flatten()
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// As CIDRs, joined by commas.
impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nets: Vec<String> = if self.v6 {
            let (first, last) = (Ipv6Addr::from(self.first), Ipv6Addr::from(self.last));
            let nets = Ipv6Subnets::new(first, last, 0);
            nets.map(|net| net.to_string()).collect()
        } else {
            let address = |number| Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX));
            let nets = Ipv4Subnets::new(address(self.first), address(self.last), 0);
            nets.map(|net| net.to_string()).collect()
        };
        f.write_str(&nets.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::IpRange;

    fn range(cidr: &str) -> IpRange {
        IpRange::new(cidr).unwrap()
    }

    #[test]
    fn host_bits_do_not_matter() {
        assert_eq!(range("35.191.7.1/16"), range("35.191.0.0/16"));
        assert_eq!(range("1.2.3.4/0"), IpRange::ALL_V4);
        assert_eq!(range("::/0"), IpRange::ALL_V6);
        assert_eq!(range("169.254.169.254"), range("169.254.169.254/32"));
        for text in ["35.191.0.0/33", "2600:2d00::/129", "", "a/b"] {
            assert_eq!(IpRange::new(text), None, "{text}");
        }
    }

    #[test]
    fn halves_cover_the_whole() {
        let whole = range("35.191.0.0/16");
        let (low, high) = (range("35.191.0.0/17"), range("35.191.128.0/17"));
        assert_eq!(whole.without(&[low]), [high]);
        assert_eq!(whole.without(&[high, low]), []);
        assert_eq!(whole.without(&[IpRange::ALL_V4]), []);
        assert_eq!(whole.without(&[range("10.0.0.0/8")]), [whole]);
    }

    #[test]
    fn families_do_not_touch() {
        let (v4, v6) = (range("0.0.0.0/24"), range("::/120"));
        assert_eq!(v4.without(&[v6]), [v4]);
        assert_eq!(v6.within(v4), None);
    }

    #[test]
    fn a_hole_leaves_both_sides() {
        let left = range("10.0.0.0/30").without(&[range("10.0.0.1/32")]);
        assert_eq!(left.len(), 2);
        assert_eq!(left[0], range("10.0.0.0/32"));
        assert_eq!(left[1], range("10.0.0.2/31"));
        let text: Vec<String> = left.iter().map(ToString::to_string).collect();
        assert_eq!(text, ["10.0.0.0/32", "10.0.0.2/31"]);
    }

    #[test]
    fn the_ends_of_the_address_space_are_no_trouble() {
        assert_eq!(range("255.255.255.255/32").without(&[IpRange::ALL_V4]), []);
        assert_eq!(
            IpRange::ALL_V4.without(&[range("0.0.0.0/1")]),
            [range("128.0.0.0/1")]
        );
        assert_eq!(
            IpRange::ALL_V6.without(&[range("::/1")]),
            [range("8000::/1")]
        );
        assert_eq!(IpRange::ALL_V6.to_string(), "::/0");
        assert_eq!(IpRange::ALL_V4.to_string(), "0.0.0.0/0");
    }
}
