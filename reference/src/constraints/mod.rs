//! What a request's members must look like: the table, written by hand from the documents.

mod member;
mod pattern;
mod table;

pub(crate) use member::{Kind, Member, Shape};
pub(crate) use pattern::{Pattern, Strictness};
pub(crate) use table::members;
