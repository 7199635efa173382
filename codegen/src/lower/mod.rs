//! The spec to what the Rust will contain. Cannot fail: whatever could go wrong was caught by a check.

mod docs;
mod entries;
mod example;
mod lookup;
mod overview;
mod secrets;
mod topic;
mod values;

use heck::ToUpperCamelCase;

use crate::{
    check::{Described, Scope, described},
    ir::{
        Api, Choice, ChoiceIds, ChoiceMember, Constructor, Docs, Enumeration, Item, Member, Module,
        Parameter, ParameterKind, Preset, Product, Record, Request, RequestWeight, Rust, Sent,
        Tagged, Value, Wire,
    },
    spec::{self, Base, Field, Form, Shape, Spec, Type, TypeDef, TypeFile, Weight},
};

/// Decides everything.
pub fn lower(spec: &Spec) -> Api {
    let mut lowering = Lowering {
        spec,
        api: Api::default(),
    };
    for file in &spec.types {
        lowering.type_file(None, "types", file);
    }
    for product in &spec.products {
        for file in &product.types {
            lowering.type_file(Some(product), &format!("{}/types", product.id), file);
        }
        for file in described(product) {
            lowering.file(product, &file);
        }
        lowering.product(product);
    }
    lowering.api
}

struct Lowering<'a> {
    spec: &'a Spec,
    api: Api,
}

impl<'a> Lowering<'a> {
    fn type_file(&mut self, product: Option<&'a spec::Product>, folder: &str, file: &'a TypeFile) {
        let scope = Scope {
            spec: self.spec,
            product,
            own: &[],
        };
        let items = file
            .types
            .iter()
            .map(|def| self.definition(&scope, &file.path, def))
            .collect();
        let path = format!("{folder}/{}", file.stem);
        self.api.modules.push(Module {
            path,
            spec: file.path.clone(),
            items,
        });
    }

    fn product(&mut self, product: &spec::Product) {
        let user_events = product.user_events.iter().filter_map(|event| {
            let name = match &event.event.as_ref()?.base {
                Base::Name(name) => name.clone(),
                _ => return None,
            };
            Some((event.event_type.value.clone(), name))
        });
        self.api.products.push(Product {
            id: product.id.clone(),
            spec: product.path.clone(),
            name: product.name.value.clone(),
            about: product.about.clone(),
            hosts: product.hosts.clone(),
            title: product.title.clone(),
            rate_limits: self.rate_limits(product),
            server_time: product.server_time.as_ref().and_then(|(request, field)| {
                let operation = product.operation(&request.value)?;
                let scope = Scope::of_head(self.spec, product, &operation.head);
                let field = record_fields(&scope, operation.response.as_ref()?)?
                    .iter()
                    .find(|known| known.wire.value == field.value)?;
                Some((operation.head.name.value.clone(), field.name.clone()))
            }),
            recv_window: product.recv_window,
            secrets: secrets::names(self.spec, product),
            user_events: user_events.collect(),
            overview: overview::overview(product),
            any_topic: topic::any_topic(product),
            errors: self.errors_of(&product.id).cloned().collect(),
            borrowed_errors: match &product.errors_of {
                Some(other) => self
                    .errors_of(&other.value)
                    .filter(|error| {
                        self.errors_of(&product.id)
                            .all(|own| own.code != error.code)
                    })
                    .cloned()
                    .collect(),
                None => Vec::new(),
            },
        });
    }

    /// The limits of a product: its own, and the shared ones of the product that it names.
    fn rate_limits(&self, product: &spec::Product) -> Vec<spec::RateLimit> {
        let lender = product.limits_of.as_ref().and_then(|other| {
            let mut products = self.spec.products.iter();
            products.find(|product| product.id == other.value)
        });
        let shared = lender
            .iter()
            .flat_map(|lender| &lender.rate_limits)
            .filter(|limit| limit.shared);
        shared.chain(&product.rate_limits).cloned().collect()
    }

