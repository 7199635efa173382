//! Every REST operation by a line of text for each size: what it writes, what it weighs, and what an exchange answers to it.
//!
//! A line of `requests.txt` is product, request, size, verb, and path with query as the exchange documents them. `full` gives every
//! parameter and of a choice the first, `smallest` what must be given and no more, `other` the same with a choice's second.

#[cfg(test)]
mod fates;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod served;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod weights;
