//! Fixed- and mixed-width instruction sets.
