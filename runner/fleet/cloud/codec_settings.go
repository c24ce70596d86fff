package cloud

import "reflect"

// settingsOf copies to a writing call's input what describing gives under the same name: whatever else it gives, AWS made
// up. Values and pointers to values are the same to it. Both are pointers to structures.
func settingsOf[Input any](described any) *Input {
	input := new(Input)
	from, into := reflect.Indirect(reflect.ValueOf(described)), reflect.ValueOf(input).Elem()
	for i := range into.NumField() {
		f := into.Type().Field(i)
		value := from.FieldByName(f.Name)
		if !f.IsExported() || f.Type == metadataType || !value.IsValid() {
			continue
		}
		switch {
		case value.Type() == f.Type:
			into.Field(i).Set(value)
		case f.Type.Kind() == reflect.Pointer && f.Type.Elem() == value.Type():
			into.Field(i).Set(reflect.New(value.Type()))
			into.Field(i).Elem().Set(value)
		}
	}
	return input
}