    fn errors_of(&self, product: &str) -> impl Iterator<Item = &'a spec::ErrorCode> {
        self.spec
            .errors
            .iter()
            .filter(move |error| error.holds_in(product))
    }

    fn file(&mut self, product: &'a spec::Product, file: &Described<'a>) {
        let head = file.head();
        let scope = Scope::of_head(self.spec, product, head);
        let mut items = match file {
            Described::Operation(operation) => {
                vec![Item::Request(Box::new(
                    self.request(&scope, product, operation),
                ))]
            }
            Described::Topic(topic) => {
                vec![Item::Topic(Box::new(self.topic(&scope, product, topic)))]
            }
            Described::UserEvent(_) => Vec::new(),
        };
        items.extend(
            head.types
                .iter()
                .map(|def| self.definition(&scope, &head.path, def)),
        );
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
        self.api.entries.push(entries::entry(&scope, product, file));
    }

    fn request(
        &mut self,
        scope: &Scope<'a>,
        product: &'a spec::Product,
        operation: &'a spec::Operation,
    ) -> Request {
        let head = &operation.head;
        let parameters: Vec<Parameter> = operation
            .parameters
            .iter()
            .map(|parameter| self.parameter(scope, &head.path, parameter))
            .collect();
        let field = |wire: &str| {
            let found = operation
                .parameters
                .iter()
                .find(|parameter| parameter.field.wire.value == wire);
            found.map(|parameter| (parameter.field.name.clone(), parameter))
        };
        let weight = match &operation.weight {
            Weight::Fixed(weight) => RequestWeight::Fixed(*weight),
            Weight::Unknown => RequestWeight::Fixed(1),
            Weight::ByPresence { by, given, absent } => {
                let (field, chosen) = match field(&by.value) {
                    Some((name, _)) => (name, None),
                    None => values::chosen(scope, operation, &by.value).unwrap_or_default(),
                };
                RequestWeight::ByPresence {
                    field,
                    chosen,
                    given: *given,
                    absent: *absent,
                }
            }
            Weight::Steps { by, steps, absent } => {
                let (name, parameter) = field(&by.value).unzip();
                RequestWeight::Steps {
                    field: name.unwrap_or_default(),
                    optional: parameter.is_some_and(|parameter| parameter.field.optional),
                    default: parameter
                        .and_then(|parameter| parameter.default.as_ref()?.value.parse().ok()),
                    absent: *absent,
                    steps: steps.clone(),
                }
            }
        };
        let response = operation
            .response
            .as_ref()
            .map_or_else(empty, |ty| values::value(scope, ty));
        Request {
            name: head.name.value.clone(),
            product: product.name.value.clone(),
            product_id: product.id.clone(),
            docs: docs::operation(operation, &response.rust),
            rest: operation
                .rest
                .as_ref()
                .map(|call| (call.method, call.path.value.clone())),
            ws_method: operation.ws_api.as_ref().map(|method| method.value.clone()),
            security: operation.security,
            repeatable: operation.repeatable,
            is_read_only: operation.is_read_only(),
            bucket: operation
                .bucket
                .as_ref()
                .map(|bucket| bucket.value.clone())
                .unwrap_or_default(),
            cost: operation.cost,
            lookup: lookup::lookup(scope, product, operation),
            weight,
            constructors: operation
                .constructors
                .iter()
                .map(|constructor| constructor_of(scope, operation, constructor))
                .collect(),
            example: example::call(scope, product, operation),
            answer: response,
            parameters,
        }
    }

    fn parameter(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        parameter: &spec::Parameter,
    ) -> Parameter {
        let field = &parameter.field;
        let members = scope.choice(field);
        let kind = match &field.ty.base {
            Base::Constant(value) => ParameterKind::Constant(value.clone()),
            Base::Json(inner) => match &inner.base {
                Base::List(item) => match &item.base {
                    Base::Request(id) => ParameterKind::Requests(values::request(scope, id)),
                    _ => ParameterKind::Json(values::rust(scope, item)),
                },
                _ => ParameterKind::Json(values::rust(scope, inner)),
            },
            Base::Name(_) if members.is_some() => {
                ParameterKind::Choice(values::rust(scope, &field.ty))
            }
            _ => ParameterKind::Value {
                rust: values::rust(scope, &field.ty),
                as_text: sent_as_text(&field.ty),
            },
        };
        let sentence = field.about.clone().or_else(|| {
            self.spec
                .vocabulary
                .parameter(&field.name)
                .map(str::to_owned)
        });
        let needs_none = matches!(kind, ParameterKind::Constant(_));
        let sentence = sentence.or_else(|| match &field.ty.base {
            Base::Name(name) => scope
                .resolve(name)
                .and_then(|found| Some(found.def.about.as_ref()?.value.clone())),
            _ => None,
        });
        if sentence.is_none() && !needs_none {
            self.api
                .undocumented
                .push(format!("{file}: {}", field.wire.value));
        }
        Parameter {
            sent_as: members
                .unwrap_or(std::slice::from_ref(field))
                .iter()
                .map(|sent| sent.wire.value.clone())
                .collect(),
            wire: field.wire.value.clone(),
            name: field.name.clone(),
            docs: docs::parameter(parameter, sentence),
            optional: field.optional,
            kind,
            is_converted: members.is_some()
                || values::is_converted(scope, field.ty.json_items().unwrap_or(&field.ty)),
            rules: parameter.rules.clone(),
            generated: parameter.generated,
            choice_ids: members.and_then(|members| choice_ids(scope, field, members)),
        }
    }

    fn definition(&mut self, scope: &Scope<'a>, file: &str, def: &'a TypeDef) -> Item {
        let name = def.name.value.clone();
        let docs = Docs {
            paragraphs: vec![docs::type_sentence(def)],
            ..Docs::default()
        };
        match &def.shape {
            Shape::Enum { numbers, values } => Item::Enumeration(Enumeration {
                name,
                docs,
                numbers: *numbers,
                values: values
                    .iter()
                    .map(|value| {
                        let docs = docs::enum_value(value);
                        (value.wire.value.clone(), value.name.clone(), docs)
                    })
                    .collect(),
            }),
            Shape::Record(fields) => Item::Record(self.record(scope, file, name, docs, fields)),
            Shape::Row(columns) => Item::Row(self.record(scope, file, name, docs, columns)),
            Shape::Tagged { tag, cases } => Item::Tagged(Tagged {
                name,
                docs,
                tag: tag.value.clone(),
                cases: cases
                    .iter()
                    .map(|case| {
                        let sentence = docs::case_sentence(&tag.value, case);
                        let docs = Docs {
                            paragraphs: vec![sentence],
                            ..Docs::default()
                        };
                        let mut record =
                            self.record(scope, file, case.name.clone(), docs, &case.fields);
                        record.constant = Some((tag.value.clone(), case.wire.value.clone()));
                        (case.wire.value.clone(), record)
                    })
                    .collect(),
            }),
            Shape::Choice(members) => Item::Choice(Choice {
                name,
                docs,
                members: members
                    .iter()
                    .map(|member| {
                        let sentence = self.member_sentence(scope, file, member);
                        ChoiceMember {
                            wire: member.wire.value.clone(),
                            name: member.name.to_upper_camel_case(),
                            docs: docs::member(member, sentence),
                            rust: match &member.ty.base {
                                Base::Json(list) => values::rust(scope, list),
                                _ => values::rust(scope, &member.ty),
                            },
                            sent: match &member.ty.base {
                                Base::Json(_) => Sent::Json,
                                _ if sent_as_text(&member.ty) => Sent::Text,
                                _ => Sent::Plain,
                            },
                        }
                    })
                    .collect(),
            }),
        }
    }

    /// A member's own sentence, else the vocabulary's, else that of its type.
    fn member_sentence(&mut self, scope: &Scope<'a>, file: &str, field: &Field) -> Option<String> {
        let of_type = |ty: &Type| match item_of(ty) {
            Base::Name(name) => scope
                .resolve(name)
                .and_then(|found| Some(found.def.about.as_ref()?.value.clone())),
            _ => None,
        };
        let sentence = field
            .about
            .clone()
            .or_else(|| self.spec.vocabulary.member(&field.name).map(str::to_owned))
            .or_else(|| of_type(&field.ty));
        if sentence.is_none() && !matches!(field.ty.base, Base::Constant(_)) {
            self.api
                .undocumented
                .push(format!("{file}: {}", field.wire.value));
        }
        sentence
    }

    fn record(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        name: String,
        docs: Docs,
        fields: &'a [Field],
    ) -> Record {
        let mut record = Record {
            name,
            docs,
            constant: None,
            members: Vec::new(),
        };
        for field in fields {
            if let Base::Constant(value) = &field.ty.base {
                record.constant = Some((field.wire.value.clone(), value.clone()));
                continue;
            }
            let sentence = self.member_sentence(scope, file, field);
            record.members.push(Member {
                wire: field.wire.value.clone(),
                others: field.others.clone(),
                name: field.name.clone(),
                docs: docs::member(field, sentence),
                value: values::member(scope, field),
                optional: field.optional,
            });
        }
        record
    }
}

