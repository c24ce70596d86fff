package change

import (
	"testing"
)

func TestHolds(t *testing.T) {
	for name, test := range map[string]struct {
		got, want string
		holds     bool
	}{
		"the same":                       {`{"a":1}`, `{"a":1}`, true},
		"defaults of AWS":                {`{"a":1,"b":true,"c":{"d":1}}`, `{"a":1}`, true},
		"a default further in":           {`{"a":{"b":1,"c":2}}`, `{"a":{"b":1}}`, true},
		"another value":                  {`{"a":1}`, `{"a":2}`, false},
		"lacking":                        {`{}`, `{"a":2}`, false},
		"empty is absent":                {`{"a":1}`, `{"a":1,"b":[],"c":{},"d":null}`, true},
		"false is not":                   {`{"a":1}`, `{"a":1,"b":false}`, false},
		"numbers by value":               {`{"a":65.0,"b":1e3}`, `{"a":65,"b":1000}`, true},
		"no text for a number":           {`{"a":"65"}`, `{"a":65}`, false},
		"objects in another order":       {`{"a":[{"n":2,"x":1},{"n":1}]}`, `{"a":[{"n":1},{"n":2}]}`, true},
		"objects that fit several":       {`{"a":[{"n":1,"m":1},{"n":1}]}`, `{"a":[{"n":1},{"n":1,"m":1}]}`, true},
		"values in another order":        {`{"a":["x","y"]}`, `{"a":["y","x"]}`, false},
		"one more":                       {`{"a":[1,2]}`, `{"a":[1]}`, false},
		"nothing, and something":         {`null`, `{"a":1}`, false},
		"something, and nothing":         {`{}`, `null`, false},
		"nothing, and nothing":           {`null`, `null`, true},
		"an object for a list":           {`{"a":{"b":1}}`, `{"a":[{"b":1}]}`, false},
		"the same choice":                {`{"a":1,"Action":{"Block":{"b":1}}}`, `{"a":1,"Action":{"Block":{}}}`, true},
		"another choice":                 {`{"a":1,"Action":{"Count":{}}}`, `{"a":1,"Action":{"Block":{}}}`, false},
		"no choice yet":                  {`{"a":1}`, `{"a":1,"Action":{"Block":{}}}`, false},
		"objects and values in one list": {`{"a":[{"b":1},2]}`, `{"a":[2,{"b":1}]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := holds(parse(t, test.got), parse(t, test.want)); got != test.holds {
				t.Errorf("holds: %t", got)
			}
		})
	}
}
