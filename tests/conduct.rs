//! The conductor, with cases that no planner would make.

use std::sync::Arc;

use countersign::assemble::{Settings, job};
use countersign::model::{Event, Footprint, Mode, OpId, Planned};
use countersign::run::conduct;
use tokio::sync::{mpsc, watch};

#[test]
fn a_case_that_is_lost_holds_nothing_up() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let events = runtime.block_on(async {
        let job = job(&Settings::default()).await.unwrap();
        let cases = job.plan.filter_map(|planned| match planned {
            Planned::Case(case) => Some(case),
            Planned::Gap(_) => None,
        });
        let alone = vec![Footprint { resource: "/alone".into(), mode: Mode::Exclusive }];
        let mut cases: Vec<_> = cases.take(4).collect();
        for case in &mut cases {
            case.footprint.clone_from(&alone);
        }
        // No contract has so many operations: the task that plays it panics.
        std::sync::Arc::make_mut(&mut cases[1].steps)[0].operation = OpId(9999);
        let (sender, mut receiver) = mpsc::channel(64);
        let (_keep, stop) = watch::channel(false);
        let plan = cases.into_iter().map(Planned::Case);
        tokio::spawn(conduct(Arc::clone(&job.session), plan, job.conduct, sender, stop));
        let mut events = Vec::new();
        while let Some(event) = receiver.recv().await {
            events.push(event);
        }
        events
    });
    let orders: Vec<u64> = events
        .iter()
        .filter_map(|event| if let Event::CaseFinished(done) = event { Some(done.order) } else { None })
        .collect();
    assert_eq!(orders, [0, 2, 3]);
    let lost =
        events.iter().filter(|event| matches!(event, Event::Troubled(told) if told.code == "case-lost"));
    assert_eq!(lost.count(), 1);
    let Some(Event::RunFinished(end)) = events.last() else { panic!("no end") };
    assert_eq!(end.exit.code, 3);
}
