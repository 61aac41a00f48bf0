//! HTTP/1.1 as far as an API server and these tests speak it: whole messages in, whole messages out.

use std::io::{self, BufRead, BufReader, Error, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use serde_json::Value;

/// How long a peer may be silent before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A request or a reply: its first line, its headers with lower-case names, its body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    pub(crate) start: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn request(method: &str, target: &str) -> Self {
        Self {
            start: format!("{method} {target} HTTP/1.1"),
            ..Self::default()
        }
    }

    pub(crate) fn reply(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            start: format!("HTTP/1.1 {status} -"),
            headers: vec![("content-type".to_owned(), media_type.to_owned())],
            body: body.into(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// The second word of the first line: a request's target, a reply's status.
    fn second(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    /// Path and query of a request.
    pub(crate) fn target(&self) -> (&str, &str) {
        self.second().split_once('?').unwrap_or((self.second(), ""))
    }

    pub(crate) fn status(&self) -> u16 {
        self.second().parse().unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// Reads a message; `None` where the peer has closed the connection before it.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut message = Self::default();
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        line.trim_end().clone_into(&mut message.start);
        loop {
            line.clear();
            if from.read_line(&mut line)? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            let header = (name.to_ascii_lowercase(), value.trim().to_owned());
            message.headers.push(header);
        }
        message.read_body(from)?;
        message
            .headers
            .retain(|(name, _)| !["content-length", "transfer-encoding"].contains(&name.as_str()));
        Ok(Some(message))
    }

    fn read_body(&mut self, from: &mut impl BufRead) -> io::Result<()> {
        if self.header("transfer-encoding") == Some("chunked") {
            loop {
                let mut line = String::new();
                from.read_line(&mut line)?;
                let length = usize::from_str_radix(line.trim(), 16)
                    .map_err(|_| Error::from(ErrorKind::UnexpectedEof))?;
                let old = self.body.len();
                self.body.resize(old + length, 0);
                from.read_exact(&mut self.body[old..])?;
                from.read_line(&mut line)?;
                if length == 0 {
                    return Ok(());
                }
            }
        }
        let length = self.header("content-length").unwrap_or("0");
        self.body.resize(length.parse().map_err(Error::other)?, 0);
        from.read_exact(&mut self.body)
    }

    /// The bytes on the wire, for a body of so many bytes.
    pub(crate) fn head(&self, length: usize) -> String {
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        format!(
            "{}\r\n{headers}content-length: {length}\r\n\r\n",
            self.start
        )
    }

    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let head = self.head(self.body.len());
        to.write_all(&[head.as_bytes(), &self.body].concat())?;
        to.flush()
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// A client with one connection, which it opens when needed and keeps.
pub(crate) struct Client {
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    /// The Authorization header of requests that bring none.
    authorization: Option<String>,
    connection: Option<BufReader<Box<dyn Stream>>>,
}

impl Client {
    /// Over TLS where a configuration is given, and with a token where one is.
    pub(crate) fn new(
        address: SocketAddr,
        tls: Option<Arc<ClientConfig>>,
        token: Option<&str>,
    ) -> Self {
        Self {
            address,
            tls,
            authorization: token.map(|token| format!("Bearer {token}")),
            connection: None,
        }
    }

    /// The same client without its connection.
    pub(crate) fn fresh(&self) -> Self {
        Self {
            address: self.address,
            tls: self.tls.clone(),
            authorization: self.authorization.clone(),
            connection: None,
        }
    }

    fn connect(&self) -> io::Result<BufReader<Box<dyn Stream>>> {
        let tcp = TcpStream::connect(self.address)?;
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(tcp),
            Some(config) => {
                let name = ServerName::from(self.address.ip());
                let tls = ClientConnection::new(Arc::clone(config), name).map_err(Error::other)?;
                Box::new(StreamOwned::new(tls, tcp))
            }
        };
        Ok(BufReader::new(stream))
    }

    /// Sends a request and reads its reply.
    pub(crate) fn send(&mut self, mut request: Message) -> io::Result<Message> {
        request
            .headers
            .push(("host".to_owned(), self.address.to_string()));
        if let (None, Some(authorization)) = (request.header("authorization"), &self.authorization)
        {
            request = request.with("authorization", authorization.as_str());
        }
        // Taken, so that a connection on which something failed is not used again.
        let mut connection = self.connection.take().map_or_else(|| self.connect(), Ok)?;
        request.write(connection.get_mut())?;
        let reply = Message::read(&mut connection)?;
        let reply = reply.ok_or_else(|| Error::from(ErrorKind::ConnectionAborted))?;
        if reply.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        Ok(reply)
    }

    pub(crate) fn get(&mut self, target: &str) -> io::Result<Message> {
        self.send(Message::request("GET", target))
    }

    /// Sends an object, or what stands for one (`null` for none).
    pub(crate) fn call(&mut self, method: &str, target: &str, body: &Value) -> Message {
        let mut request = Message::request(method, target);
        if !body.is_null() {
            let patch = method == "PATCH";
            let media_type = if patch {
                "application/merge-patch+json"
            } else {
                "application/json"
            };
            request = request.with("content-type", media_type);
            request.body = body.to_string().into_bytes();
        }
        self.send(request).unwrap()
    }
}
