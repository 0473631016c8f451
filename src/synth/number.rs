//! Numbers: whole ones exactly, others as near as a double gets.

use serde_json::Value;

use super::shape::Shape;
use super::stream::Stream;
use super::{Candidate, Cannot};

/// A number that is whole, or is not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// Exact.
    Whole(i128),
    /// As near as a double gets.
    Real(f64),
}

impl Number {
    /// The number in `value`.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let whole = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
        whole.map(Self::Whole).or_else(|| value.as_f64().map(Self::Real)).map(|number| match number {
            Self::Real(real) if real.fract() == 0.0 && real.abs() < 9e15 => Self::Whole(truncate(real)),
            other => other,
        })
    }

    /// The whole number, if it is one.
    pub(crate) fn whole(self) -> Option<i128> {
        match self {
            Self::Whole(whole) => Some(whole),
            Self::Real(_) => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a real number is compared with it")]
    fn real(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }

    /// As JSON.
    pub(crate) fn json(self) -> Result<Value, Cannot> {
        let written = match self {
            Self::Whole(whole) => {
                i64::try_from(whole).map(Value::from).or_else(|_| u64::try_from(whole).map(Value::from)).ok()
            }
            Self::Real(real) => serde_json::Number::from_f64(real).map(Value::Number),
        };
        written.ok_or_else(|| Cannot::new("the number next to the bound is too large to be written exactly"))
    }
}

/// Further than any whole number that JSON is written with exactly, and near enough that a sum never overflows.
const FAR: i128 = 1 << 96;

/// The whole part, or [`FAR`] where it is further away than that.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the caller has looked at the fraction, and what is far stays far"
)]
fn truncate(real: f64) -> i128 {
    (real as i128).clamp(-FAR, FAR)
}

/// The limits that a schema sets to a number.
#[derive(Debug)]
pub(crate) struct Range {
    integer: bool,
    low: Option<f64>,
    high: Option<f64>,
    whole_low: Option<i128>,
    whole_high: Option<i128>,
    step: Option<Number>,
}

impl Range {
    /// The limits of `shape`.
    pub(crate) fn of(shape: &Shape<'_>) -> Self {
        let numbers = |keyword: &str| shape.all(keyword).filter_map(Number::of).collect::<Vec<_>>();
        let (min, over) = (numbers("minimum"), numbers("exclusiveMinimum"));
        let (max, under) = (numbers("maximum"), numbers("exclusiveMaximum"));
        let up = |number: &Number| number.whole().unwrap_or_else(|| truncate(number.real().ceil()));
        let down = |number: &Number| number.whole().unwrap_or_else(|| truncate(number.real().floor()));
        Self {
            integer: shape.kinds().contains(&"integer") && !shape.kinds().contains(&"number"),
            low: min.iter().chain(&over).map(|n| n.real()).reduce(f64::max),
            high: max.iter().chain(&under).map(|n| n.real()).reduce(f64::min),
            // A limit beyond every whole number that can be written does not limit them.
            whole_low: min
                .iter()
                .map(up)
                .chain(over.iter().map(|n| down(n) + 1))
                .max()
                .filter(|low| *low >= i64::MIN.into()),
            whole_high: max
                .iter()
                .map(down)
                .chain(under.iter().map(|n| up(n) - 1))
                .min()
                .filter(|high| *high <= u64::MAX.into()),
            step: numbers("multipleOf").into_iter().next(),
        }
    }

    /// A number well inside the limits.
    pub(crate) fn inside(&self, stream: &mut Stream) -> Result<Value, Cannot> {
        let whole = self.whole_inside(stream).map(|whole| Number::Whole(whole).json());
        match whole {
            Some(Ok(whole)) => return Ok(whole),
            Some(Err(cannot)) if self.integer => return Err(cannot),
            None if self.integer => return Err(Cannot::new("no integer lies within the limits")),
            _ => {}
        }
        // Far from 0, doubles are further apart than 1.
        let apart = |limit: f64| (limit.abs() * 4.0 * f64::EPSILON).max(1.0);
        let low = self.low.or(self.high.map(|high| high - apart(high))).unwrap_or(0.0);
        let high = self.high.unwrap_or(low + apart(low));
        let middle = low.midpoint(high);
        let value = self.step.map_or(middle, |step| (middle / step.real()).round() * step.real());
        Number::Real(value).json()
    }

