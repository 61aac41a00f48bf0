//! Where the boxes of a picture stand: a column for each kind of hop, from the fronts on the left to
//! the Pods on the right; each hop beside what it leads to, in a band that nothing else enters.

use std::collections::BTreeMap;

use super::rows::{Row, rows};
use super::words::{clean, cut};
use crate::trace::Trace;

/// The width of a box.
pub(super) const WIDTH: usize = 258;
/// Around everything.
pub(super) const MARGIN: usize = 24;
/// Under and over a box's text.
const PADDING: usize = 9;
/// Between boxes one below the other.
const GAP: usize = 16;
/// Between columns, without labels.
const AISLE: usize = 64;
/// Between two ways into one box.
const SLOT: usize = 20;
/// So many letters of a label are shown.
const LABEL: usize = 34;
/// The width of a letter of a label, at most.
const LETTER: usize = 7;

/// The kinds that have a column, in the order of the road.
const ORDER: &[&[&str]] = &[
    &["forwarding rule"],
    &["target proxy", "target pool", "target"],
    &["URL map"],
    &["backend service", "backend bucket"],
    &["NEG", "instance group", "Service"],
];

/// The box of a hop.
pub(super) struct Card {
    pub(super) place: usize,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) height: usize,
    pub(super) rows: Vec<Row>,
}

/// All ways from one box to another.
pub(super) struct Way {
    pub(super) from: usize,
    pub(super) to: usize,
    /// What is written on it.
    pub(super) label: String,
    /// What it says in full.
    pub(super) told: String,
    /// Whether no request goes any of them.
    pub(super) closed: bool,
    /// Where it ends.
    pub(super) y: usize,
}

/// A picture's plan.
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Where columns begin, and the kind in them.
    pub(super) columns: Vec<(usize, String)>,
    /// By the places of the hops; `None` for what stands beside.
    pub(super) cards: Vec<Option<Card>>,
    pub(super) ways: Vec<Way>,
}

/// The roads as a tree: every hop below the first that leads to it.
#[derive(Default, Clone)]
struct Knot {
    column: Option<usize>,
    parent: Option<usize>,
    children: Vec<usize>,
    /// Others of its column that lead to what it leads to; they share its band.
    mates: Vec<usize>,
    /// Whose mate it is.
    leader: Option<usize>,
    /// How high its band is.
    extent: usize,
}

struct Plan<'t> {
    trace: &'t Trace,
    knots: Vec<Knot>,
    cards: Vec<Option<Card>>,
}

/// Plans a picture, whose first box stands below `top`.
pub(super) fn layout(trace: &Trace, top: usize) -> Layout {
    let mut plan = Plan {
        trace,
        knots: vec![Knot::default(); trace.hops.len()],
        cards: Vec::new(),
    };
    let mut roots = Vec::new();
    for start in &trace.starts {
        if plan.knots.get(*start).is_some_and(|it| it.column.is_none()) {
            plan.grow(*start, 0);
            if plan.knot(*start).leader.is_none() {
                roots.push(*start);
            }
        }
    }
    let mut ways = ways(trace);
    plan.write(&ways);
    let mut bottom = top;
    for root in roots {
        plan.measure(root);
        plan.place(root, bottom);
        bottom += plan.knot(root).extent;
    }
    let (columns, width) = plan.spread(&ways);
    enter(&mut ways, &plan.cards);
    Layout {
        width,
        height: bottom + MARGIN,
        columns,
        cards: plan.cards,
        ways,
    }
}

