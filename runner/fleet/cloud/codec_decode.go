package cloud

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	"plimsoll/runner/fleet"
)

// decode reads a document into the structure that into points to: the opposite of encode. A list that is there and empty
// stays so, because it tells AWS to empty one. A name that the structure lacks is an error: nothing that was asked for gets
// lost.
func decode(d fleet.Document, w words, into any) error {
	return w.fill(reflect.ValueOf(into).Elem(), map[string]any(d.Clone()), "")
}

// fill sets v to what JSON says. path is where, for errors.
func (w words) fill(v reflect.Value, from any, path string) error {
	if from == nil {
		return nil
	}
	if v.Type() == timeType {
		return fillTime(v, from, path)
	}
	switch v.Kind() {
	case reflect.Pointer:
		made := reflect.New(v.Type().Elem())
		v.Set(made)
		return w.fill(made.Elem(), from, path)
	case reflect.Interface:
		return w.fillUnion(v, from, path)
	case reflect.Struct:
		return w.fillStructure(v, from, path)
	case reflect.Slice:
		return w.fillList(v, from, path)
	case reflect.Map:
		return w.fillEntries(v, from, path)
	}
	return fillScalar(v, from, path)
}

func (w words) fillStructure(v reflect.Value, from any, path string) error {
	object, ok := from.(map[string]any)
	if !ok {
		return mismatch(path, "an object", from)
	}
	unread := len(object)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Type == metadataType {
			continue
		}
		value, ok := object[w(f.Name)]
		if !ok {
			continue
		}
		unread--
		if err := w.fill(v.Field(i), value, below(path, w(f.Name))); err != nil {
			return err
		}
	}
	if unread > 0 {
		return fmt.Errorf("%s is no setting that can be written", below(path, w.unknown(v.Type(), object)))
	}
	return nil
}

// unknown is the first name that a structure lacks.
func (w words) unknown(t reflect.Type, object map[string]any) string {
	known := map[string]bool{}
	for i := range t.NumField() {
		known[w(t.Field(i).Name)] = t.Field(i).IsExported()
	}
	var names []string
	for name := range object {
		if !known[name] {
			names = append(names, name)
		}
	}
	return slices.Min(names)
}

func (w words) fillList(v reflect.Value, from any, path string) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return fillBytes(v, from, path)
	}
	items, ok := from.([]any)
	if !ok {
		return mismatch(path, "a list", from)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if err := w.fill(v.Index(i), item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return nil
}

func (w words) fillEntries(v reflect.Value, from any, path string) error {
	object, ok := from.(map[string]any)
	if !ok {
		return mismatch(path, "an object", from)
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(object)))
	for key, value := range object {
		made := reflect.New(v.Type().Elem()).Elem()
		if err := w.fill(made, value, below(path, key)); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), made)
	}
	return nil
}

func fillTime(v reflect.Value, from any, path string) error {
	text, _ := from.(string)
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return mismatch(path, "an instant such as 2026-11-02T12:00:00Z", from)
	}
	v.Set(reflect.ValueOf(t))
	return nil
}

func fillBytes(v reflect.Value, from any, path string) error {
	text, ok := from.(string)
	content, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return mismatch(path, "base64", from)
	}
	v.SetBytes(content)
	return nil
}

func fillScalar(v reflect.Value, from any, path string) error {
	switch from := from.(type) {
	case string:
		if v.Kind() == reflect.String {
			v.SetString(from)
			return nil
		}
		if f, ok := wordOfNumber(from); ok && v.CanFloat() {
			v.SetFloat(f)
			return nil
		}
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(from)
			return nil
		}
	case json.Number:
		if fillNumber(v, from) {
			return nil
		}
	}
	return mismatch(path, "a "+v.Kind().String(), from)
}

func fillNumber(v reflect.Value, from json.Number) bool {
	if v.CanInt() {
		n, err := strconv.ParseInt(from.String(), 10, v.Type().Bits())
		if err == nil {
			v.SetInt(n)
		}
		return err == nil
	}
	f, err := from.Float64()
	if err == nil && v.CanFloat() {
		v.SetFloat(f)
		return true
	}
	return false
}

// wordOfNumber reads what AWS writes for numbers that JSON has not.
func wordOfNumber(text string) (float64, bool) {
	switch text {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// longestValue bounds what an error quotes of a document.
const longestValue = 80

func mismatch(path, want string, got any) error {
	text := fmt.Sprint(got)
	return fmt.Errorf("%s must be %s, not %.*q", path, want, longestValue, text)
}
