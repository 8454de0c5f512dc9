//! What a session sends by: the target as it sees it, and the run's connector.

use super::place::Place;
use super::target::Target;
use super::transport::budget::Purpose;
use super::transport::connector::{Connector, Outgoing, Resend};
use super::transport::sdk::read_with_sdk;
use crate::exchange::{Exchange, Payload, Request};
use crate::service::Resource;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::{Arg, Body, Call, Wire};
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

impl Client {
    pub(super) fn new(target: &Target, connector: Connector) -> Self {
        Self { target: target.clone(), connector, endless: 0 }
    }

    /// The whole of the region that requests are signed for.
    pub(super) fn place(&self, resource: &'static Resource) -> Place {
        Place::region(resource, &self.target.region)
    }

    /// Sends a request of the session's own, a read, a lease or a removal; again where that may help, since
    /// none of them does harm when it is carried out twice.
    pub(super) async fn own(
        &self,
        label: &str,
        place: &Place,
        operation: &str,
        input: Value,
        purpose: Purpose,
    ) -> Exchange {
        let (body, region) = (Payload::of(input), place.region.as_str());
        let call = Call::new(place.resource.service, operation, Arg::Object(Vec::new())).labelled(label);
        let resend = Resend::Harmless;
        self.exchange(Outgoing { call: &call, region, body, purpose, resend, by_sdk: false }, true).await
    }

    /// Sends a call of a plan with this body, signed for a region.
    pub(super) async fn call(&self, call: &Call, body: Payload, region: &str, well_formed: bool) -> Exchange {
        let is_input = matches!(call.body, Body::Input(_)) && body.json().is_some_and(Value::is_object);
        let outgoing = Outgoing {
            call,
            region,
            body,
            purpose: Purpose::Judging,
            resend: if breaks_protocol(call) { Resend::Broken } else { Resend::NotCarriedOut },
            by_sdk: call.wire.is_well_formed() && is_input,
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
