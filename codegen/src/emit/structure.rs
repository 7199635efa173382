//! Structs: their fields, and the functions that create and change those of requests and topics.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::rust::{Imports, docs, ident};
use crate::ir::{Constructor, Docs, Parameter, ParameterKind, Preset};

/// A field of a struct.
pub(super) struct StructField<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its docs and other attributes, if it is public.
    pub(super) public: Option<TokenStream>,
    /// Its type.
    pub(super) ty: TokenStream,
}

/// A struct. `attributes` are its docs, derives and other attributes.
pub(super) fn structure(
    name: &str,
    attributes: &TokenStream,
    fields: &[StructField<'_>],
) -> TokenStream {
    let name = ident(name);
    let fields = fields.iter().map(|field| {
        let (name, ty) = (ident(field.name), &field.ty);
        match &field.public {
            Some(attributes) => quote!(#attributes pub #name: #ty),
            None => quote!(#name: #ty),
        }
    });
    quote! {
        #attributes
        pub struct #name { #(#fields),* }
    }
}

/// A struct whose fields are parameters: a request or a topic.
pub(super) struct ParameterStruct<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its docs.
    pub(super) docs: Docs,
    /// What it is called in docs: `request`.
    pub(super) noun: &'static str,
    /// The note for `#[must_use]`.
    pub(super) must_use: &'static str,
    /// Its parameters. Those with a constant value are no fields.
    pub(super) parameters: &'a [Parameter],
    /// Constructors in addition to `new`.
    pub(super) constructors: &'a [Constructor],
}

impl ParameterStruct<'_> {
    /// The struct, and the `impl` with its constructors and setters.
    pub(super) fn emit(&self, imports: &mut Imports) -> [TokenStream; 2] {
        let inputs: Vec<Input<'_>> = self
            .parameters
            .iter()
            .filter_map(|parameter| Input::of(parameter, imports))
            .collect();
        let is_default = inputs.iter().all(|input| input.parameter.optional);
        let default = is_default.then(|| quote!(Default,));
        let (about, must_use) = (docs(&self.docs), self.must_use);
        let attributes = quote! {
            #about
            #[derive(Debug, Clone, #default PartialEq, Eq, Hash)]
            #[must_use = #must_use]
        };
        let fields: Vec<StructField<'_>> = inputs.iter().map(Input::field).collect();
        let new = self.new_function(&inputs);
        let constructors = self
            .constructors
            .iter()
            .map(|constructor| self::constructor(constructor, &inputs, imports));
        let constructors: Vec<TokenStream> = constructors.collect();
        let setters = inputs
            .iter()
            .filter(|input| input.parameter.optional)
            .map(Input::setter);
        let name = ident(self.name);
        let inherent = quote! {
            impl #name {
                #new
                #(#constructors)*
                #(#setters)*
            }
        };
        [structure(self.name, &attributes, &fields), inherent]
    }

    /// The constructor that takes the required parameters.
    fn new_function(&self, inputs: &[Input<'_>]) -> TokenStream {
        let required = || inputs.iter().filter(|input| !input.parameter.optional);
        let arguments = required().map(Input::argument);
        let values = inputs.iter().map(|input| {
            let name = ident(&input.parameter.name);
            if input.parameter.optional {
                quote!(#name: None)
            } else if input.conversion == Conversion::None {
                quote!(#name)
            } else {
                let value = input.value();
                quote!(#name: #value)
            }
        });
        let about = docs(&self.new_docs(required()));
        quote! {
            #about
            pub fn new(#(#arguments),*) -> Self { Self { #(#values),* } }
        }
    }

    fn new_docs<'i>(&self, required: impl Iterator<Item = &'i Input<'i>>) -> Docs {
        let (mut lines, mut aliases) = (Vec::new(), Vec::new());
        for input in required {
            lines.push(input.line());
            aliases.extend(input.parameter.docs.aliases.clone());
        }
        let noun = self.noun;
        let paragraphs = if lines.is_empty() {
            vec![format!("Creates the {noun}.")]
        } else {
            vec![
                format!("Creates the {noun} with its required parameters."),
                lines.join("\n"),
            ]
        };
        Docs {
            paragraphs,
            aliases,
            ..Docs::default()
        }
    }
}

/// How a function makes the value of a field from its argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conversion {
    /// The argument is the value.
    None,
    /// By `Into`.
    Into,
    /// By collecting the items of an iterator.
    Collect,
    /// Likewise, each converted by `Into`.
    CollectInto,
}

/// A parameter that is a field.
struct Input<'a> {
    parameter: &'a Parameter,
    /// The type of a value. That of the field is an `Option` of it if the parameter is optional.
    value: TokenStream,
    /// The type of an argument.
    argument: TokenStream,
    conversion: Conversion,
}

impl<'a> Input<'a> {
    /// The field of a parameter. `None` if its value is constant.
    fn of(parameter: &'a Parameter, imports: &mut Imports) -> Option<Self> {
        let (value, argument, conversion) = match &parameter.kind {
            ParameterKind::Choice(rust) | ParameterKind::Value { rust, .. } => {
                let ty = imports.ty(rust);
                if parameter.is_converted {
                    (ty.clone(), quote!(impl Into<#ty>), Conversion::Into)
                } else {
                    (ty.clone(), ty, Conversion::None)
                }
            }
            ParameterKind::Json(item) | ParameterKind::Requests(item) => {
                let item = imports.ty(item);
                let (items, conversion) = if parameter.is_converted {
                    (quote!(impl Into<#item>), Conversion::CollectInto)
                } else {
                    (item.clone(), Conversion::Collect)
                };
                (
                    quote!(Vec<#item>),
                    quote!(impl IntoIterator<Item = #items>),
                    conversion,
                )
            }
            ParameterKind::Constant(_) => return None,
        };
        Some(Self {
            parameter,
            value,
            argument,
            conversion,
        })
    }

    fn field(&self) -> StructField<'a> {
        let ty = &self.value;
        StructField {
            name: &self.parameter.name,
            public: None,
            ty: if self.parameter.optional {
                quote!(Option<#ty>)
            } else {
                ty.clone()
            },
        }
    }

    /// The line in the docs of a function that takes it.
    fn line(&self) -> String {
        let sentences = self.parameter.docs.paragraphs.join(" ");
        format!("- `{}`: {sentences}", self.parameter.name)
    }

    /// The argument of a function.
    fn argument(&self) -> TokenStream {
        let (name, ty) = (ident(&self.parameter.name), &self.argument);
        quote!(#name: #ty)
    }

    /// The expression that makes the value from the argument.
    fn value(&self) -> TokenStream {
        let name = ident(&self.parameter.name);
        match self.conversion {
            Conversion::None => quote!(#name),
            Conversion::Into => quote!(#name.into()),
            Conversion::Collect => quote!(#name.into_iter().collect()),
            Conversion::CollectInto => quote!(#name.into_iter().map(Into::into).collect()),
        }
    }

    fn setter(&self) -> TokenStream {
        let (name, about) = (ident(&self.parameter.name), docs(&self.parameter.docs));
        let (argument, value) = (self.argument(), self.value());
        quote! {
            #about
            pub fn #name(mut self, #argument) -> Self {
                self.#name = Some(#value);
                self
            }
        }
    }
}

/// A constructor in addition to `new`, which it calls.
fn constructor(
    constructor: &Constructor,
    inputs: &[Input<'_>],
    imports: &mut Imports,
) -> TokenStream {
    let taken: Vec<&Input<'_>> = constructor
        .takes
        .iter()
        .filter_map(|name| inputs.iter().find(|input| input.parameter.name == *name))
        .collect();
    let arguments = taken.iter().map(|input| input.argument());
    let mut docs = constructor.docs.clone();
    if !taken.is_empty() {
        let lines: Vec<String> = taken.iter().map(|input| input.line()).collect();
        docs.paragraphs.push(lines.join("\n"));
    }
    let (mut required, mut optional) = (Vec::new(), Vec::new());
    for input in inputs {
        let name = ident(&input.parameter.name);
        let preset = constructor
            .sets
            .iter()
            .find(|set| set.field == input.parameter.name);
        let value = if constructor.takes.contains(&input.parameter.name) {
            // `new` converts its arguments itself.
            if input.parameter.optional {
                input.value()
            } else {
                quote!(#name)
            }
        } else if let Some(preset) = preset {
            self::preset(&preset.value, imports)
        } else {
            continue;
        };
        if input.parameter.optional {
            optional.push(quote!(#name: Some(#value)));
        } else {
            required.push(value);
        }
    }
    let new = quote!(Self::new(#(#required),*));
    let body = if optional.is_empty() {
        new
    } else {
        quote!(Self { #(#optional,)* ..#new })
    };
    let (name, about) = (ident(&constructor.name), super::rust::docs(&docs));
    quote! {
        #about
        pub fn #name(#(#arguments),*) -> Self { #body }
    }
}

fn preset(value: &Preset, imports: &mut Imports) -> TokenStream {
    match value {
        Preset::Variant(rust, variant) => {
            let (ty, variant) = (imports.ty(rust), ident(variant));
            quote!(#ty::#variant)
        }
        Preset::Flag(flag) => quote!(#flag),
        Preset::Integer(value) => {
            let value = Literal::i64_unsuffixed(*value);
            quote!(#value)
        }
        Preset::Text(rust, text) => {
            let ty = imports.ty(rust);
            quote!(#ty::from(#text))
        }
    }
}
