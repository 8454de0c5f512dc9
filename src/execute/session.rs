//! A session on a target: what one lane leases there, and how it leaves nothing behind.

use super::client::Client;
use super::fixtures::Fixtures;
use super::journal::JournalError;
use super::ledger::Ledger;
use super::listing::Item;
use super::target::Target;
use super::transport::budget::Purpose;
use super::transport::connector::Connector;
use crate::service::{PROJECTS, outer_resource};
use aws_conformance_generators::plan::Service;
use std::collections::VecDeque;
use std::sync::Arc;

/// What one lane needs to execute plans: a way to the target, leases and the run's ledger.
#[derive(Debug)]
pub struct Session {
    pub(super) client: Client,
    pub(super) ledger: Arc<Ledger>,
    pub(super) fixtures: Fixtures,
    /// How many resources of others there are in the session's region; none: not known.
    pub preexisting: Option<usize>,
    /// Regions that the session may move to when one cannot be cleaned.
    pub spare_regions: VecDeque<String>,
    /// Whether a read waits until all that was written before can be read. It takes long.
    pub reads_late: bool,
}

impl Session {
    /// A session on a target, with a share in the run's connector and ledger.
    pub fn new(target: &Target, connector: Connector, ledger: Arc<Ledger>) -> Self {
        let fixtures = Fixtures::new(target.user_project.as_ref());
        let client = Client::new(target, connector);
        Self {
            client,
            ledger,
            fixtures,
            preexisting: None,
            spare_regions: VecDeque::new(),
            reads_late: false,
        }
    }

    /// Sends by another connector from here on: connections belong to the runtime that they were made on.
    pub fn connect_by(&mut self, connector: &Connector) {
        self.client.connector = connector.clone();
    }

    /// The target as this session sees it.
    pub fn target(&self) -> &Target {
        &self.client.target
    }

    /// The account id that the caller has on the target.
    pub fn set_account(&mut self, account: String) {
        self.client.target.account = account;
    }

    /// Signs for another region from here on. Projects that are leased in the one before are given back.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn enter_region(&mut self, region: &str) -> Result<(), JournalError> {
        self.ledger.enter_region(region)?;
        self.give_projects_back().await;
        region.clone_into(&mut self.client.target.region);
        Ok(())
    }

    /// Why nothing more is sent to a service: it has stopped answering.
    pub fn gone(&self, service: Service) -> Option<String> {
        self.client.connector.gone(service)
    }

    /// The most bytes that a response had so far.
    pub fn longest_response(&self) -> usize {
        self.client.connector.longest_response()
    }

    /// Starts from clean ground after something went wrong: removes every policy of the run's own that no
    /// case needs any more, and gives the leased projects up or empties them. Where that does not help, moves to a
    /// spare region.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn clean(&mut self, service: Service) -> Result<(), JournalError> {
        if service == PROJECTS.service {
            self.renew_projects().await;
            return Ok(());
        }
        if !self.remove_abandoned(service).await
            && let Some(region) = self.spare_regions.pop_front()
        {
            self.enter_region(&region).await?;
            self.declare_preexisting(service).await;
            // What could not be removed may take room here too.
            self.preexisting = None;
        }
        Ok(())
    }

    /// Removes what the run made in the region and no case needs any more; whether none of it is left.
    async fn remove_abandoned(&mut self, service: Service) -> bool {
        let (place, ledger) = (self.client.place(outer_resource(service)), &self.ledger);
        let is_abandoned = |item: &Item| ledger.is_abandoned(&place, &item.name);
        let removed = self.client.remove_all(&place, ledger, is_abandoned).await;
        removed.is_ok_and(|removed| removed.all)
    }

    /// Notes what a service lists before the run touches it, so that it is left alone: X-Ray policies,
    /// Rekognition projects. Their names.
    pub async fn declare_preexisting(&mut self, service: Service) -> Vec<String> {
        let place = self.client.place(outer_resource(service));
        let (listed, _) = self.client.list_all(&place, "survey", Purpose::Judging).await;
        let items = listed.ok().map(|listed| listed.items);
        self.preexisting = items.as_ref().map(Vec::len);
        let names: Vec<String> = items.into_iter().flatten().map(|item| item.name).collect();
        self.ledger.declare_preexisting(&place, &names);
        names
    }

    /// Gives back everything that the session holds: its last act but to look what is left.
    async fn give_back(&mut self) {
        for service in self.created() {
            self.client.connector.try_again(service).await;
        }
        self.finish_projects().await;
    }

    fn created(&self) -> Vec<Service> {
        Service::ALL.into_iter().filter(|service| self.ledger.has_created(*service)).collect()
    }

    /// Removes what the run left where the session is.
    async fn remove_rest(&mut self) {
        for service in self.created() {
            match self.gone(service) {
                Some(why) => {
                    let place = self.client.place(outer_resource(service));
                    self.ledger.leave_behind(&place, &format!("anything of {}", self.ledger.prefix()), &why);
                }
                None => drop(self.remove_abandoned(service).await),
            }
        }
    }
}

/// Gives back everything that the sessions of a run hold, and looks for what is left: their last act. They do it
/// at the same time, since a project takes its time to go.
pub async fn finish(mut sessions: Vec<Session>) {
    futures_util::future::join_all(sessions.iter_mut().map(Session::give_back)).await;
    if let Some(session) = sessions.first_mut()
        && session.client.target.is_real
        && session.ledger.has_created(PROJECTS.service)
    {
        session.await_removals().await;
    }
    for session in &mut sessions {
        session.remove_rest().await;
    }
}
