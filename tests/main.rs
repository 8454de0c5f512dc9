//! The tests of the whole: one binary, a module for each thing that it shows.

mod architecture;
mod catalogue;
mod clients;
mod emulator;
mod hostile;
mod matrix;
mod process;
mod recipes;
mod release;
mod safety;
mod sandbox;
mod shapes;
mod shards;
mod support;
