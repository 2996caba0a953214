//! Reports end to end: several models over one set of journeys.
