package aws

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

var timeType = reflect.TypeFor[Time]()

// A field is one member of a structure, by its json tag. Those of embedded structures are the
// structure's own.
type field struct {
	name      string
	index     []int
	omitEmpty bool
}

func fieldsOf(t reflect.Type) []field {
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields = append(fields, field{name: name, index: f.Index, omitEmpty: strings.HasPrefix(options, "omit")})
	}
	return fields
}

// fill writes what a form says into the structure that into points to. What the structure lacks is
// passed over.
func fill(into any, n *formNode) error { return fillValue(reflect.ValueOf(into).Elem(), n) }

func fillValue(v reflect.Value, n *formNode) error {
	switch {
	case v.Type() == timeType:
		t, err := time.Parse(time.RFC3339, n.value)
		if err != nil {
			return fmt.Errorf("read a timestamp: %w", err)
		}
		v.Set(reflect.ValueOf(Time{t}))
		return nil
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fillValue(v.Elem(), n)
	case v.Kind() == reflect.Struct:
		return fillStruct(v, n)
	case v.Kind() == reflect.Slice:
		return fillSlice(v, n)
	}
	return fillScalar(v, n.value)
}

func fillStruct(v reflect.Value, n *formNode) error {
	for _, f := range fieldsOf(v.Type()) {
		child, ok := n.children[f.name]
		if !ok {
			continue
		}
		if err := fillValue(v.FieldByIndex(f.index), child); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func fillSlice(v reflect.Value, n *formNode) error {
	items, err := n.list("member")
	if err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if err := fillValue(v.Index(i), item); err != nil {
			return fmt.Errorf("%d: %w", i+1, err)
		}
	}
	return nil
}

func fillScalar(v reflect.Value, text string) (err error) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		var i int64
		i, err = strconv.ParseInt(text, 10, 64)
		v.SetInt(i)
	case reflect.Float64:
		var f float64
		f, err = strconv.ParseFloat(text, 64)
		v.SetFloat(f)
	default:
		err = fmt.Errorf("a %s cannot be read from a form", v.Type())
	}
	return err
}

// An xmlWriter writes Go values as elements. Lists hold members; no answer in XML holds a map.
type xmlWriter struct{ *bytes.Buffer }

func (x xmlWriter) open(name string)  { x.WriteString("<" + name + ">") }
func (x xmlWriter) close(name string) { x.WriteString("</" + name + ">") }

// element writes one value under its name.
func (x xmlWriter) element(name string, value any) {
	x.open(name)
	x.value(reflect.ValueOf(value))
	x.close(name)
}

func (x xmlWriter) value(v reflect.Value) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch {
	case !v.IsValid():
	case v.Type() == timeType:
		x.WriteString(v.Interface().(Time).UTC().Format(time.RFC3339Nano))
	case v.Kind() == reflect.Struct:
		x.structure(v)
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			x.element("member", v.Index(i).Interface())
		}
	default:
		if err := xml.EscapeText(x, []byte(fmt.Sprint(v.Interface()))); err != nil {
			panic(err) // a buffer takes everything
		}
	}
}

func (x xmlWriter) structure(v reflect.Value) {
	for _, f := range fieldsOf(v.Type()) {
		value := v.FieldByIndex(f.index)
		empty := value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0
		if f.omitEmpty && empty {
			continue
		}
		x.element(f.name, value.Interface())
	}
}
