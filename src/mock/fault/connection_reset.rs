//! `connection-reset`: the connection is closed instead.

use super::{Act, Delivery, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "connection-reset",
        summary: "closes the connection instead of answering",
        explain: "A process that dies of the request.",
    },
    needs: "a documented success, or a time budget (`within`)",
    sites: site::answering,
    act: Act::Deliver(|_| Delivery::Closed),
};
