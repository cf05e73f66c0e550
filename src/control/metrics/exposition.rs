//! Prometheus' text format, version 0.0.4.

use std::fmt::Write;

use super::{BUCKETS, Tally};
use crate::control::Installation;
use crate::kit::mount::Mount;

pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4";

/// Everything that is measured.
pub fn write(installation: &Installation) -> String {
    let tallies: Vec<(&Mount, Tally)> =
        installation.mounts.iter().zip(installation.metrics.read()).collect();
    let mut text = Text::default();
    write_requests(&mut text, &tallies);
    write_durations(&mut text, &tallies);

    let sessions = installation.sessions.list();
    text.family("wardian_sessions", "gauge", "Sessions that live.");
    text.sample("wardian_sessions", &[], sessions.len());

    let bytes: u64 = sessions.iter().map(|session| session.data.own_bytes()).sum();
    let help = "Bytes of memory that the sessions' data take beside the world that they share.";
    text.family("wardian_store_bytes", "gauge", help);
    text.sample("wardian_store_bytes", &[], bytes);

    text.family("wardian_faults_total", "counter", "Rules of scenarios that fired.");
    for (fired, count) in installation.metrics.faults() {
        let (scenario, rule) = fired.split_once('/').unwrap_or((&fired, ""));
        let labels = [("scenario", scenario), ("rule", rule)];
        text.sample("wardian_faults_total", &labels, count);
    }
    text.0
}

fn write_requests(text: &mut Text, tallies: &[(&Mount, Tally)]) {
    text.family("wardian_requests_total", "counter", "Requests to the emulated APIs.");
    for (mount, tally) in tallies {
        for ((endpoint, status), count) in &tally.requests {
            let route = endpoint.map_or("none", |endpoint| mount.routes.id(endpoint));
            // Where a fault kept the answer back, there is none.
            let status = if *status == 0 { "none".to_owned() } else { status.to_string() };
            let labels = [("api", mount.api.name()), ("route", route), ("status", &status)];
            text.sample("wardian_requests_total", &labels, count);
        }
    }
}

fn write_durations(text: &mut Text, tallies: &[(&Mount, Tally)]) {
    let name = "wardian_request_duration_seconds";
    text.family(name, "histogram", "How long it took to answer requests to the emulated APIs.");
    for (mount, tally) in tallies {
        let api = ("api", mount.api.name());
        let ends = BUCKETS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
        let mut so_far = 0;
        for (end, count) in ends.zip(tally.buckets) {
            so_far += count;
            text.sample(&format!("{name}_bucket"), &[api, ("le", &end)], so_far);
        }
        text.sample(&format!("{name}_sum"), &[api], tally.seconds);
        text.sample(&format!("{name}_count"), &[api], so_far);
    }
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n").expect("memory takes all");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        self.0 += name;
        for (number, (label, value)) in labels.iter().enumerate() {
            let opening = if number == 0 { '{' } else { ',' };
            write!(self.0, "{opening}{label}=\"{}\"", escape(value)).expect("memory takes all");
        }
        let closing = if labels.is_empty() { "" } else { "}" };
        writeln!(self.0, "{closing} {value}").expect("memory takes all");
    }
}

fn escape(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        let mut text = Text::default();

        text.family("a", "counter", "one\ntwo \\");
        text.sample("a", &[("x", "q\"\\\n"), ("y", "")], 1.5);
        text.sample("b", &[], 2);

        assert_eq!(
            text.0,
            "# HELP a one\\ntwo \\\\\n# TYPE a counter\na{x=\"q\\\"\\\\\\n\",y=\"\"} 1.5\nb 2\n"
        );
    }
}