/// The fields of a record, or of the records of a list.
fn record_fields<'a>(scope: &Scope<'a>, ty: &Type) -> Option<&'a [Field]> {
    match item_of(ty) {
        Base::Name(name) => match &scope.resolve(name)?.def.shape {
            Shape::Record(fields) => Some(fields),
            _ => None,
        },
        _ => None,
    }
}

fn empty() -> Value {
    Value {
        rust: Rust::Scalar("Empty".to_owned()),
        wire: Wire::Plain,
    }
}

/// What a list is made of; anything else is made of itself.
fn item_of(ty: &Type) -> &Base {
    match &ty.base {
        Base::List(item) | Base::OneOrMany(item) | Base::OrError(item) => item_of(item),
        other => other,
    }
}

/// The member of a choice that is a client order id, or a list of them.
fn choice_ids(scope: &Scope<'_>, field: &Field, members: &[Field]) -> Option<ChoiceIds> {
    let is_id = |base: &Base| matches!(base, Base::Name(name) if name == "ClientOrderId");
    members.iter().find_map(|member| {
        let (choice, variant) = (
            values::rust(scope, &field.ty),
            member.name.to_upper_camel_case(),
        );
        match &member.ty.base {
            base if is_id(base) => Some(ChoiceIds::One(choice, variant)),
            Base::Json(list) if is_id(item_of(list)) => Some(ChoiceIds::Many(choice, variant)),
            _ => None,
        }
    })
}

