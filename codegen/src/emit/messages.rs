//! The table of error messages that say whether a request was executed.

use proc_macro2::Literal;
use quote::quote;

use super::{Chunk, SourceFile, file, rust::ident};
use crate::{ir::Api, spec::Word};

/// `messages.rs`.
pub(super) fn emit(api: &Api) -> SourceFile {
    let rows = api.messages.iter().map(|message| {
        let begins = &message.begins.value;
        let status = match message.status {
            Some(status) => {
                let status = Literal::u16_unsuffixed(status);
                quote!(Some(#status))
            }
            None => quote!(None),
        };
        let class = ident(message.class.variant());
        quote!(KnownMessage { begins: #begins, status: #status, class: ErrorClass::#class })
    });
    let tokens = quote! {
        //! Error messages that say whether a request was executed.
        use crate::request::{ErrorClass, KnownMessage};
        pub(crate) static MESSAGES: &[KnownMessage] = &[#(#rows),*];
    };
    SourceFile {
        path: "messages.rs".to_owned(),
        text: file("spec/http.yaml", &[Chunk::Tokens(tokens)]),
    }
}
