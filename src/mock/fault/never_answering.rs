//! `never-answering`: no answer comes.

use super::{Act, Delivery, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "never-answering",
        summary: "accepts requests and never answers them",
        explain: "A deadlock, or a worker that is gone while its connection stays. A run is broken by it where the contract has a time \
                  budget (`within`), and inconclusive elsewhere.",
    },
    needs: "a documented success, or a time budget (`within`)",
    sites: site::answering,
    act: Act::Deliver(|_| Delivery::Never),
};
