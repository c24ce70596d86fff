package cloud

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/middleware"

	"plimsoll/runner/fleet"
)

// words turns the SDK's name of a field into that of the service's JSON, which is the AWS CLI's too. Keys of maps are
// nobody's names and stay as they are.
type words func(field string) string

// asInGo are the words of every service but ECS.
func asInGo(field string) string { return field }

// asInECS are those of ECS: taskDefinition, enableECSManagedTags.
func asInECS(field string) string { return strings.ToLower(field[:1]) + field[1:] }

var (
	timeType     = reflect.TypeFor[time.Time]()
	metadataType = reflect.TypeFor[middleware.Metadata]()
)

// encode writes an SDK structure, or a pointer to one, as a document. Nil pointers, empty strings, lists and maps are left
// out; flags and numbers that cannot be absent are always there. Instants are RFC 3339 in UTC, bytes base64.
func encode(from any, w words) fleet.Document {
	v := reflect.Indirect(reflect.ValueOf(from))
	if !v.IsValid() {
		return nil
	}
	return fleet.Document(w.structure(v))
}

func (w words) structure(v reflect.Value) map[string]any {
	made := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Type == metadataType {
			continue
		}
		if value := w.value(v.Field(i)); value != nil {
			made[w(f.Name)] = value
		}
	}
	return made
}

// value is nil where there is nothing to say.
func (w words) value(v reflect.Value) any {
	if v.Type() == timeType {
		return v.Interface().(time.Time).UTC().Format(time.RFC3339Nano)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return w.pointed(v)
	case reflect.Interface:
		return w.union(v)
	case reflect.Struct:
		return w.structure(v)
	case reflect.Slice:
		return w.list(v)
	case reflect.Map:
		return w.entries(v)
	case reflect.String:
		if v.Len() == 0 {
			return nil
		}
		return v.String()
	}
	return scalar(v)
}

// pointed keeps what a pointer says on purpose: a pointer to an empty string is one.
func (w words) pointed(v reflect.Value) any {
	if v.IsNil() {
		return nil
	}
	if v.Elem().Kind() == reflect.String {
		return v.Elem().String()
	}
	return w.value(v.Elem())
}

func (w words) list(v reflect.Value) any {
	if v.Len() == 0 {
		return nil
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	made := make([]any, v.Len())
	for i := range made {
		made[i] = w.element(v.Index(i))
	}
	return made
}

func (w words) entries(v reflect.Value) any {
	if v.Len() == 0 {
		return nil
	}
	made := make(map[string]any, v.Len())
	for entry := v.MapRange(); entry.Next(); {
		made[entry.Key().String()] = w.element(entry.Value())
	}
	return made
}

// element is a value inside a list or a map, where even an empty one counts.
func (w words) element(v reflect.Value) any {
	if value := w.value(v); value != nil {
		return value
	}
	switch v.Kind() {
	case reflect.String:
		return ""
	case reflect.Slice:
		return []any{}
	}
	return map[string]any{}
}

// scalar writes numbers as encoding/json does, so that documents made by hand compare equal. What is no number in JSON
// becomes the word that AWS has for it.
func scalar(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.CanInt():
		return json.Number(strconv.FormatInt(v.Int(), 10))
	}
	f := v.Float()
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // a finite number is JSON
	}
	return json.Number(text)
}
