//! What a session sends by: the target as it sees it, and the run's connector.

use super::place::Place;
use super::target::Target;
use super::transport::budget::Purpose;
use super::transport::connector::{Connector, Outgoing, Resend};
use super::transport::sdk::read_with_sdk;
use crate::exchange::{Exchange, Payload, Request};
use crate::service::Resource;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::{Arg, Call, Service, Wire};
use bytes::Bytes;
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// The target as a session sees it, and the way there.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) target: Target,
    pub(super) connector: Connector,
    /// How many listings had no end so far.
    pub(super) endless: u32,
}

/// A request that the session makes for itself: a read, a lease, a removal.
#[derive(Debug)]
pub(super) struct Own<'a> {
    pub(super) label: &'a str,
    pub(super) service: Service,
    pub(super) operation: &'a str,
    pub(super) region: &'a str,
    pub(super) input: Value,
    pub(super) purpose: Purpose,
}

/// A call of a plan, ready to be sent.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) body: Payload,
    /// Whether the body is the JSON text of an input and nothing else.
    pub(super) is_input: bool,
    pub(super) region: String,
}

impl Client {
    pub(super) fn new(target: &Target, connector: Connector) -> Self {
        Self { target: target.clone(), connector, endless: 0 }
    }

    /// The whole of the region that requests are signed for.
    pub(super) fn place(&self, resource: &'static Resource) -> Place {
        Place::region(resource, &self.target.region)
    }

    /// Sends a request of the session's own; again where that may help, since none of them does harm when
    /// it is carried out twice.
    pub(super) async fn own(&self, own: Own<'_>) -> Exchange {
        let Own { label, service, operation, region, input, purpose } = own;
        let body = Payload::of(Bytes::from(input.to_string()), input);
        let call = Call::new(service, operation, Arg::Object(Vec::new())).labelled(label);
        let resend = Resend::Harmless;
        self.exchange(Outgoing { call: &call, region, body, purpose, resend, by_sdk: false }, true).await
    }

    /// Sends a call of a plan.
    pub(super) async fn call(&self, call: &Call, prepared: Prepared, well_formed: bool) -> Exchange {
        let Prepared { body, is_input, region } = prepared;
        let outgoing = Outgoing {
            call,
            region: &region,
            purpose: Purpose::Judging,
            resend: if breaks_protocol(call) { Resend::Broken } else { Resend::NotCarriedOut },
            by_sdk: call.wire.is_well_formed() && is_input && body.json().is_some_and(Value::is_object),
            body,
        };
        self.exchange(outgoing, well_formed).await
    }

    async fn exchange(&self, outgoing: Outgoing<'_>, well_formed: bool) -> Exchange {
        let sent_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
        let sent = self.connector.call(&outgoing).await;
        let Outgoing { call, region, body, .. } = outgoing;
        let off_protocol = breaks_protocol(call) || model(call.service).operation(&call.operation).is_none();
        // What does not name the operation in the protocol's way is not answered for it.
        let response = sent.reply.as_ref().ok().filter(|_| !off_protocol);
        let typed = response.and_then(|response| read_with_sdk(call.service, &call.operation, response));
        Exchange {
            label: call.label.clone(),
            request: Request {
                service: call.service,
                operation: call.operation.clone(),
                region: region.to_owned(),
                method: sent.method,
                path: sent.path,
                body,
                cut: 0,
            },
            reply: sent.reply,
            typed,
            sent_at,
            well_formed,
            off_protocol,
            resent: sent.resent,
        }
    }
}

/// Whether a call is not sent in the protocol's way.
fn breaks_protocol(call: &Call) -> bool {
    !Wire { elsewhere: false, ..call.wire.clone() }.is_well_formed()
}
