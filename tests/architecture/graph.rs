//! Which file uses which: every path resolved to the file that defines what it names.

use super::paths::{Code, Path};
use std::collections::{BTreeMap, BTreeSet};

/// A file, by its path from the root of the repository.
pub(super) type File = String;

/// Which file uses which, and which of its items.
pub(super) type Uses = BTreeMap<File, BTreeMap<File, BTreeSet<String>>>;

/// The modules of some crates.
#[derive(Default)]
pub(super) struct Graph {
    modules: Vec<Module>,
    /// The root module of each crate, by the name that others use.
    crates: BTreeMap<String, usize>,
}

struct Module {
    file: File,
    root: usize,
    parent: usize,
    children: BTreeMap<String, usize>,
    code: Code,
}

/// What a path leads to: a module, or an item of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found<'g> {
    Module(usize),
    Item(usize, &'g str),
}

impl Graph {
    /// Adds a crate: its name, its root file, and how its files are read.
    pub(super) fn add(&mut self, name: &str, root: &str, read: &dyn Fn(&str) -> Option<String>) {
        let text = read(root).unwrap_or_else(|| panic!("{root} cannot be read"));
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        let index = self.modules.len();
        self.crates.insert(name.to_owned(), index);
        self.add_module(root, (index, index), folder, parse(root, &text), read);
    }

    fn add_module(
        &mut self,
        file: &str,
        (root, parent): (usize, usize),
        folder: &str,
        mut code: Code,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> usize {
        let index = self.modules.len();
        let modules = std::mem::take(&mut code.modules);
        let children = BTreeMap::new();
        self.modules.push(Module { file: file.to_owned(), root, parent, children, code });
        for (name, inside) in modules {
            let folder = format!("{folder}/{name}");
            let (file, code) = match inside {
                Some(code) => (file.to_owned(), code),
                None => {
                    let files = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
                    let read = files.into_iter().find_map(|file| read(&file).map(|text| (file, text)));
                    let (file, text) = read.unwrap_or_else(|| panic!("{folder} has no file"));
                    let code = parse(&file, &text);
                    (file, code)
                }
            };
            let child = self.add_module(&file, (root, index), &folder, code, read);
            self.modules[index].children.insert(name, child);
        }
        index
    }

    /// Which file uses which.
    pub(super) fn uses(&self) -> Uses {
        let mut uses = Uses::new();
        for (index, module) in self.modules.iter().enumerate() {
            let from = uses.entry(module.file.clone()).or_default();
            let named = module.code.paths.iter().flat_map(|path| self.resolve(index, path));
            // Whoever imports all names of a module uses what it defines.
            let globs = module.code.globs.iter().flat_map(|path| self.resolve(index, path));
            let all = globs.map(|found| match found {
                Found::Module(module) => Found::Item(module, "*"),
                item => item,
            });
            for found in named.chain(all) {
                let Found::Item(used, name) = found else { continue };
                let Module { file: used, code, .. } = &self.modules[used];
                if *used != module.file && !code.items.is_empty() {
                    from.entry(used.clone()).or_default().insert(name.to_owned());
                }
            }
        }
        uses
    }

    /// The paths that each file mentions, as they are written.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&File, &Path)> {
        self.modules.iter().flat_map(|module| {
            let paths = module.code.paths.iter().chain(&module.code.globs);
            paths.map(move |path| (&module.file, path))
        })
    }

    /// Whether a file declares the module of another one, or a module around it.
    pub(super) fn is_around(&self, outer: &str, inner: &str) -> bool {
        let Some(mut at) = self.modules.iter().position(|module| module.file == inner) else { return false };
        while self.modules[at].parent != at {
            at = self.modules[at].parent;
            if self.modules[at].file == outer {
                return outer != inner;
            }
        }
        false
    }

    /// What a path leads to from a module.
    fn resolve<'g>(&'g self, from: usize, path: &'g [String]) -> BTreeSet<Found<'g>> {
        self.follow(from, path, &mut BTreeSet::new())
    }

    fn follow<'g>(&'g self, from: usize, path: &'g [String], seen: &mut Seen<'g>) -> BTreeSet<Found<'g>> {
        let Some((first, rest)) = path.split_first() else { return BTreeSet::new() };
        let start = match first.as_str() {
            "crate" => BTreeSet::from([Found::Module(self.modules[from].root)]),
            "self" => BTreeSet::from([Found::Module(from)]),
            "super" => BTreeSet::from([Found::Module(self.modules[from].parent)]),
            name => {
                let here = self.look_up(from, name, seen);
                let others = || self.crates.get(name).map(|root| Found::Module(*root)).into_iter().collect();
                if here.is_empty() { others() } else { here }
            }
        };
        rest.iter().fold(start, |found, name| {
            let modules = found.iter().filter_map(|one| match one {
                Found::Module(module) => Some(*module),
                Found::Item(..) => None,
            });
            let inside: BTreeSet<Found<'g>> = modules
                .flat_map(|module| match name.as_str() {
                    "super" => BTreeSet::from([Found::Module(self.modules[module].parent)]),
                    name => self.look_up(module, name, seen),
                })
                .collect();
            // What is inside an item, such as a variant, belongs to the item.
            let items = found.into_iter().filter(|one| matches!(one, Found::Item(..)));
            if inside.is_empty() { items.collect() } else { inside }
        })
    }

    /// What a name stands for in a module; a module and an item may share a name.
    fn look_up<'g>(&'g self, module: usize, name: &str, seen: &mut Seen<'g>) -> BTreeSet<Found<'g>> {
        let Module { children, code, .. } = &self.modules[module];
        let mut found: BTreeSet<Found<'g>> =
            children.get(name).map(|child| Found::Module(*child)).into_iter().collect();
        if let Some(item) = code.items.iter().find(|item| *item == name) {
            found.insert(Found::Item(module, item));
        }
        for (_, path) in code.imports.iter().filter(|(imported, _)| imported == name) {
            if seen.insert((module, path)) {
                found.extend(self.follow(module, path, seen));
                seen.remove(&(module, path.as_slice()));
            }
        }
        if found.is_empty() {
            for glob in &code.globs {
                if seen.insert((module, glob)) {
                    for one in self.follow(module, glob, seen) {
                        if let Found::Module(other) = one {
                            found.extend(self.look_up(other, name, seen));
                        }
                    }
                    seen.remove(&(module, glob.as_slice()));
                }
            }
        }
        found
    }
}

/// The imports that are being followed: one that leads back to itself ends there.
type Seen<'g> = BTreeSet<(usize, &'g [String])>;

fn parse(file: &str, text: &str) -> Code {
    Code::parse(text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The groups of files that all use each other, directly or through others.
pub(super) fn cycles(uses: &Uses) -> Vec<Vec<&File>> {
    let reach: BTreeMap<&File, BTreeSet<&File>> =
        uses.keys().map(|file| (file, reachable(uses, file))).collect();
    let mut groups: Vec<Vec<&File>> = Vec::new();
    for (file, reached) in reach.iter().filter(|(file, reached)| reached.contains(*file)) {
        if !groups.iter().any(|group| group.contains(file)) {
            groups.push(reached.iter().copied().filter(|other| reach[*other].contains(*file)).collect());
        }
    }
    groups
}

/// The files that a file uses, directly or through others.
pub(super) fn reachable<'u>(uses: &'u Uses, from: &str) -> BTreeSet<&'u File> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&File> = uses[from].keys().collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(uses.get(file).into_iter().flat_map(BTreeMap::keys));
        }
    }
    reached
}
