//! The embedded endpoint: a small implementation in memory of Amazon Rekognition's
//! project policies (with the projects that they hang on) and AWS X-Ray's resource policies.
//!
//! [`Reference::handle`] answers one HTTP request without any I/O; [`server`] puts it behind a
//! socket. A [`Fault`] breaks exactly one documented rule, a [`Variant`] reads an open question
//! of the documents in another way that they allow; both are switched on by name in [`Config`].
//!
//! ```
//! use aws_conformance_reference::{Config, Reference};
//!
//! let reference = Reference::new(Config::default()).expect("no fault or variant is named");
//! let request = http::Request::post("/ListResourcePolicies")
//!     .body(bytes::Bytes::from_static(b"{}"))
//!     .expect("the request is well-formed");
//! assert_eq!(reference.handle(request).status(), 200);
//! ```

mod code;
mod config;
mod constraints;
mod dispatch;
mod documents;
mod faults;
mod forced;
mod grammar;
mod identifier;
mod names;
mod policy;
mod protocol;
mod refusal;
mod rekognition;
mod responses;
mod scope;
pub mod server;
mod service;
mod signature;
mod state;
mod switches;
#[cfg(test)]
mod transcript;
mod validation;
mod variants;
mod xray;

pub use config::{Clock, Config, UnknownName};
pub use dispatch::{Arrival, Reference};
pub use faults::{Fault, Level, faults};
pub use service::{Operation, Service};
pub use variants::{Variant, variants};