impl Plan<'_> {
    fn knot(&self, place: usize) -> Knot {
        self.knots.get(place).cloned().unwrap_or_default()
    }

    fn change(&mut self, place: usize, change: impl FnOnce(&mut Knot)) {
        if let Some(knot) = self.knots.get_mut(place) {
            change(knot);
        }
    }

    /// Takes a hop and what it leads to into the tree.
    fn grow(&mut self, place: usize, least: usize) {
        let Some(hop) = self.trace.hop(place) else {
            return;
        };
        let own = ORDER.iter().position(|kinds| kinds.contains(&hop.kind));
        let own = own.unwrap_or(if hop.is_end() { ORDER.len() } else { 0 });
        let column = own.max(least);
        self.change(place, |knot| knot.column = Some(column));
        for edge in &hop.next {
            let free = self
                .knots
                .get(edge.to)
                .is_some_and(|it| it.column.is_none());
            if free {
                self.change(edge.to, |knot| knot.parent = Some(place));
                self.grow(edge.to, column + 1);
                if self.knot(edge.to).leader.is_none() {
                    self.change(place, |knot| knot.children.push(edge.to));
                }
            }
        }
        // What leads only to what others led to before stands with them.
        let first = hop.next.first().map(|edge| self.knot(edge.to));
        let leader = first.and_then(|first| match first.leader {
            Some(leader) => self.knot(leader).parent,
            None => first.parent,
        });
        let leader = leader.map(|it| self.knot(it).leader.unwrap_or(it));
        let leader = leader.filter(|it| *it != place && self.knot(*it).column == Some(column));
        if let Some(leader) = leader.filter(|_| self.knot(place).children.is_empty()) {
            self.change(leader, |knot| knot.mates.push(place));
            self.change(place, |knot| knot.leader = Some(leader));
        }
    }

    /// Writes the boxes, as high as their text and the ways into them need.
    fn write(&mut self, ways: &[Way]) {
        let mut into = vec![0; self.knots.len()];
        for way in ways {
            if let Some(into) = into.get_mut(way.to) {
                *into += 1;
            }
        }
        let hops = self.trace.hops.iter().zip(&self.knots).zip(into);
        let card = |(place, ((hop, knot), into)): (usize, ((&_, &Knot), usize))| {
            knot.column?;
            let rows = rows(self.trace, hop);
            let text: usize = rows.iter().map(|row| row.height).sum();
            Some(Card {
                place,
                x: 0,
                y: 0,
                height: (text + 2 * PADDING).max((into + 1) * SLOT),
                rows,
            })
        };
        self.cards = hops.enumerate().map(card).collect();
    }

    fn height(&self, place: usize) -> usize {
        let card = self.cards.get(place).and_then(Option::as_ref);
        card.map_or(0, |card| card.height + GAP)
    }

    fn unit(&self, place: usize) -> Vec<usize> {
        let mut unit = vec![place];
        unit.extend(self.knot(place).mates);
        unit
    }

    fn measure(&mut self, place: usize) -> usize {
        let children = self.knot(place).children;
        let below: usize = children.iter().map(|child| self.measure(*child)).sum();
        let own: usize = self.unit(place).iter().map(|it| self.height(*it)).sum();
        self.change(place, |knot| knot.extent = own.max(below));
        own.max(below)
    }

    /// Centres a hop and its mates in their band, and what they lead to beside them.
    fn place(&mut self, place: usize, top: usize) {
        let Knot {
            extent, children, ..
        } = self.knot(place);
        let unit = self.unit(place);
        let own: usize = unit.iter().map(|it| self.height(*it)).sum();
        let mut y = top + (extent - own) / 2;
        for it in unit {
            let height = self.height(it);
            if let Some(card) = self.cards.get_mut(it).and_then(Option::as_mut) {
                card.y = y;
            }
            y += height;
        }
        let below: usize = children.iter().map(|it| self.knot(*it).extent).sum();
        let mut y = top + (extent - below) / 2;
        for child in children {
            self.place(child, y);
            y += self.knot(child).extent;
        }
    }

    /// Gives every column in use its place, with room for the labels before it; then the width.
    fn spread(&mut self, ways: &[Way]) -> (Vec<(usize, String)>, usize) {
        let mut columns: BTreeMap<usize, (usize, String)> = BTreeMap::new();
        for (knot, hop) in self.knots.iter().zip(&self.trace.hops) {
            if let Some(column) = knot.column {
                let name = || (0, hop.kinds());
                columns.entry(column).or_insert_with(name);
            }
        }
        for way in ways {
            let into = self.knot(way.to).column;
            if let Some((room, _)) = into.and_then(|it| columns.get_mut(&it)) {
                let wide = textwrap::core::display_width(&way.label) * LETTER;
                *room = (*room).max(wide);
            }
        }
        let mut x = MARGIN;
        for (index, (room, _)) in columns.values_mut().enumerate() {
            x += if index == 0 { 0 } else { AISLE + *room };
            *room = x;
            x += WIDTH;
        }
        for (card, knot) in self.cards.iter_mut().zip(&self.knots) {
            let column = knot.column.and_then(|it| columns.get(&it));
            if let Some((card, (x, _))) = card.as_mut().zip(column) {
                card.x = *x;
            }
        }
        (columns.into_values().collect(), x + MARGIN)
    }
}

/// All ways, each pair of boxes once.
fn ways(trace: &Trace) -> Vec<Way> {
    let mut all = Vec::new();
    for (from, hop) in trace.hops.iter().enumerate() {
        let mut labels: BTreeMap<usize, (Vec<String>, bool)> = BTreeMap::new();
        for edge in &hop.next {
            let (labels, closed) = labels.entry(edge.to).or_insert_with(|| (Vec::new(), true));
            labels.push(clean(&edge.label));
            *closed &= edge.closed;
        }
        for (to, (labels, closed)) in labels {
            let first = labels.first().map_or("", String::as_str);
            let label = match labels.len() {
                0 | 1 => cut(first, LABEL),
                count => format!("{} + {} more", cut(first, LABEL - 9), count - 1),
            };
            all.push(Way {
                from,
                to,
                label,
                told: labels.join("\n"),
                closed,
                y: 0,
            });
        }
    }
    all
}

/// Spreads the ways into a box over its side, in the order in which they come.
fn enter(ways: &mut [Way], cards: &[Option<Card>]) {
    let card = |place: usize| cards.get(place).and_then(Option::as_ref);
    let top = |place: usize| card(place).map_or(0, |card| card.y);
    let mut order: Vec<&mut Way> = ways.iter_mut().collect();
    order.sort_by_key(|way| (way.to, top(way.from), way.from));
    for ways in order.chunk_by_mut(|a, b| a.to == b.to) {
        let count = ways.len();
        for (index, way) in ways.iter_mut().enumerate() {
            if let Some(card) = card(way.to) {
                way.y = card.y + card.height / 2 + index * SLOT - (count - 1) * SLOT / 2;
            }
        }
    }
}
