//! The HTTP server: reads requests, injects faults and writes responses. It hands accepted websocket connections over.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::handler::RequestHandler;
use super::messages::{HttpRequest, HttpResponse};
use super::websocket::{self, Slot};
use crate::mock::fault::Fault;

/// Maximum size of a request body, in bytes. The largest request of the exchange, a full batch, is much smaller.
const MAX_BODY_SIZE: usize = 256 * 1024;

/// Maximum time in which a body must arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Accepts connections until the future is dropped. Dropping it closes every connection.
pub(in crate::mock) async fn serve(listener: TcpListener, handler: Arc<RequestHandler>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(stream, Arc::clone(&handler)));
            }
            // For example, too many files are open. Some may be closed after a wait.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve_connection(stream: TcpStream, handler: Arc<RequestHandler>) {
    // Responses are small and written at once: waiting to fill a packet only adds latency.
    let _ = stream.set_nodelay(true);
    let slot = Slot::default();
    let service = service_fn(|request| respond(request, Arc::clone(&handler), Arc::clone(&slot)));
    // The client sees a broken connection; the server has nothing to report.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    websocket::serve(&slot).await;
}

async fn respond(
    request: Request<Incoming>,
    handler: Arc<RequestHandler>,
    slot: Slot,
) -> io::Result<Response<ResponseBody>> {
    if websocket::is_handshake(&request) {
        return Ok(match websocket::accept(request, &handler, &slot) {
            Ok(headers) => {
                websocket::switching_protocols(headers, ResponseBody::whole(String::new()))
            }
            Err(refusal) => to_hyper(refusal),
        });
    }
    let fault = handler.state().faults.pop_front();
    if let Some(Fault::Respond {
        status,
        headers,
        body,
    }) = fault
    {
        return Ok(to_hyper(HttpResponse {
            status,
            headers,
            body,
        }));
    }
    if fault == Some(Fault::DropRequest) {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    let response = match read(request).await {
        (request, Ok(())) => handler.respond(&request),
        (request, Err(status)) => handler.reject_unreadable(&request, status),
    };
    match fault {
        Some(Fault::Disconnect) => return Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
        Some(Fault::CutBody { at }) => {
            return Ok(to_hyper(response).map(|body| body.cut(at)));
        }
        Some(Fault::Respond { .. } | Fault::DropRequest) | None => {}
    }
    Ok(to_hyper(response))
}

/// Reads a request. When the body cannot be read, returns the status with which to reject the request.
async fn read(request: Request<Incoming>) -> (HttpRequest, Result<(), u16>) {
    let (head, body) = request.into_parts();
    let is_form = head.headers.get(CONTENT_TYPE).is_none_or(|content_type| {
        let form = b"application/x-www-form-urlencoded";
        let start = content_type.as_bytes().get(..form.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(form))
    });
    let body = tokio::time::timeout(BODY_TIMEOUT, collect(body))
        .await
        .unwrap_or(Err(408));
    let api_key = head.headers.get("x-mbx-apikey");
    let method = head.method.as_str();
    let (form, result) = match body {
        // A GET request has parameters only in its query.
        Ok(body) if is_form && method != "GET" => (body, Ok(())),
        other => (Vec::new(), other.map(|_| ())),
    };
    let request = HttpRequest {
        form,
        method: method.to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().as_bytes().to_vec(),
        api_key: api_key.map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned()),
    };
    (request, result)
}

/// Reads the whole body, or returns the status with which to reject the request.
async fn collect(mut body: Incoming) -> Result<Vec<u8>, u16> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| 400_u16)?;
        let data = frame.data_ref().map_or(&[][..], |data| data);
        if bytes.len() + data.len() > MAX_BODY_SIZE {
            return Err(413);
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes)
}

fn to_hyper(from: HttpResponse) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::whole(from.body));
    *response.status_mut() =
        StatusCode::from_u16(from.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &from.headers {
        let header = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        );
        if let (Ok(name), Ok(value)) = header {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// A body that is sent whole, or cut after some bytes.
struct ResponseBody {
    bytes: Option<Bytes>,
    content_length: usize,
    missing: usize,
    flushed: bool,
}

impl ResponseBody {
    fn whole(body: String) -> Self {
        Self {
            content_length: body.len(),
            bytes: (!body.is_empty()).then(|| body.into()),
            missing: 0,
            flushed: false,
        }
    }

    /// Cuts the body after some bytes, at the latest before its last byte.
    fn cut(mut self, at: usize) -> Self {
        let kept = at.min(self.content_length.saturating_sub(1));
        self.missing = self.content_length - kept;
        if let Some(bytes) = &mut self.bytes {
            bytes.truncate(kept);
        }
        self
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.bytes.take() {
            self.content_length = self.missing;
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.missing == 0 {
            return Poll::Ready(None);
        }
        if !self.flushed {
            // The bytes so far are written to the socket while the body is pending.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.missing == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.content_length).unwrap_or(u64::MAX))
    }
}
