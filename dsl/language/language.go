// Package language describes the language of plans: every block, attribute and function, each once. The loader, its
// suggestions, the explanations and the reference are all driven by these tables. It does no I/O.
package language

import "slices"

// Type is what an attribute takes.
type Type uint8

// The types of attributes.
const (
	Any         Type = iota
	Bool             // true or false
	Number           // a number, in the unit of its attribute
	Count            // a whole number
	Duration         // text such as "10s" or "2m30s"
	Percent          // text such as "75%"
	Rate             // text such as "200/s", "50/m" or "10/h"
	Size             // text such as "10MB", or a number of bytes
	Date             // text such as "2026-11-02"
	Constant         // text that is fixed when the plan is loaded
	Constants        // a list of them, or one
	Choice           // one of Values
	File             // a path, relative to the file that names it
	Text             // may hold {{ … }}, evaluated while the plan runs
	Texts            // an object of texts
	JSON             // any value; the strings in it are texts
	Expression       // evaluated while the plan runs
	Expressions      // a list of them, or one
	Named            // an object of expressions
	Reference        // a block named as in service.chat; Values says which kinds
	References       // a list of them, or one
	Object           // an object of Fields
	Durations        // a list of two durations, the shorter first
	Rows             // a list of objects with equal names
	Counts           // a list of whole numbers, or one; or one of Values
	Pairs            // an object of constant texts
	Percents         // a list of percentages, or one
)

var typeNames = [...]string{
	"any value", "true or false", "number", "whole number", "duration", "percentage", "rate", "size", "date", "constant text",
	"constant texts", "choice", "file", "text", "object of texts", "JSON", "expression", "expressions", "object of expressions",
	"reference", "references", "object", "two durations", "rows", "whole numbers", "object of constant texts", "percentages",
}

func (t Type) String() string { return typeNames[t] }

// Attribute is one name = value of a block, or of an object.
type Attribute struct {
	Name     string
	Type     Type
	Values   []string // of a Choice, what may stand in place of Counts, or the kinds of block that a Reference may name
	Fields   []Attribute
	Unit     string
	Min, Max float64 // of numbers, both included; Max 0 is no maximum
	Default  string  // as a plan would write it; "" is none
	Required bool
	Doc      string
	Example  string // one line that could stand in a plan
}

// Block is one kind of block.
type Block struct {
	Name       string
	Label      string   // what the label after the name is; "" where none may stand
	Labels     []string // the only ones that may stand; nil: any
	Unlabelled bool     // the label may be left out
	Single     bool     // may stand only once in its place
	Doc        string
	Example    string
	Attributes []Attribute
	Meant      map[string]string // attributes by other names that people give them
	Free       bool              // any attribute may stand in it, as in locals
	Blocks     []string          // that may stand in it
	Later      []string          // blocks and attributes that this version does not support yet
}

// Attribute finds an attribute by name.
func (b *Block) Attribute(name string) (*Attribute, bool) { return find(b.Attributes, name) }

// Field finds a field of an object by name.
func (a *Attribute) Field(name string) (*Attribute, bool) { return find(a.Fields, name) }

// Holds reports whether a block of that name may stand in b.
func (b *Block) Holds(name string) bool { return slices.Contains(b.Blocks, name) }

// AttributeNames lists the names of the attributes.
func (b *Block) AttributeNames() []string { return names(b.Attributes) }

func find(all []Attribute, name string) (*Attribute, bool) {
	for i := range all {
		if all[i].Name == name {
			return &all[i], true
		}
	}
	return nil, false
}

func names(all []Attribute) []string {
	found := make([]string, len(all))
	for i, a := range all {
		found[i] = a.Name
	}
	return found
}
