//! `countersign mock`.

use std::process::ExitCode;
use std::sync::Arc;

use super::arguments::Mock;
use super::misused::{fail, misused};
use super::say;
use crate::assemble::{Target, suite};

/// Serves the contracts until ctrl-c.
pub(super) fn mock(arguments: &Mock) -> ExitCode {
    let mut settings = arguments.common.settings();
    settings.target = Some(Target::Mock);
    let suite = match suite(&settings) {
        Ok(suite) => suite,
        Err(wrong) => return misused(&wrong),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no async runtime: {error}")),
    };
    runtime.block_on(async {
        let mock = match crate::mock::Mock::new(Arc::clone(&suite.contract), Arc::clone(&suite.variables)) {
            Ok(mock) => mock,
            Err(error) => return fail(&format!("the mock can't serve the contract: {error}")),
        };
        let running = match mock.start(arguments.listen).await {
            Ok(running) => running,
            Err(error) => return fail(&format!("the mock can't listen on {}: {error}", arguments.listen)),
        };
        say(&format!("listening on http://{}", running.addr()));
        for operation in &suite.contract.operations {
            say(&format!("  {:<7}{}", operation.method, operation.path));
        }
        let _ = tokio::signal::ctrl_c().await;
        running.stop().await;
        ExitCode::SUCCESS
    })
}
