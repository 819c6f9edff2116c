//! What time it is, whether a token has expired, what happened in the last 24 hours, and how long waits are.
use base64::engine::{general_purpose::URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, Mac};
use postgres::{Client, NoTls};
use serde_json::{json, Value};
use std::sync::{mpsc, Condvar, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tiny_http::{Header, Request, Response, Server};

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// By Howard Hinnant's algorithm.
fn text(seconds: u64) -> String {
    let days = (seconds / 86_400) as i64 + 719_468;
    let era = days / 146_097;
    let of_era = days - era * 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * of_year + 2) / 153;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let day = of_year - (153 * part + 2) / 5 + 1;
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn token(header: &str) -> (u16, Value) {
    let parts: Vec<&str> = header.trim_start_matches("Bearer ").split('.').collect();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"a shared key").unwrap();
    mac.update(format!("{}.{}", parts[0], parts[1]).as_bytes());
    if URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()) != parts[2] {
        return (401, json!({ "error": "signature" }));
    }
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    if claims["exp"].as_u64().unwrap() < seconds() {
        return (401, json!({ "error": "expired" }));
    }
    (200, json!({ "subject": claims["sub"] }))
}

fn recent(client: &mut Client) -> (u16, Value) {
    let now = UNIX_EPOCH + Duration::from_secs(seconds());
    let since = now - Duration::from_secs(86_400);
    let sql = "SELECT name FROM events WHERE at > $1 AND at <= $2 ORDER BY at";
    match client.query(sql, &[&since, &now]) {
        Ok(rows) => (200, json!({ "names": rows.iter().map(|row| row.get(0)).collect::<Vec<String>>() })),
        Err(error) => (500, json!({ "error": error.to_string() })),
    }
}

fn waits() -> (u16, Value) {
    let most = Duration::from_millis(300);
    let ways: Vec<(&str, Box<dyn Fn()>)> = vec![
        ("sleep", Box::new(move || std::thread::sleep(most))),
        ("park", Box::new(move || std::thread::park_timeout(most))),
        ("channel", Box::new(move || {
            let (_kept, queue) = mpsc::channel::<()>();
            let _ = queue.recv_timeout(most);
        })),
        ("condition", Box::new(move || {
            let mutex = Mutex::new(());
            let _ = Condvar::new().wait_timeout(mutex.lock().unwrap(), most).unwrap();
        })),
    ];
    let mut wrong = Vec::new();
    for (name, way) in &ways {
        let began = Instant::now();
        way();
        if !(290..900).contains(&began.elapsed().as_millis()) {
            wrong.push(*name);
        }
    }
    (200, json!({ "wrong": wrong }))
}

fn authorization(request: &Request) -> String {
    let found = request.headers().iter().find(|header| header.field.equiv("Authorization"));
    found.map(|header| header.value.to_string()).unwrap_or_default()
}

fn main() {
    let server = Server::http(format!("127.0.0.1:{}", std::env::var("PORT").unwrap())).unwrap();
    let url = std::env::var("DATABASE_URL").unwrap();
    for request in server.incoming_requests() {
        let (status, body) = match request.url() {
            "/now" => (200, json!({ "now": text(seconds()) })),
            "/token" => token(&authorization(&request)),
            "/recent" => recent(&mut Client::connect(&url, NoTls).unwrap()),
            _ => waits(),
        };
        let json = Header::from_bytes("content-type", "application/json").unwrap();
        let _ = request.respond(Response::from_string(body.to_string()).with_status_code(status).with_header(json));
    }
}
