//! Decides what the Rust of a spec contains: names, types, codecs and docs.

mod docs;
mod entries;
mod error;
mod errors;
mod example;
mod lookup;
mod overview;
mod parameter;
mod product;
mod request;
mod secrets;
mod topic;
mod types;
mod values;

pub use error::InternalError;
use error::Result;

use crate::{
    check::{Scope, SpecItem, items},
    ir::{Api, Item, Module},
    spec::{Base, Product, Spec, TypeFile},
};

/// Decides everything. The spec must have no problems.
///
/// # Errors
/// Something is missing that a spec without problems has. This is a bug of the generator.
pub fn lower(spec: &Spec) -> std::result::Result<Api, InternalError> {
    let mut lowering = Lowering {
        spec,
        api: Api {
            messages: spec.messages.clone(),
            codes: errors::common(spec),
            ..Api::default()
        },
    };
    for file in &spec.types {
        lowering.type_file(None, "types", file)?;
    }
    for product in &spec.products {
        for file in &product.types {
            lowering.type_file(Some(product), &format!("{}/types", product.id), file)?;
        }
        for file in items(product) {
            lowering
                .file(product, &file)
                .map_err(|error| error.in_file(&file.head().path))?;
        }
        let lowered = product::product(spec, product, &lowering.api.codes);
        let lowered = lowered.map_err(|error| error.in_file(&product.path))?;
        lowering.api.products.push(lowered);
    }
    Ok(lowering.api)
}

struct Lowering<'a> {
    spec: &'a Spec,
    api: Api,
}

impl<'a> Lowering<'a> {
    fn type_file(
        &mut self,
        product: Option<&'a Product>,
        folder: &str,
        file: &'a TypeFile,
    ) -> Result<()> {
        let scope = Scope {
            spec: self.spec,
            product,
            file_types: &[],
        };
        let items: Result<Vec<Item>> = file
            .types
            .iter()
            .map(|def| self.definition(&scope, &file.path, def))
            .collect();
        self.api.modules.push(Module {
            path: format!("{folder}/{}", file.stem),
            spec: file.path.clone(),
            items: items.map_err(|error| error.in_file(&file.path))?,
        });
        Ok(())
    }

    fn file(&mut self, product: &'a Product, file: &SpecItem<'a>) -> Result<()> {
        let head = file.head();
        let scope = Scope::of_head(self.spec, product, head);
        let mut items = match file {
            SpecItem::Operation(operation) => {
                let request = self.request(&scope, product, operation)?;
                vec![Item::Request(Box::new(request))]
            }
            SpecItem::Topic(topic) => {
                let topic = self.topic(&scope, product, topic)?;
                vec![Item::Topic(Box::new(topic))]
            }
            SpecItem::UserEvent(_) => Vec::new(),
        };
        for def in &head.types {
            let mut item = self.definition(&scope, &head.path, def)?;
            if let (SpecItem::UserEvent(event), Item::Record(record)) = (file, &mut item)
                && matches!(&event.event.base, Base::Name(name) if *name == record.name)
            {
                record.docs = docs::user_event(event, docs::type_sentence(def));
            }
            items.push(item);
        }
        let path = head
            .path
            .trim_start_matches("spec/")
            .trim_end_matches(".yaml")
            .to_owned();
        self.api.modules.push(Module {
            path,
            spec: head.path.clone(),
            items,
        });
        self.api
            .entries
            .push(entries::entry(&scope, product, file)?);
        Ok(())
    }
}
