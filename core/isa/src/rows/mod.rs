//! Reading `.isa` text: what both dialects share. Used by the build script (as a module) and, with feature `rows`, by tests and tools.
