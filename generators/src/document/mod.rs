//! Policy documents as labelled texts, in groups by how strictly an endpoint may be judged.
//!
//! | group | what an endpoint does with it |
//! |---|---|
//! | [`plain`], [`sized`] | accepts it |
//! | [`round_trip`] | shows it as it was put, if it accepts it |
//! | [`without_values`] | should show it as it was put, if it accepts it |
//! | [`unparsable`], [`truncated`] | refuses it as malformed |
//! | [`lenient_json`] | should refuse it as malformed |
//! | [`byte_order_mark`] | either |
//! | [`not_a_policy`] | refuses it |
//! | [`forbidden_elements`] | should refuse it |
//! | [`valid_examples`], [`fine_grammar`] | either: the documents do not go that deep |

mod base;
mod broken;
mod elements;
mod groups;
mod labelled;
mod lengths;
mod rekognition;
mod round_trip;
mod shapes;
#[cfg(test)]
mod tests;
mod xray;

pub use broken::{byte_order_mark, lenient_json, not_json, truncated, unparsable};
pub use groups::{fine_grammar, forbidden_elements, not_a_policy, numbered, plain, same_sid, valid_examples};
pub use labelled::Document;
pub use lengths::{Filling, shortest, sized, with_value};
pub(crate) use lengths::{object, of_length, partitions, strange};
pub use round_trip::{round_trip, without_values};
pub use shapes::{valid, valid_plain};
pub use xray::lockouts;
