//! The places of an array's elements while some of them move and others come.

/// The elements of the older array that stay in it, and what has been put behind which of them. Each question costs the
/// logarithm of the length, where a list would be moved about as a whole.
#[derive(Debug)]
pub(super) struct Order {
    /// A Fenwick tree: how many elements stand in each slot. Slot 0 is the front; the slot behind it that of element 0.
    sums: Vec<usize>,
}

impl Order {
    /// The elements that are `kept`, in their order.
    pub(super) fn new(kept: &[bool]) -> Self {
        let mut order = Self { sums: vec![0; kept.len() + 2] };
        for index in (0..kept.len()).filter(|index| kept[*index]) {
            order.add(index + 1, 1);
        }
        order
    }

    /// The place of an element that has not moved.
    pub(super) fn place(&self, element: usize) -> usize {
        self.before(element + 1)
    }

    /// The place behind an element that does not move, and behind all that was put there; None: at the front.
    pub(super) fn behind(&self, element: Option<usize>) -> usize {
        self.before(element.map_or(1, |element| element + 2))
    }

    /// Takes an element away.
    pub(super) fn take(&mut self, element: usize) {
        self.add(element + 1, -1);
    }

    /// Puts something at [`Order::behind`].
    pub(super) fn put(&mut self, behind: Option<usize>) {
        self.add(behind.map_or(0, |element| element + 1), 1);
    }

    fn add(&mut self, slot: usize, count: isize) {
        let mut at = slot + 1;
        while at < self.sums.len() {
            self.sums[at] = self.sums[at].wrapping_add_signed(count);
            at += at & at.wrapping_neg();
        }
    }

    /// How many stand in the slots before this one.
    fn before(&self, slot: usize) -> usize {
        let (mut at, mut sum) = (slot, 0);
        while at > 0 {
            sum += self.sums[at];
            at -= at & at.wrapping_neg();
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_what_moves() {
        // a b c d, of which b is gone; c moves to the front, then something comes behind a.
        let mut order = Order::new(&[true, false, true, true]);
        assert_eq!([order.place(0), order.place(2), order.place(3)], [0, 1, 2]);
        assert_eq!([order.behind(None), order.behind(Some(0)), order.behind(Some(3))], [0, 1, 3]);
        order.take(2);
        order.put(None);
        assert_eq!([order.place(0), order.place(3), order.behind(None)], [1, 2, 1]);
        order.put(Some(0));
        assert_eq!([order.behind(Some(0)), order.place(3)], [3, 3]);
    }
}
