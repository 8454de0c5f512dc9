//! Removing what earlier runs left behind.

use super::listing::{PROJECT_POLICIES, PROJECTS, RESOURCE_POLICIES};
use super::session::{Request, Session};
use crate::exchange::Outcome;
use crate::exchange::{describe, is_not_implemented};
use crate::execute::ledger::Leftovers;
use aws_conformance_generators::arn::project_name;
use aws_conformance_generators::plan::Service;
use serde_json::{Map, Value, json};

/// What sweeping came to.
#[derive(Debug, Default)]
pub struct Swept {
    /// What was removed.
    pub removed: Vec<String>,
    /// What could not be removed, with the reason.
    pub remaining: Vec<String>,
}

impl Session {
    /// Removes from one service what a run left, and nothing else.
    ///
    /// # Errors
    /// Why the service does not say what is there.
    pub async fn sweep(&mut self, service: Service, left: &Leftovers) -> Result<Swept, String> {
        let mut swept = Swept::default();
        for region in &left.regions {
            self.enter_region(region).map_err(|error| error.to_string())?;
            match service {
                Service::Xray => self.sweep_policies(left, region, &mut swept).await?,
                Service::Rekognition => self.sweep_projects(left, region, &mut swept).await?,
            }
        }
        Ok(swept)
    }

    async fn sweep_policies(
        &mut self,
        left: &Leftovers,
        region: &str,
        swept: &mut Swept,
    ) -> Result<(), String> {
        let (state, pages) = self.list(RESOURCE_POLICIES, "sweep", Map::new()).await;
        if pages.first().is_some_and(is_not_implemented) {
            return Ok(());
        }
        for name in state?.policies.into_keys().filter(|name| left.covers(Service::Xray, region, name)) {
            let input = json!({ "PolicyName": name });
            self.remove(
                Service::Xray,
                "DeleteResourcePolicy",
                input,
                format!("{region} policy {name}"),
                swept,
            )
            .await;
        }
        Ok(())
    }

    async fn sweep_projects(
        &mut self,
        left: &Leftovers,
        region: &str,
        swept: &mut Swept,
    ) -> Result<(), String> {
        let (state, pages) = self.list(PROJECTS, "sweep", Map::new()).await;
        if pages.first().is_some_and(is_not_implemented) {
            return Ok(());
        }
        let covered = |arn: &String| {
            project_name(arn).is_some_and(|name| left.covers(Service::Rekognition, region, name))
        };
        for arn in state?.policies.into_keys().filter(covered) {
            let input = Map::from_iter([("ProjectArn".to_owned(), json!(arn))]);
            // A project's end takes its policies with it; where it does not, they go first.
            if let (Ok(policies), _) = self.list(PROJECT_POLICIES, "sweep", input).await {
                for name in policies.policies.into_keys() {
                    let input = json!({ "ProjectArn": arn, "PolicyName": name });
                    let what = format!("{region} policy {name} of {arn}");
                    self.remove(Service::Rekognition, "DeleteProjectPolicy", input, what, swept).await;
                }
            }
            let input = json!({ "ProjectArn": arn });
            self.remove(Service::Rekognition, "DeleteProject", input, format!("project {arn}"), swept).await;
        }
        Ok(())
    }

    async fn remove(&self, service: Service, operation: &str, input: Value, what: String, swept: &mut Swept) {
        let exchange = self.send(Request { label: "sweep", service, operation, input }).await;
        match exchange.outcome() {
            Outcome::Success(_) => swept.removed.push(what),
            _ => swept.remaining.push(format!("{what}: {}", describe(&exchange))),
        }
    }
}
