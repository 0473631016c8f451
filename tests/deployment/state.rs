//! What the deployment keeps: products and database accounts.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes files, and clocks")]

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const TOKEN: &str = "deployment-token-51c2e8";
pub(crate) const PROJECT_ID: &str = "397cd10b30544c588b2f4a56d83856c4";
pub(crate) const INSTANCE_ID: &str = "f3bb386a-23ec-47aa-9943-4c60ac658611";
pub(crate) const DDM_INSTANCE_ID: &str = "e6b99563-1f2e-4d3c-8b4a-1820d4fd2a67";
pub(crate) const DDM_USERNAME: &str = "ddmtest";
pub(crate) const TAKEN_NAME: &str = "pro-modbus";

/// The special characters that the pages list, without the blank that only one of them has.
pub(crate) const SPECIAL: &str = "~!@#$%^&*()-_=+|[{}];:<>/?";

/// A product of the instance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Product {
    pub(crate) id: u64,
    pub(crate) serial: &'static str,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) manufacturer_id: String,
    pub(crate) manufacturer_name: String,
    pub(crate) model: String,
    pub(crate) protocol_type: u64,
    pub(crate) device_type: String,
    pub(crate) version: String,
    /// Milliseconds.
    pub(crate) updated: u64,
    pub(crate) login: Login,
}

/// What a device signs in with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Login {
    pub(crate) user_name: String,
    pub(crate) password: String,
}

/// Everything.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) products: BTreeMap<u64, Product>,
    /// The database accounts' passwords.
    pub(crate) accounts: BTreeMap<String, String>,
    /// Logins as they were before each reset, oldest first.
    pub(crate) history: Vec<(u64, Login)>,
    /// How many requests came in.
    pub(crate) requests: u64,
    /// How many passwords were made up.
    pub(crate) generated: u64,
}

impl State {
    pub(crate) fn new() -> Self {
        let product = |id, serial, name: &str, protocol_type, user_name: &str, password: &str| Product {
            id,
            serial,
            name: name.to_owned(),
            description: format!("{name} product"),
            manufacturer_id: name.to_owned(),
            manufacturer_name: name.to_owned(),
            model: name.to_owned(),
            protocol_type,
            device_type: "default".to_owned(),
            version: "version".to_owned(),
            updated: CREATED,
            login: Login { user_name: user_name.to_owned(), password: password.to_owned() },
        };
        let products = [
            product(120_671, "Dd1bRt122894", "pro-opcua", 4, "4MjxbCl4q461", "h7!Kd93mZq#x2Lw8"),
            product(120_672, "Qp7wXe340915", "pro-mqtt", 0, "8Tzv0HnR25ub", "Vn5$eB81tYc?s6Rj"),
            product(120_673, "Lk3nGa778120", TAKEN_NAME, 2, "w3PfYk61Dc7m", "Ug2@pM47rXa%k9Ho"),
        ];
        Self {
            products: products.into_iter().map(|product| (product.id, product)).collect(),
            accounts: BTreeMap::from([(DDM_USERNAME.to_owned(), "initial-Password-1".to_owned())]),
            history: Vec::new(),
            requests: 0,
            generated: 0,
        }
    }

    /// A new password of 16 characters, with two of each sort at least.
    pub(crate) fn generate(&mut self) -> String {
        self.generated += 1;
        let sorts =
            ["abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!@#$%^&*()_=+[{}];:<>/?"];
        let mut seed = self.generated.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut pick = |letters: &str| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let letters = letters.as_bytes();
            let at = usize::try_from(seed >> 33).unwrap_or_default() % letters.len();
            char::from(letters[at])
        };
        (0..16).map(|at| pick(sorts[at % 4])).collect()
    }
}

/// When the products were made, in milliseconds.
pub(crate) const CREATED: u64 = 1_607_481_372_416;

/// The time, in milliseconds.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(CREATED)
}
