//! A stand-in for the real service: a proxy such as corporate networks have, behind which there is an
//! account. Programs reach it as they reach the real one, by `HTTPS_PROXY` and `AWS_CA_BUNDLE`.

mod account;
mod authority;
mod identity;
mod owner;
mod permissions;
mod proxy;
mod rates;

use account::Account;
pub(crate) use account::Request;
use authority::Authority;
pub(crate) use identity::{Keys, Lifetime};
pub(crate) use owner::Resources;
use permissions::Permissions;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The account that the keys are of.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The region in which others have something.
pub(crate) const REGION: &str = "eu-west-1";

/// How the account behaves.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// Requests a second an operation, in bursts of as many; none: no limit.
    pub(crate) rate: Option<f64>,
    /// How far listings lag behind what was written.
    pub(crate) lag: Duration,
    /// Whether they lag now and then only, so that what was listed is not listed for a moment.
    pub(crate) is_unsteady: bool,
    /// A service that the account has not subscribed to.
    pub(crate) not_subscribed: Option<&'static str>,
    /// How long projects stay in `CREATING` and in `DELETING`.
    pub(crate) project_time: Duration,
    /// One request in so many is answered with a server error, before or after it was carried out.
    pub(crate) fails_one_in: Option<u64>,
    /// Requests with this in their body are carried out and answered with a server error.
    pub(crate) fails_on: Option<&'static str>,
    /// One request in so many loses its connection, before or after it was carried out.
    pub(crate) cuts_one_in: Option<u64>,
    /// After how many requests something else of somebody else's appears, each time.
    pub(crate) appears_after: Vec<u64>,
    /// The policy of the role that the keys are of, as IAM has it; none: everything is allowed.
    pub(crate) allows: Option<serde_json::Value>,
    /// How long keys are good for; none: for ever.
    pub(crate) lifetime: Option<Lifetime>,
    /// What the reference does wrong.
    pub(crate) faults: Vec<&'static str>,
    /// Readings of open questions by the reference.
    pub(crate) variants: Vec<&'static str>,
}

/// A running stand-in; it stops when this is dropped.
pub(crate) struct Sandbox {
    address: SocketAddr,
    folder: tempfile::TempDir,
    shared: Arc<Shared>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

/// What every connection shares.
pub(super) struct Shared {
    authority: Authority,
    account: Mutex<Account>,
    seen: Mutex<Seen>,
}

/// What was seen of clients before they were asked anything else.
#[derive(Default)]
struct Seen {
    connections: u64,
    refused_hosts: Vec<String>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A check that fails while the lock is held is reported, and tells nothing about the others.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sandbox {
    /// An account in which others have something.
    pub(crate) fn new(settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory can be made");
        let authority = Authority::new();
        std::fs::write(folder.path().join("authority.pem"), authority.pem()).expect("it can be written to");
        let account = Mutex::new(Account::new(settings));
        let shared = Arc::new(Shared { authority, account, seen: Mutex::default() });
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let address = proxy::start(Arc::clone(&shared), stopped);
        Self { address, folder, shared, stop: Some(stop) }
    }

    /// The environment of somebody whose network leads here, without credentials.
    pub(crate) fn network(&self) -> [(&'static str, String); 2] {
        let bundle = self.folder.path().join("authority.pem").display().to_string();
        [("HTTPS_PROXY", format!("http://{}", self.address)), ("AWS_CA_BUNDLE", bundle)]
    }

    /// Gives a program the network that leads here and the first keys of the account.
    pub(crate) fn reached_by<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.network()).envs(Keys::number(0).environment())
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> u64 {
        locked(&self.shared.seen).connections
    }

    /// The hosts that were asked for and are none of the account's.
    pub(crate) fn refused_hosts(&self) -> Vec<String> {
        locked(&self.shared.seen).refused_hosts.clone()
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.account().requests.clone()
    }

    /// Everything that there is in the account.
    pub(crate) fn resources(&self) -> Resources {
        self.account().resources()
    }

    /// What others have in it, as they left it.
    pub(crate) fn others(&self) -> Resources {
        self.account().others.clone()
    }

    /// Checks that there is nothing but what others have, and that this is as they left it. What is being
    /// deleted may still be there.
    #[track_caller]
    pub(crate) fn check_untouched(&self) {
        let mut found = self.resources();
        let others = self.others();
        found.retain(|what, text| others.contains_key(what) || !text.contains("\"DELETING\""));
        assert_eq!(found, others, "what is there and what others have");
    }

    /// Changes how the account behaves from now on.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Settings)) {
        let mut account = self.account();
        change(&mut account.settings);
        account.permissions = account.settings.allows.as_ref().map(Permissions::parse);
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        locked(&self.shared.account)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have stopped by itself.
            let _ = stop.send(());
        }
    }
}
