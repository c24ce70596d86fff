package change

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"plimsoll/runner/fleet"
)

// same reports whether two documents say the same. What is empty counts as absent.
func same(a, b fleet.Document) bool { return holds(a, b) && holds(b, a) }

// holds reports whether got says everything that want says: what AWS adds by itself is no difference.
func holds(got, want fleet.Document) bool {
	if got == nil || want == nil {
		return got == nil && want == nil
	}
	return covers(plain(got), plain(want))
}

// plain is a document as encoding/json has it, with json.Number.
func plain(d fleet.Document) map[string]any { return d.Clone() }

func covers(got, want any) bool {
	if empty(want) {
		return true
	}
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for key, value := range want {
			if !covers(object[key], value) || key == choice && chosen(object[key]) != chosen(value) {
				return false
			}
		}
		return true
	case []any:
		list, _ := got.([]any)
		return len(list) == len(want) && coversList(list, want)
	case json.Number:
		number, ok := got.(json.Number)
		return ok && equalNumbers(number, want)
	}
	return got == want
}

// choice is what a rate rule does: {"Block": {}}. Its member says nothing, and yet which member is there is what counts.
const choice = "Action"

// chosen is the member of a choice; "" of none.
func chosen(v any) string {
	object, _ := v.(map[string]any)
	return strings.Join(slices.Sorted(maps.Keys(object)), " ")
}

// empty reports whether a value says nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, value := range v {
			if !empty(value) {
				return false
			}
		}
		return true
	case []any:
		return len(v) == 0
	}
	return false
}

func equalNumbers(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	return errX == nil && errY == nil && x == y
}

// coversList compares lists of equal length. Objects may come back from AWS in another order, plain values may not.
func coversList(got, want []any) bool {
	inOrder := true
	for i := range want {
		inOrder = inOrder && covers(got[i], want[i])
	}
	return inOrder || objects(want) && objects(got) && pairs(got, want)
}

func objects(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(map[string]any); return !ok })
}

// pairs reports whether each wanted object has one of its own that covers it: a perfect matching, by augmenting paths.
// https://en.wikipedia.org/wiki/Maximum_cardinality_matching
func pairs(got, want []any) bool {
	owner := make([]int, len(got)) // of each got: the wanted one that has it, + 1
	var place func(w int, tried []bool) bool
	place = func(w int, tried []bool) bool {
		for g := range got {
			if tried[g] || !covers(got[g], want[w]) {
				continue
			}
			tried[g] = true
			if owner[g] == 0 || place(owner[g]-1, tried) {
				owner[g] = w + 1
				return true
			}
		}
		return false
	}
	for w := range want {
		if !place(w, make([]bool, len(got))) {
			return false
		}
	}
	return true
}
