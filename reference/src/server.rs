//! The endpoint behind a socket.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use crate::dispatch::Reference;

/// The largest request body that is read, in bytes.
pub const MAX_BODY: usize = 8 * 1024 * 1024;
/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take to send the body of a request.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);
/// How long open connections may take to finish once a stop was asked for.
const GRACE: Duration = Duration::from_secs(5);
/// How long to wait after the system refused to accept a connection (out of descriptors, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves the endpoint on `listener` until `shutdown` resolves, then lets open requests finish.
///
/// # Errors
/// The listener has no local address: it is not usable at all. Failures of single connections
/// end those connections only.
pub async fn serve(
    listener: TcpListener,
    reference: Arc<Reference>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder.http2().timer(TokioTimer::new());
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(_) => {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are small: waiting to fill a segment would only delay them.
        let _ = stream.set_nodelay(true);
        let reference = Arc::clone(&reference);
        let service = service_fn(move |request| {
            let reference = Arc::clone(&reference);
            async move { Ok::<_, std::convert::Infallible>(answer(&reference, request).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks its connection is that client's affair.
            let _ = watched.await;
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

type Body = BoxBody<Bytes, std::convert::Infallible>;

async fn answer(reference: &Reference, request: Request<Incoming>) -> Response<Body> {
    let arrival = reference.arrive();
    let (head, body) = request.into_parts();
    let announced = head
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_BODY as u64) {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let collected = Limited::new(body, MAX_BODY).collect();
    match tokio::time::timeout(BODY_TIMEOUT, collected).await {
        Err(_) => refusal(StatusCode::REQUEST_TIMEOUT),
        Ok(Err(error)) if error.is::<LengthLimitError>() => refusal(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => refusal(StatusCode::BAD_REQUEST),
        Ok(Ok(body)) => {
            if let Some(hold) = reference.hold() {
                tokio::time::sleep(hold).await;
            }
            let response = reference.handle_since(arrival, Request::from_parts(head, body.to_bytes()));
            if let Some(delay) = reference.delay() {
                tokio::time::sleep(delay).await;
            }
            response.map(|body| {
                if reference.chunked() { Unannounced(Some(body)).boxed() } else { Full::new(body).boxed() }
            })
        }
    }
}

/// A body whose length is not announced, so that it is sent in chunks.
struct Unannounced(Option<Bytes>);

impl hyper::body::Body for Unannounced {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let body = self.0.take().filter(|body| !body.is_empty());
        Poll::Ready(body.map(|body| Ok(Frame::data(body))))
    }
}

/// A response to what never became a request.
fn refusal(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::new()).boxed());
    *response.status_mut() = status;
    response
}
