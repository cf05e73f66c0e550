//! `delay`: the answer is waited for.

use std::f64::consts::TAU;
use std::time::Duration;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::scenario::node::{Content, Node};
use crate::scenario::read::{self, Faults, Members};

/// The longest wait that a distribution may come out with.
const LONGEST: Duration = Duration::from_hours(1);

/// How many standard deviations above the mean 99 % of a normal distribution end.
const P99: f64 = 2.326_347_874;

/// How long an answer is waited for, in real time.
#[derive(Clone, Debug, PartialEq)]
pub enum Delay {
    Fixed(Duration),
    Uniform(Duration, Duration),
    Normal { mean: Duration, deviation: Duration },
    LogNormal { median: Duration, p99: Duration },
}

const FORM: &str = "a duration such as 300ms, or one of uniform, normal and lognormal";

impl Delay {
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        if let Content::Plain(_) = node.content {
            return read::duration(node, faults).map(Self::Fixed);
        }
        let mut members = Members::of(node, FORM, faults)?;
        let uniform = members.read("uniform", read_uniform);
        let normal = members.read("normal", |node, faults| {
            let (mean, deviation) = read_pair(node, "mean", "sd", faults)?;
            Some(Self::Normal { mean, deviation })
        });
        let lognormal = members.read("lognormal", read_lognormal);
        members.finish();
        let mut found = [uniform, normal, lognormal].into_iter().flatten();
        match (found.next(), found.next()) {
            (Some(delay), None) => Some(delay),
            (None, _) => {
                // Unless what is wrong was told already.
                if matches!(&node.content, Content::Map(members) if members.is_empty()) {
                    faults.expected(node, FORM);
                }
                None
            }
            (Some(_), Some(_)) => {
                faults.note(node, "only one of uniform, normal and lognormal can be given");
                None
            }
        }
    }

    /// How long it is this time.
    pub fn draw(&self, random: &mut ChaCha8Rng) -> Duration {
        let seconds = match self {
            Self::Fixed(duration) => return *duration,
            Self::Uniform(from, to) => {
                let (from, to) = (from.as_secs_f64(), to.as_secs_f64());
                from + (to - from) * random.random::<f64>()
            }
            Self::Normal { mean, deviation } => {
                mean.as_secs_f64() + deviation.as_secs_f64() * normal(random)
            }
            Self::LogNormal { median, p99 } => {
                let sigma = (p99.as_secs_f64() / median.as_secs_f64()).ln() / P99;
                median.as_secs_f64() * (sigma * normal(random)).exp()
            }
        };
        Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST).min(LONGEST)
    }
}

/// A number of the standard normal distribution (Box and Muller's way).
fn normal(random: &mut ChaCha8Rng) -> f64 {
    // The logarithm of zero has no end.
    let first = 1.0 - random.random::<f64>();
    (-2.0 * first.ln()).sqrt() * (TAU * random.random::<f64>()).cos()
}

fn read_uniform(node: &Node, faults: &Faults) -> Option<Delay> {
    let what = "a list of two durations";
    let [from, to] = read::list(node, what, faults)? else {
        faults.expected(node, what);
        return None;
    };
    let (from, to) = (read::duration(from, faults), read::duration(to, faults));
    let (from, to) = (from?, to?);
    if from > to {
        faults.note(node, "the first duration is longer than the second");
        return None;
    }
    Some(Delay::Uniform(from, to))
}

fn read_lognormal(node: &Node, faults: &Faults) -> Option<Delay> {
    let (median, p99) = read_pair(node, "median", "p99", faults)?;
    if median.is_zero() || p99 < median {
        faults.note(node, "median has to be above zero, and p99 not below it");
        return None;
    }
    Some(Delay::LogNormal { median, p99 })
}

fn read_pair(
    node: &Node,
    first: &'static str,
    second: &'static str,
    faults: &Faults,
) -> Option<(Duration, Duration)> {
    let mut members = Members::of(node, &format!("a map of {first} and {second}"), faults)?;
    let pair = (members.need(first, read::duration), members.need(second, read::duration));
    members.finish();
    Some((pair.0?, pair.1?))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn quantiles(delay: &Delay) -> [f64; 3] {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut drawn: Vec<f64> =
            (0..20_000).map(|_| delay.draw(&mut random).as_secs_f64()).collect();
        drawn.sort_by(f64::total_cmp);
        [drawn[200], drawn[10_000], drawn[19_800]]
    }

    #[track_caller]
    fn assert_near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 0.06 * wanted, "{found} is not near {wanted}");
    }

    #[test]
    fn distributions_come_out_as_asked() {
        let seconds = Duration::from_secs;
        let [low, middle, high] = quantiles(&Delay::Uniform(seconds(10), seconds(20)));
        assert!(low > 10.0 && high < 20.0);
        assert_near(middle, 15.0);

        let lognormal = Delay::LogNormal { median: seconds(3), p99: seconds(20) };
        let [_, middle, high] = quantiles(&lognormal);
        assert_near(middle, 3.0);
        assert_near(high, 20.0);

        let normal = Delay::Normal { mean: seconds(100), deviation: seconds(10) };
        let [low, middle, high] = quantiles(&normal);
        assert_near(low, 76.7);
        assert_near(middle, 100.0);
        assert_near(high, 123.3);
    }

    #[test]
    fn nobody_waits_less_than_not_at_all() {
        let wide = Delay::Normal { mean: Duration::ZERO, deviation: Duration::from_secs(1) };
        let [low, ..] = quantiles(&wide);
        assert!(low.abs() < f64::EPSILON);
    }
}
