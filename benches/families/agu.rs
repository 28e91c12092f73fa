//! Family g: 10 000 talks in 60 rooms of distinct capacity. The rules of the placement family on a week's grid of short
//! talks: 108 million pairs of a talk and a place.

use super::{Shape, dice::Dice, grid, placement};
use slotwise::Event;

const fn shape(talks: usize, rooms: usize, times: usize) -> Shape {
    Shape { talks, rooms, times, themes: talks.div_ceil(50) }
}

pub(super) const SMALLEST: Shape = shape(60, 5, 14);
pub(super) const SHAPES: [Shape; 3] = [shape(2000, 30, 72), shape(5000, 45, 120), shape(10_000, 60, 180)];

pub(super) fn event(shape: &Shape, dice: &mut Dice) -> Event {
    placement::placed(shape, dice, &grid::Day { slots: 36, from: 8 * 60, minutes: 15, pause: 0 })
}
