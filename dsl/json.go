package dsl

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"plimsoll/dsl/plan"
)

// json reads a value whose texts may hold {{ … }}. Names keep the order of the source.
func (n node) json() (plan.Value, bool) {
	n = n.open()
	switch n.expr.(type) {
	case *hclsyntax.ObjectConsExpr:
		return n.jsonObject()
	case *hclsyntax.TupleConsExpr:
		return n.jsonList()
	case *hclsyntax.TemplateExpr:
		text, ok := n.template()
		return plan.Value{Kind: plan.String, Text: text}, ok
	}
	if n.expr != nil {
		n.l.warnOfBraces(n.expr)
	}
	v := n.value()
	if !v.IsWhollyKnown() {
		return plan.Value{}, false
	}
	value, err := jsonOf(n.l.bounded(n.l.hide(v), n.rng))
	if err != nil {
		n.fail(fmt.Sprintf("%s: %s", n.name, err), "JSON has objects, lists, texts, numbers, true, false and null.")
	}
	return value, err == nil
}

func (n node) jsonObject() (plan.Value, bool) {
	value := plan.Value{Kind: plan.Object, Object: []plan.Member{}}
	members, all := n.members()
	for _, m := range members {
		v, ok := m.json()
		all = all && ok
		value.Object = append(value.Object, plan.Member{Name: m.name, Value: v})
	}
	return value, all
}

func (n node) jsonList() (plan.Value, bool) {
	value, all := plan.Value{Kind: plan.List, List: []plan.Value{}}, true
	for _, item := range n.items() {
		v, ok := item.json()
		all = all && ok
		value.List = append(value.List, v)
	}
	return value, all
}

// jsonOf makes a value that was brought in into JSON; nothing in it is evaluated while the plan runs.
func jsonOf(v cty.Value) (plan.Value, error) {
	switch t := v.Type(); {
	case v.IsNull():
		return plan.Value{}, nil
	case !v.IsKnown():
		return plan.Value{}, fmt.Errorf("it is not known")
	case t == cty.String:
		return plan.Value{Kind: plan.String, Text: plan.Static(v.AsString())}, nil
	case t == cty.Bool:
		return plan.Value{Kind: plan.Bool, Bool: v.True()}, nil
	case t == cty.Number:
		return plan.Value{Kind: plan.Number, Number: v.AsBigFloat().Text('f', -1)}, nil
	case t.IsObjectType() || t.IsMapType():
		if _, is := referenceOf(v); is {
			return plan.Value{}, fmt.Errorf("a block has no JSON")
		}
		value := plan.Value{Kind: plan.Object, Object: []plan.Member{}}
		for it := v.ElementIterator(); it.Next(); {
			name, e := it.Element()
			inner, err := jsonOf(e)
			if err != nil {
				return plan.Value{}, err
			}
			value.Object = append(value.Object, plan.Member{Name: name.AsString(), Value: inner})
		}
		return value, nil
	case isList(v):
		value := plan.Value{Kind: plan.List, List: []plan.Value{}}
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			inner, err := jsonOf(e)
			if err != nil {
				return plan.Value{}, err
			}
			value.List = append(value.List, inner)
		}
		return value, nil
	}
	return plan.Value{}, fmt.Errorf("%s has no JSON", v.Type().FriendlyName())
}
