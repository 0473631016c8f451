//! Ctrl-c, and the signals with which a CI server or a closing terminal ends a process.

use tokio::sync::watch;

use super::say;

/// Turns `stopper` true when the process is asked to stop; ends the process when it is asked twice.
pub(super) async fn listen(stopper: watch::Sender<bool>) {
    while asked_to_stop().await {
        if stopper.send_replace(true) {
            // The second ctrl-c means it.
            say("stopped at once: state is not put back, and a report may lack the last moments");
            exit_now();
        }
        say(
            "\nstopping: cases that are under way are finished, state is put back; ctrl-c again stops at once",
        );
    }
}

/// Waits for ctrl-c or, on Unix, for the signals that ask a process to end.
pub(super) async fn asked_to_stop() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut hang_up)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return tokio::signal::ctrl_c().await.is_ok();
        };
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.is_ok(),
            got = terminate.recv() => got.is_some(),
            got = hang_up.recv() => got.is_some(),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.is_ok()
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "the user asked twice")]
fn exit_now() {
    std::process::exit(3);
}
