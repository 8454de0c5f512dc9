//! Which faults and variants are on, resolved once, asked many times for every request.

use crate::config::UnknownName;
use crate::constraints::Kind;
use crate::faults::{self, Answered, ArnPart, Defect, Deviation, How, Mangling, Response, Wire};
use crate::grammar::GrammarRule;
use crate::service::{Operation, Service};
use crate::variants::{self, Reading};

/// The faults and variants that are on.
#[derive(Debug, Default)]
pub(crate) struct Switches {
    /// Few are on at a time, mostly none or one: a scan beats a map.
    deviations: Vec<&'static Deviation>,
    defects: Vec<Defect>,
    readings: Vec<Reading>,
}

impl Switches {
    pub(crate) fn new(faults: &[String], variants: &[String]) -> Result<Self, UnknownName> {
        let mut switches = Self::default();
        for name in faults {
            let fault = faults::find(name)
                .ok_or_else(|| UnknownName::new("fault", name, faults::faults().iter().map(|f| f.name)))?;
            match &fault.deviation {
                Deviation::Defect(defect) => switches.defects.push(*defect),
                deviation => switches.deviations.push(deviation),
            }
        }
        for name in variants {
            let variant = variants::find(name).ok_or_else(|| {
                UnknownName::new("variant", name, variants::variants().iter().map(|v| v.name))
            })?;
            switches.readings.push(variant.is);
        }
        Ok(switches)
    }

    /// Whether a hand-written fault is on.
    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.defects.contains(&defect)
    }

    /// Whether a fault is on that shows where requests overlap.
    pub(crate) fn has_race(&self) -> bool {
        Defect::RACES.iter().any(|defect| self.has(*defect))
    }

    /// Whether an open question is read in this way.
    pub(crate) fn reads(&self, reading: Reading) -> bool {
        self.readings.contains(&reading)
    }

    /// How a constraint is broken, where it is.
    pub(crate) fn constraint(&self, operation: Operation, path: &str, kind: Kind) -> Option<How> {
        self.deviations.iter().find_map(|deviation| match deviation {
            Deviation::Constraint { operation: of, path: at, kind: about, how }
                if *of == operation && *at == path && *about == kind =>
            {
                Some(*how)
            }
            _ => None,
        })
    }

    /// How an operation's refusal with `code` goes wrong, where it does.
    pub(crate) fn refusal(&self, operation: Operation, code: &str) -> Option<Answered> {
        self.deviations.iter().find_map(|deviation| match deviation {
            Deviation::Refusal { operation: of, code: with, how } if *of == operation && *with == code => {
                Some(*how)
            }
            _ => None,
        })
    }

    /// The members of an operation's response that go wrong.
    pub(crate) fn response(
        &self,
        operation: Operation,
    ) -> impl Iterator<Item = (&'static str, Response)> + '_ {
        self.deviations.iter().filter_map(move |deviation| match deviation {
            Deviation::Response { operation: of, path, how } if *of == operation => Some((*path, *how)),
            _ => None,
        })
    }

    /// The parts of an operation's ARN that are not compared.
    pub(crate) fn arn_part(&self, operation: Operation) -> Option<ArnPart> {
        self.deviations.iter().find_map(|deviation| match deviation {
            Deviation::Arn { operation: of, part } if *of == operation => Some(*part),
            _ => None,
        })
    }

    /// Whether a service's documents are changed in this way before they are shown.
    pub(crate) fn mangles(&self, service: Service, mangling: Mangling) -> bool {
        self.deviations.iter().any(|deviation| {
            matches!(deviation, Deviation::Document { service: of, how } if *of == service && *how == mangling)
        })
    }

    /// Whether a service goes wrong on the wire in this way.
    pub(crate) fn wire(&self, service: Service, wire: Wire) -> bool {
        self.deviations.iter().any(|deviation| {
            matches!(deviation, Deviation::Wire { service: of, how } if *of == service && *how == wire)
        })
    }

    /// Whether a service lets documents through that break a rule of the policy grammar.
    pub(crate) fn grammar_dropped(&self, service: Service, rule: GrammarRule) -> bool {
        self.deviations.iter().any(|deviation| {
            matches!(deviation, Deviation::Grammar { service: of, rule: broken } if *of == service && *broken == rule)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of every fault and of every variant.
    fn names() -> (Vec<String>, Vec<String>) {
        let faults = faults::faults().iter().map(|fault| fault.name.to_owned());
        let variants = variants::variants().iter().map(|variant| variant.name.to_owned());
        (faults.collect(), variants.collect())
    }

    fn defects() -> impl Iterator<Item = (&'static str, Defect)> {
        faults::faults().iter().filter_map(|fault| match fault.deviation {
            Deviation::Defect(defect) => Some((fault.name, defect)),
            _ => None,
        })
    }

    #[test]
    fn everything_can_be_on_at_once() {
        let (faults, variants) = names();
        assert!(faults.len() > 256);
        let switches = Switches::new(&faults, &variants).expect("the names are known");
        assert!(defects().all(|(_, defect)| switches.has(defect)));
        assert!(variants::variants().iter().all(|variant| switches.reads(variant.is)));
    }

    #[test]
    fn what_is_on_is_on_alone_however_many_there_are() {
        for (name, own) in defects() {
            let switches = Switches::new(&[name.to_owned()], &[]).expect("the name is known");
            let on: Vec<Defect> =
                defects().map(|(_, defect)| defect).filter(|defect| switches.has(*defect)).collect();
            assert_eq!(on, [own], "{name}");
        }
    }
}
