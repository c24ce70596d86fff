package fleet

import "strings"

// edit brings a document from how it is to how it is desired, setting by setting, and notes what differs. A setting that is
// right already keeps the spelling that AWS gave it, so that a document as desired comes out unchanged.
type edit struct {
	before, after Document
	label         string // in front of the names of its fields; "" of what a service has but one of
	fields        []Field
	shrinks       bool
}

// edited begins an edit. What is not there begins as base, whose settings say which resource it is.
func edited(label string, before, base Document) *edit {
	e := &edit{before: before, after: before.Clone(), label: label}
	if before == nil {
		e.after = base.Clone()
	}
	return e
}

// identify sets what says which thing a setting is about. Of what is to be made, it is not worth telling.
func (e *edit) identify(field string, value any, at ...string) {
	if e.before == nil {
		e.after.put(value, at...)
		return
	}
	e.set(field, "", value, at...)
}

// made tells of a resource that is to be made in one field: its name, and what it is set to.
func (e *edit) made(what, name string) {
	if e.before != nil {
		return
	}
	words := make([]string, len(e.fields))
	for i, f := range e.fields {
		words[i] = strings.TrimSpace(strings.TrimPrefix(f.Name, e.label)) + " " + f.After
	}
	e.fields = []Field{{what, "", Line(name + ": " + strings.Join(words, ", "))}}
}

// set makes a setting what it should be. The unit is for people.
func (e *edit) set(field, unit string, value any, at ...string) {
	now := e.after.at(at...)
	if same(now, value) {
		return
	}
	e.after.put(value, at...)
	e.note(field, shown(now, unit), shown(value, unit))
}

// size sets a number that shrinks the service where it is less than before.
func (e *edit) size(field, unit string, value any, at ...string) {
	now, known := number(e.after.at(at...))
	next, _ := number(value)
	e.set(field, unit, value, at...)
	e.shrinks = e.shrinks || known && next < now
}

// orDefault is set, where AWS takes a setting that is not there for a default.
func (e *edit) orDefault(field, unit string, value, otherwise any, at ...string) {
	if e.before != nil && e.after.at(at...) == nil && same(value, otherwise) {
		return
	}
	e.set(field, unit, value, at...)
}

// unset takes away what would contradict a setting.
func (e *edit) unset(names ...string) {
	for _, name := range names {
		delete(e.after, name)
	}
}

func (e *edit) note(field, before, after string) {
	name := strings.TrimSpace(e.label + " " + field)
	e.fields = append(e.fields, Field{name, before, after})
}
