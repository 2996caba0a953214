//! Blocks that are worked through together: all that any of their channels has.
//!
//! A channel's coefficient needs its total over all geos, and slopes by its total need its slope by coefficient. Channel by channel
//! the effects of one lie in the processor's cache from one pass to the next, where those of thousands of series would not.

use super::block::{Block, Role};

/// Blocks and channels that need no others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// Indices of blocks, rising.
    pub blocks: Vec<usize>,
    /// Indices of channels, rising.
    pub channels: Vec<usize>,
}

/// The runs of `blocks` over so many channels, each block and each channel in one of them.
#[must_use]
pub fn runs(blocks: &[Block], channels: usize) -> Vec<Run> {
    let of =
        |b: &Block| -> Vec<usize> { b.lanes.iter().filter(|l| l.role != Role::Padding).map(|l| l.channel).collect() };
    // channels of one run bear the number of its first
    let mut number: Vec<usize> = (0..channels).collect();
    for block in blocks {
        let own = of(block);
        let Some(least) = own.iter().map(|&c| number[c]).min() else { continue };
        let joined: Vec<usize> = own.iter().map(|&c| number[c]).collect();
        number.iter_mut().filter(|n| joined.contains(n)).for_each(|n| *n = least);
    }
    let mut out = vec![Run::default(); channels];
    number.iter().enumerate().for_each(|(c, &n)| out[n].channels.push(c));
    for (b, block) in blocks.iter().enumerate() {
        if let Some(&c) = of(block).first() {
            out[number[c]].blocks.push(b);
        }
    }
    out.retain(|run| !run.channels.is_empty());
    out
}
