//! Which features come with which, and the features that groups and processors stand for.

use super::source::{Feature, Place, Set, Source};
use std::format;
use std::string::String;
use std::vec::Vec;

/// Completes what is declared. [`Feature::with`] becomes everything that comes with a feature, the feature itself first. The
/// words of processors become features: a word is a feature, a group, or an earlier processor. Other words are errors.
pub(super) fn resolve(source: &mut Source<'_>) {
    let mut errors: Vec<(Place, String)> = Vec::new();
    let direct = source.features.clone();
    for feature in &mut source.features {
        for missing in feature.with.iter().filter(|name| find(&direct, name).is_none()) {
            errors.push((feature.place, format!("feature `{}` comes with `{missing}`, which is not declared", feature.name)));
        }
        feature.with.clear();
        collect(&direct, &feature.name, &mut feature.with);
    }
    for group in &source.groups {
        for missing in group.words.iter().filter(|name| find(&direct, name).is_none()) {
            errors.push((group.place, format!("group `{}` has unknown feature `{missing}`", group.name)));
        }
    }
    let mut cpus: Vec<Set> = Vec::new();
    for cpu in &source.cpus {
        let mut words = Vec::new();
        for word in &cpu.words {
            let named = cpus.iter().chain(&source.groups).find(|set| set.name == *word);
            match named.map(|set| set.words.as_slice()) {
                Some(features) => features.iter().for_each(|name| collect(&direct, name, &mut words)),
                None if find(&direct, word).is_some() => collect(&direct, word, &mut words),
                None => errors.push((cpu.place, format!("processor `{}` has unknown feature `{word}`", cpu.name))),
            }
        }
        cpus.push(Set { words, ..cpu.clone() });
    }
    source.cpus = cpus;
    errors.into_iter().for_each(|(place, message)| source.error(place, message));
}

fn find<'s>(features: &'s [Feature], name: &str) -> Option<&'s Feature> {
    features.iter().find(|feature| feature.name == name)
}

/// Adds a feature and what comes with it.
fn collect(features: &[Feature], name: &str, all: &mut Vec<String>) {
    let Some(feature) = find(features, name).filter(|feature| !all.contains(&feature.name)) else { return };
    all.push(feature.name.clone());
    feature.with.iter().for_each(|name| collect(features, name, all));
}
