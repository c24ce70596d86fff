package fleet

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// at is the value at a path of names; nil where there is none.
func (d Document) at(path ...string) any {
	var value any = map[string]any(d)
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

// put sets the value at a path of names, making the objects on its way.
func (d Document) put(value any, path ...string) {
	object := map[string]any(d)
	for _, name := range path[:len(path)-1] {
		inner, ok := object[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[name] = inner
		}
		object = inner
	}
	object[path[len(path)-1]] = plain(value)
}

// text is the string at a path; "" where there is none.
func (d Document) text(path ...string) string {
	text, _ := d.at(path...).(string)
	return text
}

// list is the list at a path.
func (d Document) list(path ...string) []any {
	list, _ := d.at(path...).([]any)
	return list
}

// objects are the objects in a list. They are the document's own.
func objects(list []any) []Document {
	var all []Document
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}

// plain is a value as a parsed document has it.
func plain(value any) any {
	return Document{"": value}.Clone()[""]
}

// same compares two values of documents: numbers by what they are, whichever way they are written.
func same(a, b any) bool { return samePlain(plain(a), plain(b)) }

func samePlain(a, b any) bool {
	if x, ok := a.(json.Number); ok {
		y, ok := b.(json.Number)
		return ok && sameNumber(x, y)
	}
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, samePlain)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, samePlain)
	}
	return a == b
}

func sameNumber(a, b json.Number) bool {
	x, errX := a.Float64()
	y, errY := b.Float64()
	return a == b || errX == nil && errY == nil && x == y
}

// number reads a number, or a text that is one.
func number(value any) (float64, bool) {
	f, err := strconv.ParseFloat(fmt.Sprint(plain(value)), 64)
	return f, err == nil
}

// shown is a value as people read it.
func shown(value any, unit string) string {
	switch v := plain(value).(type) {
	case nil:
		return ""
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return Line(v.String())
		}
		return strconv.FormatFloat(f, 'f', -1, 64) + unit
	case string:
		return Line(v) + unit
	case []any:
		texts := make([]string, len(v))
		for i, item := range v {
			texts[i] = shown(item, unit)
		}
		return Line(strings.Join(texts, ", "))
	case map[string]any:
		if name, ok := v["Name"]; ok && len(v) == 2 {
			return Line(shown(name, "") + "=" + shown(v["Value"], "")) // a dimension
		}
		var texts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			texts = append(texts, name+"="+shown(v[name], ""))
		}
		return Line(strings.Join(texts, " "))
	default:
		return Line(fmt.Sprint(v))
	}
}

// percent is a share in percent, without what floating point adds to it.
func percent(share float64) float64 {
	p, err := strconv.ParseFloat(strconv.FormatFloat(share*100, 'g', 12, 64), 64)
	if err != nil {
		panic(err) // it was a number
	}
	return p
}
