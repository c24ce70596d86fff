package expr

import (
	"fmt"
	"reflect"
	"time"
)

// What follows is called from compiled expressions, in place of expr-lang's own access to names and members, which takes
// what is absent for nil. Each stops the evaluation by a panic with an error, as expr-lang wants it of functions that have
// no error among their results; (*Program).run returns it.

// origin is where a name's value comes from.
type origin uint8

const (
	fromVariable origin = iota
	fromCell
	fromHeader
	fromStatus
	fromBody
	fromJSON
	fromElapsed
	fromUser
	fromIteration
	fromEvent
)

// reference is a name that a program reads.
type reference struct {
	origin       origin
	slot         int    // of a variable
	name, column string // of data, or of a header
	written      string // for messages
	probing      bool   // what is absent is asked for, and no error
}

// missing stands for what is absent while a program probes.
type missing struct{}

// absent ends the probing of one path, or the evaluation.
func absent(probing bool, written, why string) any {
	if probing {
		return missing{}
	}
	panic(fmt.Errorf("%s is absent%s", written, why))
}

// read is the value of a name in the scope.
func read(scope, ref any) any {
	s, r := scope.(*Scope), ref.(*reference)
	switch r.origin {
	case fromVariable:
		if r.slot < len(s.Variables) && s.Variables[r.slot] != nil {
			return s.Variables[r.slot]
		}
		return absent(r.probing, r.written, "")
	case fromCell, fromHeader, fromEvent:
		if text, ok := r.text(s); ok {
			return text
		}
		return absent(r.probing, r.written, "")
	case fromJSON:
		v, err := s.parsed()
		if err != nil {
			return absent(r.probing, r.written, ": what was received cannot be read as such: "+err.Error())
		}
		return v
	case fromElapsed:
		return s.Elapsed.Seconds()
	case fromBody:
		return s.text()
	}
	i, _ := r.integer(s)
	return boxed(int(i))
}

// text reads a cell, a header or the type of an event.
func (r *reference) text(s *Scope) (string, bool) {
	switch {
	case r.origin == fromCell && s.Cell != nil:
		return s.Cell(r.name, r.column)
	case r.origin == fromHeader && s.Header != nil:
		return s.Header(r.name)
	case r.origin == fromEvent:
		return s.Event, true
	}
	return "", false
}

// integer reads a name that is a whole number.
func (r *reference) integer(s *Scope) (int64, bool) {
	switch r.origin {
	case fromStatus:
		return int64(s.Status), true
	case fromUser:
		return s.User, true
	case fromIteration:
		return s.Iteration, true
	}
	return 0, false
}

// boxed is an int in an interface, without an allocation for every status code.
func boxed(i int) any {
	if i >= 0 && i < len(boxes) {
		return boxes[i]
	}
	return i
}

var boxes = func() (all [600]any) {
	for i := range all {
		all[i] = i
	}
	return all
}()

// access is one step into a value: to a field or an item.
type access struct {
	key     any    // a string or an int; nil where it is computed
	written string // the path up to here
	probing bool
}

// member is the field or item of a value at a key that the expression names.
func member(base, step any) any {
	a := step.(*access)
	return a.of(base, a.key)
}

func (a *access) of(base, key any) any {
	switch base := base.(type) {
	case map[string]any:
		if name, ok := key.(string); ok {
			if v, ok := base[name]; ok {
				return v
			}
		}
		return absent(a.probing, a.written, "")
	case missing:
		return base
	case nil:
		return absent(a.probing, a.written, ": what should hold it is null")
	}
	return a.item(reflect.ValueOf(base), key)
}

// item is an item of a list; a negative index counts from its end.
func (a *access) item(list reflect.Value, key any) any {
	i, whole := index(key)
	switch {
	case list.Kind() != reflect.Slice:
		return absent(a.probing, a.written, ": what should hold it is "+describe(list.Interface()))
	case !whole:
		return absent(a.probing, a.written, ": a list has numbers, no names")
	case i < 0:
		i += list.Len()
	}
	if i < 0 || i >= list.Len() {
		return absent(a.probing, a.written, fmt.Sprintf(": the list has %d items", list.Len()))
	}
	return list.Index(i).Interface()
}

func index(key any) (int, bool) {
	switch key := key.(type) {
	case int:
		return key, true
	case float64:
		return int(key), key == float64(int(key))
	}
	return 0, false
}

// describe names the type of a value for a message.
func describe(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case int, float64:
		return "a number"
	case string:
		return "a text"
	case map[string]any:
		return "an object"
	}
	return "a list"
}

// there reports whether a probed path led to something.
func there(v any) bool { return v != missing{} }

// known is a probed value, nil where the path led nowhere.
func known(v any) any {
	if v == any(missing{}) {
		return nil
	}
	return v
}

// deadline is a comparison of elapsed with a number, decided without boxing a float64.
type deadline struct {
	operator string
	seconds  float64
}

func (d deadline) holds(elapsed time.Duration) bool {
	t := elapsed.Seconds()
	switch d.operator {
	case "<":
		return t < d.seconds
	case "<=":
		return t <= d.seconds
	case ">":
		return t > d.seconds
	}
	return t >= d.seconds
}

func within(scope, limit any) bool { return limit.(*deadline).holds(scope.(*Scope).Elapsed) }

// maxWork bounds one evaluation: rounds of all loops, and bytes of the texts that they make.
const maxWork = 16 << 20

// tick counts a round of a loop, whose value v is.
func tick(scope, v any) any {
	m := scope.(*Scope).machine
	m.work++
	if text, ok := v.(string); ok {
		m.work += len(text)
	}
	if m.work > maxWork {
		panic(fmt.Errorf("the expression loops over too much: more than %d items", maxWork))
	}
	return v
}