    fn whole_inside(&self, stream: &mut Stream) -> Option<i128> {
        let low = self.whole_low.unwrap_or_else(|| self.whole_high.map_or(1, |high| high.min(1000) - 999));
        let high = self.whole_high.unwrap_or(low + 999).max(low);
        if self.whole_high.is_some_and(|limit| limit < low) {
            return None;
        }
        // Away from both bounds where there is room.
        let (low, high) = if high - low >= 2 { (low + 1, high - 1) } else { (low, high) };
        let room = usize::try_from((high - low).min(998) + 1).unwrap_or(1);
        let whole = low + i128::try_from(stream.below(room)).unwrap_or(0);
        match self.step.and_then(Number::whole) {
            _ if self.step.is_some_and(|step| step.whole().is_none()) => None,
            Some(step) if step > 0 => {
                let floor = whole.div_euclid(step) * step;
                Some(if floor < low { floor + step } else { floor }).filter(|n| *n <= high)
            }
            _ => Some(whole),
        }
    }

    /// A large whole number within the limits, one that nobody is likely to have given away: seventeen digits at the
    /// most, fewer than fifteen where the schema sets no limit, so that every server can read it.
    pub(crate) fn large(&self, stream: &mut Stream) -> Result<Value, Cannot> {
        let high = self.whole_high.unwrap_or(900_000_000_000_000);
        let low = self.whole_low.unwrap_or(0).max(high / 10 * 8).min(high);
        let room = usize::try_from((high - low).max(1)).unwrap_or(usize::MAX);
        Number::Whole(low + i128::try_from(stream.below(room)).unwrap_or(0)).json()
    }

    /// Values on the bound that `keyword` sets (`keep`), or one past it.
    pub(crate) fn edge(&self, keyword: &str, limit: &Value, keep: bool) -> Result<Vec<Candidate>, Cannot> {
        let limit = Number::of(limit).ok_or_else(|| Cannot::new("the limit is not a number"))?;
        let (up, on) = match keyword {
            "minimum" => (keep, keep),
            "maximum" => (!keep, keep),
            // The limit itself is outside.
            "exclusiveMinimum" => (true, !keep),
            "exclusiveMaximum" => (false, !keep),
            _ => return self.multiple(limit, keep),
        };
        let number = if on { limit } else { self.neighbour(limit, up) };
        let value = number.json()?;
        let label = format!("= {value}");
        Ok(vec![Candidate { value, label }])
    }

    fn neighbour(&self, limit: Number, up: bool) -> Number {
        match limit {
            Number::Whole(whole) if self.integer => Number::Whole(if up { whole + 1 } else { whole - 1 }),
            Number::Real(real) if self.integer => {
                Number::Whole(truncate(if up { real.floor() + 1.0 } else { real.ceil() - 1.0 }))
            }
            other => {
                let real = other.real();
                Number::Real(if up {
                    real.next_up().max(real + 0.25)
                } else {
                    real.next_down().min(real - 0.25)
                })
            }
        }
    }

    fn multiple(&self, step: Number, keep: bool) -> Result<Vec<Candidate>, Cannot> {
        let low = self.low.unwrap_or(0.0).max(0.0);
        let value = match step {
            Number::Whole(step) if step > 0 => {
                let times = truncate((low / Number::Whole(step).real()).ceil()).max(1);
                let base = times.saturating_mul(step);
                if keep { Number::Whole(base) } else { Number::Whole(base.saturating_add(1)) }
            }
            step => {
                let base = (low / step.real()).ceil().max(1.0) * step.real();
                Number::Real(if keep { base } else { base + step.real() / 2.0 })
            }
        };
        let value = value.json()?;
        let label = format!("= {value}");
        Ok(vec![Candidate { value, label }])
    }
}
