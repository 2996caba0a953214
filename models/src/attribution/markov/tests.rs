//! Markov credit against an independent calculation and its properties over random path tables.
