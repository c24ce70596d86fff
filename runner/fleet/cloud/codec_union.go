package cloud

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	ecsdocument "github.com/aws/aws-sdk-go-v2/service/ecs/document"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// unions are the members of the SDK's unions, which it declares as interfaces: "one of these, by its name".
var unions = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[cloudwatchtypes.EvaluationCriteria](): {
		reflect.TypeFor[cloudwatchtypes.EvaluationCriteriaMemberPromQLCriteria](),
	},
	reflect.TypeFor[cloudwatchtypes.EvaluationWindow](): {
		reflect.TypeFor[cloudwatchtypes.EvaluationWindowMemberSlidingWindow](),
		reflect.TypeFor[cloudwatchtypes.EvaluationWindowMemberWallClockWindow](),
	},
	reflect.TypeFor[ecstypes.ServiceConnectContainerConfiguration](): {
		reflect.TypeFor[ecstypes.ServiceConnectContainerConfigurationMemberLogLevel](),
	},
	reflect.TypeFor[ecstypes.SharingStrategy](): {
		reflect.TypeFor[ecstypes.SharingStrategyMemberNvidiaMps](),
	},
}

const (
	unionMember = "Member" // stands in a member's Go type between the union's name and its own
	unionValue  = "Value"  // is the field of a member that holds it
)

func memberName(member reflect.Type) string {
	_, name, _ := strings.Cut(member.Name(), unionMember)
	return name
}

// union is the one member that is set, under its name. What this SDK does not know of is left out.
func (w words) union(v reflect.Value) any {
	if v.IsNil() {
		return nil
	}
	if free, ok := v.Interface().(ecsdocument.Interface); ok {
		return freely(free)
	}
	set := v.Elem().Elem()
	for _, member := range unions[v.Type()] {
		if set.Type() == member {
			return map[string]any{w(memberName(member)): w.element(set.FieldByName(unionValue))}
		}
	}
	return nil
}

func (w words) fillUnion(v reflect.Value, from any, path string) error {
	if v.Type() == documentType {
		v.Set(reflect.ValueOf(ecsdocument.NewLazyDocument(plainNumbers(from))))
		return nil
	}
	object, ok := from.(map[string]any)
	if !ok || len(object) != 1 {
		return mismatch(path, "an object with one name", from)
	}
	for _, member := range unions[v.Type()] {
		if value, ok := object[w(memberName(member))]; ok {
			made := reflect.New(member)
			v.Set(made)
			return w.fill(made.Elem().FieldByName(unionValue), value, below(path, w(memberName(member))))
		}
	}
	return mismatch(path, "one of its variants", from)
}

// documentType is JSON of any shape inside an input.
var documentType = reflect.TypeFor[ecsdocument.Interface]()

func freely(free ecsdocument.Interface) any {
	text, err := free.MarshalSmithyDocument()
	if err != nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

// plainNumbers makes numbers of Go of those that are kept as text: the SDK would write them as text.
func plainNumbers(value any) any {
	switch value := value.(type) {
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return n
		}
		f, err := value.Float64()
		if err != nil {
			return value.String()
		}
		return f
	case []any:
		made := make([]any, len(value))
		for i, item := range value {
			made[i] = plainNumbers(item)
		}
		return made
	case map[string]any:
		made := make(map[string]any, len(value))
		for name, item := range value {
			made[name] = plainNumbers(item)
		}
		return made
	}
	return value
}
