//! Numbers of things, as people write them.

/// `1 case`, `2 cases`, `1,234 cases`.
#[must_use]
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// `1,234`
#[must_use]
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_several() {
        for (n, words) in [(0, "0 cases"), (1, "1 case"), (2, "2 cases"), (1234, "1,234 cases")] {
            assert_eq!(count(n, "case", "cases"), words);
        }
    }
}
