//! A headless Chromium, driven over the DevTools protocol.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The longest that anything may take.
const BOUND: Duration = Duration::from_secs(60);

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    requests: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    number: u64,
    /// What the page's own console and the browser said of it.
    pub(crate) complaints: Vec<String>,
    /// The addresses that it asked for.
    pub(crate) requested: Vec<String>,
}

impl Browser {
    /// Starts a browser whose profile is in this folder.
    pub(crate) fn start(profile: &Path) -> Self {
        // Chromium reads requests from descriptor 3 and writes messages to descriptor 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec chromium \"$@\" 3<&0 4>&1 0</dev/null 1>&2", "sh"])
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
            ])
            .args(["--remote-debugging-pipe", "--disable-background-networking", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh can be started");
        let requests = child.stdin.take().expect("it is piped");
        let messages = read(child.stdout.take().expect("it is piped"));
        let (session, complaints, requested) = (None, Vec::new(), Vec::new());
        let mut browser = Self { child, requests, messages, session, number: 0, complaints, requested };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", attach);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Log", "Runtime", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Calls a method of the protocol and tells its result.
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.number += 1;
        let mut request = json!({ "id": self.number, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        let sent = self.requests.write_all(format!("{request}\0").as_bytes());
        sent.and_then(|()| self.requests.flush()).expect("chromium (Debian: chromium) is needed, and ended");
        let number = self.number;
        let answer = self.wait_for(|message| message["id"] == number);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits for a message, and notes what else there is.
    fn wait_for(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + BOUND;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left);
            let message = message.expect("chromium (Debian: chromium) is needed, and says nothing");
            let parameters = &message["params"];
            match message["method"].as_str() {
                Some("Log.entryAdded") => self.complaints.push(parameters["entry"]["text"].to_string()),
                Some("Runtime.exceptionThrown") => self.complaints.push(parameters.to_string()),
                Some("Network.requestWillBeSent") => {
                    self.requested.extend(parameters["request"]["url"].as_str().map(str::to_owned));
                }
                _ => {}
            }
            if is_it(&message) {
                return message;
            }
        }
    }

    /// Opens a page and waits until it is there.
    pub(crate) fn open(&mut self, url: &str) {
        // Another page first: an address that differs in its fragment alone loads nothing.
        for url in ["about:blank", url] {
            self.call("Page.navigate", json!({ "url": url }));
            self.wait_for(|message| message["method"] == "Page.loadEventFired");
        }
    }

    /// What an expression is in the page.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Clicks, as a person does, on what a selector finds.
    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        let place = self.value(&format!(
            "(() => {{ const found = document.querySelector({});
                found.scrollIntoView({{ block: 'center' }});
                const box = found.getBoundingClientRect();
                return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }}; }})()",
            json!(selector)
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let mouse =
                json!({ "type": kind, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", mouse);
        }
    }

    /// Types into what has the focus.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// A picture of what the page shows, as PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let taken = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let data = taken["data"].as_str().expect("a picture is text in base64");
        aws_smithy_types::base64::decode(data).expect("a picture is text in base64")
    }

    /// Shows the page at this width.
    pub(crate) fn resize(&mut self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The messages that a browser writes, each ended by a zero byte.
fn read(stream: ChildStdout) -> Receiver<Value> {
    let (sender, messages) = channel();
    std::thread::spawn(move || {
        for message in BufReader::new(stream).split(0).map_while(Result::ok) {
            let message = serde_json::from_slice(&message).expect("messages are JSON");
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    messages
}
