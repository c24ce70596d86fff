package dsl

import "plimsoll/dsl/language"

// Explain says what a topic means: a block (stress), an attribute (stress.users), a field of it (stress.users.from), an
// attribute wherever it stands (users), what stands in a block (desired.alarm, track.cpu), a fact (latency.p95), a name or a
// function of expressions (uuid). A topic with several meanings is explained in each of them. An unknown one is an error
// that says what may have been meant.
func Explain(topic string) (string, error) { return language.Explain(topic) }

// Topics lists what Explain can be asked about, sorted: blocks, their attributes, facts, names and functions.
func Topics() []string { return language.Topics() }

// Reference is the language reference in Markdown, made from the tables of the language, the facts and the expressions.
func Reference() []byte { return language.Markdown() }
