//! The names that a module defines and imports, and the paths that its code mentions.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// A path's segments.
pub(super) type Path = Vec<String>;

/// One module as its code says it. Code that is only there in tests is left out.
#[derive(Default)]
pub(super) struct Code {
    /// The names that are defined here, and macros.
    pub(super) items: Vec<String>,
    /// The names that are imported here, with their paths.
    pub(super) imports: Vec<(String, Path)>,
    /// The modules whose names are all imported.
    pub(super) globs: Vec<Path>,
    /// Every path that the code mentions, imports among them.
    pub(super) paths: Vec<Path>,
    /// The modules inside: in a file of their own, or here.
    pub(super) modules: BTreeMap<String, Option<Code>>,
}

impl Code {
    pub(super) fn parse(text: &str) -> syn::Result<Self> {
        let mut code = Self::default();
        code.visit_file(&syn::parse_file(text)?);
        Ok(code)
    }

    fn import(&mut self, prefix: &[String], tree: &UseTree) {
        let joined = |name: &syn::Ident| match name.to_string() {
            // `use a::{self}` imports `a`.
            name if name == "self" && !prefix.is_empty() => prefix.to_vec(),
            name => [prefix, &[name]].concat(),
        };
        match tree {
            UseTree::Path(path) => self.import(&joined(&path.ident), &path.tree),
            UseTree::Name(name) => {
                let path = joined(&name.ident);
                self.imports.push((path.last().cloned().unwrap_or_default(), path.clone()));
                self.paths.push(path);
            }
            UseTree::Rename(rename) => {
                let path = joined(&rename.ident);
                self.imports.push((rename.rename.to_string(), path.clone()));
                self.paths.push(path);
            }
            UseTree::Glob(_) => self.globs.push(prefix.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(prefix, tree)),
        }
    }

    /// The paths in a macro's tokens: names with `::` between them.
    fn scan(&mut self, tokens: TokenStream) {
        let (mut path, mut colons) = (Path::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 => path.push(name.to_string()),
                TokenTree::Ident(name) => {
                    self.paths.push(std::mem::replace(&mut path, vec![name.to_string()]));
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => {
                    self.scan(group.stream());
                    self.paths.push(std::mem::take(&mut path));
                }
                _ => self.paths.push(std::mem::take(&mut path)),
            }
            colons = 0;
        }
        self.paths.push(path);
        self.paths.retain(|path| !path.is_empty());
    }
}

impl<'ast> Visit<'ast> for Code {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = parts(item);
        if attributes.iter().any(is_for_tests) {
            return;
        }
        match item {
            Item::Use(import) => self.import(&[], &import.tree),
            Item::Mod(module) => {
                let inside = module.content.as_ref().map(|(_, items)| {
                    let mut code = Self::default();
                    items.iter().for_each(|item| code.visit_item(item));
                    code
                });
                self.modules.insert(module.ident.to_string(), inside);
            }
            _ => {
                self.items.extend(name.map(syn::Ident::to_string));
                visit::visit_item(self, item);
            }
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !function.attrs.iter().any(is_for_tests) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        visit::visit_macro(self, called);
        self.scan(called.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        visit::visit_meta_list(self, list);
        self.scan(list.tokens.clone());
    }
}

/// Whether it is `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_for_tests(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    let condition = list.tokens.to_string().replace(' ', "");
    list.path.is_ident("cfg") && (condition == "test" || condition.starts_with("all(test,"))
}

fn parts(item: &Item) -> (&[Attribute], Option<&syn::Ident>) {
    match item {
        Item::Const(item) => (&item.attrs, Some(&item.ident)),
        Item::Enum(item) => (&item.attrs, Some(&item.ident)),
        Item::ExternCrate(item) => (&item.attrs, Some(&item.ident)),
        Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
        Item::ForeignMod(item) => (&item.attrs, None),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
        Item::Mod(item) => (&item.attrs, None),
        Item::Static(item) => (&item.attrs, Some(&item.ident)),
        Item::Struct(item) => (&item.attrs, Some(&item.ident)),
        Item::Trait(item) => (&item.attrs, Some(&item.ident)),
        Item::TraitAlias(item) => (&item.attrs, Some(&item.ident)),
        Item::Type(item) => (&item.attrs, Some(&item.ident)),
        Item::Union(item) => (&item.attrs, Some(&item.ident)),
        Item::Use(item) => (&item.attrs, None),
        _ => panic!("an unknown kind of item"),
    }
}