/// Whether a number or flag is sent in quotes.
fn sent_as_text(ty: &Type) -> bool {
    matches!(ty.form, Some((Form::Text, _)))
}

fn constructor_of(
    scope: &Scope<'_>,
    operation: &spec::Operation,
    constructor: &spec::Constructor,
) -> Constructor {
    let find = |wire: &str| {
        operation
            .parameters
            .iter()
            .find(|parameter| parameter.field.wire.value == wire)
    };
    let sets = constructor.sets.iter().filter_map(|(target, value)| {
        let field = &find(&target.value)?.field;
        Some((field.name.clone(), preset(scope, &field.ty, &value.value)))
    });
    let takes = constructor
        .takes
        .iter()
        .filter_map(|name| Some(find(&name.value)?.field.name.clone()));
    Constructor {
        name: constructor.name.value.clone(),
        docs: docs::constructor(constructor),
        sets: sets.collect(),
        takes: takes.collect(),
    }
}

fn preset(scope: &Scope<'_>, ty: &Type, value: &str) -> Preset {
    let rust = values::rust(scope, ty);
    if let Base::Name(name) = &ty.base
        && let Some(Shape::Enum { values, .. }) = scope.resolve(name).map(|found| &found.def.shape)
        && let Some(variant) = values.iter().find(|variant| variant.wire.value == value)
    {
        return Preset::Variant(rust, variant.name.clone());
    }
    match (&ty.base, value.parse()) {
        (Base::Name(name), _) if name == "bool" => Preset::Flag(value == "true"),
        (Base::Name(name), Ok(integer)) if spec::types::is_integer(name) => {
            Preset::Integer(integer)
        }
        _ => Preset::Text(rust, value.to_owned()),
    }
}
