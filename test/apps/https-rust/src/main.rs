//! A service that asks an HTTPS API what it is asked, by reqwest. The first part of the path is the kind of TLS.
use std::error::Error;
use std::thread;

use reqwest::blocking::{Client, ClientBuilder};
use tiny_http::{Method, Request, Response, Server};

#[cfg(feature = "system")]
fn chosen(kind: &str, builder: ClientBuilder) -> ClientBuilder {
    if kind == "native-tls" {
        builder.use_native_tls()
    } else {
        builder.use_rustls_tls()
    }
}

/// Nothing of the system is trusted: what is compiled in, and one more root, whose text stands in ROOT.
#[cfg(not(feature = "system"))]
fn chosen(_kind: &str, builder: ClientBuilder) -> ClientBuilder {
    let root = std::env::var("ROOT").unwrap_or_default();
    match reqwest::Certificate::from_pem(root.as_bytes()) {
        Ok(root) => builder.use_rustls_tls().add_root_certificate(root),
        Err(_) => builder.use_rustls_tls(),
    }
}

fn header(request: &Request, name: &'static str) -> Option<String> {
    let found = request.headers().iter().find(|each| each.field.equiv(name));
    found.map(|each| each.value.to_string())
}

fn ask(request: &mut Request, clients: &[(String, Client)]) -> Result<(u16, String), Box<dyn Error>> {
    let url = request.url().to_string();
    let (kind, path) = url[1..].split_once('/').ok_or("no path")?;
    let api = header(request, "x-api").or(std::env::var("API").ok()).ok_or("no API")?;
    let insecure = header(request, "x-insecure").is_some();
    let named = format!("{kind} {insecure}");
    let client = &clients.iter().find(|(name, _)| *name == named).ok_or("no such client")?.1;
    let mut body = Vec::new();
    request.as_reader().read_to_end(&mut body)?;
    let target = format!("{api}/{path}");
    let answer = if *request.method() == Method::Post {
        client.post(target).header("content-type", "application/json").body(body).send()?
    } else {
        client.get(target).send()?
    };
    Ok((answer.status().as_u16(), answer.text()?))
}

fn told(error: &dyn Error) -> String {
    let cause = error.source().map(|source| format!(": {}", told(source)));
    format!("{error}{}", cause.unwrap_or_default())
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut clients = Vec::new();
    for kind in ["native-tls", "native-roots", "webpki-roots"] {
        for insecure in [false, true] {
            let builder = chosen(kind, Client::builder()).danger_accept_invalid_certs(insecure);
            clients.push((format!("{kind} {insecure}"), builder.build()?));
        }
    }
    let clients: &'static [(String, Client)] = Box::leak(clients.into_boxed_slice());
    let server = Server::http(format!("127.0.0.1:{}", std::env::var("PORT")?))?;
    for mut request in server.incoming_requests() {
        thread::spawn(move || {
            let (status, said) = match ask(&mut request, clients) {
                Ok((status, said)) => (200, format!("{status} {said}")),
                Err(error) => (502, told(&*error)),
            };
            let _ = request.respond(Response::from_string(said).with_status_code(status));
        });
    }
    Ok(())
}
