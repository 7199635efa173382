//! HTTP: what arrives from the network becomes a call, and a reply goes back.

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

use super::fault::Fault;
use super::venue::{Call, Reply, Venue};

/// The largest body that is read. The exchange's largest request, a full batch, is far below it.
const LARGEST_BODY: usize = 256 * 1024;

/// How long a body may take to arrive.
const SLOWEST_BODY: Duration = Duration::from_secs(10);

/// Serves until it is dropped, and every connection with it.
pub(super) async fn serve(listener: TcpListener, venue: Arc<Venue>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(&venue)));
            }
            // As when there are too many open files: others may be closed by then.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, venue: Arc<Venue>) {
    // An answer is written at once, and smaller than a packet more often than not.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, Arc::clone(&venue)));
    // What breaks a connection is the client's to see.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(request: Request<Incoming>, venue: Arc<Venue>) -> io::Result<Response<Answer>> {
    let fault = venue.ledger().faults.pop_front();
    if let Some(Fault::Respond {
        status,
        headers,
        body,
    }) = fault
    {
        return Ok(response(Reply {
            status,
            headers,
            body,
        }));
    }
    if fault == Some(Fault::DropRequest) {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    let reply = match read(request).await {
        (call, Ok(())) => venue.answer(&call),
        (call, Err(status)) => venue.unreadable(&call, status),
    };
    match fault {
        Some(Fault::Disconnect) => return Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
        Some(Fault::CutBody { at }) => {
            return Ok(response(reply).map(|answer| answer.cut(at)));
        }
        Some(Fault::Respond { .. } | Fault::DropRequest) | None => {}
    }
    Ok(response(reply))
}

/// Reads a request, as far as it can be read; else the status that refuses it.
async fn read(request: Request<Incoming>) -> (Call, Result<(), u16>) {
    let (head, body) = request.into_parts();
    let is_form = head.headers.get(CONTENT_TYPE).is_none_or(|kind| {
        let form = b"application/x-www-form-urlencoded";
        let kind = kind.as_bytes().get(..form.len());
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(form))
    });
    let body = tokio::time::timeout(SLOWEST_BODY, collect(body))
        .await
        .unwrap_or(Err(408));
    let key = head.headers.get("x-mbx-apikey");
    let method = head.method.as_str();
    let (form, read) = match body {
        // Parameters of a GET stand in the query alone.
        Ok(body) if is_form && method != "GET" => (body, Ok(())),
        other => (Vec::new(), other.map(|_| ())),
    };
    let call = Call {
        form,
        method: method.to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().as_bytes().to_vec(),
        key: key.map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned()),
    };
    (call, read)
}

/// The whole body, or the status that refuses it.
async fn collect(mut body: Incoming) -> Result<Vec<u8>, u16> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| 400_u16)?;
        let data = frame.data_ref().map_or(&[][..], |data| data);
        if bytes.len() + data.len() > LARGEST_BODY {
            return Err(413);
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes)
}

fn response(reply: Reply) -> Response<Answer> {
    let mut response = Response::new(Answer::whole(reply.body));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &reply.headers {
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

/// A body, or as much of it as arrives.
struct Answer {
    bytes: Option<Bytes>,
    promised: usize,
    missing: usize,
    flushed: bool,
}

impl Answer {
    fn whole(body: String) -> Self {
        Self {
            promised: body.len(),
            bytes: (!body.is_empty()).then(|| body.into()),
            missing: 0,
            flushed: false,
        }
    }

    /// The same with its end missing, and at least its last byte.
    fn cut(mut self, at: usize) -> Self {
        let kept = at.min(self.promised.saturating_sub(1));
        self.missing = self.promised - kept;
        if let Some(bytes) = &mut self.bytes {
            bytes.truncate(kept);
        }
        self
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.bytes.take() {
            self.promised = self.missing;
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.missing == 0 {
            return Poll::Ready(None);
        }
        if !self.flushed {
            // What has been handed over goes out while nothing more is ready.
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
        SizeHint::with_exact(u64::try_from(self.promised).unwrap_or(u64::MAX))
    }
}
