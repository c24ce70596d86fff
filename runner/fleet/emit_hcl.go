package fleet

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// block prints a block of HCL.
func block(kind string, arguments Document, labels ...string) []byte {
	file := hclwrite.NewEmptyFile()
	fill(file.Body().AppendNewBlock(kind, labels).Body(), arguments)
	return file.Bytes()
}

// fill writes arguments in the order of their names: values first, then what is an object, or a list of them, as blocks.
func fill(body *hclwrite.Body, arguments map[string]any) {
	var nested []string
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		switch value := arguments[name].(type) {
		case map[string]any:
			nested = append(nested, name)
			continue
		case []any:
			if len(objects(value)) > 0 {
				nested = append(nested, name)
				continue
			}
		}
		assign(body, name, arguments[name])
	}
	for _, name := range nested {
		list, ok := arguments[name].([]any)
		if !ok {
			list = []any{arguments[name]}
		}
		for _, object := range objects(list) {
			fill(body.AppendNewBlock(snake(name), nil).Body(), object)
		}
	}
}

// reference is an argument that is a list of one other resource.
type reference string

// assign writes one argument. A dashboard's body is JSON in a text: Terraform encodes it again.
func assign(body *hclwrite.Body, name string, value any) {
	if to, ok := value.(reference); ok {
		body.SetAttributeRaw(name, hclwrite.TokensForTuple([]hclwrite.Tokens{hclwrite.TokensForIdentifier(string(to))}))
		return
	}
	if parsed, err := ParseDocument([]byte(shownText(value))); name == "DashboardBody" && err == nil {
		body.SetAttributeRaw(snake(name), hclwrite.TokensForFunctionCall("jsonencode", hclwrite.TokensForValue(ctyOf(map[string]any(parsed)))))
		return
	}
	body.SetAttributeValue(snake(name), ctyOf(value))
}

func shownText(value any) string {
	text, _ := value.(string)
	return text
}

// ctyOf is a value as HCL has it.
func ctyOf(value any) cty.Value {
	switch v := plain(value).(type) {
	case string:
		return cty.StringVal(v)
	case bool:
		return cty.BoolVal(v)
	case []any:
		list := make([]cty.Value, len(v))
		for i := range v {
			list[i] = ctyOf(v[i])
		}
		return cty.TupleVal(list)
	case map[string]any:
		object := map[string]cty.Value{}
		for name, inner := range v {
			object[name] = ctyOf(inner)
		}
		return cty.ObjectVal(object)
	case nil:
		return cty.NullVal(cty.DynamicPseudoType)
	default:
		if f, ok := number(v); ok {
			return cty.NumberFloatVal(f)
		}
		return cty.StringVal(shown(v, "")) // too large for a number
	}
}

// snake is a setting's name as Terraform writes it: ScaleInCooldown is scale_in_cooldown, OKActions ok_actions.
func snake(name string) string {
	if hclsyntax.ValidIdentifier(name) && strings.ToLower(name) == name {
		return name
	}
	runes := []rune(name)
	var made strings.Builder
	for i, r := range runes {
		begins := i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if begins {
			made.WriteByte('_')
		}
		made.WriteRune(unicode.ToLower(r))
	}
	return strings.ReplaceAll(made.String(), "cloud_watch", "cloudwatch")
}
