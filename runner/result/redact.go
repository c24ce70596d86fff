package result

import "reflect"

// Redacted is a copy of a document, or of a record of a journal, in which every text has gone through hide, keys of maps
// included: whatever stems from a plan may repeat its secrets. Fields that are not exported stay as they are.
func Redacted[T any](v T, hide func(string) string) T {
	seen := map[string]string{}
	r := redaction(func(text string) string {
		hidden, ok := seen[text]
		if !ok {
			hidden = hide(text)
			seen[text] = hidden
		}
		return hidden
	})
	return r.copy(reflect.ValueOf(&v).Elem()).Interface().(T)
}

// redaction hides what must not be seen in a text.
type redaction func(string) string

func (r redaction) copy(v reflect.Value) reflect.Value {
	made := reflect.New(v.Type()).Elem()
	made.Set(v)
	switch v.Kind() {
	case reflect.String:
		made.SetString(r(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			if made.Field(i).CanSet() {
				made.Field(i).Set(r.copy(v.Field(i)))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			made.Set(r.copy(v.Elem()).Addr())
		}
	case reflect.Slice:
		if !v.IsNil() {
			made.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				made.Index(i).Set(r.copy(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			made.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for key, value := range v.Seq2() {
				made.SetMapIndex(r.copy(key), r.copy(value))
			}
		}
	}
	return made
}
